"""Evidence that a person brings along from another city, in an archive which that city signed.

It counts like an app's: under the name of the city it comes from, for the purposes the person has
granted to that name, and never twice.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as parquet
from django.db import transaction

from zhima.city.merkle.notes import PublicKey
from zhima.city.mydata.archive import read
from zhima.city.people.models import Person
from zhima.city.scoring import evidence
from zhima.engine.kinds import ZhimaError

EVENTS = "data/scoring.event.parquet"
AT_ONCE = 1000
MOST_ID_CHARACTERS = 100


def recipient_of(key: PublicKey) -> str:
    """To whom the person grants that evidence from there may be used: `app:from-<city>`."""
    return f"app:{_app(key)}"


def bring(*, person: Person, content: bytes, key: PublicKey) -> Counter[evidence.Verdict]:
    """Record the archive's evidence; how many items met which verdict.

    Raises ZhimaError for an archive that is damaged, changed, or signed by somebody else.
    """
    files = read(content, key=key)
    if EVENTS not in files:
        return Counter()
    try:
        rows = parquet.read_table(io.BytesIO(files[EVENTS])).to_pylist()
    except (OSError, pa.ArrowInvalid) as error:
        raise ZhimaError(f"{EVENTS} cannot be read: {error}") from error
    found: Counter[evidence.Verdict] = Counter()
    with transaction.atomic():
        events = list(_events(rows, person.pk, _app(key)))
        for start in range(0, len(events), AT_ONCE):
            found.update(evidence.report(events[start : start + AT_ONCE]))
    return found


def _events(rows: list[dict[str, Any]], person_id: UUID, app: str) -> Iterator[evidence.NewEvent]:
    for row in rows:
        try:
            yield evidence.NewEvent(
                event_id=f"{app}:{row['event_id']}"[:MOST_ID_CHARACTERS],
                person_id=person_id,
                kind=row["kind"],
                occurred_at=row["occurred_at"],
                app=app,
                purpose=row["purpose"],
                amount_fen=row["amount_fen"],
                counterparty_id=row["counterparty_id"],
                context=json.loads(row["context"] or "{}"),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ZhimaError(f"{EVENTS} is not a table of evidence: {error}") from error


def _app(key: PublicKey) -> str:
    return f"from-{key.name}".replace("/", "-")[:60]
