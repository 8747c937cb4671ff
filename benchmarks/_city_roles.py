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
from typing import TYPE_CHECKING

from benchmarks._city_crowd import APP, person_of

if TYPE_CHECKING:
    from zhima.city.scoring.evidence import NewEvent

MIX = (
    # kind, purpose, how often among a thousand, amount
    ("payment.made", "payments", 780, 1200),
    ("bill.paid", "bills", 90, 9000),
    ("booking.kept", "agreements", 55, None),
    ("item.returned", "agreements", 45, None),
    ("bill.missed", "bills", 10, None),
    ("booking.missed", "agreements", 8, None),
    ("item.damaged", "agreements", 6, None),
    ("complaint.received", "agreements", 3, None),
    ("obligation.breached", "agreements", 3, None),
)
"""About what the habits of the lab bring in a month, with three falls in a thousand events."""


def event(number: int, people: int, rng: random.Random) -> NewEvent:
    """Something that somebody did now."""
    from zhima.city import clock
    from zhima.city.scoring.evidence import NewEvent

    (one,) = rng.choices(MIX, [often for _, _, often, _ in MIX])
    kind, purpose, _, amount_fen = one
    return NewEvent(
        event_id=f"bench:{number}",
        person_id=person_of(rng.randrange(people)),
        kind=kind,
        occurred_at=clock.now(),
        app=APP,
        purpose=purpose,
        amount_fen=amount_fen,
        context={"days_late": 0} if kind in ("bill.paid", "item.returned") else {},
    )


def score(file: Path) -> None:
    """Score until told to end; when each published cause was published."""
    from django.db import transaction

    from zhima.city.scoring import running, signals

    published: dict[str, float] = {}
    rows = [0]
    began: list[float] = []

    def tell(*, moves: list[tuple[object, object, object, str]], **_: object) -> None:
        transaction.on_commit(lambda: note(moves))

    def note(moves: list[tuple[object, object, object, str]]) -> None:
        at = time.monotonic()
        if not began:
            # Before it the process loaded everything and everybody.
            began.append(_cpu_s())
        rows[0] += len(moves)
        for *_ends, cause in moves:
            published[cause] = at

    signals.published.connect(tell)
    _say_when_loaded(running.Desk)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    running.run_alone(stop)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "published": published,
        "rows": rows[0],
        "cpu_s": _cpu_s() - began[0],
        "peak_mib": used.ru_maxrss / 1024,
    }
    file.write_text(json.dumps(told))


def _say_when_loaded(desk: type) -> None:
    """Tell once that everybody is in memory: a service is not measured while it starts."""
    turn, told = desk.turn, []

    def first(self: object) -> float:
        pause_s = turn(self)
        if self.is_ours and not told:
            told.append(True)
            print("loaded", flush=True)
        return pause_s

    desk.turn = first


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def report(file: Path, people: int, rate: float, seconds: float, batch: int) -> None:
    """Report `rate` events a second, `batch` to a transaction; when each was committed."""
    from django.db import connection, transaction

    from zhima.city.scoring.evidence import Verdict
    from zhima.city.scoring.evidence import report as tell

    rng = random.Random(6)
    committed: dict[str, float] = {}
    backlog: list[int] = []
    started, looked_at = time.monotonic(), 0.0
    number = 0
    while number < rate * seconds:
        due = started + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        events = [event(number + each, people, rng) for each in range(batch)]
        number += batch
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
