"""Sentences that are stored in both languages, in the page's."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from zhima.city.language import either, told
from zhima.engine.kinds import Text
from zhima.engine.rulebook.model import Title

register = template.Library()


@register.filter
def of_both(text: Mapping[str, str] | Title | Text) -> str:
    """The sentence in the language of the page; empty when there is none."""
    if isinstance(text, Title | Text):
        return told(text)
    return either(text.get("en", ""), text.get("zh", ""))
