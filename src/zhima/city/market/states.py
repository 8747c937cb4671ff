"""Where a booking may stand, and which moves are legal, as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class BookingState(StrEnum):
    """One word of a booking's life."""

    WISHED = "wished"
    """Others may want the same place; the rulebook's rule will say who gets it."""
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
    LOST = "lost"

    @classmethod
    def open(cls) -> tuple[BookingState, ...]:
        """Those from which something is still to come."""
        return (cls.WISHED, cls.ASKED, cls.UNPAID, cls.BOOKED, cls.IN_USE)


MOVES: Mapping[BookingState, frozenset[BookingState]] = {
    BookingState.WISHED: frozenset(
        {BookingState.UNPAID, BookingState.LOST, BookingState.CANCELLED}
    ),
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
    BookingState.LOST: frozenset(),
}

STATE_WORDS = {
    BookingState.WISHED: _("Wished for"),
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
    BookingState.LOST: _("Given to somebody else"),
}
