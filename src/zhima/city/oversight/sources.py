"""Evidence against what it was made of: entries of the ledger and moves of obligations.

Only the rooms themselves write these; an item that no entry and no move stands behind was put
there by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from zhima.city.ledger.outbox import events_after
from zhima.city.obligations.evidence import said_by
from zhima.city.obligations.models import Move
from zhima.city.scoring import money
from zhima.city.scoring.models import Event
from zhima.city.wallet.books import store

LEDGER, OBLIGATION = "ledger:", "obligation:"
AT_ONCE = 1000


def disagreements() -> Iterator[tuple[str, str]]:
    """Items by id, each with `no_such_entry`, `not_as_entry`, `no_such_move` or `not_as_move`."""
    yield from _of_money()
    yield from _of_obligations()


def _of_money() -> Iterator[tuple[str, str]]:
    for part in _parts(Event.objects.filter(app=money.APP).order_by("seq").iterator()):
        made = _made_of({_entry_number(event.event_id) for event in part} - {None})
        for event in part:
            expected = made.get(event.event_id)
            if expected is None:
                yield event.event_id, "no_such_entry"
            elif expected != _said(event):
                yield event.event_id, "not_as_entry"


def _made_of(numbers: set[int]) -> dict[str, tuple[object, ...]]:
    entries = [
        event for seq in numbers for event in events_after(store(), seq=seq - 1, limit=1)
        if event.seq == seq
    ]  # fmt: skip
    return {
        new.event_id: (new.person_id, new.kind, new.amount_fen, new.counterparty_id)
        for new in money.evidence_of(entries)
    }


def _entry_number(event_id: str) -> int | None:
    number = event_id.removeprefix(LEDGER).partition(":")[0]
    return int(number) if number.isdigit() else None


def _of_obligations() -> Iterator[tuple[str, str]]:
    mine = Event.objects.filter(event_id__startswith=OBLIGATION).order_by("seq")
    for event in mine.iterator():
        obligation_id, seq = event.event_id.split(":")[1:3]
        move = Move.objects.filter(obligation_id=obligation_id, seq=seq).first()
        if move is None:
            yield event.event_id, "no_such_move"
            continue
        made = {said.event_id: said for said in said_by(move.obligation, move)}
        said = made.get(event.event_id)
        if said is None or (said.kind, said.amount_fen) != (event.kind, event.amount_fen):
            yield event.event_id, "not_as_move"


def _said(event: Event) -> tuple[object, ...]:
    return event.person_id, event.kind, event.amount_fen, event.counterparty_id


def _parts(events: Iterator[Event]) -> Iterable[list[Event]]:
    while part := list(islice(events, AT_ONCE)):
        yield part
