"""For developers: submit a manifest, have it reviewed by somebody else, publish, withdraw."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhima.city.limits import limited
from zhima.city.market import clients, shelf
from zhima.city.market.manifest import MAX_CHARACTERS, digest
from zhima.city.market.models import App, RefusedReport
from zhima.city.pay.models import Merchant
from zhima.city.people.models import Person
from zhima.engine.kinds import ZhimaError

SHOWN = 50
BEGIN_WITH = """\
format: zhima-app/1
id: my-app
name: {en: My app, zh: 我的应用}
about: {en: What it is for., zh: 它的用途。}
icon: puzzle
tint: 6
url: https://app.example/
redirect_uris: ['https://app.example/back']
purposes: [agreements]
evidence:
  - {kind: booking.made, purpose: agreements, when: booked}
  - {kind: booking.kept, purpose: agreements, when: done}
booking: {pays: before, free_until_hours: 24, kept_percent: 50, category: outing}
"""
"""What a developer changes to her own."""


class ManifestForm(forms.Form):
    """A manifest, and the shop that is paid."""

    merchant = forms.ModelChoiceField(Merchant.objects.none(), label=_("Shop that is paid"))
    manifest = forms.CharField(
        label=_("Manifest (YAML)"),
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
    )

    def __init__(self, person: Person, data: object = None, **options: object) -> None:
        super().__init__(data, **options)
        self.fields["merchant"].queryset = person.shops.all()  # type: ignore[attr-defined]


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's own apps, and for the city's people those that wait for a review."""
    person = cast(Person, request.user)
    waiting = App.objects.filter(state=App.State.SUBMITTED).exclude(owner=person)
    context = {
        "made": person.apps_made.order_by("pk"),
        "waiting": waiting.order_by("changed_at") if shelf.OFFICE.is_held_by(person) else (),
    }
    return render(request, "market/developers.html", context)


@require_http_methods(["GET", "POST"])
@limited("20/minute")
def new(request: HttpRequest) -> HttpResponse:
    """Submit a manifest; what is wrong with it is said with its line."""
    person = cast(Person, request.user)
    form = ManifestForm(person, request.POST or None, initial={"manifest": BEGIN_WITH})
    if request.method == "POST" and form.is_valid():
        try:
            app = shelf.submit(
                owner=person,
                merchant=form.cleaned_data["merchant"],
                text=form.cleaned_data["manifest"].replace("\r\n", "\n"),
            )
        except ZhimaError as wrong:
            for line in str(wrong).splitlines():
                form.add_error("manifest", line)
        else:
            return redirect("market:app", app.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "shops": person.shops.exists()}  # type: ignore[attr-defined]
    return render(request, "market/new_app.html", context, status=status)


@require_GET
def one(request: HttpRequest, app_id: str) -> HttpResponse:
    """One app as its maker and the city's people see it."""
    app = _seen_by(request, app_id)
    person = cast(Person, request.user)
    context = {
        "app": app,
        "moves": app.moves.order_by("pk"),
        "refused": RefusedReport.objects.filter(app_id=app.pk).order_by("-pk")[:SHOWN],
        "is_maker": app.owner_id == person.pk,
        "may_review": shelf.OFFICE.is_held_by(person) and app.owner_id != person.pk,
        "manifest_sha256": digest(app.manifest_text),
        "secret": request.session.pop(f"app-secret:{app.pk}", ""),
    }
    return render(request, "market/app.html", context)


@require_POST
@limited("20/minute")
def step(request: HttpRequest, app_id: str, step: str) -> HttpResponse:
    """One step of an app's life, by whoever may take it."""
    app, person = _seen_by(request, app_id), cast(Person, request.user)
    note = request.POST.get("note", "")
    try:
        if step in ("agree", "reject"):
            if request.POST.get("manifest_sha256") != digest(app.manifest_text):
                raise ZhimaError("the manifest was changed meanwhile: read it again")
            shelf.review(app=app, by=person, agrees=step == "agree", note=note)
        elif step == "publish":
            shelf.publish(app=app, by=person)
        elif step == "withdraw":
            shelf.withdraw(app=app, by=person, note=note)
        elif step == "secret" and app.owner_id == person.pk:
            request.session[f"app-secret:{app.pk}"] = clients.new_secret(app)
        else:
            raise Http404
    except ZhimaError as fault:
        messages.error(request, str(fault))
    return redirect("market:app", app.pk)


def _seen_by(request: HttpRequest, app_id: str) -> App:
    app = App.objects.filter(pk=app_id).exclude(owner=None).first()
    person = cast(Person, request.user)
    if app is None or not (app.owner_id == person.pk or shelf.OFFICE.is_held_by(person)):
        raise Http404
    return app
