"""Where a booking may stand, and which moves are legal, as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class BookingState(StrEnum):
    """One word of a booking's life."""

    ASKED = "asked"
    UNPAID = "unpaid"
    BOOKED = "booked"
    IN_USE = "in_use"
    DONE = "done"
    CANCELLED = "cancelled"
    CANCELLED_LATE = "cancelled_late"
    MISSED = "missed"
    REFUSED = "refused"
    LAPSED = "lapsed"

    @classmethod
    def open(cls) -> tuple[BookingState, ...]:
        """Those from which something is still to come."""
        return (cls.ASKED, cls.UNPAID, cls.BOOKED, cls.IN_USE)


MOVES: Mapping[BookingState, frozenset[BookingState]] = {
    BookingState.ASKED: frozenset(
        {
            BookingState.BOOKED,
            BookingState.REFUSED,
            BookingState.CANCELLED,
            BookingState.LAPSED,
        }
    ),
    BookingState.UNPAID: frozenset(
        {
            BookingState.ASKED,
            BookingState.BOOKED,
            BookingState.CANCELLED,
            BookingState.LAPSED,
        }
    ),
    BookingState.BOOKED: frozenset(
        {
            BookingState.IN_USE,
            BookingState.DONE,
            BookingState.CANCELLED,
            BookingState.CANCELLED_LATE,
            BookingState.MISSED,
        }
    ),
    BookingState.IN_USE: frozenset({BookingState.DONE}),
    BookingState.DONE: frozenset(),
    BookingState.CANCELLED: frozenset(),
    BookingState.CANCELLED_LATE: frozenset(),
    BookingState.MISSED: frozenset(),
    BookingState.REFUSED: frozenset(),
    BookingState.LAPSED: frozenset(),
}

STATE_WORDS = {
    BookingState.ASKED: _("Asked"),
    BookingState.UNPAID: _("To be paid"),
    BookingState.BOOKED: _("Booked"),
    BookingState.IN_USE: _("In use"),
    BookingState.DONE: _("Done"),
    BookingState.CANCELLED: _("Cancelled"),
    BookingState.CANCELLED_LATE: _("Cancelled late"),
    BookingState.MISSED: _("Missed"),
    BookingState.REFUSED: _("Declined"),
    BookingState.LAPSED: _("Not taken up"),
}
