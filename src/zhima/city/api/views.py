"""The owner's page about keys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from zhima.city import clock
from zhima.city.api.keys import make_key
from zhima.city.limits import limited
from zhima.city.pay.models import Merchant
from zhima.city.pay.views.gatekeeping import for_roles


@require_http_methods(["GET", "POST"])
@limited("10/hour")
@for_roles("owner")
def keys(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """The shop's keys; a new one is shown once."""
    fresh = make_key(merchant) if request.method == "POST" else ""
    valid = merchant.api_keys.filter(revoked_at=None).order_by("made_at")
    context = {"merchant": merchant, "keys": valid, "fresh": fresh}
    response = render(request, "api/keys.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@for_roles("owner")
def revoke(request: HttpRequest, merchant: Merchant, key_id: int) -> HttpResponse:
    """End a key at once."""
    merchant.api_keys.filter(pk=key_id, revoked_at=None).update(revoked_at=clock.now())
    return redirect("api:keys", merchant.pk)
