"""Which benefit may look at what: three switches, off until a person turns them on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.doors.asking import PARTIES, PLACES, RECIPIENT, UPGRADES
from zhima.city.people.models import Person

YEAR = timedelta(days=365)
FIELDS = {PLACES: "score", UPGRADES: "band", PARTIES: "band"}


@dataclass(frozen=True, slots=True)
class Sharing:
    """One switch."""

    purpose: str
    words: str | Promise
    under: str | Promise
    is_on: bool


_WORDS = {
    PLACES: (
        _("My score decides when two ask for one place"),
        _("Whoever loses may learn by how many points, never to whom."),
    ),
    UPGRADES: (
        _("My band decides my chance of an upgrade"),
        _("The list of tickets shows the chance, not the name."),
    ),
    PARTIES: (
        _("My contacts may invite me by band"),
        _("A host learns that you are invited, or nothing."),
    ),
}


def of_person(person: Person, purposes: Collection[str] = tuple(FIELDS)) -> list[Sharing]:
    """The switches as they are: all three, or those for some purposes."""
    return [
        Sharing(purpose, *words, is_on=is_shared(person, purpose))
        for purpose, words in _WORDS.items()
        if purpose in purposes
    ]


def is_shared(person: Person, purpose: str) -> bool:
    """Whether one of them is on."""
    return _live(person, purpose) is not None


def toggle(person: Person, purpose: str) -> bool:
    """Turn a switch; whether it is on now."""
    live = _live(person, purpose)
    if live is not None:
        grants.revoke(person=person, grant_id=live.pk)
        return False
    grants.give(
        person=person,
        recipient=f"app:{RECIPIENT}",
        purpose=purpose,
        fields=[FIELDS[purpose]],
        until=clock.now() + YEAR,
        source="benefits",
    )
    return True


def _live(person: Person, purpose: str) -> grants.Grant | None:
    return grants.live(person_id=person.pk, recipient=f"app:{RECIPIENT}", purpose=purpose)
