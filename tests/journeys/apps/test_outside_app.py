"""An outside developer's app at work: bookings, evidence, limits and refusals."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.apps_from_outside import (
    AGREE,
    BOOK,
    HOURS,
    MANIFEST,
    PAY,
    Api,
    AppSoftware,
    api_of,
    appointed,
    published,
    with_a_deposit,
)
from tests.city_phones import Phone, resident
from tests.given_scores import stand_at
from tests.market_phones import at, customer
from tests.scored import opt_in
from zhima.city import clock, limits
from zhima.city.clock import now
from zhima.city.doors import sharing
from zhima.city.doors.models import Draw
from zhima.city.limits import Windows
from zhima.city.market.models import RefusedReport
from zhima.city.wallet import books as ledger

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]


def boats() -> AppSoftware:
    """Another app, of somebody else."""
    return AppSoftware.of(*published(resident("Other"), MANIFEST.replace("id: kites", "id: boats")))


def offers_kite(app: AppSoftware, **more: Any) -> None:
    kite = {"title": {"en": "Kite", "zh": "风筝"}, "price_fen": 800, **more}
    kite.setdefault("pattern", {"times": ["10:00"], "minutes": 60})
    status, said = Api(app.for_itself())("PUT", "/app/offers/dragon", kite)
    assert status == 200, said


def slot_of(api: Api) -> int:
    day = timezone.localdate(now()) + timedelta(days=1)
    _, found = api("GET", f"/person/offers/dragon/slots?day={day}")
    return int(found["slots"][0]["slot_id"])


def test_what_the_person_did_not_tick_is_refused(kites: AppSoftware) -> None:
    offers_kite(kites)
    ana = resident("Ana", fen=20_00)
    api = api_of(kites, ana, BOOK)
    wish = {"offer": "dragon", "slot_id": slot_of(api), "key": "first-wish"}
    status, said = api("POST", "/person/bookings", wish)
    assert (status, said["error"]["code"]) == (403, "insufficient_scope")
    assert "act:pay" in said["error"]["message"]
    assert ana.balance_fen == 20_00
    _, me = api("GET", "/person/me")
    assert [(each["purpose"], each["fields"]) for each in me["permissions"]] == [
        ("act:book", ["bookings"])
    ]


def test_a_token_serves_its_own_side_alone(kites: AppSoftware) -> None:
    other, ana = boats(), resident("Ana")
    itself, hers = Api(kites.for_itself()), api_of(kites, ana, BOOK)
    assert (itself("GET", "/app/bookings")[0], itself("GET", "/person/me")[0]) == (200, 401)
    assert (hers("GET", "/app/bookings")[0], hers("GET", "/person/me")[0]) == (401, 200)
    assert Api(other.for_itself())("GET", "/app/bookings")[1] == {"bookings": []}
    assert (
        Client()
        .get(
            "/api/partner/v1/me", headers={"authorization": f"Bearer {kites.for_person(ana, BOOK)}"}
        )
        .status_code
        == 401
    ), "what is for the market's API is not for the partners'"


def test_an_app_asks_people_of_nothing_in_its_own_name(kites: AppSoftware) -> None:
    asked = kites.token(grant_type="client_credentials", scope="act:pay").json()
    assert asked["error"] == "invalid_scope"


def test_two_apps_cannot_tell_that_it_is_the_same_person(kites: AppSoftware) -> None:
    ana = resident("Ana")
    here, there = kites.allowed(ana, BOOK)["sub"], boats().allowed(ana, BOOK)["sub"]
    assert here != there
    assert here == api_of(kites, ana, PAY)("GET", "/person/me")[1]["sub"]
    assert ana.person.pk.hex not in (here, there)


def test_a_time_that_is_over_is_not_free_and_today_is_the_citys(kites: AppSoftware) -> None:
    offers_kite(kites)
    # Half past one at night in the city is still yesterday in UTC.
    night = timezone.localtime(now()).replace(hour=1, minute=30)
    with at(night):
        api = api_of(kites, resident("Ana", fen=100_00), BOOK, PAY)
        _, found = api("GET", "/person/offers/dragon/slots")
    assert [slot["free"] for slot in found["slots"]] == [1]
    starts_at = datetime.fromisoformat(found["slots"][0]["starts_at"])
    assert timezone.localdate(starts_at) == night.date()
    with at(night + timedelta(hours=10)):
        _, found = api("GET", "/person/offers/dragon/slots")
        assert [slot["free"] for slot in found["slots"]] == [0]
        wish = {"offer": "dragon", "slot_id": found["slots"][0]["slot_id"], "key": "late-one"}
        status, said = api("POST", "/person/bookings", wish)
    assert (status, said["error"]["code"], said["error"]["field"]) == (409, "slot_over", "slot_id")
    assert "slots again" in said["error"]["remedy"]


def test_requests_are_counted_by_app_and_by_person_whatever_the_token(
    kites: AppSoftware, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_windows", Windows())
    monkeypatch.setattr("zhima.city.consent.bearer.RATE_FOR_PERSON", "3/minute")
    monkeypatch.setattr("zhima.city.consent.bearer.RATE_OF_CLIENT", "2/minute")
    ana, bo = resident("Ana"), resident("Bo")
    # The minute may turn once: at most two of them are filled.
    tokens = [kites.for_person(ana, BOOK) for _ in range(2)]
    answers = [kites.get("/person/me", tokens[n % 2]) for n in range(8)]
    refused = [each for each in answers if each.status_code == 429]
    assert 2 <= len(refused) <= 5
    assert refused[0].json()["error"]["code"] == "too_many_requests"
    assert refused[0]["Retry-After"]
    assert kites.get("/person/me", kites.for_person(bo, BOOK)).status_code == 200
    own = kites.for_itself()
    assert 429 in [kites.get("/app/bookings", own).status_code for _ in range(5)]


def test_an_app_has_so_many_requests_for_all_its_people_together(
    kites: AppSoftware, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_windows", Windows())
    monkeypatch.setattr("zhima.city.consent.bearer.RATE_FOR_PEOPLE", "3/minute")
    tokens = [kites.for_person(resident(f"Person {n}"), BOOK) for n in range(8)]
    answers = [kites.get("/person/me", token).status_code for token in tokens]
    # The minute may turn once.
    assert 3 <= answers.count(200) <= 6
    assert set(answers) == {200, 429}


def test_a_withdrawn_app_can_do_nothing_any_more(kites: AppSoftware, maker: Phone) -> None:
    ana = resident("Ana")
    tokens = kites.allowed(ana, BOOK)
    itself = Api(kites.for_itself())
    maker.post("market:app_step", "kites", "withdraw")
    assert Api(tokens["access_token"])("GET", "/person/me")[0] == 401
    assert itself("GET", "/app/bookings")[0] == 401
    again = kites.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert again.status_code in (400, 401)
    sheet = ana.client.get("/oauth/authorize/", kites.request("act:book"))
    assert (sheet.status_code, "invalid" in sheet.content.decode()) == (400, True)


def test_undeclared_evidence_is_refused_and_written_down(kites: AppSoftware, maker: Phone) -> None:
    api = api_of(kites, resident("Ana"), HOURS)
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
    reviewer = appointed("Another reviewer")
    for reader in (maker, reviewer):
        page = reader.get("market:app", "kites").text
        assert "item.lost" in page
        assert "undeclared_field" in page
    assert resident("Stranger").get("market:app", "kites").status == 404


def test_declared_evidence_counts_only_with_consent(kites: AppSoftware) -> None:
    ana = resident("Ana")
    event = {"event_id": "event-0002", "kind": "hours.given", "occurred_at": now().isoformat()}
    without = api_of(kites, ana, BOOK)("POST", "/person/evidence", event)
    assert (without[0], without[1]["error"]["code"]) == (403, "insufficient_scope")
    api = api_of(kites, ana, HOURS)
    assert api("POST", "/person/evidence", event) == (200, {"verdict": "not_opted_in"})
    opt_in(ana.person)
    assert api("POST", "/person/evidence", event) == (200, {"verdict": "recorded"})
    assert api("POST", "/person/evidence", event) == (200, {"verdict": "already_recorded"})
    future = {**event, "event_id": "event-0003", "occurred_at": "2999-01-01T00:00:00Z"}
    assert api("POST", "/person/evidence", future) == (200, {"verdict": "from_the_future"})
    assert not RefusedReport.objects.exclude(reason="from_the_future").exists()
    # Another sheet, on which she ticked another kind of the same purpose.
    fewer = api_of(kites, ana, "agreements booking.kept")
    last = {**event, "event_id": "event-0004"}
    assert fewer("POST", "/person/evidence", last) == (200, {"verdict": "no_consent"})


def test_another_persons_booking_is_not_there(kites: AppSoftware) -> None:
    offers_kite(kites, price_fen=0)
    api = api_of(kites, resident("Ana"), BOOK)
    wish = {"offer": "dragon", "slot_id": slot_of(api), "key": "anas-wish"}
    status, made = api("POST", "/person/bookings", wish)
    assert (status, made["state"]) == (201, "booked")
    chen = api_of(kites, resident("Chen"), BOOK)
    assert chen("GET", f"/person/bookings/{made['booking_id']}")[0] == 404
    gone = chen("POST", "/person/bookings", {**wish, "key": "chens-wish"})
    assert (gone[0], gone[1]["error"]["code"]) == (409, "slot_gone")
    finished = f"/app/bookings/{made['booking_id']}/finish"
    assert Api(kites.for_itself())("POST", finished, {})[1]["state"] == "done"


def test_b1_an_outside_app_learns_rule_and_other_way_and_the_person_alone_the_gap(
    maker: Phone,
) -> None:
    kites = AppSoftware.of(*published(maker, with_a_deposit()))
    offers_kite(kites, price_fen=0, pattern={"daily": {"from": "09:00", "until": "09:00"}})
    ana = resident("Ana", fen=300_00)
    stand_at(ana.person, 649)
    door = ("door:car outcome", "door:car deposit")
    api = api_of(kites, ana, BOOK, "act:agree deposits", *door)
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


GIVES = "tint: 6\nbenefits: {places: true, upgrades: {closes_before_hours: 1}}"


def test_b2_an_outside_app_gives_a_contested_kite_and_never_learns_the_gap(maker: Phone) -> None:
    kites = AppSoftware.of(*published(maker, MANIFEST.replace("tint: 6", GIVES)))
    offers_kite(kites, price_fen=0, contested=True)
    made = {}
    for name, score in (("High", 720), ("Low", 610)):
        phone = resident(name)
        stand_at(phone.person, score)
        sharing.toggle(phone.person, "places")
        api = api_of(kites, phone, BOOK)
        wish = {"offer": "dragon", "slot_id": slot_of(api), "key": f"wish-of-{name}"}
        status, said = api("POST", "/person/bookings", wish)
        assert (status, said["state"]) == (201, "wished")
        made[name] = (phone, api, said)
    with clock.pretending(clock.microseconds(now() + timedelta(seconds=61))):
        found = {
            name: api("GET", f"/person/bookings/{said['booking_id']}")[1]
            for name, (_, api, said) in made.items()
        }
    assert {name: said["state"] for name, said in found.items()} == {
        "High": "booked",
        "Low": "lost",
    }
    assert "110" not in json.dumps(found)
    page = made["Low"][0].client.get(found["Low"]["told_at"]).content.decode()
    assert 'data-gap="110"' in page
    assert resident("Chen").client.get(found["Low"]["told_at"]).status_code == 404
    assert "data-gap" not in made["High"][0].client.get(found["High"]["told_at"]).content.decode()


def test_b2_two_places_with_a_deposit_go_to_two_of_four_who_chose_how_to_stand_behind_them(
    maker: Phone,
) -> None:
    text = with_a_deposit().replace("tint: 6", GIVES).replace("pays: before", "pays: never")
    kites = AppSoftware.of(*published(maker, text))
    pattern = {"times": ["10:00"], "minutes": 60, "places": 2}
    offers_kite(kites, price_fen=0, contested=True, pattern=pattern)
    asked = {"Waived": 720, "Frozen": 700, "Short": 640, "Poor": 710}
    made: dict[str, tuple[Phone, Api, dict[str, Any]]] = {}
    for name, score in asked.items():
        phone = customer(name, fen=200_00, score=score)
        sharing.toggle(phone.person, "places")
        api = api_of(kites, phone, BOOK, AGREE, "door:car outcome", "door:car deposit")
        wish = {"offer": "dragon", "slot_id": slot_of(api), "key": f"wish-of-{name}"}
        status, said = api("POST", "/person/bookings", wish)
        assert (status, said["error"]["code"]) == (409, "deposit_not_chosen")
        wish["freeze"] = name != "Waived"
        status, said = api("POST", "/person/bookings", wish)
        assert (status, said["state"], said["deposit"]) == (201, "wished", "")
        assert ledger.account(phone.person).pending_debits_fen == 0, "a wish holds nothing"
        made[name] = (phone, api, said)
    # What stood in the purse when she wished is not there any more when the place is given.
    made["Poor"][0].pay(resident("Shop").get("pay:collect").code, "150")
    with at(now() + timedelta(seconds=61)):
        found = {
            name: api("GET", f"/person/bookings/{said['booking_id']}")[1]
            for name, (_, api, said) in made.items()
        }
        states = {name: (said["state"], said["deposit"]) for name, said in found.items()}
        assert states == {
            "Waived": ("booked", "waived"),
            "Frozen": ("lost", ""),
            "Short": ("lost", ""),
            "Poor": ("lapsed", ""),
        }
        gap = made["Frozen"][0].client.get(found["Frozen"]["told_at"]).content.decode()
        assert 'data-gap="10"' in gap, "to the last of those who got one"
        # The place that nobody could stand behind is asked for anew, by whoever is left.
        phone, api, _ = made["Frozen"]
        wish = {"offer": "dragon", "slot_id": slot_of(api), "key": "once-more"}
        status, said = api("POST", "/person/bookings", {**wish, "freeze": True})
        assert (status, said["state"]) == (201, "wished")
        with at(now() + timedelta(seconds=61)):
            path = f"/person/bookings/{said['booking_id']}"
            assert api("GET", path)[1]["deposit"] == "held"
    assert ledger.account(phone.person).pending_debits_fen == 200_00


def test_b3_an_outside_app_has_its_better_kites_drawn(maker: Phone) -> None:
    kites = AppSoftware.of(*published(maker, MANIFEST.replace("tint: 6", GIVES)))
    offers_kite(kites, upgrade_to="phoenix")
    better = {"title": {"en": "Phoenix", "zh": "凤凰"}, "price_fen": 2000}
    better["pattern"] = {"times": ["10:00"], "minutes": 60}
    assert Api(kites.for_itself())("PUT", "/app/offers/phoenix", better)[0] == 200
    ana = resident("Ana", fen=20_00)
    api = api_of(kites, ana, BOOK, PAY)
    wish = {"offer": "dragon", "slot_id": slot_of(api), "key": "anas-wish"}
    status, made = api("POST", "/person/bookings", wish)
    assert (status, made["state"], made["upgraded_to"]) == (201, "booked", "")
    draw = Draw.objects.get()
    assert made["told_at"] == f"/doors/draws/{draw.pk}/"
    draw.tickets.update(percent=100)
    with clock.pretending(clock.microseconds(draw.closes_at)):
        drawn = api("GET", f"/person/bookings/{made['booking_id']}")[1]
    assert (drawn["upgraded_to"], drawn["price_fen"], ana.balance_fen) == ("phoenix", 800, 12_00)


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
    kites: AppSoftware, pattern: dict[str, Any], field: str
) -> None:
    kite = {"title": {"en": "Kite", "zh": "风筝"}, "pattern": pattern}
    status, said = Api(kites.for_itself())("PUT", "/app/offers/dragon", kite)
    assert (status, said["error"]["code"]) == (422, "field_invalid")
    assert field in said["error"]["field"]
