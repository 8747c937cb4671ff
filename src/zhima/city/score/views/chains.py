"""The spiral: what counts as wrong, and one chain of causes as a time line."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhima.city import clock
from zhima.city.score.breaches import catalogue
from zhima.city.score.chains import steps
from zhima.city.score.contesting import appeal_of
from zhima.city.score.mine import Mine, with_score
from zhima.city.scoring import policy as policies


@require_GET
def breaches(request: HttpRequest) -> HttpResponse:
    """What the rulebook in force calls wrong, with author, version and remedy."""
    context = {"catalogue": catalogue(policies.in_force(clock.now()))}
    return render(request, "score/breaches.html", context)


@require_GET
@with_score
def spiral(request: HttpRequest, mine: Mine, cause: str) -> HttpResponse:
    """One cause and all that followed, for somebody whom it touched."""
    found = steps(mine, cause)
    if not found:
        raise Http404
    shown = [(step, appeal_of(step.appeal_of) if step.appeal_of else "") for step in found]
    context = {
        "steps": shown,
        "cause": cause,
        "score": mine.now.score,
        "rulebook": mine.policy.rulebook.name,
    }
    return render(request, "score/spiral.html", context)
