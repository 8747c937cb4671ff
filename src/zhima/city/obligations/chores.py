"""What time does to obligations: offers lapse, debts fall due, what is late becomes overdue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db.models import F

from zhima.city.clock import now
from zhima.city.obligations import lifecycle, money
from zhima.city.obligations.debts import end_if_paid
from zhima.city.obligations.models import Instalment, Obligation
from zhima.city.obligations.outcomes import Refusal, Refused
from zhima.city.obligations.states import INDEBTED, PAYABLE, Act, State
from zhima.city.obligations.steps import TIME, Answer, Wish, act_on, note

OFFER_LIFE = timedelta(minutes=30)
AT_ONCE = 500

Step = Callable[..., Answer]


def pass_time() -> int:
    """Do all that is due; how many moves that were. Doing it twice does no harm."""
    at = now()
    # Money first: after a pause of ours nobody is late whose purse held what was due.
    collected = sum(_collect(part) for part in _instalments_due(at))
    return collected + sum(_do(due, step) for due, step in _due(at)) + _pay_back()


def _due(at: datetime) -> Iterable[tuple[Iterable[Obligation], Step]]:
    found = Obligation.objects.order_by("changed_at")
    yield (
        found.filter(state=State.QUOTED, opened_at__lt=at - OFFER_LIFE)[:AT_ONCE],
        lifecycle.lapse,
    )
    never_used = found.filter(state__in=(State.WAIVED, State.HELD), due_at__lt=at)[:AT_ONCE]
    yield (o for o in never_used if at > o.due_at + o.terms.grace), _never_handed_out
    in_use = found.filter(state=State.IN_USE, due_at__lt=at)[:AT_ONCE]
    yield (o for o in in_use if at > o.due_at + o.terms.grace), lifecycle.mark_overdue
    indebted = found.filter(state__in=INDEBTED, claimed_fen__gt=F("collected_fen"))
    yield indebted[:AT_ONCE], lifecycle.mark_overdue
    silent = found.filter(state=State.RETURNED, claimed_fen=None)[:AT_ONCE]
    yield (o for o in silent if _silent_too_long(o, at)), _nothing_claimed
    yield found.filter(state=State.OVERDUE)[:AT_ONCE], lifecycle.breach


def _pay_back() -> int:
    """What owners could not give back yet is asked of them again."""
    struck = Obligation.objects.filter(state=State.STRUCK, given_back_fen__lt=F("collected_fen"))
    return sum(
        not isinstance(lifecycle.refund(each.pk, key=f"refund:{each.given_back_fen}"), Refused)
        for each in struck.order_by("changed_at")[:AT_ONCE]
    )


def _do(due: Iterable[Obligation], step: Step) -> int:
    answers = [step(o.pk, key=f"{TIME}:{o.state}:{o.changed_at.timestamp():.6f}") for o in due]
    return sum(not isinstance(answer, Refused) for answer in answers)


def _silent_too_long(obligation: Obligation, at: datetime) -> bool:
    returned = obligation.returned_at
    return returned is not None and at > returned + timedelta(
        days=obligation.terms.claim_within_days
    )


def _never_handed_out(obligation_id: str, *, key: str) -> Answer:
    return lifecycle.release(obligation_id, by=TIME, key=key, why="never handed out")


def _nothing_claimed(obligation_id: str, *, key: str) -> Answer:
    return lifecycle.finish(obligation_id, by=TIME, key=key)


def _instalments_due(at: datetime) -> Iterable[Instalment]:
    due = Instalment.objects.filter(paid_at=None, due_at__lte=at, obligation__state__in=PAYABLE)
    return due.order_by("due_at")[:AT_ONCE]


def _collect(part: Instalment) -> bool:
    """Try to take one instalment from the purse, on its day and every time after."""

    def work(obligation: Obligation, wish: Wish) -> Refused | None:
        if obligation.state not in PAYABLE:
            return Refused(Refusal.NOT_NOW)
        unpaid = obligation.instalments.filter(pk=part.pk, paid_at=None)
        if not unpaid.exists():
            return Refused(Refusal.NOTHING_OWED)
        refused = money.debit(obligation, [part])
        if refused is not None:
            return refused
        unpaid.update(paid_at=now())
        obligation.collected_fen += part.amount_fen
        note(obligation, wish)
        end_if_paid(obligation, wish)
        return None

    key, why = f"instalment:{part.number}", f"instalment {part.number}"
    wish = Wish(Act.PAY, TIME, key, why, part.amount_fen)
    return not isinstance(act_on(part.obligation_id, wish, work), Refused)
