"""What goes through contacts: parties by band and introductions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from zhima.city import clock
from zhima.city.doors import asking, introductions, parties
from zhima.city.doors.models import Guest, Introduction, Party
from zhima.city.language import told
from zhima.city.limits import limited
from zhima.city.people.models import Person


class PartyForm(forms.Form):
    """A party by band."""

    title = forms.CharField(label=gettext_lazy("What"), max_length=80)
    days = forms.IntegerField(label=gettext_lazy("In how many days"), min_value=1, max_value=365)
    from_band = forms.ChoiceField(label=gettext_lazy("From which band on"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        bands = asking.rulebook().rules.bands
        self.fields["from_band"].choices = [(band.id, told(band.title)) for band in bands]


@require_http_methods(["GET", "POST"])
@limited("10/minute")
def new_party(request: HttpRequest) -> HttpResponse:
    """Invite contacts by band, where the rulebook lets that be done."""
    form = PartyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        at = clock.now() + timedelta(days=said["days"])
        try:
            party = parties.invite(
                host=request.user, title=said["title"], at=at, from_band=said["from_band"]
            )
        except parties.NotByBand:
            form.add_error(None, _("The rulebook in force lets nobody invite by band."))
        else:
            return redirect("doors:party", party.pk)
    return render(
        request, "doors/new_party.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def party(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """The host's page, a guest's page, or the audit's: each sees what is theirs."""
    found = get_object_or_404(Party.objects.select_related("host"), pk=party_id)
    guests = found.guests.select_related("person")
    mine = guests.filter(person=request.user).first()
    is_host, is_audit = found.host_id == request.user.pk, parties.AUDIT.is_held_by(request.user)
    if not (is_host or is_audit or mine):
        raise Http404
    if request.method == "POST":
        if not parties.answer(
            party=found, person=request.user, comes=request.POST.get("comes") == "yes"
        ):
            raise Http404
        return redirect("doors:party", party_id)
    context = {
        "party": found,
        "mine": mine,
        "is_host": is_host,
        "is_audit": is_audit,
        "band": _band_title(found),
        **_seen(guests, is_audit=is_audit),
    }
    return render(request, "doors/party.html", context)


def _seen(guests: QuerySet[Guest], *, is_audit: bool) -> dict[str, object]:
    """The host learns who is invited and how many are not; names of those are the audit's."""
    out = [guest for guest in guests if guest.state == Guest.State.LEFT_OUT]
    closed = {Guest.State.LEFT_OUT, Guest.State.NOT_SHARED}
    return {
        "invited": [guest for guest in guests if guest.state not in closed],
        "left_out": len(out),
        "not_shared": sum(guest.state == Guest.State.NOT_SHARED for guest in guests),
        "left_out_named": out if is_audit else [],
    }


def _band_title(party: Party) -> str:
    for band in asking.rulebook().rules.bands:
        if band.id == party.from_band:
            return told(band.title)
    return party.from_band


class AskForm(forms.Form):
    """To whom, and why."""

    username = forms.CharField(label=gettext_lazy("Log-in name"), max_length=32)
    note = forms.CharField(label=gettext_lazy("A word for them"), max_length=140, required=False)


@require_http_methods(["GET", "POST"])
@limited("10/minute")
def introduce(request: HttpRequest) -> HttpResponse:
    """Ask to be introduced to somebody along a path of contacts."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"]
        target = Person.objects.filter(username__iexact=name, is_active=True).first()
        try:
            if target is None:
                raise introductions.NoWay
            introductions.ask(asker=request.user, target=target, note=form.cleaned_data["note"])
        except introductions.NoWay:
            # One answer for all: whether such a person lives here is not told to strangers.
            form.add_error("username", _("No short way over your contacts leads to that name."))
        else:
            messages.success(request, _("Asked. Each one in between decides for themselves."))
            return redirect("doors:introductions")
    context = {"form": form, "rows": _rows(request.user)}
    return render(request, "doors/introductions.html", context, status=422 if form.errors else 200)


def _rows(person: Person) -> list[dict[str, object]]:
    rows = []
    for each in introductions.concerning(person):
        leg = introductions.waiting_leg(each)
        first = each.legs.order_by("number").select_related("middle").first()
        rows.append(
            {
                "it": each,
                "is_mine": each.asker_id == person.pk,
                "waits_for_me": leg is not None and leg.middle_id == person.pk,
                "reached_me": each.target_id == person.pk
                and each.state == Introduction.State.OFFERED,
                "through": first.middle if first else None,
            }
        )
    return rows


STEPS = {
    "pass-on": lambda it, me: introductions.pass_on(introduction=it, middle=me, consents=True),
    "refuse": lambda it, me: introductions.pass_on(introduction=it, middle=me, consents=False),
    "accept": lambda it, me: introductions.answer(introduction=it, target=me, accepts=True),
    "decline": lambda it, me: introductions.answer(introduction=it, target=me, accepts=False),
    "withdraw": lambda it, me: introductions.withdraw(introduction=it, asker=me),
}


@require_POST
def step(request: HttpRequest, introduction_id: UUID, wish: str) -> HttpResponse:
    """One person's word on an introduction; nobody else's."""
    found = get_object_or_404(Introduction, pk=introduction_id)
    if wish not in STEPS or not STEPS[wish](found, request.user):
        raise Http404
    return redirect("doors:introductions")
