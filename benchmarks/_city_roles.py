"""The processes of the city benchmark: one that scores, one that reports evidence.

python benchmarks/_city_roles.py scorer FILE
python benchmarks/_city_roles.py reporter FILE PEOPLE RATE SECONDS BATCH
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
import threading
import time
from pathlib import Path

from benchmarks._city_crowd import APP, person_of

PLAIN = 0.5
"""Share of events that usually move nobody: the payments of a day."""
_MOVING = (
    ("complaint.received", "agreements"),
    ("item.damaged", "agreements"),
    ("bill.missed", "bills"),
    ("booking.missed", "agreements"),
    ("obligation.breached", "agreements"),
)


def score(file: Path) -> None:
    """Score until told to end; when each published cause was published."""
    from zhima.city.scoring import running, signals

    published: dict[str, float] = {}
    rows = [0]

    def note(*, moves: list[tuple[object, object, object, str]], **_: object) -> None:
        at = time.monotonic()
        rows[0] += len(moves)
        for *_ends, cause in moves:
            published[cause] = at

    signals.published.connect(note)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    running.run(stop)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "published": published,
        "rows": rows[0],
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_mib": used.ru_maxrss / 1024,
    }
    file.write_text(json.dumps(told))


def report(file: Path, people: int, rate: float, seconds: float, batch: int) -> None:
    """Report `rate` events a second, `batch` to a transaction; when each was committed."""
    from django.db import connection, transaction

    from zhima.city import clock
    from zhima.city.scoring.evidence import NewEvent, Verdict
    from zhima.city.scoring.evidence import report as tell

    rng = random.Random(6)
    committed: dict[str, float] = {}
    backlog: list[int] = []
    started, looked_at = time.monotonic(), 0.0
    number = 0
    while number < rate * seconds:
        due = started + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        events = []
        for _ in range(batch):
            number += 1
            kind, purpose = ("payment.made", "payments")
            if rng.random() >= PLAIN:
                kind, purpose = rng.choice(_MOVING)
            events.append(
                NewEvent(
                    event_id=f"bench:{number}",
                    person_id=person_of(rng.randrange(people)),
                    kind=kind,
                    occurred_at=clock.now(),
                    app=APP,
                    purpose=purpose,
                    amount_fen=1200 if kind == "payment.made" else None,
                )
            )
        with transaction.atomic():
            verdicts = tell(events)
        at = time.monotonic()
        assert set(verdicts) == {Verdict.RECORDED}, verdicts
        committed.update((event.event_id, at) for event in events)
        if at - looked_at > 1:
            looked_at = at
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM scoring_due")
                backlog.append(cursor.fetchone()[0])
    took_s = time.monotonic() - started
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM scoring_due")
        left = cursor.fetchone()[0]
    told = {"committed": committed, "took_s": took_s, "backlog": backlog, "left": left}
    file.write_text(json.dumps(told))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "zhima.city.settings"
    import django

    django.setup(set_prefix=False)
    role, target, *rest = sys.argv[1:]
    if role == "scorer":
        score(Path(target))
    else:
        report(Path(target), int(rest[0]), float(rest[1]), float(rest[2]), int(rest[3]))
