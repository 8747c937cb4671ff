"""The person's benefits at a glance, her places, and the yearly statement."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhima.city import clock
from zhima.city.doors import asking, introductions, register, sharing
from zhima.city.doors.given import given
from zhima.city.doors.models import Draw, Guest, Wish
from zhima.city.doors.places import decide
from zhima.engine.doors.places import OTHER_WAY

FIRST_YEAR = 2015


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What a score gives beside doors, and what of her it may look at for that."""
    person = request.user
    wishes = Wish.objects.filter(person=person).select_related("contest")
    context = {
        "wishes": wishes.order_by("-asked_at")[:5],
        "given": given(),
        "draws": Draw.objects.filter(tickets__person=person).order_by("-closes_at")[:5],
        "invited": Guest.objects.filter(person=person).select_related("party", "party__host")[:5],
        "introductions": introductions.concerning(person)[:5],
        "sharings": sharing.of_person(person),
        "year": timezone.localdate(clock.now()).year,
        "by_band": asking.rulebook().rules.benefits.invitations_by_band,
    }
    return render(request, "doors/home.html", context)


@require_POST
def share(request: HttpRequest, purpose: str) -> HttpResponse:
    """Let one benefit look at the score or band, or let it no more."""
    if purpose not in sharing.FIELDS:
        raise Http404
    if sharing.toggle(request.user, purpose):
        messages.success(request, _("Shared from now on, for a year at most."))
    else:
        messages.info(request, _("No longer shared."))
    return redirect("doors:home")


@require_GET
def place(request: HttpRequest, contest_id: UUID) -> HttpResponse:
    """The person's own wish for a place: waiting, or given with the reason."""
    wish = get_object_or_404(Wish, contest_id=contest_id, person=request.user)
    if wish.contest.decided_at is None and wish.contest.closes_at <= clock.now():
        decide(wish.contest)
        wish.refresh_from_db()
        wish.contest.refresh_from_db()
    seconds = (wish.contest.closes_at - clock.now()).total_seconds()
    other_way = {"en": OTHER_WAY.en, "zh": OTHER_WAY.zh}
    context = {"wish": wish, "seconds": max(round(seconds), 1), "other_way": other_way}
    return render(request, "doors/place.html", context)


@require_GET
def statement(request: HttpRequest, year: int) -> HttpResponse:
    """What the score gave in a year, and what it gave each band of the city."""
    if not FIRST_YEAR <= year <= timezone.localdate(clock.now()).year:
        raise Http404
    rules = asking.rulebook().rules
    received = register.of_person(request.user, year)
    bands = register.by_band(year, [band.id for band in rules.bands])
    shown = [each for each in bands if each.shown]
    most = max((each.each_fen for each in shown), default=0)
    context = {
        "year": year,
        "received": received,
        "worth_fen": register.worth_fen(received),
        "bands": [
            (band, of_band, round(of_band.each_fen / most * 100, 1) if most else 0)
            for band, of_band in zip(rules.bands, bands, strict=True)
        ],
        "least": register.LEAST_TO_SHOW,
    }
    return render(request, "doors/statement.html", context)
