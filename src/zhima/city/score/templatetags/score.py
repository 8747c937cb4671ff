"""Template tags of the score's pages: sentences of the engine, signed points, names."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from zhima.city.consent.purposes import purpose
from zhima.city.language import told
from zhima.city.score.sentences import points
from zhima.engine.kinds import MILLI

register = template.Library()
register.filter("told", told)


@register.filter
def signed(change: int) -> str:
    """Whole points with a sign."""
    return points(change * MILLI)


@register.filter
def gain(value: float) -> str:
    """What a task gives, to a whole point, and at least one when it gives anything."""
    return points(max(round(value), 1) * MILLI)


@register.filter
def name_of(person_id: str, names: Mapping[str, str]) -> str:
    """The name of somebody whom the rulebook lets be named."""
    return names.get(person_id, "")


@register.filter
def purpose_word(name: str) -> str:
    """What a purpose of a grant is for, in words."""
    known = purpose(name)
    return str(known.word) if known else name
