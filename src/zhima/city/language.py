"""What is kept in both languages, in the one of whoever reads."""

from __future__ import annotations

from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import get_language, override


class InBoth(Protocol):
    """A sentence in English and Chinese, as the engine and the rulebooks write it."""

    @property
    def en(self) -> str: ...

    @property
    def zh(self) -> str: ...


def either(en: str, zh: str) -> str:
    """One of two texts; the English one where nobody wrote a Chinese one."""
    return zh if reads_chinese() and zh else en


def told(text: InBoth) -> str:
    """The sentence in the language of the page."""
    return either(text.en, text.zh)


def reads_chinese() -> bool:
    """Whether the page is in Chinese."""
    return (get_language() or "").startswith("zh")


def in_both(word: str | Promise) -> dict[str, str]:
    """A word of a catalogue in both languages, to be kept for readers of either."""
    said = {}
    for key, language in (("en", "en"), ("zh", "zh-hans")):
        with override(language):
            said[key] = str(word)
    return said
