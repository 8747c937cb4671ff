"""An app from outside with a person's token, which does what she did not mean."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.apps_from_outside import BOOK, HOURS, MANIFEST, PAY, Api, AppSoftware, published
from tests.city_phones import Phone, resident
from tests.market_phones import later
from tests.races import at_once
from tests.scored import opt_in
from zhima.city.clock import now
from zhima.city.consent.purposes import MOST_A_DAY_FEN
from zhima.city.market.models import Booking
from zhima.city.obligations.models import Obligation
from zhima.city.scoring.models import Event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("city")]

PER_KITE = 300_00


def kites(**booking: Any) -> AppSoftware:
    """The kites, some of whose rules are others."""
    rules = {"pays": "before", "free_until_hours": 1, "kept_percent": 50, **booking}
    said = ", ".join(f"{name}: {value}" for name, value in rules.items())
    text = MANIFEST[: MANIFEST.index("booking: {")] + f"booking: {{{said}, category: outing}}\n"
    return AppSoftware.of(*published(resident("Maker"), text))


def offers(app: AppSoftware, *, price_fen: int = PER_KITE, **pattern: Any) -> None:
    kite = {
        "title": {"en": "Kite", "zh": "风筝"},
        "price_fen": price_fen,
        "pattern": pattern or {"times": ["10:00", "12:00", "14:00", "16:00"], "places": 9},
    }
    status, said = Api(app.for_itself())("PUT", "/app/offers/dragon", kite)
    assert status == 200, said


def slots(api: Api) -> list[int]:
    day = timezone.localdate(now()) + timedelta(days=1)
    _, found = api("GET", f"/person/offers/dragon/slots?day={day}")
    return [int(slot["slot_id"]) for slot in found["slots"]]


def takes(api: Api, slot: int, key: str, **more: Any) -> str:
    """Book in her name; the state, or the code of the refusal."""
    wish = {"offer": "dragon", "slot_id": slot, "key": f"the-wish-{key}", **more}
    _, said = api("POST", "/person/bookings", wish)
    return str(said["error"]["code"] if "error" in said else said["state"])


def test_it_cannot_empty_a_wallet_by_what_it_offers_itself() -> None:
    app, ana = kites(), resident("Ana", fen=9_000_00)
    offers(app)
    api = Api(app.for_person(ana, BOOK, PAY))
    first, *others = slots(api)
    came_to = [takes(api, slot, str(n)) for n, slot in enumerate((first, *others))]
    assert came_to == ["booked", "booked", "booked", "over_allowance"]
    assert ana.balance_fen == 9_000_00 - 3 * PER_KITE
    offers(app, price_fen=MOST_A_DAY_FEN + 1)
    with later(1.1):
        assert takes(api, slots(api)[1], "dear") == "over_allowance"
        offers(app, price_fen=MOST_A_DAY_FEN)
        assert takes(Api(app.for_person(ana, BOOK, PAY)), slots(api)[1], "fair") == "booked"


def test_it_cannot_do_so_by_asking_at_once_nor_with_more_tokens() -> None:
    app, ana = kites(), resident("Ana", fen=9_000_00)
    offers(app)
    apis = [Api(app.for_person(ana, BOOK, PAY)) for _ in range(2)]
    (slot, *_) = slots(apis[0])
    found = at_once(*[lambda n=n: takes(apis[n % 2], slot, f"at-once-{n}") for n in range(6)])
    assert found == {"booked": 3, "over_allowance": 3}
    assert ana.balance_fen == 9_000_00 - 3 * PER_KITE


def test_what_it_may_not_pay_now_it_cannot_make_her_owe_later() -> None:
    app, ana = kites(pays="after"), resident("Ana", fen=9_000_00)
    offers(app)
    api = Api(app.for_person(ana, BOOK))
    (slot, *_) = slots(api)
    assert takes(api, slot, "no-pay") == "insufficient_scope"
    paying = Api(app.for_person(ana, BOOK, PAY))
    offers(app, price_fen=MOST_A_DAY_FEN + 1)
    assert takes(paying, slot, "too-dear") == "over_allowance"
    with later(3):
        assert not Obligation.objects.exists()
    assert ana.balance_fen == 9_000_00


def test_later_rents_count_from_the_first_day() -> None:
    app, ana = kites(rent_days=1, most=30, per="day"), resident("Ana", fen=9_000_00)
    offers(app, standing=3)
    api = Api(app.for_person(ana, BOOK, PAY))
    (slot, *_) = slots(api)
    assert takes(api, slot, "month", count=2) == "over_allowance"
    assert not Booking.objects.exists()
    offers(app, price_fen=100_00, standing=3)
    assert takes(api, slot, "days", count=2) == "booked"


def reports(api: Api, **more: Any) -> tuple[int, str]:
    event = {"event_id": "volunteer-1", "kind": "hours.given", "occurred_at": now().isoformat()}
    status, said = api("POST", "/person/evidence", {**event, **more})
    return status, said.get("verdict") or said["error"]["code"]


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        ("0001-01-01T00:00:00+14:00", "too_long_ago"),
        ("1969-12-31T23:59:59Z", "too_long_ago"),
        ("9999-12-31T23:59:59-12:00", "from_the_future"),
    ],
)
def test_no_time_is_too_early_or_too_late_to_be_answered(at: str, verdict: str) -> None:
    app, ana = kites(), resident("Ana")
    opt_in(ana.person)
    api = Api(app.for_person(ana, BOOK, HOURS))
    assert reports(api, occurred_at=at) == (200, verdict)
    late = {"offer": "dragon", "due_at": at, "key": "a-quote-1"}
    assert api("POST", "/person/quotes", late)[0] in (403, 404, 409)
    assert not Event.objects.exists()


def test_about_somebody_who_wants_no_score_nothing_is_kept() -> None:
    app, ana = kites(), resident("Ana")
    assert reports(Api(app.for_person(ana, BOOK, HOURS))) == (200, "not_opted_in")
    assert not Event.objects.exists()


def test_a_replayed_report_is_one_and_a_changed_one_is_refused() -> None:
    app, ana = kites(), resident("Ana")
    opt_in(ana.person)
    api, at = Api(app.for_person(ana, BOOK, HOURS)), now().isoformat()
    assert reports(api, occurred_at=at) == (200, "recorded")
    assert reports(api, occurred_at=at) == (200, "already_recorded")
    earlier = (now() - timedelta(days=3)).isoformat()
    assert reports(api, occurred_at=earlier) == (200, "id_reused")
    assert Event.objects.count() == 1


def test_one_persons_token_reaches_nothing_of_anothers(ana_and_bo: tuple[Phone, Phone]) -> None:
    ana, bo = ana_and_bo
    app = kites()
    offers(app)
    hers, his = (Api(app.for_person(each, BOOK, PAY)) for each in (ana, bo))
    wish = {"offer": "dragon", "slot_id": slots(hers)[0], "key": "only-mine"}
    _, mine = hers("POST", "/person/bookings", wish)
    for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/pay")):
        status, said = his(method, f"/person/bookings/{mine['booking_id']}{path}")
        assert (status, said["error"]["code"]) == (404, "booking_unknown")
    assert his("POST", "/person/bookings", wish)[1]["booking_id"] != mine["booking_id"]


@pytest.fixture
def ana_and_bo() -> tuple[Phone, Phone]:
    return resident("Ana", fen=500_00), resident("Bo", fen=500_00)
