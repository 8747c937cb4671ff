"""What became of a payment, said so that the payer knows what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhima.city.ledger.model import DONE, Outcome

_WORDS = {
    Outcome.NOT_ENOUGH: _("There is not enough money in your wallet. Top up, or pay less."),
    Outcome.SAME_ACCOUNT: _("You cannot pay yourself."),
    Outcome.ACCOUNT_FROZEN: _("One of the two wallets is frozen, so no money moved."),
    Outcome.ACCOUNT_CLOSED: _("This wallet is closed, so no money moved."),
    Outcome.UNKNOWN_ACCOUNT: _("This wallet does not exist. Check whom you are paying."),
    Outcome.AMOUNT_NOT_POSITIVE: _("The amount must be more than zero."),
    Outcome.AMOUNT_TOO_LARGE: _("This amount is too large for one payment."),
    Outcome.ID_REUSED_WITH_OTHER_AMOUNT: _(
        "This payment was sent before with another amount. Nothing moved now."
    ),
}
_OTHERWISE = _("The payment was not made, and no money moved. Go back and try again.")


def done(outcome: Outcome) -> bool:
    """Whether what was asked for is in the books."""
    return outcome in DONE


def sentence(outcome: Outcome) -> str:
    """Why a payment was refused, and the way on."""
    return str(_WORDS.get(outcome, _OTHERWISE))
