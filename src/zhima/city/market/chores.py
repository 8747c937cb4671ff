"""What time does to bookings: unpaid ones lapse, unanswered ones too, rents and fares fall due."""

from __future__ import annotations

from datetime import timedelta

from zhima.city.clock import now
from zhima.city.market import contests, debts, money, shelf, upgrading
from zhima.city.market.models import Booking
from zhima.city.market.outcomes import Refused
from zhima.city.market.placing import confirm, undo
from zhima.city.market.states import BookingState
from zhima.city.market.steps import act_on

ANSWER_WITHIN = timedelta(minutes=30)
PAY_WITHIN = timedelta(seconds=money.PAY_WITHIN_S)
AT_ONCE = 200


def pass_time() -> int:
    """Finish or undo what was left half done, write down what fell due; how many these were."""
    unanswered = _waiting(BookingState.ASKED, ANSWER_WITHIN)
    return (
        debts.fall_due()
        + contests.settle_decided()
        + upgrading.enter_late()
        + sum(map(_unpaid, _waiting(BookingState.UNPAID, PAY_WITHIN)))
        + sum(not isinstance(undo(each.pk, BookingState.LAPSED), Refused) for each in unanswered)
    )


def _waiting(state: BookingState, longest: timedelta) -> list[Booking]:
    found = Booking.objects.filter(state=state, made_at__lt=now() - longest)
    return list(found.order_by("made_at")[:AT_ONCE])


def _unpaid(booking: Booking) -> bool:
    """Paid after all (the process died before it could say so), or not."""
    app = shelf.find(booking.app_id)
    if app is not None and booking.order_id and money.is_paid(booking):
        answer = act_on(booking.pk, lambda fresh: confirm(app, fresh))
    else:
        answer = undo(booking.pk, BookingState.LAPSED)
    return not isinstance(answer, Refused)
