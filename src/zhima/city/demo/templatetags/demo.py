"""Template tags of the demo."""

from __future__ import annotations

from datetime import datetime

from django import template

from zhima.city import clock
from zhima.city.demo import starting_over
from zhima.city.demo.residents import log_ins
from zhima.city.people.models import Person

register = template.Library()


@register.simple_tag
def demo_log_ins() -> list[Person]:
    """Residents whom a visitor may be."""
    return log_ins()


@register.simple_tag
def can_start_over() -> bool:
    """Whether somebody fulfils the wish."""
    return starting_over.is_possible()


@register.simple_tag
def demo_now() -> datetime:
    """The city's time, which visitors can step."""
    return clock.now()
