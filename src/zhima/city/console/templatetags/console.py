"""Template tags of the console."""

from __future__ import annotations

from django import template
from django.db.models import Model

from zhima.city.console import drafts
from zhima.city.people.models import Person
from zhima.city.scoring.models import RulebookInForce
from zhima.city.scoring.naming import title_of

register = template.Library()


@register.filter
def label_of(row: Model) -> str:
    """The model of a row, as addresses name it."""
    return str(row._meta.label_lower)


@register.simple_tag
def dry_run_of(row: Model) -> dict[str, object] | None:
    """What the dry run of a rulebook showed; None for any other row."""
    return drafts.dry_run(row) if isinstance(row, RulebookInForce) else None


@register.simple_tag
def next_of(row: RulebookInForce, person: Person) -> str:
    """What has to happen with a rulebook now."""
    return drafts.next_step(row, person)


@register.simple_tag
def rulebooks_standing() -> dict[str, object]:
    """What is in force and what is to come."""
    return drafts.standing()


@register.filter
def in_words(name: str) -> str:
    """A rulebook by its title."""
    return title_of(name)
