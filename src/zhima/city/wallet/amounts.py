"""Money as people type and read it: yuan with two decimals, kept as whole fen."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhima.city.ledger.amounts import BadAmount, fen_from_yuan
from zhima.city.ledger.model import MAX_AMOUNT_FEN, Outcome

# Chinese keyboards type full-width digits, signs and stops.
_PLAIN = str.maketrans("０１２３４５６７８９．。，＋－", "0123456789..,+-")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?", re.ASCII)
_WORDS = {
    Outcome.AMOUNT_NOT_WHOLE_FEN: _("Type an amount like 12 or 12.50, with at most two decimals."),
    Outcome.AMOUNT_NOT_POSITIVE: _("The amount must be more than zero."),
    Outcome.AMOUNT_TOO_LARGE: _("This amount is too large for one payment."),
}


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
        typed = super().clean(value).translate(_PLAIN)
        # Only a comma between thousands is one: 12,50 is no twelve hundred.
        if _GROUPED.fullmatch(typed):
            typed = typed.replace(",", "")
        if not typed:
            return None
        try:
            amount_fen = fen_from_yuan(typed)
        except BadAmount as bad:
            raise ValidationError(_WORDS[bad.outcome], code=bad.outcome) from bad
        if amount_fen > self._max_fen:
            raise ValidationError(
                _("The amount can be %(most)s at most."),
                code=Outcome.AMOUNT_TOO_LARGE,
                params={"most": yuan(self._max_fen)},
            )
        return amount_fen
