"""A step that the city refuses: a closed word, and the sentence that a page shows for it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

from django.utils.functional import Promise


class StepRefused(Exception):
    """Nothing changed. Each room derives its own, with a sentence for each of its words."""

    sentences: ClassVar[Mapping[Any, str | Promise]]

    def __init__(self, reason: StrEnum, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(str(reason))

    @property
    def sentence(self) -> str:
        """In the reader's language; `detail`, where there is one, says it of this very case."""
        return f"{self.sentences[self.reason]} {self.detail}".strip()

    @classmethod
    def unless(cls, holds: bool, reason: StrEnum) -> None:
        """Refuse for the reason, unless a condition holds."""
        if not holds:
            raise cls(reason)
