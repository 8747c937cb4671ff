"""Forms of paying, tills and the bank."""

from __future__ import annotations

import secrets

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhima.city.ledger.model import MAX_AMOUNT_FEN
from zhima.city.pay.models import Merchant
from zhima.city.qr.model import MAX_CITY_CHARACTERS, MAX_NAME_CHARACTERS, MAX_REFERENCE_CHARACTERS
from zhima.city.wallet.amounts import FenField

MAX_TYPED_CHARACTERS = 600
_HIDDEN = forms.HiddenInput


def new_key() -> str:
    """Names one wish: however often its form is sent, it is done once."""
    return secrets.token_urlsafe(16)


class ConfirmForm(forms.Form):
    """What the payer adds to a scanned code."""

    text = forms.CharField(max_length=MAX_TYPED_CHARACTERS, widget=_HIDDEN, strip=False)
    key = forms.CharField(max_length=64, widget=_HIDDEN)
    amount_fen = FenField(max_fen=MAX_AMOUNT_FEN, required=False)
    tip_fen = FenField(max_fen=MAX_AMOUNT_FEN, required=False, label=_("Tip"))
    part = forms.ChoiceField(choices=(("share", "share"), ("rest", "rest")), required=False)
    """Which button it was, on a page that has both: one's own share, or all that is left."""

    def clean(self) -> dict[str, object]:
        """A share has an amount; whoever pays the rest means all of it, whatever is typed."""
        cleaned: dict[str, object] = super().clean() or {}
        part, amount_fen = cleaned.get("part"), cleaned.get("amount_fen")
        if part == "share" and amount_fen is None and not self.has_error("amount_fen"):
            self.add_error(
                "amount_fen", forms.ValidationError(_("Type your share."), "share_missing")
            )
        return {**cleaned, "amount_fen": None if part == "rest" else amount_fen}


def plain_confirmation(data: QueryDict) -> dict[str, object] | None:
    """What a form with all its fields right would give, without the copies that a form makes.

    None when something is wrong, or there were two buttons: let the form say so.
    """
    cleaned: dict[str, object] = {}
    try:
        for name, field in ConfirmForm.base_fields.items():
            cleaned[name] = field.clean(data.get(name, ""))
    except forms.ValidationError:
        return None
    return None if cleaned["part"] else cleaned


class BankForm(forms.Form):
    """Money from or to a bank account."""

    key = forms.CharField(max_length=64, widget=_HIDDEN)
    amount_fen = FenField(max_fen=MAX_AMOUNT_FEN)
    bank_account = forms.RegexField(
        r"^[0-9A-Z]{8,34}$",
        label=_("Bank account"),
        error_messages={"invalid": _("An account number has 8 to 34 digits or capitals.")},
    )


class NamesForm(forms.Form):
    """What a shop is called."""

    name = forms.CharField(label=_("Name of the shop"), max_length=MAX_NAME_CHARACTERS)
    name_zh = forms.CharField(
        label=_("Chinese name (optional)"), max_length=MAX_NAME_CHARACTERS, required=False
    )


class ShopForm(NamesForm):
    """All it takes to open a shop."""

    city = forms.CharField(label=_("City"), max_length=MAX_CITY_CHARACTERS)
    kind = forms.ChoiceField(label=_("Kind"), choices=Merchant.Kind.choices)
    asks_tip = forms.BooleanField(label=_("Let customers add a tip"), required=False)


class OrderForm(forms.Form):
    """A new order at the till."""

    key = forms.CharField(max_length=64, widget=_HIDDEN)
    amount_fen = FenField(max_fen=MAX_AMOUNT_FEN)
    bill = forms.CharField(
        label=_("What for"), max_length=MAX_REFERENCE_CHARACTERS, initial=_("Bill")
    )
    seat = forms.CharField(label=_("Seat, for a ticket"), max_length=40, required=False)


class ChargeForm(forms.Form):
    """The customer's pay code, scanned or typed."""

    amount_fen = FenField(max_fen=MAX_AMOUNT_FEN)
    text = forms.CharField(label=_("Customer's pay code"), max_length=MAX_TYPED_CHARACTERS)


class RefundForm(forms.Form):
    """How much of a payment goes back."""

    key = forms.CharField(max_length=64, widget=_HIDDEN)
    payment_id = forms.CharField(max_length=64, widget=_HIDDEN)
    amount_fen = FenField(max_fen=MAX_AMOUNT_FEN)


class GateForm(forms.Form):
    """A ticket's text."""

    text = forms.CharField(label=_("Ticket"), max_length=MAX_TYPED_CHARACTERS)


class ClerkForm(forms.Form):
    """Somebody who may use the till."""

    username = forms.CharField(label=_("Log-in name of the clerk"), max_length=32)
