"""A case as a story: what was said, shown and decided, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django import template

from zhima.city.appeals import words
from zhima.city.appeals.models import Case, Exhibit, TieOffer
from zhima.city.people.models import Person

register = template.Library()

ICONS = {"upheld": "circle-check", "rejected": "x", "withdrawn": "x", "opened": "scale"}


class Step(NamedTuple):
    """One line of the story."""

    at: datetime
    who: str
    icon: str
    tint: int
    word: str = ""
    text: str = ""
    exhibit: Exhibit | None = None


@register.filter
def case_title(case: Any) -> str:
    """What a case or a subject is about."""
    return words.title(case)


@register.filter
def made_by(case: Any) -> str:
    """Who made what is contested."""
    return words.made_by(case)


@register.filter
def story(case: Case) -> list[Step]:
    """Everything that happened, oldest first."""
    return sorted(_steps(case), key=lambda step: step.at)


@register.simple_tag
def other_side(offer: TieOffer, person: Person) -> Person:
    """The other one of a lost tie."""
    return offer.tie.high if offer.tie.low_id == person.pk else offer.tie.low


def _steps(case: Case) -> Iterator[Step]:
    for move in case.moves.select_related("by"):
        icon = ICONS.get(move.after, "message-circle")
        yield Step(move.at, move.by.name, icon, 3, str(move.get_after_display()))
    for said in case.statements.select_related("by"):
        yield Step(said.at, said.by.name, "message-circle", 1, text=said.text)
    for shown in case.exhibits.select_related("by").defer("content"):
        yield Step(shown.at, shown.by.name, "receipt-text", 1, exhibit=shown)
