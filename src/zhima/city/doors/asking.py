"""What the doors may know of a person, asked at the one place that knows, or nothing."""

from __future__ import annotations

from zhima.city import clock
from zhima.city.disclosure import reading
from zhima.city.disclosure.reading import Reader, Refused
from zhima.city.people.models import Person
from zhima.city.scoring import policy
from zhima.engine.kinds import SCORE_FLOOR, Text
from zhima.engine.rulebook import LoadedRulebook

PLACES, UPGRADES, PARTIES = "places", "upgrades", "parties"
"""Purposes for which people let a benefit look at their score or band."""
RECIPIENT = "benefits"
"""One recipient, `app:benefits`, looks for every operator; the log names the operator."""


def reader(name: Text) -> Reader:
    """Whoever gives the benefit, as the person reads it in her feed."""
    return Reader("app", RECIPIENT, name.en, name.zh)


def rulebook() -> LoadedRulebook:
    """The rulebook in force."""
    return policy.in_force(clock.now()).rulebook


def score_for_place(*, name: Text, person: Person) -> int | None:
    """The score, if she lets this operator look at it when several want one place."""
    said = _asked(name, person, PLACES, "score")
    return None if said is None else int(said)


def band_of(*, name: Text, person: Person, purpose: str) -> str | None:
    """The band, if she lets it be looked at for this."""
    return _asked(name, person, purpose, "band")


def floor_band() -> str:
    """Where somebody stands of whom nothing may be known."""
    return rulebook().rules.band(SCORE_FLOOR).id


def _asked(name: Text, person: Person, purpose: str, field: str) -> str | None:
    try:
        said = reading.score_of(
            reader=reader(name), person=person, purpose=purpose, fields=(field,)
        )
    except Refused:
        # Not to share is no fault: whoever asks goes on without, and the log says that it asked.
        return None
    return said[field]
