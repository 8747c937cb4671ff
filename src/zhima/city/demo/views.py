"""Being a resident of the demo, on one phone or two."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from zhima.city.demo.residents import log_ins
from zhima.city.people.models import Person


@login_not_required
@require_POST
def enter(request: HttpRequest, username: str) -> HttpResponse:
    """Become one of the residents; only those of the demo can be entered so."""
    person = get_object_or_404(Person, username=username, is_resident_of_demo=True)
    return perform_login(request, person)


@login_not_required
@require_GET
def two_phones(request: HttpRequest) -> HttpResponse:
    """A phone and a second one beside it, each with a resident of its own."""
    return render(request, "demo/two_phones.html", {"residents": log_ins()})
