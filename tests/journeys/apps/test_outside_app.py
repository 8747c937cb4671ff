"""An outside developer's app in its own process, from its manifest to a booking and a refusal."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from datetime import timedelta
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.apps_from_outside import MANIFEST, published, running
from tests.city_phones import Phone, resident
from tests.given_scores import stand_at
from tests.market_phones import allows
from zhima.city.clock import now
from zhima.city.market.models import App, AppMove, Booking, RefusedReport
from zhima.city.obligations import evidence as obligation_evidence

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]

SCOPES = ("bookings", "payments", "agreements", "evidence")
DEFAULT = "application/json"


@pytest.fixture
def maker() -> Phone:
    return resident("Maker")


class Api:
    """The developer's side of the wire."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        sent = b"" if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._key}"}
        answer = Client(raise_request_exception=False).generic(
            method, f"/api/apps/v1{path}", sent, DEFAULT, headers=headers
        )
        return answer.status_code, json.loads(answer.content) if answer.content else None


def code_for(phone: Phone, app: App, *scopes: str) -> str:
    """The person opens the app from its sheet."""
    answer = phone.client.post(reverse("market:open", args=[app.pk]), {"scope": scopes})
    assert answer.status_code == 302
    return urlsplit(answer["Location"]).query.removeprefix("code=")


def session(phone: Phone, app: App, secret: str, *scopes: str) -> Api:
    _, begun = Api(secret)("POST", "/app/sessions", {"code": code_for(phone, app, *scopes)})
    return Api(begun["token"])


def offers_kite(secret: str, **more: Any) -> None:
    kite = {"title": {"en": "Kite", "zh": "风筝"}, "price_fen": 800, **more}
    kite.setdefault("pattern", {"times": ["10:00"], "minutes": 60})
    status, said = Api(secret)("PUT", "/app/offers/dragon", kite)
    assert status == 200, said


def slot_of(api: Api) -> int:
    day = timezone.localdate(now()) + timedelta(days=1)
    _, found = api("GET", f"/person/offers/dragon/slots?day={day}")
    return int(found["slots"][0]["slot_id"])


def test_a_developer_submits_somebody_else_reviews_and_it_is_published(maker: Phone) -> None:
    shop = maker.opens_shop("Kites")
    page = maker.post("market:new_app", merchant=shop, manifest=MANIFEST)
    assert 'data-state="submitted"' in page.text
    assert 'data-state="submitted"' in maker.post("market:app_step", "kites", "agree").text
    assert 'data-state="submitted"' in maker.post("market:app_step", "kites", "publish").text
    reviewer = resident("Reviewer", is_staff=True)
    assert "Kites" in reviewer.get("market:developers").text
    reviewer.post("market:app_step", "kites", "agree", note="reads nothing")
    assert 'data-state="published"' in maker.post("market:app_step", "kites", "publish").text
    assert "Kites" in resident("Ana").get("market:shelf").text
    secret = maker.post("market:app_step", "kites", "secret").text
    assert re.search(r"data-secret>za_[\w-]+<", secret)
    assert "za_" not in maker.get("market:app", "kites").text, "it is shown once"
    assert [move.to_state for move in AppMove.objects.filter(app="kites").order_by("pk")] == [
        "submitted",
        "reviewed",
        "published",
    ]
    withdrawn = maker.post("market:app_step", "kites", "withdraw")
    assert 'data-state="withdrawn"' in withdrawn.text
    assert resident("Bo").get("market:allow", "kites").status == 404


def test_the_app_in_its_own_process_books_pays_and_cancels(live_server: Any, maker: Phone) -> None:
    app, secret = published(maker)
    ana = resident("Ana", fen=20_00)
    allows(ana, "kites", "agreements")
    with running(live_server.url, secret) as address:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        code = code_for(ana, app, "bookings", "payments")
        day = timezone.localdate(now()) + timedelta(days=1)
        with browser.open(f"{address}/arrive?code={code}&day={day}") as answer:
            shown = answer.read().decode()
        slot, key = re.search(r'name="slot" value="(\d+)">.*?value="(\w+)"', shown).groups()  # type: ignore[union-attr]
        form = urlencode({"slot": slot, "key": key}).encode()
        for _ in range(2):
            with browser.open(f"{address}/book", form) as answer:
                assert "<h1>booked</h1>" in answer.read().decode()
        booking = Booking.objects.get()
        assert (ana.balance_fen, booking.state) == (12_00, "booked")
        form = urlencode({"booking": booking.pk}).encode()
        with browser.open(f"{address}/cancel", form) as answer:
            assert "<h1>cancelled</h1>" in answer.read().decode()
        assert ana.balance_fen == 20_00
        stranger = urllib.request.build_opener()
        with pytest.raises(urllib.error.HTTPError, match="400"):
            stranger.open(f"{address}/")


