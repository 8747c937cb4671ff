"""What is typed about a case."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhima.city.appeals.exhibits import Paper


class SayForm(forms.Form):
    """A statement, and perhaps a paper that shows it."""

    text = forms.CharField(
        label=_("What is wrong, in your words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    paper = forms.FileField(
        label=_("A paper or picture (optional)"),
        required=False,
        help_text=_("PDF, PNG or JPEG, 2 MB at most. Only you and whoever decides can open it."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )

    def papers(self) -> list[Paper]:
        """The file handed in, if any."""
        file = self.cleaned_data.get("paper")
        return [Paper(file.name, file.read())] if file else []


class VerdictForm(forms.Form):
    """A decision with its reason."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=(("upheld", _("Uphold: the item is struck")), ("rejected", _("Reject"))),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason, as the person will read it"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
