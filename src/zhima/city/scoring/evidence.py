"""Evidence in: the one function that records it, and how an item is struck or left out.

Every function works inside the caller's transaction, so that what is reported and what it is
about happen together or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from zhima.city import clock
from zhima.city.scoring import sql, waking
from zhima.city.scoring.admission import STRIKES, Admitted, admitted, needs_grant
from zhima.city.scoring.models import Due, Event, Suspension
from zhima.engine.events.fields import CONTEXT_FIELDS
from zhima.engine.events.kind import Amount, FieldType
from zhima.engine.events.table import AMOUNT_LIMIT_FEN
from zhima.engine.events.vocabulary import KINDS, STRIKE
from zhima.engine.kinds import ZhimaError

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""A reporter's clock may be ahead by so much."""
_EARLIEST = clock.moment(0)

_COLUMNS = (
    "event_id, person_id, kind, occurred_at, recorded_at, amount_fen, counterparty_id, context, "
    "app, purpose"
)
_INSERT = f"""
    INSERT INTO scoring_event ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (event_id) DO NOTHING
"""
_DUE = "INSERT INTO scoring_due (person_id, cause) VALUES (%s, %s)"
_KNOWN = """
    SELECT event_id, person_id, kind, occurred_at, amount_fen, counterparty_id, context, app,
        purpose
    FROM scoring_event WHERE event_id
"""


class Verdict(StrEnum):
    """What became of reported evidence. When several apply, the first in this list is given."""

    UNKNOWN_KIND = "unknown_kind"
    UNDECLARED_FIELD = "undeclared_field"
    """A field its kind does not have, or one of another type; an amount where none belongs."""
    FROM_THE_FUTURE = "from_the_future"
    TOO_LONG_AGO = "too_long_ago"
    """Before times are counted: nobody's, and no longer a moment in every zone."""
    ID_REUSED = "id_reused"
    """The id was used before for something else."""
    ALREADY_RECORDED = "already_recorded"
    NOT_OPTED_IN = "not_opted_in"
    NO_CONSENT = "no_consent"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something an app has to say about a person. Times carry their zone, money is in fen."""

    event_id: str
    """The reporter's id: unique in the city, and the same when it is sent again."""
    person_id: UUID
    kind: str
    occurred_at: datetime
    app: str
    purpose: str
    amount_fen: int | None = None
    counterparty_id: str | None = None
    context: Mapping[str, int | str] = field(default_factory=dict)


def report(events: Sequence[NewEvent]) -> list[Verdict]:
    """Record evidence that consent admits; one verdict each, in order. Sending again is safe.

    Raises ZhimaError for a time without a zone or an id that is no id: the caller's mistake.
    """
    now = clock.now()
    for event in events:
        _require_sound(event)
    known = _known([event.event_id for event in events])
    grants = admitted({event.person_id for event in events}, at=now)
    verdicts: list[Verdict] = []
    fresh: list[NewEvent] = []
    for event in events:
        verdict = _verdict(event, grants[event.person_id], known, now)
        verdicts.append(verdict)
        if verdict is Verdict.RECORDED:
            fresh.append(event)
            known[event.event_id] = _identity(event)
    record(fresh, now)
    return verdicts


def strike(event_id: str, *, reason: str) -> bool:
    """Let an item count no more, by one more event; whether there was such an item.

    `reason` is a closed word of the appeal. The item stays on file, and its history with it.
    """
    item = Event.objects.filter(event_id=event_id).first()
    if item is None:
        return False
    now = clock.now()
    struck = NewEvent(
        event_id=f"strike:{event_id}"[:100],
        person_id=item.person_id,
        kind=STRIKE,
        occurred_at=now,
        app=STRIKES,
        purpose=item.purpose,
        context={"struck_event_id": event_id, "reason": reason},
    )
    record([struck], now)
    return True


def suspend(event_id: str) -> bool:
    """Leave a contested item out until it is decided; whether there is such an item."""
    item = Event.objects.filter(event_id=event_id).first()
    if item is None:
        return False
    now = clock.now()
    Suspension.objects.get_or_create(event_id=event_id, until=None, defaults={"since": now})
    look_again(item.person_id, cause=f"suspend:{event_id}")
    return True


def unsuspend(event_id: str) -> bool:
    """Count it again; whether it was left out."""
    lifted = Suspension.objects.filter(event_id=event_id, until=None).update(until=clock.now())
    if lifted:
        look_again(Event.objects.get(event_id=event_id).person_id, cause=f"unsuspend:{event_id}")
    return bool(lifted)


