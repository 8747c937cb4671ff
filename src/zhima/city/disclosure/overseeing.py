"""What operators read for a reason: a whole chain, a whole receipt with every contact's part.

Everybody whose score it shows has an entry in the log.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import transaction

from zhima.city.disclosure.chains import Link, whole
from zhima.city.disclosure.readers import Asked, Basis, Reader, Refused
from zhima.city.disclosure.reading import disclose
from zhima.city.disclosure.stored import current
from zhima.city.people.models import Person
from zhima.city.scoring import readings
from zhima.engine.score.explain import Line

PURPOSE = "chain"
RULE = "oversight of a chain"
FIELDS = ("score",)
RECEIPT = "receipt"
RECEIPT_RULE = "oversight of a receipt"
RECEIPT_FIELDS = ("score", "band", "interval", "factors", "contacts")


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


class Whole(NamedTuple):
    """A score in force and every line of its receipt, the contacts' by person id."""

    score: Any
    lines: tuple[Line, ...]


def receipt_of(*, reader: Reader, reference: str, person: Person) -> Whole:
    """A person's whole receipt; raises Refused without a `reference`, and where there is no score.

    What each contact gives or takes is a line of hers, so the entry is hers.
    """
    asked = Asked(reader, person, RECEIPT, RECEIPT_FIELDS, basis=Basis(RECEIPT_RULE, reference))
    return disclose(asked, lambda: Whole(current(person), readings.receipt(person.pk)))
