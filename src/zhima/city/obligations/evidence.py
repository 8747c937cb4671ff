"""What a move says about the person, in the words of the engine's vocabulary."""

from __future__ import annotations

from typing import Any, NamedTuple

from zhima.city.obligations.models import Move, Obligation
from zhima.city.obligations.states import Act, State

PURPOSE = "agreements"
KINDS = (
    "obligation.opened",
    "deposit.waived",
    "deposit.held",
    "deposit.captured",
    "deposit.released",
    "obligation.settled",
    "obligation.overdue",
    "obligation.breached",
    "obligation.repaired",
)
"""All that is ever said; an app with a deposit rule declares them in its manifest."""
AGAINST = (Act.MARK_OVERDUE, Act.BREACH)
"""Moves whose evidence speaks against the person."""
STRUCK_WITH = (*AGAINST, Act.REPAIR)
"""Moves whose evidence an upheld appeal removes: what was no wrong was not made good either."""


class Said(NamedTuple):
    """One event to report."""

    event_id: str
    kind: str
    amount_fen: int | None
    context: dict[str, Any]


def said_by(obligation: Obligation, move: Move) -> list[Said]:
    """The events of one move."""
    return [
        Said(event_id(move, kind), kind, amount_fen, {**_always(obligation), **more})
        for kind, amount_fen, more in _words(obligation, move)
    ]


def event_id(move: Move, kind: str) -> str:
    """The same for the same move, for ever."""
    return f"obligation:{move.obligation_id}:{move.seq}:{kind}"


def contestable(move: Move) -> str:
    """The event of a move that speaks against the person; empty when there is none."""
    if move.act not in AGAINST:
        return ""
    return event_id(move, f"obligation.{move.to_state}")


def _always(obligation: Obligation) -> dict[str, Any]:
    return {
        "obligation_id": obligation.pk,
        "category": obligation.terms.category,
        "app": obligation.app,
    }


def _words(obligation: Obligation, move: Move) -> list[tuple[str, int | None, dict[str, Any]]]:
    late = {"days_late": max(0, (move.at - obligation.due_at).days)}
    if move.act == Act.START:
        asked = {"deposit_fen": obligation.deposit_fen}
        due = {**asked, "due_at": obligation.due_at.isoformat()}
        opened = ("obligation.opened", None, due)
        if move.to_state == State.HELD:
            return [opened, ("deposit.held", obligation.deposit_fen, {})]
        return [opened, ("deposit.waived", None, asked)]
    if move.act == Act.OWE:
        return [("obligation.opened", move.amount_fen, {"due_at": obligation.due_at.isoformat()})]
    if move.act == Act.CLAIM and obligation.hold_id and move.amount_fen:
        return [("deposit.captured", move.amount_fen, {"reason": "damage"})]
    if move.act == Act.RELEASE and obligation.hold_id:
        rest = obligation.deposit_fen - obligation.collected_fen
        return [("deposit.released", rest, {})] if rest else []
    if move.act == Act.SETTLE:
        return [("obligation.settled", obligation.collected_fen or None, late)]
    if move.act == Act.MARK_OVERDUE:
        return [("obligation.overdue", move.amount_fen, late)]
    if move.act == Act.BREACH:
        severity = {"severity": obligation.severity} if obligation.severity else {}
        return [("obligation.breached", move.amount_fen, {**late, **severity})]
    if move.act == Act.REPAIR:
        return [("obligation.repaired", obligation.collected_fen or None, late)]
    return []
