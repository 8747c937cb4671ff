"""The console's own pages and steps; each asks for an operator, and the rooms for the right."""

from __future__ import annotations

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from zhima.city import clock
from zhima.city.console import counters as counting
from zhima.city.console import drafts, rulebooks, steps
from zhima.city.console.columns import OUTCOMES
from zhima.city.language import told
from zhima.city.oversight import overrides
from zhima.city.phone.errors import not_found
from zhima.city.refused import StepRefused
from zhima.city.scoring import policy
from zhima.city.wallet.amounts import FenField
from zhima.engine.rulebook.model import Outcome

LOG_IN = "admin:login"


class DraftForm(forms.Form):
    """A rulebook to propose."""

    name = forms.ChoiceField(label=gettext_lazy("Rulebook"), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.fields["name"].choices = drafts.choices()


class OverrideForm(forms.Form):
    """A decision by hand to ask for."""

    username = forms.CharField(
        label=gettext_lazy("Log-in name"), max_length=32, widget=UnfoldAdminTextInputWidget
    )
    door_id = forms.ChoiceField(label=gettext_lazy("Door"), widget=UnfoldAdminSelectWidget)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=list(OUTCOMES.items()),
        widget=UnfoldAdminSelectWidget,
    )
    deposit_fen = FenField(
        label=gettext_lazy("Deposit, where one is asked"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=forms.DateInput({"type": "date", "class": " ".join(INPUT_CLASSES)}, "%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=2000, widget=UnfoldAdminTextareaWidget
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        doors = policy.in_force(clock.now()).rulebook.rules.doors
        self.fields["door_id"].choices = [(door.id, told(door.title)) for door in doors]


def dashboard(request: HttpRequest, context: dict[str, object]) -> dict[str, object]:
    """The first page of the office."""
    return context | {"counters": list(counting.counters()), **drafts.standing()}


@require_GET
@staff_member_required(login_url=LOG_IN)
def counters(request: HttpRequest) -> HttpResponse:
    """The counters alone, asked for again and again by the first page."""
    return render(request, "console/counters.html", dashboard(request, {}))


@require_http_methods(["GET", "POST"])
@staff_member_required(login_url=LOG_IN)
def draft(request: HttpRequest) -> HttpResponse:
    """Propose a rulebook."""
    form = DraftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = rulebooks.draft(name=form.cleaned_data["name"], by=request.user)
        except rulebooks.RulebookRefused as refused:
            form.add_error("name", refused.sentence)
        else:
            return redirect("admin:scoring_rulebookinforce_change", row.pk)
    about = _(
        "A draft changes nothing. It is tried on everybody in a dry run, approved by two who did "
        "not draft it, and in force from a day that is chosen then."
    )
    return _form(request, form, _("Draft a rulebook"), about)


@require_http_methods(["GET", "POST"])
@staff_member_required(login_url=LOG_IN)
def ask_override(request: HttpRequest) -> HttpResponse:
    """Ask for a decision by hand."""
    form = OverrideForm(request.POST or None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            held = overrides.ask(
                by=request.user,
                username=typed["username"],
                door_id=typed["door_id"],
                outcome=Outcome(typed["outcome"]),
                reason=typed["reason"],
                until=typed["until"],
                deposit_fen=typed["deposit_fen"],
            )
        except overrides.OverrideRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect("admin:oversight_override_change", held.pk)
    about = _(
        "A door decided by hand for one person, for 90 days at most. A second operator has to "
        "agree, and the person finds it under Who looked."
    )
    return _form(request, form, _("Ask for an exception"), about)


@require_POST
@staff_member_required(login_url=LOG_IN)
def step(request: HttpRequest, label: str, pk: str, step: str) -> HttpResponse:
    """Take a step with a row of a register."""
    try:
        model = apps.get_model(label)
        row = model._default_manager.get(pk=pk)
        steps.take(row, step, request.user, request.POST.dict())
        messages.success(request, _("Done."))
    except StepRefused as refused:
        messages.error(request, refused.sentence)
    except (LookupError, ValueError, ValidationError, ObjectDoesNotExist) as error:
        return not_found(request, error)
    address = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    return redirect(reverse(address, args=[pk]))


def _form(request: HttpRequest, form: forms.Form, title: str, about: str) -> HttpResponse:
    context = {**admin.site.each_context(request), "form": form, "title": title, "about": about}
    status = 422 if form.errors else 200
    return render(request, "console/form.html", context, status=status)
