"""A person reads herself: no grant, no entry, and no way to ask about anybody else.

Every function takes the person whose session it is; what it gives may be shown to her alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhima.city import clock
from zhima.city.disclosure import stored
from zhima.city.people.models import Person
from zhima.city.scoring import policy, readings
from zhima.engine.doors import Decision, decide_all


def current(person: Person) -> Any | None:
    """Her score in force; None when she has none."""
    return readings.current(person.pk)


def receipt(person: Person, seq: int | None = None) -> Any:
    """The receipt of her score in force, or of an earlier one."""
    return readings.receipt(person.pk, seq=seq)


def timeline(person: Person, since: datetime) -> Any:
    """Her scores since a moment, each with its cause."""
    return readings.timeline(person.pk, since)


def circle(person: Person) -> Any:
    """What her contacts give and take."""
    return readings.circle(person.pk)


def what_if(person: Person, change: Any) -> Any:
    """What one change would do to her score."""
    return readings.what_if(person.pk, change)


def doors(person: Person) -> tuple[Decision, ...]:
    """Every door of the rulebook in force as it is for her; none without a score."""
    score = readings.current(person.pk)
    if score is None:
        return ()
    rulebook = policy.in_force(clock.now()).rulebook
    return decide_all(rulebook, standing=stored.standing(score))
