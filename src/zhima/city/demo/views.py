"""Being a resident of the demo, on one phone or two."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from zhima.city.demo.residents import log_ins


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
    """A phone and a second one beside it, each with a resident of its own."""
    return render(request, "demo/two_phones.html", {"residents": log_ins()})
