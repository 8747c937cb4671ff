"""An upheld case as a test anybody can read: what was on file, which item was wrong, what then.

Nobody is named: times stay, counterparties become c1, c2, and ids are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from zhima.city.appeals.models import Case
from zhima.city.scoring import policy
from zhima.city.scoring.models import Event
from zhima.engine.events.vocabulary import STRIKE
from zhima.engine.features.history import history
from zhima.engine.score.imagined import imagined_events
from zhima.engine.score.live import LivePerson

NOBODY = "somebody"


def as_yaml(case: Case) -> str:
    """The case as YAML; ValueError for one that struck nothing."""
    text = StringIO()
    yaml = YAML()
    yaml.width = 160
    yaml.dump(_case(case), text)
    return text.getvalue()


def own_points(lines: Iterable[str], *, rulebook: str, as_of: datetime) -> int:
    """Own points of somebody about whom just these lines are on file."""
    used = policy.of_day(rulebook, as_of.date()).policy
    events = imagined_events(NOBODY, lines, as_of=as_of)
    return LivePerson(used).own(history(events), as_of=as_of).points


def _case(case: Case) -> dict[str, Any]:
    if case.about != Case.About.ITEM or case.state != Case.State.UPHELD:
        raise ValueError("only a case that struck an item makes a test")
    verdict = case.moves.get(after=Case.State.UPHELD)
    rulebook = policy.name_in_force(verdict.at)
    lines = dict(_lines(case, before=verdict.at))
    item = lines.pop(case.subject)
    as_of = verdict.at + timedelta(seconds=1)
    struck = {"rulebook": rulebook, "as_of": as_of}
    return {
        "title": f"{case.kind}: {verdict.reason}",
        "rulebook": rulebook,
        "as_of": as_of.isoformat(timespec="seconds"),
        "given": list(lines.values()),
        "item": item,
        "then": {
            "own_with_item": own_points([*lines.values(), item], **struck),
            "own_when_struck": own_points(lines.values(), **struck),
        },
    }


def _lines(case: Case, *, before: datetime) -> Iterator[tuple[str, str]]:
    """Everything else that counted, as the lines of a what-if, by event id."""
    events = Event.objects.filter(person_id=case.person_id, recorded_at__lt=before)
    others: dict[str, str] = {}
    for event in events.exclude(kind=STRIKE).order_by("occurred_at", "seq"):
        words = [event.kind, f"at={event.occurred_at.isoformat(timespec='microseconds')}"]
        if event.amount_fen is not None:
            words.append(f"amount_fen={event.amount_fen}")
        if event.counterparty_id is not None:
            known = others.setdefault(event.counterparty_id, f"c{len(others) + 1}")
            words.append(f"counterparty_id={known}")
        said = {**event.context, "app": event.app}
        words += [f"{name}={value}" for name, value in sorted(said.items()) if _is_plain(value)]
        yield event.event_id, " ".join(words)


def _is_plain(value: object) -> bool:
    return not isinstance(value, str) or " " not in value
