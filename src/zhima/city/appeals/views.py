"""A person's cases: contest an item where it is shown, follow it, say more, get a tie back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city import clock
from zhima.city.appeals import correction, lifecycle, subjects
from zhima.city.appeals.forms import SayForm
from zhima.city.appeals.models import Case, Exhibit, Notice, TieOffer
from zhima.city.appeals.refusals import AppealRefused, Refusal
from zhima.city.appeals.subjects import Subject
from zhima.city.limits import limited
from zhima.city.phone.errors import not_found
from zhima.city.scoring import policy

UNKNOWN = {Refusal.CASE_UNKNOWN, Refusal.ITEM_UNKNOWN}


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Mine, newest first, with what waits for my answer."""
    context = {
        "cases": Case.objects.filter(person=request.user).order_by("-opened_at"),
        "offers": correction.offers_to(request.user),
        "told": Notice.objects.filter(
            reader_kind="friend", reader_id=str(request.user.pk)
        ).select_related("person", "case"),
    }
    return render(request, "appeals/cases.html", context)


@require_http_methods(["GET", "POST"])
@limited("20/hour")
def contest_item(request: HttpRequest, event_id: str) -> HttpResponse:
    """Contest an item of one's record."""
    return _contest(request, lambda: subjects.item(request.user, event_id))


@require_http_methods(["GET", "POST"])
@limited("20/hour")
def contest_decision(request: HttpRequest, door_id: str) -> HttpResponse:
    """Contest what a door said."""
    return _contest(request, lambda: subjects.decision(request.user, door_id))


@require_http_methods(["GET", "POST"])
@limited("20/hour")
def contest_score(request: HttpRequest) -> HttpResponse:
    """Demand that a human looks at the score as a whole."""
    return _contest(request, lambda: subjects.score(request.user))


@require_http_methods(["GET", "POST"])
@limited("20/hour")
def contest_reading(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Contest that somebody read."""
    return _contest(request, lambda: subjects.reading(request.user, entry_id))


def _contest(request: HttpRequest, find: Callable[[], Subject]) -> HttpResponse:
    form = SayForm(request.POST or None, request.FILES or None)
    rules = policy.in_force(clock.now()).rulebook.rules.appeals
    try:
        subject = find()
        if request.method == "POST" and form.is_valid():
            case = lifecycle.open_case(
                person=request.user,
                subject=subject,
                text=form.cleaned_data["text"],
                papers=form.papers(),
            )
            messages.success(request, _("Your case is open."))
            return redirect("appeals:case", case.pk)
    except AppealRefused as refused:
        if refused.reason in UNKNOWN:
            return not_found(request, refused)
        form.add_error(None, refused.sentence)
    context = {"form": form, "subject": subject, "rules": rules}
    return render(request, "appeals/contest.html", context, status=422 if form.errors else 200)


@require_GET
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case as a story."""
    try:
        found = lifecycle.case_of(person=request.user, case_id=case_id)
    except AppealRefused as refused:
        return not_found(request, refused)
    context = {"case": found, "form": SayForm(), "is_mine": found.person_id == request.user.pk}
    return render(request, "appeals/case.html", context)


@require_POST
@limited("30/hour")
def say(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say more about an open case, or show a paper."""
    form = SayForm(request.POST, request.FILES)
    try:
        found = lifecycle.case_of(person=request.user, case_id=case_id)
        if form.is_valid():
            lifecycle.say(case=found, by=request.user, text=form.cleaned_data["text"])
            for each in form.papers():
                lifecycle.show(case=found, by=request.user, paper=each)
        else:
            messages.error(request, AppealRefused(Refusal.TEXT_MISSING).sentence)
    except AppealRefused as refused:
        if refused.reason in UNKNOWN:
            return not_found(request, refused)
        messages.error(request, refused.sentence)
    return redirect("appeals:case", case_id)


@require_POST
def withdraw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take one's case back."""
    try:
        found = lifecycle.case_of(person=request.user, case_id=case_id)
        lifecycle.withdraw(case=found, by=request.user)
    except AppealRefused as refused:
        if refused.reason in UNKNOWN:
            return not_found(request, refused)
        messages.error(request, refused.sentence)
    return redirect("appeals:case", case_id)


@require_GET
def paper(request: HttpRequest, case_id: UUID, exhibit_id: int) -> HttpResponse:
    """A paper of a case, as a download: it is never shown as a page of ours."""
    try:
        found = lifecycle.case_of(person=request.user, case_id=case_id)
    except AppealRefused as refused:
        return not_found(request, refused)
    exhibit = get_object_or_404(Exhibit, pk=exhibit_id, case=found)
    suffix = exhibit.media_type.rpartition("/")[2]
    name = f"paper-{exhibit.pk}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(bytes(exhibit.content), exhibit.media_type, headers=headers)


@require_POST
def answer_offer(request: HttpRequest, offer_id: int, wish: str) -> HttpResponse:
    """Whether a lost tie is wanted back."""
    mine = {offer.pk: offer for offer in correction.offers_to(request.user)}
    offer: TieOffer | None = mine.get(offer_id)
    if offer is None or wish not in {"take", "leave"}:
        return not_found(request, None)
    if wish == "leave":
        correction.leave_ended(offer=offer, person=request.user)
    elif correction.take_back(offer=offer, person=request.user):
        messages.success(request, _("You are contacts again, as if nothing had been."))
    else:
        messages.info(request, _("Noted. You are contacts again when the other side agrees."))
    return redirect("appeals:mine")
