"""A person's permissions in words: what each recipient gets or reports, and what ends with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city import clock
from zhima.city.consent.models import Grant
from zhima.city.consent.names import recipient_word
from zhima.city.consent.purposes import ACTS, DOOR, SCORE, field_word, purpose
from zhima.city.people.models import Person

REPORTS, GETS, COMPUTES, DOES = "reports", "gets", "computes", "does"


@dataclass(frozen=True, slots=True)
class Permission:
    """One grant in words."""

    grant: Grant
    purpose: str
    direction: str
    """`reports` evidence, `gets` an answer, `does` something, or `computes` the score."""
    fields: tuple[str, ...]
    what_then: str | Promise
    """What happens when it is revoked."""

    @property
    def was_revoked(self) -> bool:
        """Ended by the person; otherwise its day came."""
        return self.grant.revoked_at is not None


@dataclass(frozen=True, slots=True)
class Allowed:
    """Everything that one recipient may do."""

    recipient: str
    name: str
    permissions: list[Permission] = field(default_factory=list)


def live_of(person: Person) -> list[Allowed]:
    """What is allowed now, by recipient; the score first."""
    now = clock.now()
    found: dict[str, Allowed] = {}
    for grant in Grant.objects.filter(person=person, until__gt=now).order_by("given_at"):
        if grant.is_live(now):
            allowed = found.setdefault(
                grant.recipient, Allowed(grant.recipient, recipient_word(grant.recipient))
            )
            allowed.permissions.append(permission(grant))
    return sorted(found.values(), key=lambda allowed: allowed.recipient != SCORE)


def ended_of(person: Person, *, most: int) -> list[tuple[str, Permission]]:
    """What was allowed once, newest first, each with the name of its recipient."""
    now = clock.now()
    given: Iterable[Grant] = Grant.objects.filter(person=person).order_by("-given_at", "-pk")
    over = [grant for grant in given if not grant.is_live(now)][:most]
    return [(recipient_word(grant.recipient), permission(grant)) for grant in over]


def permission(grant: Grant) -> Permission:
    """A grant in words."""
    meant = purpose(grant.purpose)
    word = str(meant.word) if meant else grant.purpose
    direction = COMPUTES if grant.recipient == SCORE else direction_of(grant.purpose)
    fields = tuple(field_word(each) for each in grant.fields)
    return Permission(grant, word, direction, fields, _what_then(grant, direction))


def direction_of(name: str) -> str:
    """Which way a purpose goes: evidence in, answers out, or something done for the person."""
    if name in ACTS:
        return DOES
    meant = purpose(name)
    return REPORTS if meant and meant.is_evidence else GETS


def _what_then(grant: Grant, direction: str) -> str | Promise:
    if direction == COMPUTES:
        return _("Your score and what it was computed from are deleted. Paying goes on as before.")
    if direction == REPORTS:
        return _("What it reported for this stops counting and your score is computed again.")
    if grant.purpose.startswith(DOOR):
        return _("It cannot ask any more; you pay the deposit instead.")
    if direction == DOES:
        return _("It cannot do this for you any more. What is booked stays booked.")
    return _("It learns nothing more about you. What it learned before, it was told.")
