"""A person's badges, and the page with which anybody checks one, also without a connection."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhima.city import clock
from zhima.city.badges import issuing
from zhima.city.badges.issuing import NoBadge, NotIssued
from zhima.city.badges.keys import public_jwk
from zhima.city.badges.models import Batch
from zhima.city.limits import limited


def words(reason: NotIssued) -> str:
    """Why there is no badge, for its holder."""
    said = {
        NotIssued.UNKNOWN_BAND: _("Choose one of the bands."),
        NotIssued.BAD_TERM: _("Choose how long it is good."),
        NotIssued.BAD_KEYS: _("This phone sent no good keys. Load the page again."),
        NotIssued.TOO_OFTEN: _("That is enough for today. Come back tomorrow."),
        NotIssued.NO_SCORE: _("You have no score, so there is nothing to prove."),
        NotIssued.NOT_REACHED: _("Your score does not reach this band."),
    }
    return said[reason]


@require_GET
def badges(request: HttpRequest) -> HttpResponse:
    """Choose what to prove; what was made before."""
    today = clock.now().date()
    context = {
        "borders": issuing.borders(),
        "terms": issuing.TERMS_DAYS,
        "batch_size": issuing.BATCH_SIZE,
        "batches": Batch.objects.filter(person=request.user, until__gte=today, revoked_at=None),
    }
    return render(request, "badges/badges.html", context)


@require_POST
@limited("20/hour")
def issue(request: HttpRequest) -> HttpResponse:
    """Badges for the public keys that the phone has made; the phone keeps them and their keys."""
    try:
        asked = json.loads(request.body)
        at_least, days = int(asked["at_least"]), int(asked["days"])
        holders = [dict(holder) for holder in asked["holders"]]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return _no_badge(NotIssued.BAD_KEYS)
    try:
        made = issuing.issue(
            person=request.user,
            at_least=at_least,
            days=days,
            holders=holders,
            issuer=request.build_absolute_uri("/").rstrip("/"),
            status_uri=_status_uri(request),
        )
    except NoBadge as refused:
        return _no_badge(refused.reason)
    response = JsonResponse({"badges": made, "until": issuing.last_day(days).isoformat()})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """End one batch."""
    if not issuing.revoke(person=request.user, batch_id=batch_id):
        raise Http404
    messages.success(request, _("Revoked. Whoever checks one of them now is told so."))
    return redirect("badges:badges")


@login_not_required
@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """Check a badge in the browser: nothing of it is sent anywhere."""
    context = {"jwk": public_jwk(), "statuses": reverse("badges:statuses")}
    return render(request, "badges/check.html", context)


@login_not_required
@require_GET
def statuses(request: HttpRequest) -> HttpResponse:
    """The signed list of revoked badges."""
    token = issuing.status_list(uri=_status_uri(request))
    response = HttpResponse(token, content_type="application/statuslist+jwt")
    response["Cache-Control"] = "public, max-age=300"
    return response


@login_not_required
@require_GET
def key(request: HttpRequest) -> HttpResponse:
    """The city's public key as a JWK."""
    return JsonResponse(public_jwk())


def _status_uri(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("badges:statuses"))


def _no_badge(reason: NotIssued) -> HttpResponse:
    return JsonResponse({"reason": str(reason), "words": words(reason)}, status=422)
