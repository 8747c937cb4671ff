"""Money that comes back is not trade: which payments a rulebook leaves out of every feature."""

from __future__ import annotations

from dataclasses import dataclass

from zhima.engine.events.kind import Flow
from zhima.engine.events.vocabulary import KINDS
from zhima.engine.kinds import ZhimaError

FLOWING = {
    name: 1 if kind.flow is Flow.OUT else -1
    for name, kind in KINDS.items()
    if kind.flow is not Flow.NONE
}
"""Kinds that move money, with 1 for what the person gave and -1 for what she received."""


@dataclass(frozen=True, slots=True)
class CircularFlows:
    """What counts as coming back.

    An event that moves money is left out when, within `window_days` before and after it, at least
    `percent` of what went the same way between the person and the same counterparty came back.
    The share keeps a counterparty from wiping out somebody's real payments by sending back a fen.
    """

    window_days: int
    percent: int = 50

    def __post_init__(self) -> None:
        if self.window_days < 1 or not 1 <= self.percent <= 100:
            raise ZhimaError(
                f"circular flows need a window of at least a day and 1 to 100 percent, "
                f"not {self.window_days} and {self.percent}"
            )
