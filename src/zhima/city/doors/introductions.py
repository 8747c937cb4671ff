"""Guanxi: an introduction carried along a path of contacts, each of whom must agree to pass it on.

The asker learns that there is a way and through which of her own contacts it starts; who knows whom
beyond that stays between those who do.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from zhima.city import clock
from zhima.city.doors.models import Introduction, Leg
from zhima.city.live.signals import announce
from zhima.city.people import contacts
from zhima.city.people.models import Person, Tie
from zhima.engine.kinds import ZhimaError

TOPIC = "introductions"
MOST_BETWEEN = 3
"""Longer paths are no acquaintance any more."""
MOST_SEEN = 20_000
"""People looked at in search of a path, so that one question cannot walk the whole city."""


class NoWay(ZhimaError):
    """No short path of contacts leads there, or none is needed."""


def ask(*, asker: Person, target: Person, note: str = "") -> Introduction:
    """Start an introduction on the shortest path; the same one again is the open one.

    Raises NoWay when the two are contacts already, when one has blocked the other, or when no path
    of at most MOST_BETWEEN people leads there.
    """
    if asker == target or contacts.are_contacts(person=asker, other=target):
        raise NoWay("you know each other already")
    path = None if contacts.is_blocked(person=asker, other=target) else _path(asker.pk, target.pk)
    if path is None:
        raise NoWay(f"no way over {MOST_BETWEEN} contacts or fewer leads there")
    with transaction.atomic():
        introduction, fresh = Introduction.objects.get_or_create(
            asker=asker,
            target=target,
            ended_at=None,
            defaults={"note": note, "asked_at": clock.now()},
        )
        if fresh:
            Leg.objects.bulk_create(
                Leg(introduction=introduction, number=number, middle_id=middle)
                for number, middle in enumerate(path, start=1)
            )
            announce([path[0], asker.pk], TOPIC)
    return introduction


def waiting_leg(introduction: Introduction) -> Leg | None:
    """The leg whose person is asked now."""
    if introduction.state != Introduction.State.ASKED:
        return None
    return introduction.legs.filter(passed_on=None).order_by("number").first()


@transaction.atomic
def pass_on(*, introduction: Introduction, middle: Person, consents: bool) -> bool:
    """The person in between agrees or not; False when it is not hers to say."""
    held = Introduction.objects.select_for_update().get(pk=introduction.pk)
    leg = waiting_leg(held)
    if leg is None or leg.middle_id != middle.pk:
        return False
    leg.passed_on, leg.answered_at = consents, clock.now()
    leg.save(update_fields=["passed_on", "answered_at"])
    following = waiting_leg(held)
    if not consents:
        _end(held, Introduction.State.DECLINED)
    elif following is None:
        held.state = Introduction.State.OFFERED
        held.save(update_fields=["state"])
    announce([held.asker_id, following.middle_id if following else held.target_id], TOPIC)
    return True


@transaction.atomic
def answer(*, introduction: Introduction, target: Person, accepts: bool) -> bool:
    """Whom it was meant for accepts or not; accepted, the two are contacts. False if not hers."""
    held = Introduction.objects.select_for_update().get(pk=introduction.pk)
    if held.state != Introduction.State.OFFERED or held.target_id != target.pk:
        return False
    _end(held, Introduction.State.ACCEPTED if accepts else Introduction.State.DECLINED)
    if accepts:
        contacts.ask(person=held.asker, other=target)
        contacts.agree(person=target, other=held.asker)
        announce([held.asker_id, target.pk], "contacts")
    announce([held.asker_id], TOPIC)
    return True


@transaction.atomic
def withdraw(*, introduction: Introduction, asker: Person) -> bool:
    """The asker takes it back; False when it is not hers, or over."""
    held = Introduction.objects.select_for_update().get(pk=introduction.pk)
    if held.asker_id != asker.pk or held.ended_at is not None:
        return False
    _end(held, Introduction.State.WITHDRAWN)
    return True


def concerning(person: Person) -> list[Introduction]:
    """Hers, those that wait for her word, those that reached her; newest first."""
    mine = Q(asker=person) | Q(target=person, state__in=("offered", "accepted"))
    between = Q(legs__middle=person)
    found = Introduction.objects.filter(mine | between).select_related("asker", "target")
    return list(found.distinct().order_by("-asked_at")[:50])


def _end(introduction: Introduction, state: Introduction.State) -> None:
    introduction.state, introduction.ended_at = state, clock.now()
    introduction.save(update_fields=["state", "ended_at"])


def _path(start: UUID, goal: UUID) -> list[UUID] | None:
    """The people strictly between, breadth first; None when nobody short leads there."""
    came_from: dict[UUID, UUID | None] = {start: None}
    edge = [start]
    for _ in range(MOST_BETWEEN + 1):
        edge = _beyond(edge, came_from)
        if goal in came_from:
            return _back(goal, came_from)
        if not edge or len(came_from) > MOST_SEEN:
            return None
    return None


def _beyond(edge: Iterable[UUID], came_from: dict[UUID, UUID | None]) -> list[UUID]:
    known = set(edge)
    ties = Tie.objects.filter(Q(low__in=known) | Q(high__in=known), ended_at=None)
    fresh = []
    for low, high in ties.exclude(agreed_at=None).order_by("pk").values_list("low_id", "high_id"):
        for near, far in ((low, high), (high, low)):
            if near in known and far not in came_from:
                came_from[far] = near
                fresh.append(far)
    return fresh


def _back(goal: UUID, came_from: dict[UUID, UUID | None]) -> list[UUID]:
    path = []
    at = came_from[goal]
    while at is not None and came_from[at] is not None:
        path.append(at)
        at = came_from[at]
    return path[::-1]
