"""People who stand at a score that a test names, as the scorer would have stored it."""

from __future__ import annotations

from tests.city_scores import opt_in
from zhima.city import clock
from zhima.city.people.models import Person
from zhima.city.scoring import policy
from zhima.city.scoring.models import Score, Standing
from zhima.engine.kinds import MILLI, SCORE_FLOOR, Factor


def stand_at(person: Person, score: int, *, width: int = 0) -> None:
    """Opt in, unless that was done, and publish the next score of a person."""
    seq = Score.objects.filter(person_id=person.pk).count() + 1
    if seq == 1:
        opt_in(person)
    rulebook = policy.in_force(clock.now()).rulebook
    Score.objects.create(
        person_id=person.pk,
        seq=seq,
        score=score,
        low=max(score - width, 350),
        high=min(score + width, 950),
        band=rulebook.rules.band(score).id,
        own=score - SCORE_FLOOR,
        friends_points=0,
        **dict.fromkeys(Factor, 0.0),
        rulebook=rulebook.name,
        as_of=clock.now(),
        cause="day",
        lines=[["start", "", "", "", "", score * MILLI]],
    )
    stands = {
        "seq": seq,
        "score": score,
        "own": score - SCORE_FLOOR,
        "half_width": width,
        "points": float(score - SCORE_FLOOR),
        "as_of": clock.now(),
        "rulebook": rulebook.name,
    }
    Standing.objects.update_or_create(person_id=person.pk, defaults=stands)