def look_again(person_id: UUID, *, cause: str, other_id: UUID | None = None) -> None:
    """Have the scorer look at somebody once the current transaction is committed."""
    Due.objects.create(person_id=person_id, other_id=other_id, cause=cause[:120])
    waking.after_commit()


def record(events: Sequence[NewEvent], now: datetime) -> None:
    """Write what has been admitted already, by a grant or by a law, and have the scorer look."""
    if not events:
        return
    with transaction.atomic():
        sql.do_many(_INSERT, [_row(event, now) for event in events])
        sql.do_many(_DUE, [(sql.key(each.person_id), each.event_id) for each in events])
    waking.after_commit()


def _row(event: NewEvent, now: datetime) -> tuple[object, ...]:
    # What a clock ahead of ours reports is known when it has happened.
    recorded_at = max(now, event.occurred_at)
    return (
        event.event_id,
        sql.key(event.person_id),
        event.kind,
        sql.stamp(event.occurred_at),
        sql.stamp(recorded_at),
        event.amount_fen,
        event.counterparty_id,
        json.dumps(dict(event.context), sort_keys=True),
        event.app,
        event.purpose,
    )


def _known(event_ids: Sequence[str]) -> dict[str, tuple[object, ...]]:
    rows = sql.among(_KNOWN, event_ids)
    return {row[0]: _identity_of_row(row) for row in rows}


def _identity(event: NewEvent) -> tuple[object, ...]:
    """What must be the same when an event is sent again."""
    return (
        event.person_id,
        event.kind,
        event.occurred_at.astimezone(UTC),
        event.amount_fen,
        event.counterparty_id,
        dict(event.context),
        event.app,
        event.purpose,
    )


def _identity_of_row(row: sql.Row) -> tuple[object, ...]:
    _, person_id, kind, occurred_at, amount_fen, counterparty_id, context, app, purpose = row
    said = json.loads(context) if isinstance(context, str) else context
    at = sql.moment(occurred_at)
    return sql.person(person_id), kind, at, amount_fen, counterparty_id, said, app, purpose


def _verdict(
    event: NewEvent, grants: Admitted, known: Mapping[str, tuple[object, ...]], now: datetime
) -> Verdict:
    if event.kind not in KINDS or event.kind == STRIKE:
        return Verdict.UNKNOWN_KIND
    if not _is_declared(event):
        return Verdict.UNDECLARED_FIELD
    if event.occurred_at > now + CLOCKS_DIFFER_BY:
        return Verdict.FROM_THE_FUTURE
    if event.occurred_at < _EARLIEST:
        return Verdict.TOO_LONG_AGO
    if event.event_id in known:
        same = known[event.event_id] == _identity(event)
        return Verdict.ALREADY_RECORDED if same else Verdict.ID_REUSED
    if not grants.to_score:
        return Verdict.NOT_OPTED_IN
    if not needs_grant(event.app) or not grants.counts(event.app, event.purpose, event.kind):
        return Verdict.NO_CONSENT
    return Verdict.RECORDED


def _is_declared(event: NewEvent) -> bool:
    kind = KINDS[event.kind]
    if not _amount_fits(event.amount_fen, kind.amount):
        return False
    return all(
        name in kind.fields and _fits(value, CONTEXT_FIELDS[name].type)
        for name, value in event.context.items()
    )


def _amount_fits(amount_fen: int | None, amount: Amount) -> bool:
    if amount_fen is None:
        return amount is not Amount.REQUIRED
    is_whole = isinstance(amount_fen, int) and not isinstance(amount_fen, bool)
    return amount is not Amount.NONE and is_whole and 0 <= amount_fen < AMOUNT_LIMIT_FEN


def _fits(value: object, wanted: FieldType) -> bool:
    if wanted is FieldType.INTEGER:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62
    return isinstance(value, str) and 0 < len(value) <= 100


def _require_sound(event: NewEvent) -> None:
    if event.occurred_at.tzinfo is None:
        raise ZhimaError(f"event {event.event_id!r} has a time without a zone")
    if not (0 < len(event.event_id) <= 100 and event.event_id.isprintable()):
        raise ZhimaError(f"{event.event_id!r} is no event id: 1 to 100 printable characters")
    if len(event.counterparty_id or "") > 100:
        raise ZhimaError(f"event {event.event_id!r} has a counterparty of over 100 characters")
