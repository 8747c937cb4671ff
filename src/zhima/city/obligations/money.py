"""What an obligation moves in the ledger. Every id is made of the obligation: repeating is safe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhima.city.language import told
from zhima.city.ledger import requests
from zhima.city.ledger.model import DONE, Entry, Outcome
from zhima.city.obligations.models import Instalment, Obligation
from zhima.city.obligations.outcomes import Refused, refusal_in
from zhima.city.pay.clock import microseconds
from zhima.city.pay.shops import shop_account
from zhima.city.wallet.books import open_purse, write

PREFIX = "obligation:"
_OVER = frozenset({Outcome.HOLD_CAPTURED, Outcome.HOLD_RELEASED, Outcome.HOLD_EXPIRED})
_NEVER_HELD = Outcome.UNKNOWN_REFERENCE


def hold_id(obligation: Obligation) -> str:
    """Under which id its deposit is frozen, if it is."""
    return f"{PREFIX}{obligation.pk}:hold"


def kept_id(obligation: Obligation) -> str:
    """Under which id a part of a frozen deposit becomes the owner's."""
    return f"{PREFIX}{obligation.pk}:kept"


def free_id(obligation: Obligation) -> str:
    """Under which id a frozen deposit is given back."""
    return f"{PREFIX}{obligation.pk}:free"


def payment_id(obligation: Obligation, number: int) -> str:
    """Under which id an instalment is paid."""
    return f"{PREFIX}{obligation.pk}:pay:{number}"


def back_id(collected_id: str) -> str:
    """Under which id something that was collected goes back."""
    return f"{collected_id}:back"


def memos(entries: Iterable[Entry]) -> dict[str, str]:
    """What agreements are about, in the reader's language, by the ids of their entries."""
    agreed = {e.id: e.id.split(":")[1] for e in entries if e.id.startswith(PREFIX)}
    known = Obligation.objects.in_bulk(set(agreed.values()))
    return {entry_id: told(known[pk].words) for entry_id, pk in agreed.items() if pk in known}


def freeze(obligation: Obligation) -> Refused | None:
    """Set the deposit aside, for no longer than anything could be claimed of it."""
    ends_at = obligation.due_at + obligation.terms.longest_after_due
    hold = requests.hold(
        transfer_id=hold_id(obligation),
        payer=open_purse(obligation.person),
        payee=shop_account(obligation.merchant_id),
        amount_fen=obligation.deposit_fen,
        expires_at_us=microseconds(ends_at),
        memo=obligation.title,
    )
    return refusal_in(write(hold))


def free(obligation: Obligation) -> Refused | None:
    """Give back whatever is still set aside; nothing when there is nothing any more."""
    release = requests.release(
        transfer_id=free_id(obligation),
        hold_id=hold_id(obligation),
        memo=obligation.title,
    )
    (outcome,) = write(release)
    done = outcome in DONE or outcome in _OVER or outcome is _NEVER_HELD
    return None if done else Refused(outcome)


def keep_part(obligation: Obligation, amount_fen: int) -> Refused | None:
    """A part of a frozen deposit becomes the owner's; the rest is free in the same moment."""
    capture = requests.capture(
        transfer_id=kept_id(obligation),
        hold_id=hold_id(obligation),
        amount_fen=amount_fen,
        memo=obligation.title,
    )
    return refusal_in(write(capture))


def debit(obligation: Obligation, parts: Sequence[Instalment]) -> Refused | None:
    """Take instalments from the purse: all of `parts`, or none and the reason."""
    payments = [
        requests.pay(
            transfer_id=payment_id(obligation, part.number),
            payer=open_purse(obligation.person),
            payee=shop_account(obligation.merchant_id),
            amount_fen=part.amount_fen,
            memo=obligation.title,
        )._replace(linked=part is not parts[-1])
        for part in parts
    ]
    return refusal_in(write(*payments))


def collected(obligation: Obligation) -> list[tuple[str, int]]:
    """The transfers by which something was collected, with their amounts in fen, in their order."""
    parts = sorted(obligation.instalments.all(), key=lambda part: part.number)
    paid = [(payment_id(obligation, p.number), p.amount_fen) for p in parts if p.paid_at]
    if obligation.hold_id and obligation.collected_fen:
        paid.insert(0, (kept_id(obligation), obligation.collected_fen))
    return paid


def pay_back(obligation: Obligation) -> int:
    """What was collected goes back, each payment whole, in their order; how much went now, in fen.

    It comes out of the owner's account, as far as that holds enough; the rest is asked for again.
    """
    before_fen, went_fen = obligation.given_back_fen, 0
    for collected_id, amount_fen in collected(obligation):
        if before_fen >= amount_fen:
            before_fen -= amount_fen
            continue
        refund = requests.refund(
            transfer_id=back_id(collected_id),
            payment_id=collected_id,
            amount_fen=amount_fen,
            memo=obligation.title,
        )
        if refusal_in(write(refund)) is not None:
            break
        went_fen += amount_fen
    return went_fen
