"""Who lives in the demo. Wu has no phone: nobody can log in as him, but he can be paid."""

from __future__ import annotations

from dataclasses import dataclass

from zhima.city.people.models import IdentityLevel, Person


@dataclass(frozen=True, slots=True)
class Resident:
    """A made-up person."""

    username: str
    name: str
    tint: int
    identity_level: IdentityLevel
    has_phone: bool = True
    is_operator: bool = False


RESIDENTS = (
    Resident("ana", "Ana", 0, IdentityLevel.IN_PERSON),
    Resident("bo", "Bo", 2, IdentityLevel.DOCUMENT),
    Resident("chen", "Chen", 1, IdentityLevel.DOCUMENT),
    Resident("li", "Li", 4, IdentityLevel.IN_PERSON),
    Resident("mei", "Mei", 6, IdentityLevel.UNCHECKED),
    Resident("wu", "Wu", 7, IdentityLevel.UNCHECKED, has_phone=False),
)


OPERATORS = (
    Resident("rui", "Rui", 3, IdentityLevel.IN_PERSON, is_operator=True),
    Resident("noa", "Noa", 5, IdentityLevel.IN_PERSON, is_operator=True),
    Resident("tam", "Tam", 1, IdentityLevel.IN_PERSON, is_operator=True),
)
"""Who works in the office: one who asks or drafts and two who approve."""


def settle_operators() -> None:
    """Let the office be staffed."""
    for operator in OPERATORS:
        _settle(operator)


def settle_residents() -> dict[str, Person]:
    """The residents by log-in name; made when they are not there. None has a password."""
    return {resident.username: _settle(resident) for resident in RESIDENTS}


def _settle(resident: Resident) -> Person:
    person = Person.objects.filter(username=resident.username).first()
    if person is None:
        person = Person.objects.create_user(
            resident.username,
            name=resident.name,
            tint=resident.tint,
            identity_level=resident.identity_level,
            is_resident_of_demo=True,
            is_staff=resident.is_operator,
            is_superuser=resident.is_operator,
        )
    return person


def log_ins() -> list[Person]:
    """Those whom a visitor may be, in the order of the list."""
    everybody = (*RESIDENTS, *OPERATORS)
    names = [resident.username for resident in everybody if resident.has_phone]
    known = {
        person.username: person
        for person in Person.objects.filter(username__in=names, is_resident_of_demo=True)
    }
    return [known[name] for name in names if name in known]
