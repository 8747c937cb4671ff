"""An item of evidence in the words of whoever reads it."""

from __future__ import annotations

from zhima.city.language import either, told
from zhima.engine.events.vocabulary import KINDS


def what_happened(kind_name: str, days_late: int = 0) -> str:
    """A kind of event, with how late it was where that is held against somebody.

    A kind that the vocabulary does not know is named as it is.
    """
    kind = KINDS.get(kind_name)
    if kind is None:
        return kind_name
    said = told(kind.meaning)
    if days_late <= 0:
        return said
    days = "1 day" if days_late == 1 else f"{days_late} days"
    return either(f"{said}, {days} late", f"{said}，迟了{days_late}天")


def days_late(context: dict[str, object]) -> int:
    """How late the event of this context was, in whole days; 0 where nothing says so."""
    found = context.get("days_late")
    return found if isinstance(found, int) and found > 0 else 0
