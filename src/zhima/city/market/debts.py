"""What falls due after a booking was made: later rents, and fares that nobody paid on arrival.

Each is an agreement of its own in `obligations`: debited on its day, overdue, broken, made good.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from zhima.city.clock import now
from zhima.city.market import money, shelf
from zhima.city.market.models import App, Booking
from zhima.city.market.outcomes import Refused
from zhima.city.market.states import BookingState
from zhima.city.market.steps import Answer, act_on, keep
from zhima.city.obligations import lifecycle as agreements
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.states import State
from zhima.city.obligations.steps import TIME
from zhima.city.obligations.terms import Terms
from zhima.engine.kinds import Text

ANNOUNCED = timedelta(days=7)
"""A rent stands among the agreements so long before its day."""
FARE_WITHIN = timedelta(hours=24)
"""A fare that is not paid so long after the ride is a debt."""
RENT, FARE = "rent", "fare"
AT_ONCE = 200


def of_booking(booking: Booking) -> QuerySet[Obligation]:
    """Rents and fares of a booking, the latest first."""
    found = Obligation.objects.filter(booking_id=booking.pk, is_lent=False)
    return found.order_by("-due_at")


def fall_due() -> int:
    """Write down every rent and fare that has become a debt; how many. Twice does no harm."""
    apps = shelf.published()
    return sum(map(_rents, apps)) + sum(map(_fares, apps)) + _end_rents()


def _rents(app: App) -> int:
    days = app.manifest.booking.rent_days
    if not days:
        return 0
    leases = Booking.objects.filter(app_id=app.pk, state=BookingState.IN_USE)
    known = leases.select_related("offer__merchant", "person")
    return sum(_rent(app, lease, number, at) for lease in known for number, at in _due(lease, days))


def _due(lease: Booking, days: int) -> Iterator[tuple[int, datetime]]:
    """Number and day of each rent after the first that is near or past."""
    if lease.starts_at is None or lease.ends_at is None:
        return
    every, number = timedelta(days=days), 2
    written = of_booking(lease).filter(quote_key__startswith=RENT).count()
    while (at := lease.starts_at + (number - 1) * every) < lease.ends_at:
        if number > written + 1 and at - ANNOUNCED <= now():
            yield number, at
        number += 1


def _rent(app: App, lease: Booking, number: int, due_at: datetime) -> bool:
    agreements.owe(
        person=lease.person,
        merchant=lease.offer.merchant,
        app=app.pk,
        title=Text(f"{lease.offer.title_en} · {number}", f"{lease.offer.title_zh} · {number}"),
        terms=_terms(app, lease.price_fen),
        due_at=due_at,
        key=f"{RENT}-{lease.pk}-{number}",
        why=RENT,
        booking_id=lease.pk,
    )
    return True


def _end_rents() -> int:
    """Rents that were announced of a lease that has ended since are not due any more."""
    living = Booking.objects.filter(pk=OuterRef("booking_id"), state=BookingState.IN_USE)
    ahead = Obligation.objects.filter(
        state=State.OWED, quote_key__startswith=f"{RENT}-", due_at__gt=now()
    )
    ended = list(ahead.exclude(Exists(living))[:AT_ONCE])
    for rent in ended:
        agreements.release(rent.pk, by=TIME, key="ended", why="no longer due")
    return len(ended)


def _fares(app: App) -> int:
    if app.manifest.booking.pays != "after":
        return 0
    driven = Booking.objects.filter(
        app_id=app.pk,
        state=BookingState.DONE,
        price_fen__gt=0,
        fare_settled_at=None,
        changed_at__lt=now() - FARE_WITHIN,
    )
    waiting = driven.exclude(disputed_at__isnull=False, dispute_ended_at=None)
    due = waiting.order_by("changed_at").values_list("pk", flat=True)[:AT_ONCE]
    return sum(not isinstance(_fare(app, pk), Refused) for pk in list(due))


def _fare(app: App, booking_id: str) -> Answer:
    """Paid after all, or from now on a debt and no open order any more."""

    def work(ride: Booking) -> Refused | None:
        if ride.fare_settled_at is not None:
            return None
        if not money.is_paid(ride):
            refused = money.call_off(ride)
            if refused is not None:
                return refused
            agreements.owe(
                person=ride.person,
                merchant=ride.offer.merchant,
                app=app.pk,
                title=ride.offer.words,
                terms=_terms(app, ride.price_fen - ride.refunded_fen),
                due_at=now(),
                key=f"{FARE}-{ride.pk}",
                why=FARE,
                booking_id=ride.pk,
            )
        ride.fare_settled_at = now()
        keep(ride)
        return None

    return act_on(booking_id, work)


def _terms(app: App, amount_fen: int) -> Terms:
    """Those of the app's deposit, where it has some, for this amount."""
    agreed = app.manifest.terms(deposit_fen=amount_fen)
    category = app.manifest.booking.category
    own = agreed.kept() if agreed else {"category": category}
    return Terms(**{**own, "door": "", "deposit_fen": amount_fen, "instalments": 1})
