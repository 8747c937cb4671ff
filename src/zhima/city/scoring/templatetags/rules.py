"""Template tags of every page that names a rule: its words, and the id as a small reference."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zhima.city.scoring.naming import named, title_of

register = template.Library()
register.filter("rulebook_title", title_of)


@register.simple_tag
def rule(kept: str) -> SafeString:
    """A kept rule in words, and after it the reference."""
    said = named(kept)
    if not said.reference:
        return format_html('<span class="rule">{}</span>', said.words)
    return format_html('<span class="rule">{} {}</span>', said.words, rule_id(kept))


@register.simple_tag
def rule_id(kept: str) -> SafeString:
    """The reference alone, where a sentence has said the rule; it leads to the document."""
    said = named(kept)
    if said.rulebook is None:
        return format_html('<span class="rule-id">{}</span>', said.reference)
    document = reverse("score:rulebook", args=said.rulebook)
    return format_html('<a class="rule-id" href="{}">{}</a>', document, said.reference)
