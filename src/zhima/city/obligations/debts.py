"""How what is owed is collected, and what follows when all of it is paid."""

from __future__ import annotations

from datetime import timedelta

from zhima.city.clock import now
from zhima.city.ledger.model import Outcome
from zhima.city.obligations import money
from zhima.city.obligations.models import Instalment, Obligation
from zhima.city.obligations.outcomes import Refused
from zhima.city.obligations.states import Act, State
from zhima.city.obligations.steps import Wish, follow_up, move, note


def collect(obligation: Obligation) -> Refused | None:
    """Collect what has just been claimed, as far as that is possible now."""
    owed_fen = obligation.claimed_fen or 0
    if not owed_fen:
        return None
    if obligation.hold_id:
        return _from_the_deposit(obligation, owed_fen)
    whole = Instalment(obligation=obligation, number=1, amount_fen=owed_fen, due_at=now())
    refused = money.debit(obligation, [whole])
    if refused is None:
        whole.paid_at = now()
        whole.save()
        obligation.collected_fen = owed_fen
        return None
    # A purse that is empty or frozen is no reason to forget the debt: it becomes due in parts.
    if refused.reason not in (Outcome.NOT_ENOUGH, Outcome.ACCOUNT_FROZEN):
        return refused
    Instalment.objects.bulk_create(_plan(obligation, owed_fen))
    return None


def end_if_paid(obligation: Obligation, wish: Wish) -> None:
    """When nothing is owed any more the obligation ends by itself: met, or made good."""
    if obligation.owed_fen:
        return
    if obligation.state == State.BREACHED:
        move(obligation, State.REPAIRED, follow_up(wish, Act.REPAIR, "paid"))
        money.free(obligation)
        return
    move(obligation, State.SETTLED, follow_up(wish, Act.SETTLE, "nothing is owed"))
    money.free(obligation)
    move(obligation, State.RELEASED, follow_up(wish, Act.RELEASE, "nothing is owed"))


def pay_back(obligation: Obligation, wish: Wish) -> int:
    """After an upheld appeal: as much as the owner's account holds goes back; how much, in fen."""
    went_fen = money.pay_back(obligation)
    if went_fen:
        obligation.given_back_fen += went_fen
        note(obligation, follow_up(wish, Act.REFUND, "", went_fen))
    return went_fen


def _from_the_deposit(obligation: Obligation, owed_fen: int) -> Refused | None:
    refused = money.keep_part(obligation, owed_fen)
    if refused is None:
        obligation.collected_fen = owed_fen
    return refused


def _plan(obligation: Obligation, owed_fen: int) -> list[Instalment]:
    """Equal parts, the odd fen first; none is empty."""
    terms, at = obligation.terms, now()
    count = max(1, min(terms.instalments, owed_fen))
    each, odd = divmod(owed_fen, count)
    return [
        Instalment(
            obligation=obligation,
            number=number,
            amount_fen=each + (number <= odd),
            due_at=at + timedelta(days=terms.instalment_days * number),
        )
        for number in range(1, count + 1)
    ]
