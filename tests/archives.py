"""A person's archive as she downloads it."""

from __future__ import annotations

from zhima.city import clock
from zhima.city.disclosure.keys import public_key
from zhima.city.mydata import archive
from zhima.city.mydata.holdings import holdings
from zhima.city.mydata.signing import sign
from zhima.city.people.models import Person


def made(person: Person) -> bytes:
    """The file."""
    return archive.build(person=person, holdings=holdings(person), made_at=clock.now(), sign=sign)


def files_of(person: Person) -> dict[str, bytes]:
    """What is in it, once its signature was checked."""
    return archive.read(made(person), key=public_key())
