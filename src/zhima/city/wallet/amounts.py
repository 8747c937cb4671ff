"""Money as people type and read it: yuan with two decimals, kept as whole fen."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhima.city.ledger.model import MAX_AMOUNT_FEN

_TYPED = re.compile(r"(\d{1,12})(?:[.](\d{1,2}))?")


def yuan(amount_fen: int) -> str:
    """`123456` as `1,234.56`; a minus sign for what went out."""
    whole, rest = divmod(abs(amount_fen), 100)
    return f"{'−' if amount_fen < 0 else ''}{whole:,}.{rest:02d}"


class FenField(forms.CharField):
    """A typed amount; its clean value is whole fen."""

    def __init__(self, *, max_fen: int = MAX_AMOUNT_FEN, **options: object) -> None:
        super().__init__(**{"max_length": 16, "label": _("Amount"), **options})
        self._max_fen = max_fen
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "placeholder": "0.00"}

    def clean(self, value: str) -> int | None:
        """Whole fen; an amount that is no money is an error that says why."""
        typed = super().clean(value).replace("，", ",").replace(",", "").replace("。", ".")
        if not typed:
            return None
        match = _TYPED.fullmatch(typed)
        if match is None:
            raise ValidationError(_("Type an amount like 12 or 12.50, with at most two decimals."))
        amount_fen = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
        if amount_fen == 0:
            raise ValidationError(_("The amount must be more than zero."))
        if amount_fen > self._max_fen:
            raise ValidationError(
                _("The amount can be %(most)s at most."), params={"most": yuan(self._max_fen)}
            )
        return amount_fen
