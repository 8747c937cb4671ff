"""My permissions: what is allowed, until when, and the end of it in one tap."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhima.city.consent import grants
from zhima.city.consent.models import Grant
from zhima.city.consent.names import recipient_word
from zhima.city.consent.permissions import ended_of, live_of
from zhima.city.consent.receipts import receipt

SHOWN_OF_THE_PAST = 50


@require_GET
def permissions(request: HttpRequest) -> HttpResponse:
    """Everything the person allows now, and what she allowed before."""
    context = {
        "allowed": live_of(request.user),
        "ended": ended_of(request.user, most=SHOWN_OF_THE_PAST),
    }
    return render(request, "consent/permissions.html", context)


@require_POST
def revoke(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """End one permission at once."""
    try:
        grant = grants.revoke(person=request.user, grant_id=grant_id)
    except grants.NoSuchGrant as error:
        raise Http404 from error
    said = _("Revoked: %(name)s.") % {"name": recipient_word(grant.recipient)}
    messages.success(request, said)
    return redirect("consent:permissions")


@require_GET
def download_receipt(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """The receipt of one's own grant as JSON-LD."""
    grant = get_object_or_404(Grant, pk=grant_id, person=request.user)
    address = request.build_absolute_uri(reverse("consent:permissions"))
    response = JsonResponse(
        receipt(grant, address=address),
        content_type="application/ld+json",
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )
    response["Content-Disposition"] = f'attachment; filename="consent-{grant.pk}.jsonld"'
    response["Cache-Control"] = "no-store"
    return response
