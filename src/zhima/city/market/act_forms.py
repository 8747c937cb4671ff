"""The one form of all acts on a booking: each act reads the fields that it needs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhima.city.ledger.model import MAX_AMOUNT_FEN
from zhima.city.wallet.amounts import FenField


class ActForm(forms.Form):
    """Everything is optional here; what is missing or wrong is refused by name."""

    amount_fen = FenField(max_fen=MAX_AMOUNT_FEN, required=False)
    text = forms.CharField(label=_("Remark"), max_length=200, required=False)
    severity = forms.IntegerField(min_value=0, max_value=3, required=False)
    stars = forms.IntegerField(min_value=1, max_value=5, required=False)
    photo = forms.FileField(label=_("Photo of the damage"), required=False)
    pieces = forms.IntegerField(min_value=1, max_value=999, required=False)

    def clean_amount_fen(self) -> int | None:
        """Nothing typed is nothing."""
        return self.cleaned_data["amount_fen"]
