"""One cause and everything that followed from it, as one of those touched may see it.

Everybody in a chain sees the same steps. Of others she sees who moved only where the rulebook names
contacts, and how far nobody: that is each person's own to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from zhima.city.people.models import Person, Tie
from zhima.city.scoring.models import Event
from zhima.city.scoring.readings import Moved, chain

FOLLOWS_WITHIN = timedelta(days=30)
"""A contact ended later than this after a fall is not told as a part of it."""
TIE = "tie:"
MOST_TOUCHED = 2_000


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain."""

    cause: str
    at: datetime
    event_kind: str
    """What was recorded; empty for a tie that was ended."""
    whose: UUID | None
    """Whose evidence it was."""
    ended_by: UUID | None
    ended_with: UUID | None
    moved: tuple[Moved, ...]

    @property
    def ends_a_tie(self) -> bool:
        """Whether somebody was dropped."""
        return self.ended_by is not None

    def of(self, person_id: UUID) -> Moved | None:
        """How it moved one person."""
        return next((each for each in self.moved if each.person_id == person_id), None)

    @property
    def people(self) -> int:
        """How many people it moved."""
        return len(self.moved)


def links(person: Person, cause: str) -> list[Link]:
    """The chain that a cause belongs to, oldest step first; empty unless it touched the person."""
    root = _root(cause)
    found = [root, *_following(root)] if root else []
    return found if any(link.of(person.pk) for link in found) else []


def _root(cause: str) -> Link | None:
    """The first step: for a tie that was ended, the fall that came before it, if there is one."""
    tie = _ended_tie(cause)
    if tie is None:
        return _of_event(cause)
    before = _fall_before(tie)
    return before or _of_tie(tie)


def _of_event(cause: str) -> Link | None:
    moved = tuple(chain(cause))
    if not moved:
        return None
    event = Event.objects.filter(event_id=cause.removeprefix("strike:")).first()
    return Link(
        cause=cause,
        at=moved[0].as_of,
        event_kind=event.kind if event else "",
        whose=event.person_id if event else None,
        ended_by=None,
        ended_with=None,
        moved=moved,
    )


def _of_tie(tie: Tie) -> Link:
    other = tie.high_id if tie.ended_by_id == tie.low_id else tie.low_id
    return Link(
        cause=f"{TIE}{tie.pk}",
        at=tie.ended_at,
        event_kind="",
        whose=None,
        ended_by=tie.ended_by_id,
        ended_with=other,
        # The same cause made the tie count once; only what followed its end belongs here.
        moved=tuple(each for each in chain(f"{TIE}{tie.pk}") if each.as_of >= tie.ended_at),
    )


def _ended_tie(cause: str) -> Tie | None:
    number = cause.removeprefix(TIE)
    if not cause.startswith(TIE) or not number.isdecimal():
        return None
    return Tie.objects.filter(pk=int(number), ended_at__isnull=False).first()


def _fall_before(tie: Tie) -> Link | None:
    """The latest evidence of either of the two that moved the other before the tie was ended."""
    recent = Event.objects.filter(
        person_id__in=(tie.low_id, tie.high_id),
        recorded_at__lte=tie.ended_at,
        recorded_at__gte=tie.ended_at - FOLLOWS_WITHIN,
    )
    for event_id in recent.order_by("-seq").values_list("event_id", flat=True)[:50]:
        moved = {each.person_id: each for each in chain(event_id)}
        both = (tie.low_id in moved) and (tie.high_id in moved)
        if both and any(each.old is not None and each.new < each.old for each in moved.values()):
            return _of_event(event_id)
    return None


def _following(root: Link) -> Iterator[Link]:
    """Ties that touched people ended among themselves in the weeks after."""
    touched = {each.person_id for each in root.moved[:MOST_TOUCHED]}
    if root.whose is None:
        return
    between = _between(root.whose, touched)
    ended = Tie.objects.filter(
        between,
        ended_at__gt=root.at,
        ended_at__lte=root.at + FOLLOWS_WITHIN,
        agreed_at__isnull=False,
    )
    yield from (_of_tie(tie) for tie in ended.order_by("ended_at"))


def _between(whose: UUID, touched: Iterable[UUID]) -> Q:
    others = set(touched) - {whose}
    return Q(low_id=whose, high_id__in=others) | Q(high_id=whose, low_id__in=others)
