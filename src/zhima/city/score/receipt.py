"""A receipt as a till prints it: items in sentences, grouped by factor, adding up to the score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhima.city.language import told
from zhima.city.score.sentences import points, sentence
from zhima.engine.kinds import MILLI, POINTS_RANGE, Factor
from zhima.engine.score.explain import Line, own_points
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import Item

GLYPHS = {
    Factor.CREDIT_HISTORY: "receipt-text",
    Factor.AGREEMENTS: "handshake",
    Factor.BEHAVIOUR: "wallet",
    Factor.IDENTITY: "id-card",
    Factor.CONNECTIONS: "users",
}
SHOWN_MILLI = 50
"""Receipts show tenths of a point; half of one is the least that shows."""
LEAST_TO_SHOW_EACH = 3
"""With fewer contacts than this a line would say who it is: only their sum is shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed line."""

    words: str
    points_milli: int
    source: str = ""
    """The feature that gave it; empty for lines that no evidence stands behind."""
    who: str = ""
    """The contact's person id, where the rulebook lets her be named."""
    appeal: str = ""
    """Where it is contested."""

    @property
    def amount(self) -> str:
        """Its points with a sign."""
        return points(self.points_milli)

    @property
    def fell(self) -> bool:
        """Whether it takes points that a receipt can show; then it can be contested there."""
        return self.points_milli <= -SHOWN_MILLI


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one factor and what they add up to."""

    factor: Factor
    title: str
    entries: tuple[Entry, ...]
    points_milli: int
    most: int
    """Points that the factor can give at best."""

    @property
    def glyph(self) -> str:
        """Its icon."""
        return GLYPHS[self.factor]

    @property
    def amount(self) -> str:
        """Its points with a sign."""
        return points(self.points_milli)

    @property
    def bar(self) -> float:
        """Length of its bar, 0..100, of the most that it can give."""
        share = abs(self.points_milli) / (self.most * MILLI) if self.most else 0.0
        return round(min(share, 1.0) * 100, 1)

    @property
    def took(self) -> bool:
        """Whether it takes more than it gives."""
        return self.points_milli < 0


@dataclass(frozen=True, slots=True)
class Printed:
    """The whole receipt of one score."""

    head: tuple[Entry, ...]
    parts: tuple[Part, ...]
    foot: tuple[Entry, ...]
    total_milli: int

    @property
    def score(self) -> int:
        """What the lines add up to."""
        return self.total_milli // MILLI


def printed(lines: Sequence[Line], policy: Policy) -> Printed:
    """The receipt of `lines`, which are a person's whole receipt under `policy`."""
    rules = policy.rulebook.rules
    parts = tuple(
        _part(share.id, told(share.title), lines, policy, most=_most(share.id, lines, policy))
        for share in rules.factors
    )
    return Printed(
        head=_entries(lines, policy, Item.START, Item.BASE),
        parts=parts,
        foot=_entries(lines, policy, Item.LIMIT, Item.ROUNDING),
        total_milli=sum(line.points_milli for line in lines),
    )


def _most(factor: Factor, lines: Sequence[Line], policy: Policy) -> int:
    """Points that a factor can give at best: the card's best cells, or friends who all stand at
    the top."""
    friends = policy.rulebook.rules.friends.weight * (POINTS_RANGE - own_points(lines))
    best = sum(max(item.cells()) for item in policy.card.items() if item.factor is factor)
    return best + (round(friends) if factor is Factor.CONNECTIONS else 0)


def _entries(lines: Iterable[Line], policy: Policy, *items: Item) -> tuple[Entry, ...]:
    return tuple(
        Entry(sentence(line, policy.catalogue), line.points_milli)
        for line in lines
        if line.item in items
    )


def _part(factor: Factor, title: str, lines: Sequence[Line], policy: Policy, *, most: int) -> Part:
    mine = [line for line in lines if line.factor == factor]
    attributes = (
        Entry(sentence(line, policy.catalogue), line.points_milli, source=line.source)
        for line in mine
        if line.item is Item.ATTRIBUTE
    )
    rest = _entries(mine, policy, Item.MISSING_TIES)
    entries = (*attributes, *contact_entries(mine, policy), *rest)
    return Part(factor, title, entries, sum(line.points_milli for line in mine), most)


def contact_entries(lines: Iterable[Line], policy: Policy) -> tuple[Entry, ...]:
    """What contacts give and take, the most giving first; named only as the rulebook allows."""
    friends = policy.rulebook.rules.friends
    contacts = [line for line in lines if line.item is Item.CONTACT]
    ranked = sorted(contacts, key=lambda line: -line.points_milli)
    if len(ranked) < LEAST_TO_SHOW_EACH and not friends.named_to_person:
        return _together(ranked)
    return tuple(
        Entry(sentence(line, policy.catalogue), line.points_milli, who=_who(line, policy))
        for line in ranked
    )


def _together(contacts: Sequence[Line]) -> tuple[Entry, ...]:
    if not contacts:
        return ()
    return (Entry(_("All your contacts together."), sum(line.points_milli for line in contacts)),)


def _who(line: Line, policy: Policy) -> str:
    """With the nudge on a person learns who lowers her; all are named only where the rule says."""
    friends = policy.rulebook.rules.friends
    named = friends.named_to_person or (friends.nudge and line.points_milli < 0)
    return line.source if named else ""
