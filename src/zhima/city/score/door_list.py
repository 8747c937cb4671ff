"""The doors of a rulebook as a person finds them: open, nearly open, closed with the other way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhima.city.language import told
from zhima.city.score.contesting import appeal_of_door
from zhima.engine.doors import Decision
from zhima.engine.rulebook.model import Door, Outcome, Rulebook

NEARLY_POINTS = 40
"""About what doubles the odds; nearer than this, a door is in sight."""
GLYPHS = {
    "bike": "bike",
    "car": "car",
    "hotel": "hotel",
    "flat": "key-round",
    "small-loan": "landmark",
    "tool-class-a": "hammer",
    "tool-class-b": "drill",
    "tool-class-c": "wrench",
    "power-bank": "smartphone",
    "phone-rental": "camera",
    "airport-lane": "plane",
    "singapore-visa": "id-card",
    "luxembourg-visa": "id-card",
}


@dataclass(frozen=True, slots=True)
class DoorRow:
    """One door with its decision."""

    title: str
    operator: str
    glyph: str
    outcome: Outcome
    gap: int
    next_start: int | None
    deposit_fen: int | None
    reason: str
    other_way: str
    rule: str
    way: float
    """How much of the way to the next level is gone, 0..100."""
    appeal: str
    """Where the decision is contested; empty for an open door."""


@dataclass(frozen=True, slots=True)
class Doors:
    """All doors of a rulebook for one person."""

    open: tuple[DoorRow, ...]
    nearly: tuple[DoorRow, ...]
    closed: tuple[DoorRow, ...]

    @property
    def nearest(self) -> tuple[DoorRow, ...]:
        """The one door that is nearest to open, if any is not."""
        return tuple(sorted((*self.nearly, *self.closed), key=lambda row: row.gap)[:1])


def doors(decisions: Iterable[Decision], rules: Rulebook) -> Doors:
    """Sort decisions on every door of `rules` by how near they are to open."""
    rows = [_row(decision, rules.door(decision.door)) for decision in decisions]
    shut = sorted((row for row in rows if row.outcome is not Outcome.OPEN), key=lambda r: r.gap)
    return Doors(
        open=tuple(row for row in rows if row.outcome is Outcome.OPEN),
        nearly=tuple(row for row in shut if 0 < row.gap <= NEARLY_POINTS),
        closed=tuple(row for row in shut if not 0 < row.gap <= NEARLY_POINTS),
    )


def _row(decision: Decision, door: Door) -> DoorRow:
    started = max(level.start for level in door.levels if level.start <= decision.score)
    span = (decision.next_start or decision.score) - started
    return DoorRow(
        title=told(door.title),
        operator=door.operator,
        glyph=GLYPHS.get(door.id, "door-open"),
        outcome=decision.outcome,
        gap=decision.gap,
        next_start=decision.next_start,
        deposit_fen=decision.deposit_fen,
        reason=told(decision.reason),
        other_way=told(decision.other_way) if decision.other_way else "",
        rule=decision.rule,
        appeal="" if decision.outcome is Outcome.OPEN else appeal_of_door(door.id),
        way=round((decision.score - started) / span * 100, 1) if span else 100.0,
    )
