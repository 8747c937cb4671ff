"""A whole chain as an operator reads it: everybody whose score it shows has an entry in the log."""

from __future__ import annotations

from django.db import transaction

from zhima.city.disclosure.chains import Link, whole
from zhima.city.disclosure.readers import Basis, Reader
from zhima.city.disclosure.reading import Asked, disclose
from zhima.city.people.models import Person

PURPOSE = "chain"
RULE = "oversight of a chain"
FIELDS = ("score",)


def chain_of(*, reader: Reader, reference: str, cause: str) -> list[Link]:
    """All steps of a chain, oldest first; raises Refused without a `reference`, its reason.

    The entries are written with the reading: one for each person whose score it shows.
    """
    found = whole(cause)
    shown = {each.person_id for link in found for each in link.moved}
    basis = Basis(RULE, reference)
    with transaction.atomic():
        for person in Person.objects.filter(pk__in=shown).order_by("pk"):
            disclose(Asked(reader, person, PURPOSE, FIELDS, basis=basis), lambda: None)
    return found
