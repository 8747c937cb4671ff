"""The desk of those who decide appeals."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhima.city import clock
from zhima.city.appeals import deciders, lifecycle
from zhima.city.appeals.forms import VerdictForm
from zhima.city.appeals.models import Case
from zhima.city.appeals.refusals import AppealRefused
from zhima.city.phone.errors import not_found

State = Case.State


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Open cases by the day they are due."""
    if not deciders.OFFICE.is_held_by(request.user):
        return not_found(request, None)
    waiting = Case.objects.filter(state__in=(State.OPENED, State.ANSWERED)).order_by("due_at")
    context = {"cases": waiting.select_related("person"), "now": clock.now()}
    return render(request, "appeals/desk.html", context)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Read a case and decide it."""
    if not deciders.OFFICE.is_held_by(request.user):
        return not_found(request, None)
    case = get_object_or_404(Case, pk=case_id)
    form = VerdictForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            upheld = form.cleaned_data["verdict"] == State.UPHELD
            step = lifecycle.uphold if upheld else lifecycle.reject
            step(case=case, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("Decided. The person has been told."))
            return redirect("appeals:desk")
    except AppealRefused as refused:
        form.add_error(None, refused.sentence)
    context = {"case": case, "form": form, "is_mine": False}
    return render(request, "appeals/decide.html", context, status=422 if form.errors else 200)
