"""The closed, append-only vocabulary of events.

There are no kinds for what is said in chats, for medicine, religion, biometrics, politics or
goods by name: what has no word cannot be recorded, and so cannot count.
"""

from __future__ import annotations

from zhima.engine.events.conduct_kinds import CONDUCT_KINDS
from zhima.engine.events.kind import EventKind, Flow
from zhima.engine.events.money_kinds import MONEY_KINDS
from zhima.engine.rulebook.never import forbidden_input

KINDS: dict[str, EventKind] = {kind.name: kind for kind in (*MONEY_KINDS, *CONDUCT_KINDS)}
"""Kind name to its meaning and rules, in the order of docs/events.md."""

STRIKE = "item.struck"

OUTFLOWS = frozenset(name for name, kind in KINDS.items() if kind.flow is Flow.OUT)
ADVERSE = frozenset(name for name, kind in KINDS.items() if kind.adverse)


def why_not_a_kind(name: str) -> str | None:
    """Why `name` is no event kind, in one sentence; None when it is one."""
    if name in KINDS:
        return None
    content = forbidden_input(name)
    if content is not None:
        return f"kind {name!r} is forbidden: {content} is never an input of a score"
    return f"kind {name!r} is not in the vocabulary of docs/events.md"
