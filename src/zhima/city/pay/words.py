"""Every reason as a sentence that says what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhima.city.ledger.model import Outcome
from zhima.city.pay.outcomes import Reason, Refusal
from zhima.city.qr.model import CodeError
from zhima.city.wallet.words import sentence as ledger_sentence

_MISREAD = _("The code could not be read. Scan it again, closer and in better light.")
_BROKEN = _("This code is broken. Ask for a new one.")
_BAD_AMOUNT = _("The amount in this code is no payable amount. Ask for a new code.")

CODE_WORDS: Mapping[CodeError, Promise] = {
    CodeError.EMPTY: _("There is nothing to read. Scan a code or type the number under it."),
    CodeError.TOO_LONG: _("This text is too long to be a payment code."),
    CodeError.NOT_A_CODE: _("This is not a payment code."),
    CodeError.CRC_MISSING: _MISREAD,
    CodeError.CRC_WRONG: _MISREAD,
    CodeError.VERSION_UNKNOWN: _("This code is of a newer kind than this wallet knows."),
    CodeError.LENGTH_MALFORMED: _BROKEN,
    CodeError.FIELD_CUT_SHORT: _BROKEN,
    CodeError.FIELD_REPEATED: _BROKEN,
    CodeError.FIELD_MISSING: _BROKEN,
    CodeError.FIELD_MALFORMED: _BROKEN,
    CodeError.NO_WALLET_ACCOUNT: _("This code is for cards only. Pay another way."),
    CodeError.CURRENCY_UNKNOWN: _("This code asks for another currency than the yuan."),
    CodeError.AMOUNT_MALFORMED: _BAD_AMOUNT,
    CodeError.AMOUNT_NOT_POSITIVE: _BAD_AMOUNT,
    CodeError.AMOUNT_TOO_LARGE: _BAD_AMOUNT,
    CodeError.TIP_MALFORMED: _BROKEN,
    CodeError.KIND_UNKNOWN: _("This code is of a newer kind than this wallet knows."),
    CodeError.PAY_CODE_LENGTH_WRONG: _("A pay code has 18 digits. Check the number."),
    CodeError.PAY_CODE_PREFIX_UNKNOWN: _("A pay code starts with 25 to 30. Check the number."),
    CodeError.PAY_CODE_EXPIRED: _("This pay code is over a minute old. Ask for a fresh one."),
    CodeError.PAY_CODE_UNKNOWN: _("Nobody was given this pay code. Ask for a fresh one."),
}

OWN_WORDS: Mapping[Refusal, Promise] = {
    Refusal.NOT_FOR_PAYING: _("This code cannot be paid to. Scan the code of a shop or a person."),
    Refusal.OPERATOR_UNKNOWN: _("This code belongs to a wallet that we do not work with."),
    Refusal.OPERATOR_REFUSED: _("The other wallet refused. Your money is back with you."),
    Refusal.OPERATOR_SILENT: _(
        "The other wallet does not answer. The money is set aside: try again in a moment."
    ),
    Refusal.PAYEE_UNKNOWN: _("Nobody is paid by this code. Ask for another."),
    Refusal.ORDER_UNKNOWN: _("This order does not exist. Ask for a new code."),
    Refusal.CODE_TAMPERED: _("The code differs from the order it names. Do not pay it."),
    Refusal.ORDER_CLOSED: _("The shop has closed this order. No money left your wallet."),
    Refusal.ORDER_EXPIRED: _("The time to pay this order is over. Ask for a new code."),
    Refusal.ORDER_PAID: _("This order is already paid."),
    Refusal.REFERENCE_REUSED: _("This order number was used before with other terms."),
    Refusal.KEY_MALFORMED: _("This form is not complete. Scan the code again."),
    Refusal.AMOUNT_MISSING: _("Type how much you pay."),
    Refusal.AMOUNT_FIXED: _("The code says how much is to be paid, and you sent something else."),
    Refusal.SHARE_OVER_REST: _("That is more than what is left to pay. Pay less."),
    Refusal.TOO_MANY_PAYERS: _("Too many people are paying this order. Ask for one code each."),
    Refusal.PAY_CODE_USED: _("This pay code was used before. Ask for a fresh one."),
    Refusal.TOO_MANY_PAY_CODES: _("You asked for many codes. Wait a quarter of a minute."),
    Refusal.PAYMENT_UNKNOWN: _("There is no such payment at this shop."),
    Refusal.TICKET_UNKNOWN: _("This is no ticket."),
    Refusal.TICKET_FORGED: _("This ticket was not issued by us. Do not admit."),
    Refusal.TICKET_OF_ANOTHER: _("This ticket is for another place."),
    Refusal.TICKET_VOID: _("This ticket was refunded. Do not admit."),
    Refusal.TICKET_USED: _("This ticket was used before."),
    Refusal.BANK_REFUSED: _("The bank refused. No money moved."),
    Refusal.BANK_SILENT: _("The bank does not answer. We will finish this when it does."),
}


def sentence(reason: Reason) -> str:
    """What to tell the reader, in their language."""
    if isinstance(reason, CodeError):
        return str(CODE_WORDS[reason])
    if isinstance(reason, Outcome):
        return ledger_sentence(reason)
    return str(OWN_WORDS[reason])
