"""An outside developer's manifest: submitted, read, agreed to by an office, published."""

from __future__ import annotations

import html
import re

import pytest

from tests.apps_from_outside import (
    BOOK,
    MANIFEST,
    AppSoftware,
    api_of,
    appointed,
)
from tests.city_phones import Phone, Screen, resident
from zhima.city.console.management.commands.appoint import OFFICES
from zhima.city.market import shelf
from zhima.city.market.models import App, AppMove
from zhima.city.people.models import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


def test_a_developer_submits_somebody_else_reviews_and_it_is_published(maker: Phone) -> None:
    shop = maker.opens_shop("Kites")
    page = maker.post("market:new_app", merchant=shop, manifest=MANIFEST)
    assert 'data-state="submitted"' in page.text
    assert 'data-state="submitted"' in maker.post("market:app_step", "kites", "agree").text
    assert 'data-state="submitted"' in maker.post("market:app_step", "kites", "publish").text
    reviewer = appointed("Reviewer")
    assert "Kites" in reviewer.get("market:developers").text
    agrees(reviewer, note="reads nothing")
    assert 'data-state="published"' in maker.post("market:app_step", "kites", "publish").text
    assert "Kites" in resident("Ana").get("market:shelf").text
    secret = maker.post("market:app_step", "kites", "secret").text
    assert re.search(r"data-secret>\w{40,}<", secret)
    assert "data-secret" not in maker.get("market:app", "kites").text, "it is shown once"
    assert [move.to_state for move in AppMove.objects.filter(app="kites").order_by("pk")] == [
        "submitted",
        "reviewed",
        "published",
    ]
    withdrawn = maker.post("market:app_step", "kites", "withdraw")
    assert 'data-state="withdrawn"' in withdrawn.text
    assert resident("Bo").get("market:allow", "kites").status == 404


def agrees(reviewer: Phone, page: Screen | None = None, **said: str) -> Screen:
    """Read the app's page, or one that was read before, and agree."""
    page = page or reviewer.get("market:app", "kites")
    seen = page.field("manifest_sha256")
    return reviewer.post("market:app_step", "kites", "agree", manifest_sha256=seen, **said)


def test_whoever_read_one_manifest_does_not_agree_to_another(maker: Phone) -> None:
    shop, reviewer = maker.opens_shop("Kites"), appointed("Reviewer")
    maker.post("market:new_app", merchant=shop, manifest=MANIFEST)
    read = reviewer.get("market:app", "kites")
    wider = MANIFEST.replace("purposes: [agreements]", "purposes: [agreements, payments]")
    maker.post("market:new_app", merchant=shop, manifest=wider)
    answer = agrees(reviewer, read)
    assert 'data-state="submitted"' in answer.text
    assert "read it again" in answer.text
    assert 'data-state="reviewed"' in agrees(reviewer).text


def test_nobody_of_another_office_reviews_sees_or_closes_an_app(
    kites: AppSoftware, maker: Phone
) -> None:
    assert kites
    for name, office in OFFICES.items():
        if office is shelf.OFFICE:
            continue
        officer = resident(f"Officer of {name}")
        office.appoint(officer.person)
        other = Phone(Person.objects.get(pk=officer.person.pk))
        assert other.get("market:app", "kites").status == 404
        assert other.post("market:app_step", "kites", "withdraw").status == 404
    assert 'data-state="published"' in maker.get("market:app", "kites").text


FORBIDDEN = {
    "what people say": ("purposes: [agreements]", "purposes: [agreements, chat]", 9),
    "health": ("purposes: [agreements]", "purposes: [medical]", 9),
    "a diagnosis": ("kind: booking.made", "kind: diagnosis.made", 11),
    "what the city itself witnesses": ("kind: booking.made", "kind: payment.made", 11),
    "the number": ("tint: 6", "tint: 6\nreads: [score]", 7),
    "a way back into a script": ("'http://127.0.0.1:8700/back'", "'javascript:steal()'", 8),
    "a way back elsewhere": (
        "'http://127.0.0.1:8700/back'",
        "'https://good.example@evil.example/'",
        8,
    ),
    "a way back that is policy": (
        "'http://127.0.0.1:8700/back'",
        "'https://a.example;script-src'",
        8,
    ),
    "a home elsewhere": (
        "url: http://127.0.0.1:8700/",
        "url: https://city.example@evil.example/",
        7,
    ),
}


@pytest.mark.parametrize("case", FORBIDDEN)
def test_a_manifest_that_asks_for_what_is_forbidden_is_refused_with_the_line(
    maker: Phone, case: str
) -> None:
    old, new, line = FORBIDDEN[case]
    shop = maker.opens_shop("Kites")
    page = maker.post("market:new_app", merchant=shop, manifest=MANIFEST.replace(old, new, 1))
    assert page.status == 422
    assert f"manifest.yaml:{line}: " in page.text
    assert not App.objects.filter(pk="kites").exists()


def test_a_published_app_stays_as_it_was_when_its_next_manifest_is_refused(
    kites: AppSoftware, maker: Phone
) -> None:
    hers = api_of(kites, resident("Ana"), BOOK)
    shop = str(maker.person.shops.get().pk)
    greedy = MANIFEST.replace("purposes: [agreements]", "purposes: [agreements, medical]")
    page = maker.post("market:new_app", merchant=shop, manifest=greedy)
    assert (page.status, "&#x27;medical&#x27; is forbidden" in page.text) == (422, True)
    assert 'data-state="published"' in maker.get("market:app", "kites").text
    assert hers("GET", "/person/me")[0] == 200


def test_an_outside_app_says_where_people_come_back_to(maker: Phone) -> None:
    shop = maker.opens_shop("Kites")
    for gone, missing in (("url: ", "url"), ("redirect_uris: ", "redirect_uris")):
        lines = [line for line in MANIFEST.splitlines() if not line.startswith(gone)]
        page = maker.post("market:new_app", merchant=shop, manifest="\n".join(lines))
        assert (page.status, f"says its `{missing}`" in page.text) == (422, True)


def test_the_form_begins_with_a_manifest_that_passes_and_says_when_a_shop_is_missing() -> None:
    newcomer = resident("Newcomer")
    page = newcomer.get("market:new_app")
    assert "you have none yet" in page.text
    shop = newcomer.opens_shop("My shop")
    page = newcomer.get("market:new_app")
    assert "you have none yet" not in page.text
    begun = html.unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.S)[1])  # type: ignore[index]
    submitted = newcomer.post("market:new_app", merchant=shop, manifest=begun)
    assert submitted.url.endswith("/my-app/")
    assert "url: https://app.example/" in submitted.text, "whoever reviews it reads all of it"


def test_a_changed_manifest_closes_the_app_until_it_is_reviewed(
    kites: AppSoftware, maker: Phone
) -> None:
    ana = resident("Ana")
    hers = api_of(kites, ana, BOOK)
    shop = str(maker.person.shops.get().pk)
    wider = MANIFEST.replace("purposes: [agreements]", "purposes: [agreements, ratings]")
    maker.post("market:new_app", merchant=shop, manifest=wider)
    assert hers("GET", "/person/me")[0] == 401
    agrees(appointed("Reader"))
    maker.post("market:app_step", "kites", "publish")
    assert hers("GET", "/person/me")[0] == 401, "tokens of the earlier manifest are over"
    assert api_of(kites, ana, BOOK)("GET", "/person/me")[0] == 200
