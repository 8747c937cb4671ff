"""A whole chain as an operator reads it: everybody whose score it shows has an entry in the log."""

from __future__ import annotations

from django.db import transaction

from zhima.city.disclosure.chains import Link, whole
from zhima.city.disclosure.readers import Asked, Basis, Reader, Refused
from zhima.city.disclosure.reading import disclose
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
    refused: Refused | None = None
    with transaction.atomic():
        for person in Person.objects.filter(pk__in=shown).order_by("pk"):
            try:
                disclose(Asked(reader, person, PURPOSE, FIELDS, basis=basis), lambda: None)
            except Refused as refusal:
                # A refusal is an entry too: it must outlive this transaction.
                refused = refusal
    if refused is not None:
        raise refused
    return found
