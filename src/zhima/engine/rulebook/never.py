"""What may never be an input of a score, under any rulebook: `rulebooks/never.yaml`, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from zhima.engine.documents import validated
from zhima.engine.rulebook.naming import names_one

SHIPPED = Path(__file__).parents[2] / "rulebooks"
"""Folder of the rulebooks that come with the package."""


class Barred(BaseModel):
    """One content that is barred, and the words that would let it in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    why: str
    source: str
    words: tuple[str, ...]


class _Never(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["zhima-never/1"]
    purposes: dict[str, Barred]


@cache
def barred() -> dict[str, Barred]:
    """Every barred content by name."""
    return validated(_Never, SHIPPED / "never.yaml").purposes


def forbidden_input(name: str) -> str | None:
    """What a kind, field, feature or column called `name` would let into a score, or None."""
    return next((what for what, bar in barred().items() if names_one(name, bar.words)), None)