def test_what_the_person_did_not_tick_is_refused(maker: Phone) -> None:
    app, secret = published(maker)
    offers_kite(secret)
    ana = resident("Ana", fen=20_00)
    api = session(ana, app, secret, "bookings")
    wish = {"offer": "dragon", "slot_id": slot_of(api), "key": "first-wish"}
    status, said = api("POST", "/person/bookings", wish)
    assert (status, said["error"]["code"]) == (403, "scope_missing")
    assert ana.balance_fen == 20_00
    assert session(ana, app, secret)("GET", "/person/me")[1]["scopes"] == []


def test_a_code_is_good_once_soon_and_for_one_app(maker: Phone) -> None:
    app, secret = published(maker)
    ana = resident("Ana")
    code = code_for(ana, app, *SCOPES)
    _, other_secret = published(resident("Other"), MANIFEST.replace("id: kites", "id: boats"))
    assert Api(other_secret)("POST", "/app/sessions", {"code": code})[0] == 409
    assert Api(secret)("POST", "/app/sessions", {"code": code})[0] == 200
    assert Api(secret)("POST", "/app/sessions", {"code": code})[0] == 409
    late = code_for(ana, app, *SCOPES)
    app.sessions.update(given_at=now() - timedelta(minutes=3))
    assert Api(secret)("POST", "/app/sessions", {"code": late})[0] == 409
    assert Api("za_" + "x" * 40)("GET", "/app/bookings")[0] == 401
    assert Api(secret)("GET", "/person/me")[0] == 401


def test_two_apps_cannot_tell_that_it_is_the_same_person(maker: Phone) -> None:
    app, secret = published(maker)
    other, other_secret = published(resident("Other"), MANIFEST.replace("id: kites", "id: boats"))
    ana = resident("Ana")
    here = session(ana, app, secret)("GET", "/person/me")[1]["subject"]
    there = session(ana, other, other_secret)("GET", "/person/me")[1]["subject"]
    assert here != there
    assert ana.person.pk.hex not in (here, there)


def test_a_withdrawn_app_can_do_nothing_any_more(maker: Phone) -> None:
    app, secret = published(maker)
    api = session(resident("Ana"), app, secret, *SCOPES)
    maker.post("market:app_step", "kites", "withdraw")
    assert api("GET", "/person/me")[0] == 401
    assert Api(secret)("GET", "/app/bookings")[0] == 401


def test_undeclared_evidence_is_refused_and_written_down(maker: Phone) -> None:
    app, secret = published(maker)
    ana = resident("Ana")
    api = session(ana, app, secret, "evidence")
    event = {"event_id": "event-0001", "kind": "item.lost", "occurred_at": now().isoformat()}
    status, said = api("POST", "/person/evidence", event)
    assert (status, said["error"]["code"], said["error"]["field"]) == (
        409,
        "undeclared_kind",
        "kind",
    )
    wrong_field = {**event, "kind": "hours.given", "context": {"diagnosis": "none"}}
    assert api("POST", "/person/evidence", wrong_field)[1]["error"]["code"] == "undeclared_field"
    assert [(r.kind, r.reason) for r in RefusedReport.objects.order_by("pk")] == [
        ("item.lost", "undeclared_kind"),
        ("hours.given", "undeclared_field"),
    ]
    assert "item.lost" in maker.get("market:app", "kites").text


def test_declared_evidence_counts_only_with_consent(maker: Phone) -> None:
    from zhima.city.consent import grants

    app, secret = published(maker)
    ana = resident("Ana")
    api = session(ana, app, secret, "evidence")
    event = {"event_id": "event-0002", "kind": "hours.given", "occurred_at": now().isoformat()}
    assert api("POST", "/person/evidence", event) == (200, {"verdict": "not_opted_in"})
    grants.give(
        person=ana.person,
        recipient="score",
        purpose="score",
        fields=["score"],
        until=now() + timedelta(days=9),
    )
    assert api("POST", "/person/evidence", event) == (200, {"verdict": "no_consent"})
    allows(ana, "kites", "agreements")
    assert api("POST", "/person/evidence", event) == (200, {"verdict": "recorded"})
    assert api("POST", "/person/evidence", event) == (200, {"verdict": "already_recorded"})
    future = {**event, "event_id": "event-0003", "occurred_at": "2999-01-01T00:00:00Z"}
    assert api("POST", "/person/evidence", future) == (200, {"verdict": "from_the_future"})
    assert not RefusedReport.objects.exclude(reason="from_the_future").exists()


