"""The tour's panel: where a visitor stands, kept in a signed cookie; its buttons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from zhima.city import clock
from zhima.city.demo import tour
from zhima.engine.kinds import ZhimaError

COOKIE = "zhima_tour"
TROUBLE = "tour_trouble"
"""In the session: why the last button did not work; there until the next one is tapped."""


def context(request: HttpRequest) -> dict[str, Any]:
    """The steps with what was done since the visitor's tour began."""
    since, skipped = _where(request)
    steps = tour.STEPS
    done = {step.id for step in steps if step.was_done(since)}
    current = next((s.id for s in steps if s.id not in done and s.id not in skipped), None)
    return {
        "steps": [
            (step, step.id in done, step.id in skipped, step.id == current) for step in steps
        ],
        "done": len(done),
        "finished": current is None,
        "trouble": request.session.get(TROUBLE, ""),
    }


def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Begin the tour for somebody who has none."""
    if COOKIE not in request.COOKIES:
        _write(response, clock.now(), ())
    return response


@login_not_required
@require_GET
def panel(request: HttpRequest) -> HttpResponse:
    """The panel by itself: it looks again every other second."""
    return keep(request, render(request, "demo/tour.html", context(request)))


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


def _where(request: HttpRequest) -> tuple[datetime, frozenset[str]]:
    said = request.get_signed_cookie(COOKIE, default="", salt=COOKIE)
    start, _, skipped = said.partition("|")
    if not start.isdecimal():
        return clock.now(), frozenset()
    return clock.moment(int(start)), frozenset(skipped.split(",")) - {""}


def _write(response: HttpResponse, since: datetime, skipped: Iterable[str]) -> None:
    said = f"{clock.microseconds(since)}|{','.join(sorted(skipped))}"
    response.set_signed_cookie(COOKIE, said, salt=COOKIE, httponly=True, samesite="Lax")
