"""One person, now: her events and contacts to her score and receipt, in about a millisecond."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from zhima.engine.features.history import History
from zhima.engine.features.live import LiveFeatures
from zhima.engine.kinds import MILLI, POINTS_RANGE, SCORE_CEILING, SCORE_FLOOR
from zhima.engine.rulebook.model import MissingWeight
from zhima.engine.score.compose import half_width
from zhima.engine.score.explain import Line
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import Item
from zhima.engine.scorecard.apply import explain_one


class Contact(NamedTuple):
    """A contact as the friends' engine reports one."""

    person_id: str
    points: float
    """The contact's points x, 0..600."""
    share: float
    """W_ij: the contact's part of the weight that friends have."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a person's own evidence gives."""

    points: int
    """Own points b, 0..600."""
    half_width: int
    """Of the interval, in points."""
    lines: tuple[Line, ...]
    """The receipt up to and including the limit line."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A score with everything that made it."""

    score: int
    low: int
    high: int
    lines: tuple[Line, ...]


class LivePerson:
    """A policy made ready to score one person at a time; the same numbers as the batch."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._features = LiveFeatures(policy.catalogue)

    def own(self, history: History, *, as_of: datetime) -> Own:
        """Own points as the world knew the person just before `as_of`."""
        values = self._features(history, as_of=as_of)
        card = self._policy.card
        lines = [_line(Item.START, SCORE_FLOOR * MILLI)]
        if card.base_points:
            lines.append(_line(Item.BASE, card.base_points * MILLI))
        total = card.base_points
        for read in explain_one(card, values):
            total += read.points
            milli = read.points * MILLI
            lines.append(
                Line(Item.ATTRIBUTE, read.factor, read.item, read.value, read.label, milli)
            )
        own = min(max(total, 0), POINTS_RANGE)
        if own != total:
            lines.append(_line(Item.LIMIT, (own - total) * MILLI))
        thin = self._policy.rulebook.rules.thin_file
        return Own(own, int(half_width(thin, values[thin.feature] or 0)), tuple(lines))

    def with_contacts(self, own: Own, contacts: Sequence[Contact], *, points: float) -> Standing:
        """The whole receipt; `points` are the person's points x with friends, 0..600.

        The contacts' points and `points` come from one solve or one state of the live network,
        otherwise the rounding line would have to hide a difference.
        """
        rest = self.friends_part(own.points, own.half_width, contacts, points=points)
        return Standing(rest.score, rest.low, rest.high, (*own.lines, *rest.lines))

    def friends_part(
        self, own: int, half_width: int, contacts: Sequence[Contact], *, points: float
    ) -> Standing:
        """The same without the lines of the own part: whoever has them written need not read them.

        The lines of an own part always add up to the floor and the own points.
        """
        friends = self._policy.rulebook.rules.friends
        lines: list[Line] = []
        for person_id, theirs, share in contacts:
            milli = round(friends.weight * share * (theirs - own) * MILLI)
            value, label = f"{round(theirs, 3):g}", f"{round(share, 6):g}"
            lines.append(Line(Item.CONTACT, "connections", person_id, value, label, milli))
        if friends.missing is MissingWeight.GROUND:
            missing = 1 - sum(contact.share for contact in contacts)
            milli = round(-friends.weight * missing * own * MILLI)
            lines.append(_line(Item.MISSING_TIES, milli, factor="connections"))
        score = SCORE_FLOOR + math.floor(min(max(points, 0), POINTS_RANGE) + 0.5)
        rounding = (score - SCORE_FLOOR - own) * MILLI - sum(line.points_milli for line in lines)
        if rounding:
            lines.append(_line(Item.ROUNDING, rounding))
        low, high = max(score - half_width, SCORE_FLOOR), score + half_width
        return Standing(score, low, min(high, SCORE_CEILING), tuple(lines))


def _line(item: Item, points_milli: int, *, factor: str = "") -> Line:
    return Line(item, factor, "", "", "", points_milli)
