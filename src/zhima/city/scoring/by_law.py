"""Evidence that stands on a law instead of a grant: court lists. One room alone brings it.

Whether it counts is for the rulebook to say; that it is there is shown to the person either way.
"""

from __future__ import annotations

from collections.abc import Sequence

from zhima.city import clock
from zhima.city.scoring import evidence
from zhima.city.scoring.admission import BY_LAW
from zhima.city.scoring.evidence import NewEvent
from zhima.city.scoring.models import Event


def app(agency: str) -> str:
    """Under which name what an agency reports stands."""
    return f"{BY_LAW}{agency}"


def record(events: Sequence[NewEvent]) -> int:
    """Record what is not on file yet; how many. In the caller's transaction."""
    ids = [event.event_id for event in events]
    known = set(Event.objects.filter(event_id__in=ids).values_list("event_id", flat=True))
    fresh = [event for event in events if event.event_id not in known]
    evidence.record(fresh, clock.now())
    return len(fresh)
