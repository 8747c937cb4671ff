"""What is typed at the gateway."""

from __future__ import annotations

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhima.city.authority.gateway import Question
from zhima.city.authority.models import Agency

FIELD_CHOICES = (
    ("score", _("the number")),
    ("band", _("the band")),
    ("interval", _("the interval")),
    ("factors", _("the five factors")),
    ("events", _("the record's items")),
)
_DAY = forms.DateInput(attrs={"type": "date"})


class RequestForm(forms.Form):
    """A request as an agency hands it in; what is wrong with it the gateway says."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.order_by("name"))
    username = forms.CharField(label=_("Log-in name of the person"), max_length=32)
    legal_basis = forms.CharField(label=_("Law and article"), max_length=200, required=False)
    reference = forms.CharField(label=_("File number"), max_length=80)
    purpose = forms.CharField(label=_("What the answer is for"), max_length=200, required=False)
    fields_asked = forms.MultipleChoiceField(
        label=_("Fields"),
        choices=FIELD_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    period_from = forms.DateField(label=_("From"), widget=_DAY)
    period_to = forms.DateField(label=_("To"), widget=_DAY)
    sealed_until = forms.DateField(label=_("Sealed until (optional)"), widget=_DAY, required=False)
    seal_basis = forms.CharField(
        label=_("Law and article of the seal"), max_length=200, required=False
    )

    def question(self) -> Question:
        """What was typed."""
        typed = self.cleaned_data
        sealed = typed["sealed_until"]
        opens = (
            datetime.combine(sealed, time(), timezone.get_default_timezone()) if sealed else None
        )
        return Question(
            agency_id=typed["agency"].pk,
            username=typed["username"],
            legal_basis=typed["legal_basis"],
            reference=typed["reference"],
            purpose=typed["purpose"],
            fields=tuple(typed["fields_asked"]),
            period_from=typed["period_from"],
            period_to=typed["period_to"],
            sealed_until=opens,
            seal_basis=typed["seal_basis"],
        )
