"""Where an obligation may stand and which moves are legal (docs/lifecycle.md), as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """One word of the lifecycle."""

    QUOTED = "quoted"
    WAIVED = "waived"
    HELD = "held"
    IN_USE = "in_use"
    RETURNED = "returned"
    OWED = "owed"
    SETTLED = "settled"
    RELEASED = "released"
    OVERDUE = "overdue"
    BREACHED = "breached"
    REPAIRED = "repaired"
    APPEALED = "appealed"
    STRUCK = "struck"
    LAPSED = "lapsed"


class Act(StrEnum):
    """What somebody does to an obligation."""

    QUOTE = "quote"
    OWE = "owe"
    START = "start"
    LAPSE = "lapse"
    HAND_OUT = "hand_out"
    GIVE_BACK = "give_back"
    CLAIM = "claim"
    PAY = "pay"
    SETTLE = "settle"
    RELEASE = "release"
    MARK_OVERDUE = "mark_overdue"
    BREACH = "breach"
    REPAIR = "repair"
    APPEAL = "appeal"
    REJECT = "reject"
    STRIKE = "strike"
    REFUND = "refund"


MOVES: Mapping[State, Mapping[State, Act]] = {
    State.QUOTED: {
        State.WAIVED: Act.START,
        State.HELD: Act.START,
        State.LAPSED: Act.LAPSE,
    },
    State.WAIVED: {State.IN_USE: Act.HAND_OUT, State.RELEASED: Act.RELEASE},
    State.HELD: {State.IN_USE: Act.HAND_OUT, State.RELEASED: Act.RELEASE},
    State.IN_USE: {State.RETURNED: Act.GIVE_BACK, State.OVERDUE: Act.MARK_OVERDUE},
    State.RETURNED: {State.SETTLED: Act.SETTLE, State.OVERDUE: Act.MARK_OVERDUE},
    State.OWED: {
        State.SETTLED: Act.SETTLE,
        State.OVERDUE: Act.MARK_OVERDUE,
        State.RELEASED: Act.RELEASE,
    },
    State.OVERDUE: {
        State.RETURNED: Act.GIVE_BACK,
        State.SETTLED: Act.SETTLE,
        State.BREACHED: Act.BREACH,
    },
    State.BREACHED: {State.REPAIRED: Act.REPAIR, State.APPEALED: Act.APPEAL},
    State.APPEALED: {State.STRUCK: Act.STRIKE, State.BREACHED: Act.REJECT},
    State.SETTLED: {State.RELEASED: Act.RELEASE},
    State.RELEASED: {},
    State.REPAIRED: {State.STRUCK: Act.STRIKE},
    State.STRUCK: {},
    State.LAPSED: {},
}
"""From each state, the states it may move to and the act that takes it there."""

ENDED = frozenset(state for state, onward in MOVES.items() if set(onward.values()) <= {Act.STRIKE})
"""States that nothing but an upheld appeal leaves; no money is set aside in them."""

CLAIMABLE = frozenset({State.RETURNED, State.OVERDUE, State.BREACHED})
"""Where the owner may say what is owed, once."""

INDEBTED = (State.RETURNED, State.OWED)
"""Where something may be owed that is not late."""

PAYABLE = frozenset({*INDEBTED, State.OVERDUE, State.BREACHED})
"""Where what is owed may be paid."""


def target(state: State, act: Act) -> State | None:
    """Where `act` leads from `state`; None when it is no legal move, or leads to more than one."""
    found = [to for to, how in MOVES[state].items() if how is act]
    return found[0] if len(found) == 1 else None
