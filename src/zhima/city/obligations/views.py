"""A person's agreements: where each stands, all that was done, what is owed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhima.city.disclosure.own import items_among
from zhima.city.limits import limited
from zhima.city.obligations import lifecycle
from zhima.city.obligations.evidence import contestable
from zhima.city.obligations.forecast import forecast
from zhima.city.obligations.models import Obligation
from zhima.city.obligations.outcomes import Refused, sentence
from zhima.city.obligations.states import ENDED, PAYABLE, State
from zhima.city.pay.forms import new_key

SHOWN = 50


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Open ones first, then those that ended."""
    found = Obligation.objects.filter(person=request.user).exclude(
        state__in=(State.QUOTED, State.LAPSED)
    )
    shown = list(found.select_related("merchant").order_by("-opened_at")[:SHOWN])
    context = {
        "running": [each for each in shown if each.state not in ENDED],
        "ended": [each for each in shown if each.state in ENDED],
    }
    return render(request, "obligations/mine.html", context)


@require_GET
def one(request: HttpRequest, obligation_id: str) -> HttpResponse:
    """One agreement; for everybody but its person there is nothing there."""
    obligation = _own(request, obligation_id)
    moves = {move: contestable(move) for move in obligation.moves.order_by("seq")}
    on_record = items_among(request.user, set(moves.values()))
    context = {
        "obligation": obligation,
        "moves": [(move, item if item in on_record else "") for move, item in moves.items()],
        "instalments": obligation.instalments.order_by("number"),
        "can_pay": obligation.state in PAYABLE and obligation.owed_fen > 0,
        "forecast": forecast(obligation),
        "photos": obligation.photos.order_by("pk").defer("content", "small"),
        "key": new_key(),
    }
    return render(request, "obligations/one.html", context)


@require_POST
@limited("30/minute")
def pay(request: HttpRequest, obligation_id: str) -> HttpResponse:
    """Pay all that is owed."""
    obligation = _own(request, obligation_id)
    by, key = f"person:{request.user.pk.hex}", request.POST.get("key", "")[:64] or new_key()
    answer = lifecycle.pay(obligation.pk, by=by, key=key)
    if isinstance(answer, Refused):
        messages.error(request, sentence(answer.reason))
    else:
        messages.success(request, _("Paid. Nothing is owed any more."))
    return redirect("obligations:one", obligation.pk)


def _own(request: HttpRequest, obligation_id: str) -> Obligation:
    found = Obligation.objects.select_related("merchant", "person").filter(
        pk=obligation_id, person=request.user
    )
    obligation = found.first()
    if obligation is None:
        raise Http404
    return obligation
