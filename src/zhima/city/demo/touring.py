"""The tour's panel: where a visitor stands, kept in signed cookies; its buttons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from zhima.city import clock
from zhima.city.demo import footprints, tour
from zhima.city.people.models import Person
from zhima.engine.kinds import ZhimaError

COOKIE = "zhima_tour"
DONE = "zhima_tour_done"
"""A cookie of its own: a look every other second must not undo a tap on Skip."""
TROUBLE = "tour_trouble"
"""In the session: why the last button did not work; there until the next one is tapped."""


def context(request: HttpRequest) -> dict[str, Any]:
    """The steps with what was done since the visitor's tour began."""
    since, skipped = _where(request)
    steps = tour.STEPS
    done = _done(request, since)
    current = next((s.id for s in steps if s.id not in done and s.id not in skipped), None)
    return {
        "steps": [
            (step, step.id in done, step.id in skipped, step.id == current) for step in steps
        ],
        "done": len(done),
        "finished": current is None,
        "trouble": request.session.get(TROUBLE, ""),
    }


def keep(request: HttpRequest, response: HttpResponse, done: Iterable[str]) -> HttpResponse:
    """Begin the tour for somebody who has none; what was done stays so while the town lives on."""
    began, _ = _read(request, COOKIE)
    since = began or clock.now()
    if began is None:
        _write(response, since, ())
    _sign(response, DONE, since, done)
    return response


def show(request: HttpRequest, template: str) -> HttpResponse:
    """A page with the panel on it."""
    shown = context(request)
    done = [step.id for step, is_done, *_ in shown["steps"] if is_done]
    return keep(request, render(request, template, shown), done)


@login_not_required
@require_GET
def panel(request: HttpRequest) -> HttpResponse:
    """The panel by itself: it looks again every other second."""
    return show(request, "demo/tour.html")


@login_not_required
@require_POST
def skip(request: HttpRequest, step_id: str) -> HttpResponse:
    """Go past a step."""
    since, skipped = _where(request)
    request.session.pop(TROUBLE, None)
    response = _back(request)
    _write(response, since, {*skipped, step_id} & {step.id for step in tour.STEPS})
    return response


@login_not_required
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Begin the tour anew, from now on."""
    response = _back(request)
    _write(response, clock.now(), ())
    return response


@login_not_required
@require_POST
def act(request: HttpRequest, name: str) -> HttpResponse:
    """A button of a step."""
    if name not in tour.ACTS:
        raise Http404
    request.session.pop(TROUBLE, None)
    try:
        tour.act(name)
    except ZhimaError as error:
        request.session[TROUBLE] = str(error)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    return redirect("demo:tour" if request.htmx else "demo:two_phones")


def _done(request: HttpRequest, since: datetime) -> set[str]:
    """What was done before and is known to be, and what the city says now."""
    began, before = _read(request, DONE)
    known = before if began == since else frozenset()
    visit = tour.Visit(since, footprints.left(request, since=since))
    return {step.id for step in tour.STEPS if step.id in known or step.was_done(visit)}


def _where(request: HttpRequest) -> tuple[datetime, frozenset[str]]:
    since, skipped = _read(request, COOKIE)
    return since or clock.now(), skipped


def _read(request: HttpRequest, cookie: str) -> tuple[datetime | None, frozenset[str]]:
    said = request.get_signed_cookie(cookie, default="", salt=_salt(cookie))
    start, _, steps = said.partition("|")
    if not start.isdecimal():
        return None, frozenset()
    return clock.moment(int(start)), frozenset(steps.split(",")) - {""}


def _write(response: HttpResponse, since: datetime, skipped: Iterable[str]) -> None:
    _sign(response, COOKIE, since, skipped)


def _sign(response: HttpResponse, cookie: str, since: datetime, steps: Iterable[str]) -> None:
    said = f"{clock.microseconds(since)}|{','.join(sorted(steps))}"
    response.set_signed_cookie(cookie, said, salt=_salt(cookie), httponly=True, samesite="Lax")


def _salt(cookie: str) -> str:
    """Another one when the demo starts over: nothing was done in a town that is new."""
    residents = Person.objects.filter(is_resident_of_demo=True).order_by("username")
    return f"{cookie}:{residents.values_list('pk', flat=True).first()}"
