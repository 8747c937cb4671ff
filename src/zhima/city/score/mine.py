"""Everything these pages show of the person who looks: her own score, read as her own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from zhima.city import clock
from zhima.city.disclosure import own
from zhima.city.people.contacts import contacts_of
from zhima.city.people.models import Person
from zhima.city.score.changes import Published
from zhima.city.scoring import policy as policies
from zhima.city.scoring import receipts
from zhima.city.scoring.models import Score
from zhima.engine.score.fit import Policy

SHOWN_DAYS = 180


@dataclass(frozen=True)
class Mine:
    """A person's score in force and the policy it was made under."""

    person: Person
    now: Published
    policy: Policy
    band: str

    @property
    def names(self) -> dict[str, str]:
        """Her contacts' names by the person ids that receipts hold."""
        return {str(contact.pk): contact.name for contact in contacts_of(self.person)}

    def history(self, *, days: int = SHOWN_DAYS) -> list[Published]:
        """Her published scores of the last days, oldest first."""
        since = clock.now() - timedelta(days=days)
        return [published(row) for row in own.timeline(self.person, since)]


def mine(person: Person) -> Mine | None:
    """Her own score; None while she has none."""
    row = own.current(person)
    if row is None:
        return None
    return Mine(person, published(row), policies.in_force(clock.now()), row.band)


def published(row: Score) -> Published:
    """A stored score as these pages need it."""
    return Published(
        seq=row.seq,
        at=row.as_of,
        score=row.score,
        low=row.low,
        high=row.high,
        rulebook=row.rulebook,
        cause=row.cause,
        lines=receipts.read(row.lines),
    )


def policy_of(then: Published) -> Policy:
    """The policy that an earlier score was made under, as it stood that day."""
    name = policies.name_in_force(then.at)
    return policies.of_day(name, _day(then.at)).policy


def _day(at: datetime) -> object:
    from django.utils import timezone

    return timezone.localdate(at)


View = Callable[..., HttpResponse]


def with_score(view: View) -> View:
    """Give a view `mine`; whoever has no score is shown how to get one."""

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        found = mine(request.user)
        if found is None:
            return redirect("score:start")
        return view(request, found, *args, **kwargs)

    return shown
