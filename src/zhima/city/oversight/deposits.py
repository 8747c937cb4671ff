"""Obligations against the ledger, and the ledger against them: each keeps its own books of both.

What an obligation says was frozen, collected and given back has a transfer of that amount between
those two; every transfer in an obligation's name is one that the obligation asks for; and the
obligation stands where its moves have led it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from zhima.city.ledger.model import Entry
from zhima.city.obligations import money
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.states import ENDED, MOVES, Act, State
from zhima.city.pay.shops import shop_account
from zhima.city.wallet.books import purse, store

Disagreements = Iterator[tuple[str, str]]
AT_ONCE = 1000
_ENTRIES = f"SELECT {', '.join(Entry._fields)} FROM ledger_entries WHERE id LIKE ?"
_OVER = "SELECT refers_to FROM ledger_entries WHERE kind IN ('capture', 'release')"
_ENDS_HOLDS = f"{_OVER} AND refers_to LIKE ?"
_BEGINS = {(Act.QUOTE, State.QUOTED), (Act.OWE, State.OWED)}
_NOTES = {Act.CLAIM, Act.PAY, Act.REFUND}
"""What is written down without leading anywhere by itself."""


class Asked(NamedTuple):
    """A transfer that an obligation says there is."""

    kind: str
    amount_fen: int
    refers_to: str = ""


def disagreements() -> Disagreements:
    """Each with its reason (docs/accountability.md) and the id of the obligation or transfer."""
    written, over = _books()
    people = Obligation.objects.select_related("person").prefetch_related("moves", "instalments")
    for obligation in people.order_by("pk").iterator(chunk_size=AT_ONCE):
        entries = written.pop(obligation.pk, {})
        yield from _of_itself(obligation)
        yield from _of_money(obligation, entries)
        hold = money.hold_id(obligation)
        if obligation.state in ENDED and hold in entries and hold not in over:
            yield "hold_left_open", hold
    for entries in written.values():
        for entry_id in entries:
            yield "no_such_obligation", entry_id


def _books() -> tuple[dict[str, dict[str, Entry]], set[str]]:
    """The ledger's entries in the name of each obligation, and the holds that are over."""
    found: dict[str, dict[str, Entry]] = defaultdict(dict)
    mine = (f"{money.PREFIX}%",)
    with store().reading() as reader:
        for row in reader.rows(_ENTRIES, mine):
            entry = Entry._make(row)
            found[entry.id.split(":")[1]][entry.id] = entry
        return found, {hold for (hold,) in reader.rows(_ENDS_HOLDS, mine)}


def _of_itself(obligation: Obligation) -> Disagreements:
    """State and sums against moves and instalments."""
    moves = sorted(obligation.moves.all(), key=lambda move: move.seq)
    stands = ""
    for move in moves:
        if not _is_legal(stands, move.act, move.from_state, move.to_state):
            yield "illegal_move", f"{obligation.pk} {move.act}"
        stands = move.to_state
    if stands != obligation.state:
        yield "state_differs", obligation.pk
    was_held = any(move.to_state == State.HELD for move in moves)
    if obligation.hold_id != (money.hold_id(obligation) if was_held else ""):
        yield "hold_unnamed", obligation.pk
    parts = obligation.instalments.all()
    paid_fen = sum(part.amount_fen for part in parts if part.paid_at is not None)
    if not was_held and paid_fen != obligation.collected_fen:
        yield "collected_differs", obligation.pk
    if obligation.given_back_fen not in _sums(money.collected(obligation)):
        yield "given_back_differs", obligation.pk
    is_settled = obligation.state in (State.SETTLED, State.RELEASED, State.REPAIRED)
    if is_settled and obligation.owed_fen:
        yield "owed_when_ended", obligation.pk


def _is_legal(stands: str, act: str, begins: str, ends: str) -> bool:
    if not stands:
        return (act, ends) in _BEGINS
    if begins != stands:
        return False
    return (act in _NOTES and ends == begins) or MOVES[State(begins)].get(State(ends)) == act


def _of_money(obligation: Obligation, entries: dict[str, Entry]) -> Disagreements:
    asked = dict(_asked(obligation))
    parties = (purse(obligation.person), shop_account(obligation.merchant_id))
    for entry_id, wanted in asked.items():
        entry = entries.get(entry_id)
        if entry is None or (entry.kind, entry.refers_to) != (wanted.kind, wanted.refers_to):
            yield "no_such_transfer", entry_id
        elif entry.amount_fen != wanted.amount_fen:
            yield "amount_differs", entry_id
        elif {entry.debit_id, entry.credit_id} != set(parties):
            yield "parties_differ", entry_id
    may_be = _may_be(obligation)
    for entry_id in entries.keys() - asked.keys() - may_be:
        yield "not_agreed", entry_id


def _asked(obligation: Obligation) -> Iterator[tuple[str, Asked]]:
    """Every transfer that there must be."""
    collected = money.collected(obligation)
    hold = money.hold_id(obligation) if obligation.hold_id else ""
    if hold:
        yield hold, Asked("hold", obligation.deposit_fen)
    for payment, amount_fen in collected:
        is_kept = payment == money.kept_id(obligation)
        asked = Asked("capture", amount_fen, hold) if is_kept else Asked("transfer", amount_fen)
        yield payment, asked
    for (payment, amount_fen), sum_fen in zip(collected, _sums(collected)[1:], strict=True):
        if sum_fen <= obligation.given_back_fen:
            yield money.back_id(payment), Asked("refund", amount_fen, payment)


def _sums(collected: list[tuple[str, int]]) -> list[int]:
    """What may have gone back so far: payments do, each whole, in their order."""
    return [0, *accumulate(amount_fen for _, amount_fen in collected)]


def _may_be(obligation: Obligation) -> set[str]:
    """Transfers that are as good there as not."""
    allowed = set()
    if obligation.state in ENDED or obligation.state == State.SETTLED:
        # It may also have ended by its own time, or by what was kept of it.
        allowed.add(money.free_id(obligation))
    if obligation.state in (State.QUOTED, State.LAPSED):
        # Frozen by a process that died before it could say so: asked again or lapsed, it frees.
        allowed.add(money.hold_id(obligation))
    if obligation.due_back_fen:
        # Gone back, by a process that died before it could say so: asked again, it is said.
        allowed |= {money.back_id(payment) for payment, _ in money.collected(obligation)}
    return allowed
