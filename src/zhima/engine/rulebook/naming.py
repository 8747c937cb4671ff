"""Whether a name, as people give names to columns, holds one of some words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_HUMP = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")
_BETWEEN_WORDS = re.compile(r"[\W\d_]+")
_IDEOGRAPHS = "\u2e80"


def names_one(name: str, words: Iterable[str]) -> bool:
    """Whether `name` holds one of the words, whole: `personSex_2` holds sex, and Essex does not.

    A word may be several with blanks between. Chinese is written without blanks, so a word of it is
    looked for anywhere. Words are given in small letters.
    """
    spaced = _spaced(name)
    return any(
        word in spaced if word[:1] >= _IDEOGRAPHS else f" {word} " in spaced for word in words
    )


def is_one(value: str, words: Iterable[str]) -> bool:
    """Whether a value speaks of one of the words: as `names_one`, but Chinese stands alone."""
    spaced = _spaced(value)
    return any(f" {word} " in spaced for word in words)


def _spaced(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name)
    parts = _BETWEEN_WORDS.split(_HUMP.sub(" ", plain).lower())
    return f" {' '.join(filter(None, parts))} "
