"""Pages about people: contacts, finding somebody, one person."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city.limits import limited
from zhima.city.live.signals import announce
from zhima.city.people import contacts as ties
from zhima.city.people.contacts import Step
from zhima.city.people.models import Block, Person

STEPS = {
    "ask": ties.ask,
    "agree": ties.agree,
    "decline": ties.decline,
    "end": ties.end,
    "block": ties.block,
    "unblock": ties.unblock,
}
WORDS = {
    Step.ASKED: _("Asked. You are contacts when %(name)s agrees."),
    Step.AGREED: _("You and %(name)s are contacts now."),
    Step.DECLINED: _("Declined. %(name)s is not told."),
    Step.ENDED: _("You and %(name)s are no longer contacts."),
    Step.BLOCKED: _("%(name)s is blocked and cannot reach you."),
    Step.UNBLOCKED: _("%(name)s is no longer blocked."),
    Step.NOT_POSSIBLE: _("%(name)s cannot be asked."),
    Step.NOT_ONESELF: _("That is you."),
    Step.NOTHING_ASKED: _("%(name)s has not asked you, or has taken it back."),
    Step.ALREADY: _("That was done before."),
}
WISHED = {Step.ASKED, Step.AGREED, Step.UNBLOCKED}
TOLD_TO_THE_OTHER = {Step.ASKED, Step.AGREED, Step.ENDED}


class FindForm(forms.Form):
    """Somebody's exact log-in name: residents cannot be listed."""

    username = forms.CharField(
        label=_("Log-in name"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )


@require_GET
def contacts(request: HttpRequest) -> HttpResponse:
    """Contacts, those who ask, those who were asked."""
    person = request.user
    context = {
        "contacts": ties.contacts_of(person),
        "askers": ties.askers_of(person),
        "asked": ties.asked_by(person),
        "blocked": Person.objects.filter(pk__in=person.blocks.values("blocked")),
        "tab": "contacts",
    }
    template = "people/contacts_list.html" if request.htmx else "people/contacts.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@limited("20/minute")
def find(request: HttpRequest) -> HttpResponse:
    """Find somebody by exact name; how often is limited, so that names cannot be tried out."""
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = Person.objects.filter(
            username__iexact=form.cleaned_data["username"], is_active=True
        ).first()
        if found is not None:
            return redirect("people:person", found.pk)
        form.add_error("username", _("Nobody has this log-in name. Ask them how it is spelled."))
    context = {"form": form, "tab": "contacts"}
    return render(request, "people/find.html", context, status=422 if form.errors else 200)


@require_GET
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What anybody may see of somebody, and what one can do."""
    other = get_object_or_404(Person, pk=person_id, is_active=True)
    tie = ties.open_tie(person=request.user, other=other)
    context = {
        "other": other,
        "is_self": other == request.user,
        "agreed": tie is not None and tie.agreed_at is not None,
        "waiting_for_them": tie is not None
        and tie.agreed_at is None
        and tie.asked_by_id == request.user.pk,
        "waiting_for_me": tie is not None and tie.agreed_at is None and tie.asked_by_id == other.pk,
        "since": tie.agreed_at if tie else None,
        "has_blocked": Block.objects.filter(person=request.user, blocked=other).exists(),
        "tab": "contacts",
    }
    return render(request, "people/person.html", context)


@require_POST
@limited("30/minute")
def step(request: HttpRequest, person_id: UUID, wish: str) -> HttpResponse:
    """Ask, agree, decline, end, block or unblock."""
    other = get_object_or_404(Person, pk=person_id, is_active=True)
    taken = STEPS[wish](person=request.user, other=other)
    if taken in TOLD_TO_THE_OTHER:
        announce([other.pk, request.user.pk], "contacts")
    said = str(WORDS[taken]) % {"name": other.name}
    level = messages.SUCCESS if taken in WISHED else messages.INFO
    messages.add_message(request, level, said)
    return redirect("people:person", person_id)
