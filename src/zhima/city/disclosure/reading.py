"""The one way to know something of somebody else: every function here writes the log.

Each looks for a live grant, or for the basis that stands in for one, reads, and appends the entry
in one transaction. A refusal is an entry too. Outside of a transaction the answer comes when the
entry is on disk. Inside of one the entry is part of it: show nobody the answer before it commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import connection, transaction

from zhima.city.consent.models import Grant, Partner
from zhima.city.consent.purposes import DOOR
from zhima.city.disclosure import log, stored, tree
from zhima.city.disclosure.entries import READ, REFUSED
from zhima.city.disclosure.grounds import ground_of
from zhima.city.disclosure.readers import (
    NOT_THE_OWNER,
    Asked,
    Basis,
    Reader,
    ReaderKind,
    Refusal,
    Refused,
)
from zhima.city.disclosure.recorder import recorder
from zhima.city.people.models import Person
from zhima.engine.doors import Decision

__all__ = ["Basis", "Reader", "ReaderKind", "Refusal", "Refused", "ask_door", "score_of"]

Answer = TypeVar("Answer")
DOOR_FIELDS = ("outcome", "deposit")


def score_of(
    *,
    reader: Reader,
    person: Person,
    purpose: str,
    fields: Iterable[str],
    grant: Grant | None = None,
    basis: Basis | None = None,
    sealed_until: datetime | None = None,
) -> dict[str, Any]:
    """The granted fields of a person's score, by name; raises Refused.

    Without `grant` the person's live grant for the reader and purpose is looked up. Operators and
    authorities give a `basis` instead.
    """
    asked = Asked(reader, person, purpose, tuple(fields), grant, basis, sealed_until)
    return disclose(asked, lambda: stored.fields_of(person, asked.fields))


def ask_door(*, reader: Reader, person: Person, door_id: str) -> Decision:
    """Whether a door is open to a person; raises Refused.

    The decision explains itself to the person: whoever asked for a reader outside of this process
    passes on `outcome` and `deposit_fen` and nothing else.
    """
    asked = Asked(reader, person, f"{DOOR}{door_id}", DOOR_FIELDS)
    return disclose(asked, lambda: stored.decision_on(person, door_id))


def log_refused_token(*, person: Person, partner: Partner, reason: str, **_: object) -> None:
    """Write that a partner's code or token was refused."""
    reader = Reader(partner.kind, partner.client_id, partner.name)
    _log_refused(Asked(reader, person, "token", ()), reason)


def log_refused_request(
    *, reader: Reader, person: Person, purpose: str, fields: Iterable[str]
) -> None:
    """Write that an authority asked without a basis: nothing was read, and the person sees it."""
    _log_refused(Asked(reader, person, purpose, tuple(fields)), Refusal.NO_BASIS)


def log_refused_appeal(*, by: Person, owner: Person) -> None:
    """Write that somebody wanted to contest an item, or see a case, of another person."""
    reader = Reader("friend", str(by.pk), by.name)
    _log_refused(Asked(reader, owner, "appeal", ()), NOT_THE_OWNER)


def _log_refused(asked: Asked, reason: str) -> None:
    _in_a_transaction(lambda: _write(asked, kind=REFUSED, ground=None, reason=reason))


def disclose(asked: Asked, read: Callable[[], Answer]) -> Answer:
    """Check, read and log in one transaction; the answer leaves with the entry."""
    answer, refusal = _in_a_transaction(partial(_looked_up, asked, read))
    if refusal is not None:
        raise Refused(refusal)
    return answer  # type: ignore[return-value]


def _in_a_transaction(job: Callable[[], Answer]) -> Answer:
    if not connection.in_atomic_block:
        return recorder().do(job)
    answer = job()
    # The entry is placed when the transaction around it is over.
    transaction.on_commit(tree.integrate)
    return answer


def _looked_up(asked: Asked, read: Callable[[], Answer]) -> tuple[Answer | None, Refusal | None]:
    ground: str | None = None
    try:
        ground = ground_of(asked)
        answer = read()
    except Refused as refused:
        _write(asked, kind=REFUSED, ground=ground, reason=refused.reason)
        return None, refused.reason
    _write(asked, kind=READ, ground=ground)
    return answer, None


def _named(reader: Reader) -> dict[str, str]:
    said = {"kind": str(reader.kind), "id": reader.id, "name": reader.name}
    return said | ({"name_zh": reader.name_zh} if reader.name_zh else {})


def _write(asked: Asked, *, kind: str, ground: str | None, reason: str | None = None) -> None:
    reader = asked.reader
    detail = {
        "person": str(asked.person.pk),
        "reader": _named(reader),
        "purpose": asked.purpose,
        "fields": list(asked.fields),
        "ground": ground,
        "reason": reason and str(reason),
    }
    if asked.basis is not None and asked.basis.approved_by:
        detail["approved_by"] = list(asked.basis.approved_by)
    log.append(
        kind=kind,
        person_id=asked.person.pk,
        reader_kind=str(reader.kind),
        reader=reader.recipient,
        detail=detail,
        sealed_until=asked.sealed_until,
    )
