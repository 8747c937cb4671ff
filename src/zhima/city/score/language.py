"""Sentences of the engine, which come in both languages, in the reader's."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language


class InBoth(Protocol):
    """A sentence in English and Chinese, as the engine and the rulebooks write it."""

    @property
    def en(self) -> str: ...

    @property
    def zh(self) -> str: ...


def told(text: InBoth) -> str:
    """The sentence in the language of the page."""
    return text.zh if (get_language() or "").startswith("zh") else text.en
