"""Asking for a score and giving it up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.score.joining import OFFERS, join, leave
from zhima.city.score.mine import Mine, mine, with_score
from zhima.city.scoring import policy as policies


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """What a score is, and the one button that asks for it; nothing is ticked beforehand."""
    if request.method == "POST":
        ticked = [offer.purpose for offer in OFFERS if request.POST.get(offer.purpose)]
        join(request.user, ticked)
        return redirect("score:home")
    if mine(request.user) is not None:
        return redirect("score:home")
    context = {
        "offers": OFFERS,
        "waiting": grants.opted_in(person_id=request.user.pk),
        "rules": policies.in_force(clock.now()).rulebook.rules,
    }
    return render(request, "score/start.html", context)


@require_GET
@with_score
def about(request: HttpRequest, mine: Mine) -> HttpResponse:
    """What is computed, since when, under which rules; and how to give it up."""
    rulebook = mine.policy.rulebook
    context = {"rules": rulebook.rules, "rulebook": rulebook.name, "now": mine.now}
    return render(request, "score/about.html", context)


@require_POST
def give_up(request: HttpRequest) -> HttpResponse:
    """Give the score up."""
    leave(request.user)
    messages.info(request, _("Your score is gone. Paying and receiving go on as before."))
    return redirect("score:start")
