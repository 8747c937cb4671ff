"""The life map, and the evidence behind one line of the receipt."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhima.city.consent import grants
from zhima.city.consent.grants import NoSuchGrant
from zhima.city.disclosure.feed import feed
from zhima.city.language import told
from zhima.city.score.evidence import behind
from zhima.city.score.life import app_name, life_map
from zhima.city.score.mine import Mine, mine, with_score

LOOKS_SHOWN = 5


@require_GET
def life(request: HttpRequest) -> HttpResponse:
    """Everything the apps reported about the person, when, why, and who read it."""
    found = mine(request.user)
    context = {
        "apps": life_map(request.user),
        "score": found.now.score if found else None,
        "looks": feed(request.user, limit=LOOKS_SHOWN),
    }
    return render(request, "score/life.html", context)


@require_GET
def life_of_app(request: HttpRequest, app_id: str) -> HttpResponse:
    """Everything that one app reported."""
    app = next((each for each in life_map(request.user) if each.id == app_id), None)
    if app is None:
        raise Http404
    return render(request, "score/life_app.html", {"app": app})


@require_POST
def revoke(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Withdraw one app's permission: its items stop counting, and the score is counted anew."""
    try:
        grant = grants.revoke(person=request.user, grant_id=grant_id)
    except NoSuchGrant as error:
        raise Http404 from error
    name = app_name(grant.recipient.partition(":")[2])
    said = _("%(app)s reports nothing more, and what it reported counts no more.") % {"app": name}
    messages.info(request, said)
    return redirect("score:life")


@require_GET
@with_score
def evidence(request: HttpRequest, mine: Mine, feature_id: str) -> HttpResponse:
    """The person's own items of the kinds that one line of her receipt looks at."""
    features = {feature.id: feature for feature in mine.policy.catalogue.features}
    feature = features.get(feature_id)
    if feature is None:
        raise Http404
    items = behind(mine.person, feature)
    context = {
        "title": told(feature.title),
        "items": items,
        "apps": {item.app: app_name(item.app) for item in items},
        "years": feature.retention_days // 365,
    }
    return render(request, "score/evidence.html", context)
