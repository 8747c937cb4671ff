"""How many pieces of something are in a basket."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def pieces(basket: dict[str, int], key: str) -> int:
    """None is nought."""
    return basket.get(key, 0)