def test_another_persons_booking_is_not_there(maker: Phone) -> None:
    app, secret = published(maker)
    offers_kite(secret, price_fen=0)
    api = session(resident("Ana"), app, secret, *SCOPES)
    wish = {"offer": "dragon", "slot_id": slot_of(api), "key": "anas-wish"}
    status, made = api("POST", "/person/bookings", wish)
    assert (status, made["state"]) == (201, "booked")
    chen = session(resident("Chen"), app, secret, *SCOPES)
    assert chen("GET", f"/person/bookings/{made['booking_id']}")[0] == 404
    gone = chen("POST", "/person/bookings", {**wish, "key": "chens-wish"})
    assert (gone[0], gone[1]["error"]["code"]) == (409, "slot_gone")
    assert Api(secret)("POST", f"/app/bookings/{made['booking_id']}/finish", {})[1]["state"] == (
        "done"
    )


def with_a_deposit() -> str:
    """The kites, which now are so large that a deposit is asked at the rulebook's car door."""
    kinds = "".join(
        f"  - {{kind: {kind}, purpose: agreements}}\n" for kind in obligation_evidence.KINDS
    )
    rules = "deposit: {door: car, deposit_fen: 20000}\nreads: ['door:car']\nbooking:"
    return MANIFEST.replace("booking: {", f"{kinds}{rules} {{hands_out: true, ")


def test_b1_an_outside_app_learns_rule_and_other_way_and_the_person_alone_the_gap(
    maker: Phone,
) -> None:
    app, secret = published(maker, with_a_deposit())
    offers_kite(secret, price_fen=0, pattern={"daily": {"from": "09:00", "until": "09:00"}})
    ana = resident("Ana", fen=300_00)
    stand_at(ana.person, 649)
    allows(ana, "kites", "door:car")
    api = session(ana, app, secret, *SCOPES)
    due_at = (now() + timedelta(days=2)).isoformat()
    asked = {"offer": "dragon", "due_at": due_at, "key": "first-ask"}
    status, said = api("POST", "/person/quotes", asked)
    assert (status, said["outcome"], said["deposit_fen"]) == (200, "deposit", 200_00)
    assert said["rule"].endswith("car from 350")
    assert said["other_way"]["en"]
    assert "649" not in json.dumps(said)
    assert "gap" not in json.dumps(said)
    page = ana.client.get(said["told_at"]).content.decode()
    assert 'data-gap="1"' in page
    assert "Your score is 649" in page
    assert resident("Chen").client.get(said["told_at"]).status_code == 404
    wish = {"offer": "dragon", "slot_id": slot_of(api), "key": "first-ask", "freeze": False}
    status, told = api("POST", "/person/bookings", wish)
    assert (status, told["error"]["code"]) == (409, "waiver_not_given")
    stand_at(ana.person, 650)
    status, said = api("POST", "/person/quotes", {**asked, "key": "second-ask"})
    assert (said["outcome"], said["deposit_fen"]) == ("waived", 200_00)
    status, made = api("POST", "/person/bookings", {**wish, "key": "second-ask"})
    assert (status, made["state"], made["deposit"]) == (201, "booked", "waived")


@pytest.mark.parametrize(
    ("pattern", "field"),
    [
        ({}, "pattern"),
        ({"times": ["25:00"]}, "times"),
        ({"standing": 0}, "standing"),
        ({"times": ["10:00"], "standing": 1}, "pattern"),
        ({"daily": {"from": "10:00"}}, "daily"),
        ({"times": ["10:00"], "weekdays": [8]}, "weekdays"),
    ],
)
def test_a_pattern_that_is_none_is_refused_with_its_field(
    maker: Phone, pattern: dict[str, Any], field: str
) -> None:
    _, secret = published(maker)
    kite = {"title": {"en": "Kite", "zh": "风筝"}, "pattern": pattern}
    status, said = Api(secret)("PUT", "/app/offers/dragon", kite)
    assert (status, said["error"]["code"]) == (422, "field_invalid")
    assert field in said["error"]["field"]
