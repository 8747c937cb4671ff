"""Giving, revoking and finding grants. What is not live here is not used anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from zhima.city import clock
from zhima.city.consent import signals, tokens
from zhima.city.consent.models import Grant
from zhima.city.consent.purposes import SCORE, purpose, unknown_fields
from zhima.city.people.models import Person
from zhima.engine.kinds import ZhimaError

LONGEST = timedelta(days=366)
"""A grant is asked for again every year, so that none outlives the memory of it."""
WORDING = "2026-11"
"""Version of the words on the city's own sheets."""

_RECIPIENT = re.compile(r"score|(app|shop|partner):[A-Za-z0-9._-]{1,80}|person:[0-9a-f-]{36}")


class NotGivable(StrEnum):
    """Why a grant cannot be given as it was asked for, in the order in which it is looked at."""

    BAD_RECIPIENT = "bad_recipient"
    UNKNOWN_PURPOSE = "unknown_purpose"
    NO_FIELDS = "no_fields"
    UNKNOWN_FIELD = "unknown_field"
    ALREADY_OVER = "already_over"
    TOO_LONG = "too_long"


class BadGrant(ZhimaError):
    """A grant that cannot be given; nothing was written."""

    def __init__(self, reason: NotGivable, value: object, remedy: str) -> None:
        super().__init__(f"no such consent can be given ({reason}: {value}): {remedy}")
        self.reason = reason


class NoSuchGrant(ZhimaError):
    """The person has no such grant."""


def give(
    *,
    person: Person,
    recipient: str,
    purpose: str,
    fields: Iterable[str],
    until: datetime,
    wording: str = WORDING,
    source: str = "sheet",
) -> Grant:
    """Write a grant that holds from now on; an earlier one for the same thing ends.

    Raises BadGrant. Only a person's own act may call this: nothing is ticked for anybody.
    """
    now = clock.now()
    wanted = sorted(set(fields))
    _check(recipient, purpose, wanted, until, now)
    with transaction.atomic():
        # Serialises two sheets of one person: the second one replaces the first.
        Person.objects.select_for_update().get(pk=person.pk)
        _end_earlier(person.pk, recipient, purpose, now)
        grant = Grant.objects.create(
            person=person,
            recipient=recipient,
            purpose=purpose,
            fields=wanted,
            given_at=now,
            until=until,
            wording=wording,
            source=source,
        )
        _tell(grant)
    return grant


def revoke(*, person: Person, grant_id: UUID) -> Grant:
    """End a grant now; revoking it twice changes nothing. NoSuchGrant for anybody else's."""
    with transaction.atomic():
        grant = Grant.objects.select_for_update().filter(pk=grant_id, person=person).first()
        if grant is None:
            raise NoSuchGrant("you have given no such permission")
        now = clock.now()
        if grant.is_live(now):
            grant.revoked_at = now
            grant.save(update_fields=["revoked_at"])
            _tell(grant)
    return grant


def live(
    *, person_id: UUID | str, recipient: str, purpose: str, at: datetime | None = None
) -> Grant | None:
    """The grant that lets a recipient do something with a person's data at a moment, or None."""
    moment = clock.now() if at is None else at
    return (
        Grant.objects.filter(person_id=person_id, recipient=recipient, purpose=purpose)
        .filter(Q(revoked_at=None) | Q(revoked_at__gt=moment))
        .filter(given_at__lte=moment, until__gt=moment)
        .first()
    )


def opted_in(*, person_id: UUID | str, at: datetime | None = None) -> bool:
    """Whether the person wants a score at all."""
    return live(person_id=person_id, recipient=SCORE, purpose=SCORE, at=at) is not None


def of_person(person: Person) -> QuerySet[Grant]:
    """Everything the person ever granted, newest first."""
    return Grant.objects.filter(person=person).order_by("-given_at", "-pk")


def tell_what_ran_out() -> int:
    """Let other rooms know of grants whose date has come; how many there were."""
    over = Grant.objects.filter(end_told=False, until__lte=clock.now())
    told = 0
    for grant in over.iterator():
        with transaction.atomic():
            if Grant.objects.filter(pk=grant.pk, end_told=False).update(end_told=True):
                told += 1
                if grant.revoked_at is None:
                    _tell(grant)
    return told


def _check(recipient: str, name: str, fields: list[str], until: datetime, now: datetime) -> None:
    found = purpose(name)
    if not _RECIPIENT.fullmatch(recipient):
        raise BadGrant(
            NotGivable.BAD_RECIPIENT, recipient, "name an app, a shop, a partner or a person"
        )
    if found is None:
        raise BadGrant(NotGivable.UNKNOWN_PURPOSE, name, "docs/consent.md lists what there is")
    if not fields:
        raise BadGrant(NotGivable.NO_FIELDS, name, "say which fields are meant")
    if unknown := unknown_fields(found, fields):
        raise BadGrant(NotGivable.UNKNOWN_FIELD, ", ".join(unknown), f"not a field of {name}")
    if until <= now:
        raise BadGrant(NotGivable.ALREADY_OVER, f"{until:%Y-%m-%d}", "choose a later day")
    if until > now + LONGEST:
        raise BadGrant(NotGivable.TOO_LONG, f"{until:%Y-%m-%d}", "a year at most, then ask again")


def _end_earlier(person_id: UUID, recipient: str, name: str, now: datetime) -> None:
    earlier = Grant.objects.filter(
        person_id=person_id, recipient=recipient, purpose=name, revoked_at=None, end_told=False
    )
    # What ran out by itself was not revoked: the history says which of the two it was.
    earlier.filter(until__lte=now).update(end_told=True)
    earlier.update(revoked_at=now)


def _tell(grant: Grant) -> None:
    tokens.narrow(person_id=grant.person_id, recipient=grant.recipient)
    signals.changed.send(
        sender=Grant,
        person_id=grant.person_id,
        recipient=grant.recipient,
        purpose=grant.purpose,
    )
