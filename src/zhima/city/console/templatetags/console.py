"""Template tags of the console."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django import template
from django.db.models import Model

from zhima.city.oversight.histograms import bars_of

register = template.Library()


@register.filter
def label_of(row: Model) -> str:
    """The model of a row, as addresses name it."""
    return str(row._meta.label_lower)


@register.filter
def bars(histogram: Sequence[Sequence[int]]) -> Iterator[dict[str, object]]:
    """The bars of a dry run's drawing."""
    return bars_of(histogram)
