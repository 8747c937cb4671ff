"""Making and ending badges. The score itself goes into none of them, and none tells whose it is."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhima.city import clock
from zhima.city.badges.keys import issuer_key
from zhima.city.badges.models import Attempt, Batch, Place
from zhima.city.consent import grants
from zhima.city.consent.purposes import SCORE
from zhima.city.credential import badge, statuses
from zhima.city.credential.tokens import key_of
from zhima.city.disclosure import own
from zhima.city.people.models import Person
from zhima.city.scoring import policy
from zhima.engine.kinds import ZhimaError

BATCH_SIZE = 10
BATCHES_A_DAY = 4
ATTEMPTS_A_DAY = 2
"""Refusals tell where a score is: few are given, and only at the borders of bands."""
TERMS_DAYS = (7, 30, 90)
LIST_SIZE = 1 << 17


class NotIssued(StrEnum):
    """Why no badge is made, in the order in which it is looked at."""

    UNKNOWN_BAND = "unknown_band"
    BAD_TERM = "bad_term"
    BAD_KEYS = "bad_keys"
    TOO_OFTEN = "too_often"
    NO_SCORE = "no_score"
    NOT_REACHED = "not_reached"


class NoBadge(ZhimaError):
    """No badge was made."""

    def __init__(self, reason: NotIssued) -> None:
        super().__init__(f"no badge: {reason}")
        self.reason = reason


def borders() -> tuple[int, ...]:
    """The numbers that a badge can speak of: where bands begin, but for the lowest."""
    bands = policy.in_force(clock.now()).rulebook.rules.bands
    return tuple(band.start for band in bands[1:])


def issue(
    *,
    person: Person,
    at_least: int,
    days: int,
    holders: Sequence[dict[str, str]],
    issuer: str,
    status_uri: str,
) -> list[str]:
    """A badge for each of the holder's public keys, all alike and none linkable; raises NoBadge."""
    _check_question(at_least, days, holders)
    now, until = clock.now(), last_day(days)
    terms = Batch(person=person, at_least=at_least, issued_at=now, until=until)
    places = _places(terms, count=len(holders))
    if isinstance(places, NotIssued):
        raise NoBadge(places)
    return [
        badge.issue(
            issuer=issuer,
            at_least=at_least,
            on=timezone.localdate(now),
            until=until,
            holder=holder,
            status_index=place,
            status_uri=status_uri,
            key=issuer_key(),
        )
        for holder, place in zip(holders, places, strict=True)
    ]


@transaction.atomic
def _places(batch: Batch, *, count: int) -> list[int] | NotIssued:
    """Keep a new batch and draw its places in the list; or why there is to be none.

    The score is held still meanwhile: one that falls later finds the batch and ends it. It also
    makes two who ask at once for one person wait for each other.
    """
    person, now = batch.person, batch.issued_at
    reading = own.held(person)
    if _is_too_often(person, now):
        return NotIssued.TOO_OFTEN
    if reading is None or not grants.opted_in(person_id=person.pk):
        return NotIssued.NO_SCORE
    if reading.score < batch.at_least:
        Attempt.objects.create(person=person, at=now)
        return NotIssued.NOT_REACHED
    batch.save(force_insert=True)
    return [_draw_place(batch) for _ in range(count)]


def last_day(days: int) -> date:
    """The day until whose end badges made today are good."""
    return timezone.localdate(clock.now()) + timedelta(days=days)


def revoke(*, person: Person, batch_id: UUID) -> bool:
    """End the badges of one batch; whether they were good until now."""
    return _end(Batch.objects.filter(pk=batch_id, person=person)) > 0


def status_list(*, uri: str) -> str:
    """The signed list of what is revoked."""
    revoked = Place.objects.exclude(batch__revoked_at=None).values_list("index", flat=True)
    bits = statuses.pack(revoked, size=LIST_SIZE)
    return statuses.sign_list(bits, uri=uri, at=clock.now(), key=issuer_key())


def revoke_untrue(*, moves: Iterable[tuple[UUID, int | None, int, str]], **_: object) -> None:
    """End badges that claim more than their holders' new scores."""
    # The lowest, where somebody's score moved twice.
    fallen: dict[UUID, int] = {}
    for person_id, old, new, _cause in moves:
        if old is not None and new < old:
            fallen[person_id] = min(new, fallen.get(person_id, new))
    good = Batch.objects.filter(person_id__in=fallen, revoked_at=None)
    for batch_id, person_id, at_least in good.values_list("pk", "person_id", "at_least"):
        if at_least > fallen[person_id]:
            _end(Batch.objects.filter(pk=batch_id))


def revoke_without_score(*, person_id: UUID, recipient: str, **_: object) -> None:
    """End the badges of somebody who wants no score any more."""
    if recipient == SCORE and not grants.opted_in(person_id=person_id):
        _end(Batch.objects.filter(person_id=person_id))


def revoke_of(*, people: Iterable[UUID], **_: object) -> None:
    """End the badges of people whose scores are erased."""
    _end(Batch.objects.filter(person_id__in=list(people)))


def forget_what_ran_out() -> int:
    """Free the places of badges that ended by themselves; how many batches there were."""
    now = clock.now()
    Attempt.objects.filter(at__lt=now - timedelta(days=1)).delete()
    # A verifier's clock may lag, and a list is good for two days.
    over = Batch.objects.filter(until__lt=timezone.localdate(now) - timedelta(days=3))
    return over.delete()[0]


def _check_question(at_least: int, days: int, holders: Sequence[dict[str, str]]) -> None:
    if at_least not in borders():
        raise NoBadge(NotIssued.UNKNOWN_BAND)
    if days not in TERMS_DAYS:
        raise NoBadge(NotIssued.BAD_TERM)
    if not 0 < len(holders) <= BATCH_SIZE:
        raise NoBadge(NotIssued.BAD_KEYS)
    try:
        prints = {key_of(holder).thumbprint() for holder in holders}
    except (ZhimaError, AttributeError) as error:
        raise NoBadge(NotIssued.BAD_KEYS) from error
    # One key in two badges would tie them together.
    if len(prints) != len(holders):
        raise NoBadge(NotIssued.BAD_KEYS)


def _is_too_often(person: Person, now: datetime) -> bool:
    since = now - timedelta(days=1)
    made = Batch.objects.filter(person=person, issued_at__gte=since).count()
    missed = Attempt.objects.filter(person=person, at__gte=since).count()
    return made >= BATCHES_A_DAY or missed >= ATTEMPTS_A_DAY


def _draw_place(batch: Batch) -> int:
    """A free place of the list; random, so that neighbours tell nothing."""
    while True:
        try:
            with transaction.atomic():
                place = Place(index=secrets.randbelow(LIST_SIZE), batch=batch)
                place.save(force_insert=True)
                return place.index
        except IntegrityError:
            continue


def _end(batches: object) -> int:
    return batches.filter(revoked_at=None).update(revoked_at=clock.now())  # type: ignore[attr-defined]
