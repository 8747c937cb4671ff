"""What can be contested, as it stands on the person's record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhima.city.appeals.models import Case
from zhima.city.people.models import Person


@dataclass(frozen=True, slots=True)
class Subject:
    """An item, a decision or a score."""

    about: Case.About
    subject: str
    """The event's id, the door's id, or the number of the score."""
    kind: str
    happened_at: datetime
    made_by: str
    first_decider: Person | None
    known_at: datetime
    is_struck: bool = False

    @property
    def is_item(self) -> bool:
        """Whether it is an event that can be struck."""
        return self.about == Case.About.ITEM
