"""Erasure: what was said about a person goes; the log keeps commitments that nobody can open."""

from __future__ import annotations

from zhima.city.disclosure.models import Entry
from zhima.city.people.models import Person


def erase(person: Person) -> int:
    """Forget the private side of every entry about a person; how many there were.

    Bodies stay, so that the tree and every head that others hold go on being true.
    """
    mine = Entry.objects.filter(person=person)
    return mine.update(person=None, salt=None, detail=None, reader="")
