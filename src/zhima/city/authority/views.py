"""The gateway's desk: enter a request, approve it by two, or refuse it with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city.authority import gateway
from zhima.city.authority.forms import RequestForm
from zhima.city.authority.models import Request
from zhima.city.authority.refusals import GatewayRefused
from zhima.city.phone.errors import not_found

View = Callable[..., HttpResponse]


def _at_the_gateway(view: View) -> View:
    """Others do not learn that the page exists."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not gateway.OFFICE.is_held_by(request.user):
            return not_found(request, None)
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@_at_the_gateway
def requests(request: HttpRequest) -> HttpResponse:
    """All requests, the open ones first."""
    found = Request.objects.select_related("agency", "person").order_by("ended_at", "-asked_at")
    return render(request, "authority/requests.html", {"requests": found[:200]})


@require_http_methods(["GET", "POST"])
@_at_the_gateway
def new(request: HttpRequest) -> HttpResponse:
    """Enter a request."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = gateway.ask(by=request.user, question=form.question())
        except GatewayRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect("authority:request", asked.pk)
    return render(request, "authority/new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@_at_the_gateway
def request_page(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request with what has been done about it."""
    asked = get_object_or_404(Request.objects.select_related("agency", "person"), pk=request_id)
    return render(request, "authority/request.html", {"asked": asked})


@require_POST
@_at_the_gateway
def step(request: HttpRequest, request_id: UUID, step: str) -> HttpResponse:
    """Approve or refuse. The answer is shown once, to whoever gave the second approval."""
    try:
        if step == "approve":
            answer = gateway.approve(request_id=request_id, by=request.user)
            if answer is not None:
                return render(request, "authority/answer.html", {"answer": answer})
            messages.success(request, _("Approved by you. A second person has to approve too."))
        elif step == "refuse":
            reason = request.POST.get("reason", "")
            gateway.refuse(request_id=request_id, by=request.user, reason=reason)
            messages.success(request, _("Refused."))
        else:
            return not_found(request, None)
    except GatewayRefused as refused:
        messages.error(request, refused.sentence)
    return redirect("authority:request", request_id)
