"""One cause and everything that followed from it, as one of those touched may see it.

Everybody in a chain sees the same steps. Of others she sees who moved only where the rulebook names
contacts, and how far nobody: that is each person's own to know.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from zhima.city.people.models import Person, Tie
from zhima.city.scoring.models import Event
from zhima.city.scoring.readings import Moved, chain
from zhima.city.scoring.wording import days_late

FOLLOWS_WITHIN = timedelta(days=30)
"""A contact ended later than this after a fall is not told as a part of it."""
TIE = "tie:"
ABOUT_AN_ITEM = ("suspend", "unsuspend", "strike")
"""Causes that are about an item: contested, counted again, struck."""
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
    about: str = ""
    """What was done about the item: `strike`, `suspend`, `unsuspend`; empty for the item itself."""
    recorded_at: datetime | None = None
    """When the item became known; None for anything else."""
    days_late: int = 0
    """How late what was recorded was; 0 when it was not."""

    @property
    def within_s(self) -> int | None:
        """Whole seconds, at least one, from the item to the last score that it moved."""
        if self.recorded_at is None:
            return None
        took = max(each.as_of for each in self.moved) - self.recorded_at
        return max(1, math.ceil(took.total_seconds()))

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
    found = whole(cause)
    return found if any(link.of(person.pk) for link in found) else []


def whole(cause: str) -> list[Link]:
    """The chain that a cause belongs to: one matter from its first item to the last tie it cost.

    Names nobody's reader: who may see it is for the caller to say.
    """
    tie = _ended_tie(cause)
    item = _item_of(cause) if tie is None else _fall_before(tie)
    story = _story(item) if item else []
    if tie is not None and not story:
        return [_of_tie(tie)]
    return sorted([*story, *_dropped(story)], key=lambda link: link.at)


def _item_of(cause: str) -> Event | None:
    """The item of evidence that a cause is, or is about."""
    kind, _, about = cause.partition(":")
    return Event.objects.filter(event_id=about if kind in ABOUT_AN_ITEM else cause).first()


def _story(item: Event) -> list[Link]:
    """What moved somebody of all that was recorded, contested or struck in the same matter."""
    items = [item, *_same_matter(item)]
    causes = [(each, "") for each in items]
    causes += [(each, about) for each in items for about in ABOUT_AN_ITEM]
    found = {about + each.event_id: _of_item(each, about) for each, about in causes}
    return [link for link in found.values() if link is not None]


def _same_matter(item: Event) -> list[Event]:
    """Other items about the same agreement."""
    agreement = item.context.get("obligation_id")
    if not agreement:
        return []
    about = Event.objects.filter(person_id=item.person_id, context__obligation_id=agreement)
    return list(about.exclude(pk=item.pk))


def _of_item(item: Event, about: str) -> Link | None:
    cause = f"{about}:{item.event_id}" if about else item.event_id
    moved = tuple(chain(cause))
    if not any(each.has_moved for each in moved):
        return None
    return Link(
        cause=cause,
        at=moved[0].as_of,
        event_kind=item.kind,
        whose=item.person_id,
        ended_by=None,
        ended_with=None,
        moved=moved,
        about=about,
        recorded_at=None if about else item.recorded_at,
        days_late=days_late(item.context),
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


def _fall_before(tie: Tie) -> Event | None:
    """The latest item of either of the two that lowered both before the tie was ended."""
    recent = Event.objects.filter(
        person_id__in=(tie.low_id, tie.high_id),
        recorded_at__lte=tie.ended_at,
        recorded_at__gte=tie.ended_at - FOLLOWS_WITHIN,
    )
    for item in recent.order_by("-seq")[:50]:
        moved = {each.person_id: each for each in chain(item.event_id)}
        both = (tie.low_id in moved) and (tie.high_id in moved)
        if both and any(each.old is not None and each.new < each.old for each in moved.values()):
            return item
    return None


def _dropped(story: list[Link]) -> Iterator[Link]:
    """Ties of whoever fell with those touched, ended in the weeks after."""
    whose = story[0].whose if story else None
    if whose is None:
        return
    touched = {each.person_id for link in story for each in link.moved[:MOST_TOUCHED]}
    since, until = min(link.at for link in story), max(link.at for link in story)
    ended = Tie.objects.filter(
        _between(whose, touched),
        ended_at__gt=since,
        ended_at__lte=until + FOLLOWS_WITHIN,
        agreed_at__isnull=False,
    )
    yield from (_of_tie(tie) for tie in ended.order_by("ended_at"))


def _between(whose: UUID, touched: Iterable[UUID]) -> Q:
    others = set(touched) - {whose}
    return Q(low_id=whose, high_id__in=others) | Q(high_id=whose, low_id__in=others)
