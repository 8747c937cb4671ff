"""The end of a draw's list: written down in the disclosure log, whose root then makes the luck.

The seed is fixed before the first ticket, the list by an entry of the log; the root of the log up
to that entry is mixed into the seed, so that nobody who knew the seed knew the draw.
"""

from __future__ import annotations

from typing import Any

from zhima.city.disclosure import log, tree
from zhima.city.disclosure.models import Entry
from zhima.city.doors.models import Draw
from zhima.city.merkle.heads import head_in
from zhima.city.merkle.notes import parse
from zhima.engine.doors import draws

CITY = "city"


def write_down(draw: Draw) -> None:
    """Write the closed list into the log, in the transaction that closes it."""
    log.append(
        kind=draws.CLOSED,
        person_id=None,
        reader_kind=CITY,
        reader=_mark(draw),
        detail=_record(draw),
    )


def root_after(draw: Draw) -> bytes | None:
    """The log's root up to and with that entry; None as long as it has no place there."""
    tree.signed_head()
    entry = _entry(draw)
    return None if entry is None or entry.place is None else tree.root_at(entry.place + 1)


def luck(draw: Draw) -> bytes:
    """What decides the draw: the seed, with the root where the draw has one."""
    seed = bytes.fromhex(draw.seed)
    return draws.mixed(seed, bytes.fromhex(draw.root)) if draw.root else seed


def evidence(draw: Draw) -> dict[str, Any] | None:
    """What shows anybody that the list was closed before its root was there."""
    entry = _entry(draw) if draw.root else None
    if entry is None or entry.place is None or entry.salt is None:
        return None
    size, note = entry.place + 1, tree.signed_head()
    proof = tree.prove(entry.place, note=note, size=size)
    return {
        "entry": bytes(entry.body).decode(),
        "salt": bytes(entry.salt).hex(),
        "place": entry.place,
        "path": [step.hex() for step in proof.path],
        "root": draw.root,
        "head": note,
        "onward": [step.hex() for step in tree.continues(size, head_in(parse(note)).size)],
    }


def _entry(draw: Draw) -> Entry | None:
    return Entry.objects.filter(reader=_mark(draw)).order_by("-pk").first()


def _mark(draw: Draw) -> str:
    """Under which name the entry is found."""
    return f"{CITY}:draw-{draw.pk}"


def _record(draw: Draw) -> dict[str, Any]:
    tickets = draw.tickets.order_by("name").values_list("name", "percent")
    return draws.closed_list(
        draw=str(draw.pk),
        commitment=draw.commitment,
        places=draw.places,
        tickets=[draws.Ticket(name, percent) for name, percent in tickets],
    )
