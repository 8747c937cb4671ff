"""A rulebook's way into force, as its page tells it: what comes next, by whom, and to what end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from zhima.city import clock
from zhima.city.console import rulebooks
from zhima.city.oversight.tables import tables
from zhima.city.people.models import Person
from zhima.city.scoring import naming, policy
from zhima.city.scoring.models import RulebookInForce
from zhima.engine.network.spiral import collapse
from zhima.engine.rulebook.load import LoadedRulebook, shipped_names
from zhima.engine.rulebook.model import Rulebook

State = RulebookInForce.State


@dataclass(frozen=True, slots=True)
class Terms:
    """A rulebook's terms of friendship, and how far they are from collapse."""

    name: str
    title: str
    weight: float
    capacity: float
    nudge: bool
    critical_reaction: float


def terms(loaded: LoadedRulebook) -> Terms:
    """What the office shows of a rulebook at a glance."""
    friends = loaded.rules.friends
    distance = collapse(weight=friends.weight, capacity=friends.capacity)
    return Terms(
        name=loaded.name,
        title=naming.title_of(loaded.name),
        weight=friends.weight,
        capacity=friends.capacity,
        nudge=friends.nudge,
        critical_reaction=distance.critical_reaction,
    )


def standing() -> dict[str, object]:
    """What is in force now, and what will be."""
    now = clock.now()
    planned = RulebookInForce.objects.filter(state=State.IN_FORCE, since__gt=now).order_by("since")
    return {"terms": terms(policy.in_force(now).rulebook), "planned": planned}


def choices() -> list[tuple[str, str]]:
    """Every rulebook that may be drafted, in words: those that ship, and the data folder's."""
    own = sorted(path.name for path in rulebooks.folder().glob("*.yaml"))
    shipped = [(name, f"{naming.title_of(name)} ({name})") for name in shipped_names()]
    return [
        *shipped,
        *((name, _("From the data folder: %(name)s") % {"name": name}) for name in own),
    ]


def next_step(row: RulebookInForce, person: Person) -> str:
    """One sentence: what has to happen now, and who can do it."""
    if row.state in _SENTENCES:
        return _SENTENCES[State(row.state)](row, person)
    return _(
        "Two have approved it. Next: the day from which it is in force. Nothing changes before."
    )


def dry_run(row: RulebookInForce) -> dict[str, object] | None:
    """Its dry run in words, with the distance to collapse before and after; None without one."""
    record: Mapping[str, Any] | None = row.dry_run
    if not record:
        return None
    sides = [_version(record[side]) for side in ("before", "after")]
    rules: list[Rulebook] = [side.rules for side in sides if side is not None]
    return {
        **tables(record, rules),
        "people": record["people"],
        "titles": [naming.title_of(record[side]) for side in ("before", "after")],
        "ids": (record["before"], record["after"]),
        "terms": [terms(side) for side in sides if side is not None],
    }


def _version(reference: str) -> LoadedRulebook | None:
    rulebook_id, _hash, sha = reference.partition("#")
    return naming.version(rulebook_id, sha)


def _of_draft(row: RulebookInForce, person: Person) -> str:
    return _(
        "Next: the dry run. It scores everybody under this draft, beside what is in force. "
        "Nobody is touched."
    )


def _of_dry_run(row: RulebookInForce, person: Person) -> str:
    names = {"names": _who_can_approve(row)}
    if person.pk == row.drafted_by:
        return _("You drafted it: two others have to approve it. They can: %(names)s.") % names
    if person.pk == row.first_approved_by:
        return _("You approved it. One more has to, and can: %(names)s.") % names
    if row.first_approved_by is None:
        return _(
            "Read what the dry run shows, then approve it or leave it. Two people who did not "
            "draft it have to approve; you would be the first."
        )
    name = Person.objects.values_list("name", flat=True).get(pk=row.first_approved_by)
    return _(
        "Read what the dry run shows, then approve it or leave it. %(name)s has approved it; "
        "with a second approval it can be put in force."
    ) % {"name": name}


def _of_one_in_force(row: RulebookInForce, person: Person) -> str:
    if row.is_to_come:
        return _("It comes into force on %(day)s, and everybody is scored anew.") % {
            "day": _moment(row.since)
        }
    if row.until is not None:
        return _("It is in force until %(day)s; then the next one takes its place.") % {
            "day": _moment(row.until)
        }
    return _(
        "It is in force, and everybody is scored by it. If it is retired, this one is in force at "
        "once: %(title)s."
    ) % {"title": naming.title_of(policy.DEFAULT)}


def _of_retired(row: RulebookInForce, person: Person) -> str:
    if row.since is None or row.until is None or row.until <= row.since:
        return _("It was withdrawn before it came into force.")
    days = {"since": _moment(row.since), "until": _moment(row.until)}
    return _("It was in force from %(since)s until %(until)s.") % days


_SENTENCES = {
    State.DRAFT: _of_draft,
    State.DRY_RUN: _of_dry_run,
    State.IN_FORCE: _of_one_in_force,
    State.RETIRED: _of_retired,
}


def _who_can_approve(row: RulebookInForce) -> str:
    staff = Person.objects.filter(is_staff=True, is_active=True).order_by("name")
    names = [each.name for each in staff if rulebooks.may_approve(row, each)]
    return ", ".join(names) or _("nobody yet; somebody has to be appointed to rulebooks")


def _moment(at: datetime | None) -> str | Promise:
    return date_format(localtime(at), "DATETIME_FORMAT") if at else ""
