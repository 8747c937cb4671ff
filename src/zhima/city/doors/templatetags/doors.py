"""Sentences that are stored in both languages, in the page's."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language

from zhima.engine.kinds import Text
from zhima.engine.rulebook.model import Title

register = template.Library()


@register.filter
def of_both(text: Mapping[str, str] | Title | Text) -> str:
    """The sentence in the language of the page; empty when there is none."""
    said = {"en": text.en, "zh": text.zh} if isinstance(text, Title | Text) else dict(text)
    return said.get("zh" if (get_language() or "").startswith("zh") else "en", "")
