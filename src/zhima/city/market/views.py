"""All apps, one's own bookings, what an app may do for whom, and the way to an outside app."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhima.city.limits import limited
from zhima.city.market import allowing, shelf
from zhima.city.market.models import App, Booking
from zhima.city.market.states import BookingState
from zhima.city.people.models import Person

SHOWN = 60


@require_GET
def shelf_page(request: HttpRequest) -> HttpResponse:
    """Every app that is open."""
    context = {"apps": shelf.published(), "own": shelf.own_manifests()}
    return render(request, "market/shelf.html", context)


@require_GET
def bookings(request: HttpRequest) -> HttpResponse:
    """Everything one has booked, in whatever app."""
    person = cast(Person, request.user)
    found = Booking.objects.filter(person=person) | Booking.objects.filter(partner=person)
    shown = list(
        found.exclude(state=BookingState.LAPSED)
        .select_related("offer")
        .order_by("-made_at")[:SHOWN]
    )
    apps = App.objects.in_bulk({each.app_id for each in shown})
    for each in shown:
        each.app = apps.get(each.app_id)
    context = {
        "running": [each for each in shown if each.is_open],
        "ended": [each for each in shown if not each.is_open],
    }
    return render(request, "market/bookings.html", context)


@require_http_methods(["GET", "POST"])
@limited("30/minute")
def allow(request: HttpRequest, app_id: str) -> HttpResponse:
    """The consent sheet: what the app asks for, nothing ticked; taken back here as well.

    An outside app asks for itself, by OAuth: here is the way to it, and nothing to tick.
    """
    app, person = _open_app(app_id), cast(Person, request.user)
    if app.manifest.url:
        return _outside(request, app)
    if request.method == "POST":
        allowing.allow(app, person, set(request.POST.getlist("purpose")))
        messages.success(request, _("Kept. You can change this here at any time."))
        return redirect(_onward(request, app))
    context = {"app": app, "asks": allowing.asks(app, person), "next": request.GET.get("next", "")}
    return render(request, "market/allow.html", context)


def _open_app(app_id: str) -> App:
    app = shelf.find(app_id)
    if app is None or app.state != App.State.PUBLISHED:
        raise Http404
    return app


def _outside(request: HttpRequest, app: App) -> HttpResponse:
    if request.method == "POST":
        raise Http404
    asks = allowing.asks(app, cast(Person, request.user))
    return render(request, "market/outside.html", {"app": app, "asks": asks})


def _onward(request: HttpRequest, app: App) -> str:
    onward = request.POST.get("next", "")
    # A path: anything else would be looked for among the names of pages.
    if onward.startswith("/") and url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        return onward
    try:
        return reverse(f"{app.pk}:front")
    except NoReverseMatch:
        return reverse("market:allow", args=[app.pk])
