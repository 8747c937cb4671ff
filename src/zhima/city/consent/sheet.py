"""The sheet that a partner's or an app's request ends in: what is ticked there has an end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oauth2_provider.forms import AllowForm
from oauth2_provider.views import AuthorizationView

from zhima.city import clock
from zhima.city.consent import grants
from zhima.city.consent.models import Partner
from zhima.city.consent.names import about_word, recipient_word
from zhima.city.consent.permissions import direction_of
from zhima.city.consent.purposes import field_word, purpose

TERMS = ((30, _("30 days")), (90, _("90 days")), (365, _("A year")))


class SheetForm(AllowForm):
    """What is ticked, and for how long."""

    ticked = forms.MultipleChoiceField(required=False)
    days = forms.TypedChoiceField(choices=TERMS, coerce=int, initial=TERMS[0][0])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        partner = Partner.objects.filter(client_id=self["client_id"].value() or "").first()
        scopes = (self["scope"].value() or "").split()
        asked = partner.asks if partner else {}
        self.fields["ticked"].choices = [
            (box.value, box.field)
            for scope in scopes
            for box in _boxes(scope, asked.get(scope, ()))
        ]


@dataclass(frozen=True, slots=True)
class Box:
    """One thing to tick: a field for a purpose."""

    value: str
    field: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A purpose on the sheet."""

    purpose: str | Promise
    direction: str
    """`reports`, `gets` or `does`, as on the page of permissions."""
    boxes: list[Box]


class Sheet(AuthorizationView):
    """The library's authorisation endpoint with our sheet; ticks become grants with the code."""

    template_name = "consent/sheet.html"
    form_class = SheetForm
    http_method_names = ("get", "post")

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """The sheet; a request without proof of who asked is refused before anybody reads it."""
        if not _has_proof(request.GET):
            return self._torn()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """The sheet's words."""
        context = super().get_context_data(**kwargs)
        form, partner = context["form"], context.get("application")
        if partner is None:
            partner = Partner.objects.filter(client_id=form["client_id"].value()).first()
        scopes = (form["scope"].value() or "").split()
        context["partner"] = partner
        context["name"] = recipient_word(partner.recipient)
        context["about"] = about_word(partner.recipient) or partner.about
        context["asked"] = [
            Asked(purpose(scope).word, direction_of(scope), _boxes(scope, partner.asks[scope]))
            for scope in scopes
        ]
        context["terms"] = TERMS
        return context

    def render_to_response(self, context: dict[str, object], **kwargs: object) -> HttpResponse:
        """The page, which alone may send its form's answer on to the partner."""
        response = super().render_to_response(context, **kwargs)
        target = urlsplit(str(self._redirect_uri()))
        # What was refused is nobody's address, and may be a line of policy.
        if target.netloc and "error" not in context:
            origin = f"{target.scheme}://{target.netloc}"
            response._csp_update = {"form-action": ["'self'", origin]}
        return response

    def form_valid(self, form: SheetForm) -> HttpResponse:
        """Give what was ticked, and the code for just that; no tick is a refusal."""
        if not _has_proof(form.cleaned_data):
            return self._torn()
        ticked = _by_purpose(form.cleaned_data["ticked"])
        asked = form.cleaned_data["scope"].split()
        form.cleaned_data["allow"] = bool(form.cleaned_data["allow"] and ticked)
        form.cleaned_data["scope"] = " ".join(ticked or asked)
        with transaction.atomic():
            response = super().form_valid(form)
            if form.cleaned_data["allow"] and "code=" in response.get("Location", ""):
                self._give(form, ticked)
        return response

    def form_invalid(self, form: SheetForm) -> HttpResponse:
        """A torn form gives nothing and leads nowhere."""
        return self._torn()

    def _torn(self) -> HttpResponse:
        context = {"error": {"error": "invalid_request"}}
        return render(self.request, self.template_name, context, status=422)

    def _give(self, form: SheetForm, ticked: dict[str, list[str]]) -> None:
        partner = Partner.objects.get(client_id=form.cleaned_data["client_id"])
        until = clock.now() + timedelta(days=form.cleaned_data["days"])
        for name, fields in ticked.items():
            grants.give(
                person=self.request.user,
                recipient=partner.recipient,
                purpose=name,
                fields=fields,
                until=until,
                source="oauth",
            )

    def _redirect_uri(self) -> str:
        request: HttpRequest = self.request
        return request.POST.get("redirect_uri") or request.GET.get("redirect_uri") or ""


def _has_proof(asked: Mapping[str, str]) -> bool:
    """PKCE with S256 and nothing less: a code that is caught on the way is then worth nothing."""
    return bool(asked.get("code_challenge")) and asked.get("code_challenge_method") == "S256"


def _boxes(name: str, fields: Iterable[str]) -> list[Box]:
    return [Box(f"{name} {field}", field_word(field)) for field in fields]


def _by_purpose(ticked: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in ticked:
        name, _space, field = value.partition(" ")
        found.setdefault(name, []).append(field)
    return found
