"""The score itself: home, receipt, time line, circle, doors."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from zhima.city import clock
from zhima.city.disclosure import own
from zhima.city.score.because import because
from zhima.city.score.changes import Published
from zhima.city.score.circle import circle
from zhima.city.score.curve import MOST_DOTS, Curve, Reading, curve
from zhima.city.score.dial import dial
from zhima.city.score.door_list import Doors, doors
from zhima.city.score.entries import entries
from zhima.city.score.evidence import with_evidence
from zhima.city.score.mine import Mine, policy_of, with_score
from zhima.city.score.nudges import nudge
from zhima.city.score.receipt import printed
from zhima.city.score.tasks import tasks
from zhima.engine.score.explain import Line

CHANGES_ON_HOME = 3
YEARS_DAYS = 6 * 366


@require_GET
@with_score
def home(request: HttpRequest, mine: Mine) -> HttpResponse:
    """The score page: everything at a glance, each part leading further."""
    now, policy = mine.now, mine.policy
    rules = policy.rulebook.rules
    receipt = printed(mine.lines, policy)
    history = mine.history()
    steps = mine.changes(history, limit=CHANGES_ON_HOME)
    found = doors(own.doors(mine.person), rules)
    context = {
        "dial": dial(score=now.score, low=now.low, high=now.high, bands=rules.bands),
        "because": because(receipt),
        "receipt": receipt,
        "curve": _curve(history, mine),
        "changes": steps,
        "nudge": nudge(mine.lines, policy, mine.names),
        "circle": circle(mine.lines, policy, mine.names),
        "doors": found,
        "open_words": _open_words(found),
        "tasks": tasks(mine.lines, policy),
        "entries": entries(),
        "rulebook": now.rulebook,
        "as_of": now.at,
    }
    return render(request, "score/home.html", context)


@require_GET
@with_score
def receipt(request: HttpRequest, mine: Mine, seq: int | None = None) -> HttpResponse:
    """The receipt of the score in force, or of an earlier one."""
    shown, lines = _shown(mine, seq)
    policy = policy_of(shown)
    context = {
        "receipt": with_evidence(printed(lines, policy), mine.person, policy),
        "names": mine.names,
        "person": mine.person,
        "shown": shown,
        "is_now": shown.seq == mine.now.seq,
    }
    return render(request, "score/receipt.html", context)


def _shown(mine: Mine, seq: int | None) -> tuple[Published, tuple[Line, ...]]:
    if seq is None or seq == mine.now.seq:
        return mine.now, mine.lines
    earlier = next((each for each in mine.history(days=YEARS_DAYS) if each.seq == seq), None)
    if earlier is None:
        raise Http404
    return earlier, own.receipt(mine.person, seq)


@require_GET
@with_score
def timeline(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Every change with its reason."""
    history = mine.history(days=366)
    steps = mine.changes(history, limit=MOST_DOTS)
    reasons = {step.seq: step.reason for step in steps}
    context = {"curve": _curve(history, mine, reasons), "changes": steps}
    return render(request, "score/timeline.html", context)


@require_GET
@with_score
def circle_page(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Who gives, who takes, named only as the rulebook allows."""
    friends = mine.policy.rulebook.rules.friends
    context = {
        "circle": circle(mine.lines, mine.policy, mine.names),
        "names": mine.names,
        "friends": friends,
        "percent": round(friends.weight * 100),
        "rulebook": mine.now.rulebook,
        "nudge": nudge(mine.lines, mine.policy, mine.names),
    }
    return render(request, "score/circle.html", context)


@require_GET
@with_score
def doors_page(request: HttpRequest, mine: Mine) -> HttpResponse:
    """Every door: open, nearly open with the gap, closed with the other way."""
    found = doors(own.doors(mine.person), mine.policy.rulebook.rules)
    context = {"doors": found, "score": mine.now.score, "rulebook": mine.now.rulebook}
    return render(request, "score/doors.html", context)


def _curve(history: list[Published], mine: Mine, reasons: Mapping[int, str] | None = None) -> Curve:
    readings = [Reading(each.seq, each.at, each.score) for each in history]
    bands = mine.policy.rulebook.rules.bands
    return curve(readings, bands=bands, until=clock.now(), reasons=reasons)


def _open_words(found: Doors) -> str:
    opened, rest = len(found.open), len(found.nearly) + len(found.closed)
    words = ngettext("%(n)d door is open to you.", "%(n)d doors are open to you.", opened)
    said = words % {"n": opened}
    if rest == 0:
        return said
    return said + " " + _("Each of the others has another way in.")
