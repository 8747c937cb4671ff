"""What becomes of a wish to pay: done, or refused for a reason with a name and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zhima.city.ledger.model import DONE, Outcome
from zhima.city.qr.model import CodeError


class Refusal(StrEnum):
    """Reasons of this room; codes and the ledger have their own."""

    NOT_FOR_PAYING = "not_for_paying"
    """A ticket or a pay code where a payee's code is wanted."""
    OPERATOR_UNKNOWN = "operator_unknown"
    OPERATOR_REFUSED = "operator_refused"
    OPERATOR_SILENT = "operator_silent"
    PAYEE_UNKNOWN = "payee_unknown"
    ORDER_UNKNOWN = "order_unknown"
    CODE_TAMPERED = "code_tampered"
    """The code disagrees with the order that it names."""
    ORDER_CLOSED = "order_closed"
    ORDER_EXPIRED = "order_expired"
    ORDER_PAID = "order_paid"
    REFERENCE_REUSED = "reference_reused"
    KEY_MALFORMED = "key_malformed"
    AMOUNT_MISSING = "amount_missing"
    AMOUNT_FIXED = "amount_fixed"
    """The code says how much; somebody tried to pay something else."""
    SHARE_OVER_REST = "share_over_rest"
    TOO_MANY_PAYERS = "too_many_payers"
    PAY_CODE_USED = "pay_code_used"
    TOO_MANY_PAY_CODES = "too_many_pay_codes"
    PAYMENT_UNKNOWN = "payment_unknown"
    TICKET_UNKNOWN = "ticket_unknown"
    TICKET_FORGED = "ticket_forged"
    TICKET_OF_ANOTHER = "ticket_of_another"
    TICKET_VOID = "ticket_void"
    TICKET_USED = "ticket_used"
    BANK_REFUSED = "bank_refused"
    BANK_SILENT = "bank_silent"


Reason = CodeError | Outcome | Refusal


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing moved, or what moved has been given back."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Paid:
    """Money moved, now or, when `replayed`, at an earlier click."""

    entry_id: str
    amount_fen: int
    tip_fen: int
    replayed: bool = False


def refusal_in(outcomes: list[Outcome]) -> Refused | None:
    """Why a chain was not written; None when it was."""
    faults = [outcome for outcome in outcomes if outcome not in DONE]
    told = [fault for fault in faults if fault is not Outcome.LINKED_FAILED]
    return Refused(told[0]) if told else None
