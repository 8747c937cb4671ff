"""Grounds on which the law restricts who may be judged by what: `rulebooks/protected.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from zhima.engine.documents import validated
from zhima.engine.rulebook.naming import is_one, names_one
from zhima.engine.rulebook.never import SHIPPED


class Ground(BaseModel):
    """One ground, the law that protects it, and how a column that tells it may be called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    law: str
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    """Words beside which the others mean something else: the age of an account."""
    levels: tuple[str, ...] = ()
    """Words of the values of such a column, whatever it is called."""


class _Protected(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["zhima-protected/1"]
    grounds: dict[str, Ground]


@cache
def grounds() -> dict[str, Ground]:
    """Every protected ground by name."""
    return validated(_Protected, SHIPPED / "protected.yaml").grounds


def protected_grounds(name: str, levels: Iterable[str] = ()) -> tuple[str, ...]:
    """What a column called `name`, with these levels where it has any, seems to tell of people."""
    said = tuple(levels)
    return tuple(
        what
        for what, ground in grounds().items()
        if (names_one(name, ground.words) and not names_one(name, ground.unless))
        or any(is_one(level, ground.levels) for level in said)
    )
