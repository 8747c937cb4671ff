"""A table for an evening. Which of two diners gets the window is for the doors to say (B2)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhima.city.market.counter import Front, Offer


class GuestsForm(forms.Form):
    """How many come."""

    guests = forms.IntegerField(label=_("How many guests"), min_value=1, initial=2)


class Restaurant(Front):
    """Its pages."""

    form_class = GuestsForm

    def form(self, offer: Offer, data: Any = None) -> forms.Form:
        """No more guests than the table seats."""
        form = GuestsForm(data)
        most = offer.facts.get("most", 2)
        form.fields["guests"] = forms.IntegerField(
            label=_("How many guests"), min_value=1, max_value=most, initial=min(2, most)
        )
        return form
