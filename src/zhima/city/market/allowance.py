"""What an app has cost a person, where it acted in her name and not she by hand."""

from __future__ import annotations

import math
from datetime import timedelta

from zhima.city.market.models import App, Booking
from zhima.city.market.states import BookingState

A_DAY = timedelta(days=1)
_COST_NOTHING = (BookingState.LAPSED, BookingState.LOST)


def cost_fen(app: App, booking: Booking) -> int:
    """What a booking binds the person to pay: its price, and every later rent."""
    left_fen = booking.price_fen - booking.refunded_fen
    days, start, end = app.manifest.booking.rent_days, booking.starts_at, booking.ends_at
    if not days or start is None or end is None:
        return left_fen
    return left_fen + booking.price_fen * max(0, math.ceil((end - start) / timedelta(days)) - 1)


def spent_fen(app: App, booking: Booking) -> int:
    """The same of all that the app booked for that person within the day before."""
    since = booking.made_at - A_DAY
    mine = Booking.objects.filter(
        app_id=app.pk, person_id=booking.person_id, made_at__gt=since
    ).exclude(state__in=_COST_NOTHING)
    return sum(cost_fen(app, each) for each in mine)
