"""Being a resident of the demo, on one phone or two; starting the demo over."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from zhima.city.demo import living, starting_over, touring
from zhima.city.demo.residents import log_ins

STEPS = ("1", "7", "30")
"""Days by which a visitor may let time pass at once."""


@login_not_required
@require_POST
def enter(request: HttpRequest, username: str) -> HttpResponse:
    """Become one of the residents who have a phone; nobody else can be entered so."""
    person = next((each for each in log_ins() if each.username == username), None)
    if person is None:
        raise Http404
    return perform_login(request, person)


@login_not_required
@require_GET
def two_phones(request: HttpRequest) -> HttpResponse:
    """A phone and a second one beside it, each with a resident of its own, and the tour."""
    return touring.show(request, "demo/two_phones.html")


@login_not_required
@require_POST
def step(request: HttpRequest) -> HttpResponse:
    """Let a day or a month pass, with the life and the scores of it."""
    days = request.POST.get("days", "")
    if days not in STEPS:
        return HttpResponseBadRequest()
    living.step(int(days))
    back = "demo:two_phones" if request.POST.get("back") == "two" else "phone:home"
    return HttpResponseRedirect(reverse(back))


@login_not_required
@require_POST
def start_over(request: HttpRequest) -> HttpResponse:
    """Forget everything that visitors did; the page waits until the residents are back."""
    if not starting_over.is_possible():
        raise Http404
    starting_over.wish(settings.HOME)
    two = request.POST.get("back") == "two"
    return render(request, "demo/starting_over.html", {"life": starting_over.life(), "two": two})


@login_not_required
@require_GET
def started(request: HttpRequest, life: str) -> HttpResponse:
    """Nothing yet, while the city is the one that was asked to end; then the way back in."""
    if life == starting_over.life():
        return HttpResponse(status=204)
    back = "demo:two_phones" if "two" in request.GET else "phone:home"
    return HttpResponseClientRedirect(reverse(back))
