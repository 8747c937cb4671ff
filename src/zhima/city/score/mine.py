"""Everything these pages show of the person who looks: her own score, read as her own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial, wraps
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from zhima.city import clock
from zhima.city.disclosure import own
from zhima.city.people.contacts import contacts_of
from zhima.city.people.models import Person, Tie
from zhima.city.score.changes import Change, Published, changes
from zhima.city.scoring import policy as policies
from zhima.engine.score.explain import Line
from zhima.engine.score.fit import Policy

if TYPE_CHECKING:
    from zhima.city.disclosure.own import Reading

SHOWN_DAYS = 180


@dataclass(frozen=True)
class Mine:
    """A person's score in force, its receipt, and the policy it was made under."""

    person: Person
    now: Published
    lines: tuple[Line, ...]
    policy: Policy

    @cached_property
    def names(self) -> dict[str, str]:
        """Her contacts' names by the person ids that receipts hold."""
        return {str(contact.pk): contact.name for contact in contacts_of(self.person)}

    @cached_property
    def known_names(self) -> dict[str, str]:
        """The same with everybody whose contact she ever was: a chain tells of ended ties."""
        ties = Tie.objects.filter(Q(low=self.person) | Q(high=self.person)).exclude(agreed_at=None)
        pairs = ties.select_related("low", "high")
        others = (tie.high if tie.low_id == self.person.pk else tie.low for tie in pairs)
        return {str(other.pk): other.name for other in others}

    def history(self, *, days: int = SHOWN_DAYS) -> list[Published]:
        """Her published scores of the last days, oldest first; at least the one in force."""
        since = clock.now() - timedelta(days=days)
        return [published(row) for row in own.timeline(self.person, since)] or [self.now]

    def changes(self, history: list[Published], *, limit: int) -> list[Change]:
        """The latest steps of `history` with their reasons, newest first."""
        receipts = partial(own.receipts, self.person)
        items = partial(own.items_among, self.person)
        return changes(history, receipts, self.policy, limit=limit, items=items)


def mine(person: Person) -> Mine | None:
    """Her own score; None while she has none."""
    row = own.current(person)
    if row is None:
        return None
    policy = policies.in_force(clock.now())
    return Mine(person, published(row), own.receipt(person), policy)


def published(row: Reading) -> Published:
    """A stored score as these pages need it."""
    return Published(
        seq=row.seq,
        at=row.as_of,
        score=row.score,
        low=row.low,
        high=row.high,
        rulebook=row.rulebook,
        cause=row.cause,
    )


def policy_of(then: Published) -> Policy:
    """The policy that an earlier score was made under, as it stood that day."""
    return policies.in_force(then.at)


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
