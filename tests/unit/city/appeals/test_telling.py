"""Whoever read a wrong score is told: software by a signed webhook, people on their pages."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from standardwebhooks.webhooks import Webhook

from tests.agreements import TERMS
from tests.city_books import resident
from tests.unit.city.appeals.test_a_case import Spiral, a_decider
from zhima.city import clock
from zhima.city.api.models import Delivery, Endpoint
from zhima.city.api.sending import PAUSES, deliver_due
from zhima.city.appeals import lifecycle
from zhima.city.appeals.models import Notice
from zhima.city.consent import grants
from zhima.city.consent.models import Partner
from zhima.city.consent.oauth import subject
from zhima.city.disclosure.reading import Basis, Reader, score_of
from zhima.city.obligations import lifecycle as agreements
from zhima.city.obligations.models import Obligation
from zhima.city.pay.shops import open_shop
from zhima.engine.kinds import Text

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def spiral() -> Spiral:
    return Spiral()


def may_read(person: object, recipient: str, purpose: str = "profile", *fields: str) -> None:
    grants.give(
        person=person,
        recipient=recipient,
        purpose=purpose,
        fields=fields or ("band",),
        until=clock.now() + timedelta(days=90),
    )


def look(reader: Reader, person: object) -> None:
    may_read(person, reader.recipient)
    score_of(reader=reader, person=person, purpose="profile", fields=["band"])


def heron(url: str) -> tuple[Partner, str]:
    """A partner as an operator registers it, with the secret of its webhooks."""
    said = StringIO()
    back = "https://heron.example/back"
    call_command("partner", "Heron", back, "profile=band", webhook=url, stdout=said)
    told = dict(line.split(" ", 1) for line in said.getvalue().splitlines())
    return Partner.objects.get(client_id=told["client_id"]), told["webhook_secret"]


def put_right(spiral: Spiral) -> None:
    lifecycle.uphold(case=spiral.contest(), by=a_decider("Dora"), reason="Paid in time.")


def test_a_partner_hears_that_what_it_read_no_longer_holds(spiral, listener) -> None:
    partner, secret = heron(listener.url)
    look(Reader("partner", partner.client_id, "Heron"), spiral.chen)
    look(Reader("partner", partner.client_id, "Heron"), spiral.ana)
    listener.answer = 500
    put_right(spiral)
    deliver_due(now=clock.now())
    listener.answer = 200
    deliver_due(now=clock.now() + PAUSES[0] + timedelta(seconds=1))
    _, body = listener.heard[-1]
    told = [Webhook(secret).verify(body, headers) for headers, body in listener.heard[2:]]
    assert {each["type"] for each in told} == {"reading.corrected"}
    assert {each["data"]["sub"] for each in told} == {
        subject(person_id=person.pk, client_id=partner.client_id)
        for person in (spiral.ana, spiral.chen)
    }
    assert {len(each["data"]) for each in told} == {3}, "a notice, when, whose; nothing else"
    assert spiral.item not in body.decode()
    assert {each.state for each in Delivery.objects.all()} == {"delivered"}


def test_a_shop_hears_which_of_its_agreements_rest_on_what_its_app_read(spiral) -> None:
    owner = resident("Owner")
    shop, other = (open_shop(owner=owner, name=name, city="Chengdu") for name in ("Cars", "Bikes"))
    for each in (shop, other):
        Endpoint.objects.create(merchant=each, url="http://127.0.0.1:9/")
    may_read(spiral.chen, "app:car", "door:car", "outcome", "deposit")
    terms = type(TERMS)(door="car", deposit_fen=3000_00, category="rental")
    quoted = agreements.quote(
        person=spiral.chen, merchant=shop, app="car", title=Text("A small car", "小型车"),
        terms=terms, due_at=clock.now() + timedelta(days=3), key="a-wish-of-chen",
    )  # fmt: skip
    assert isinstance(quoted, Obligation)
    Delivery.objects.all().delete()
    put_right(spiral)
    told = Delivery.objects.filter(source="appeals")
    assert [each.endpoint.merchant for each in told] == [shop]
    assert told[0].body["data"]["obligation_ids"] == [quoted.pk]
    assert str(spiral.chen.pk) not in json.dumps(told[0].body)


def test_a_shop_that_reads_in_its_own_name_is_told_too(spiral) -> None:
    shop = open_shop(owner=resident("Owner"), name="Cars", city="Chengdu")
    Endpoint.objects.create(merchant=shop, url="http://127.0.0.1:9/")
    look(Reader("shop", str(shop.pk), "Cars"), spiral.chen)
    look(Reader("shop", "no-shop", "Nobody"), spiral.chen)
    put_right(spiral)
    assert [each.body["data"]["obligation_ids"] for each in Delivery.objects.all()] == [[]]
    assert Notice.objects.count() == 2


def test_a_partner_that_cannot_be_reached_is_not_registered(settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError):
        heron("http://heron.example/hooks")
    assert not Partner.objects.exists()


def read_by_law(spiral: Spiral, *approvers: object) -> int:
    from zhima.city.disclosure.models import Entry

    score_of(
        reader=Reader("authority", "court", "River court"),
        person=spiral.chen,
        purpose="enforcement",
        fields=("band",),
        basis=Basis("Art. 67", "12/2026", tuple(str(each.pk) for each in approvers)),
    )
    return Entry.objects.filter(person=spiral.chen).latest("pk").pk


def test_that_an_authority_read_is_contested_and_decided_by_nobody_who_approved(
    spiral, client
) -> None:
    first, second, third = (a_decider(name) for name in ("Fei", "Shu", "Tao"))
    entry = read_by_law(spiral, first, second)
    client.force_login(spiral.chen)
    feed = client.get("/who-looked/").content.decode()
    assert f"/appeals/reading/{entry}/" in feed
    assert "Approved by Fei, Shu" in feed
    page = client.get(f"/appeals/reading/{entry}/").content.decode()
    assert "River court" in page
    assert "decides within 14 days" in page
    answer = client.post(f"/appeals/reading/{entry}/", {"text": "There was no file 12."})
    assert answer.status_code == 302
    case = spiral.chen.appeals.get()
    for approver in (first, second):
        with pytest.raises(lifecycle.AppealRefused) as refused:
            lifecycle.uphold(case=case, by=approver, reason="Mine.")
        assert refused.value.reason == "decider_is_party"
    lifecycle.uphold(case=case, by=third, reason="There is no such file.")
    (notice,) = Notice.objects.all()
    assert (notice.reader_kind, notice.reader_name) == ("authority", "River court")
    assert "told to forget it" in client.get(f"/appeals/{case.pk}/").content.decode()


def test_nobody_contests_what_others_read_or_what_is_sealed_or_was_refused(spiral, client) -> None:
    from zhima.city.disclosure.models import Entry

    entry = read_by_law(spiral)
    client.force_login(spiral.ana)
    assert client.get(f"/appeals/reading/{entry}/").status_code == 404
    client.force_login(spiral.chen)
    Entry.objects.filter(pk=entry).update(sealed_until=clock.now() + timedelta(days=3))
    assert client.get(f"/appeals/reading/{entry}/").status_code == 404
