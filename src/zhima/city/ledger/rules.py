"""What each kind of transfer demands of the books: it is posted, or the refusal is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from zhima.city.ledger.books import Books
from zhima.city.ledger.model import MAX_TOTAL_FEN, WRITTEN, Entry, Outcome, Transfer
from zhima.city.ledger.shape import replay, shape_fault


def settle(books: Books, transfer: Transfer) -> Outcome:
    """Post one transfer to the books, or say why not."""
    fault = shape_fault(transfer)
    if fault is not None:
        return fault
    written = books.entry(transfer.id)
    if written is not None:
        return replay(written, transfer)
    return _RULES[transfer.kind](books, transfer)


def settle_payment(books: Books, transfer: Transfer) -> Outcome:
    """A transfer or a hold: money that is available leaves, or is set aside."""
    if transfer.kind == "hold" and 0 < transfer.expires_at_us <= books.at_us:
        return Outcome.EXPIRY_PASSED
    return _spend(books, transfer, transfer.debit_id, transfer.credit_id)


def settle_capture(books: Books, transfer: Transfer) -> Outcome:
    """An open hold ends, and at most what it kept goes to the payee."""
    hold = books.entry(transfer.refers_to)
    if hold is None:
        return Outcome.UNKNOWN_REFERENCE
    fault = hold_fault(books, hold) or accounts_fault(books, hold.debit_id, hold.credit_id)
    if fault is not None:
        return fault
    if transfer.amount_fen > hold.amount_fen:
        return Outcome.CAPTURE_OVER_HOLD
    books.post(transfer, hold.debit_id, hold.credit_id, transfer.amount_fen)
    return Outcome.CAPTURED


def settle_release(books: Books, transfer: Transfer) -> Outcome:
    """An open hold ends and nothing moves, whatever has become of the accounts."""
    hold = books.entry(transfer.refers_to)
    if hold is None:
        return Outcome.UNKNOWN_REFERENCE
    fault = hold_fault(books, hold)
    if fault is not None:
        return fault
    books.post(transfer, hold.debit_id, hold.credit_id, hold.amount_fen)
    return Outcome.RELEASED


def settle_refund(books: Books, transfer: Transfer) -> Outcome:
    """Money of a payment goes back; all refunds together never exceed it."""
    payment = books.entry(transfer.refers_to)
    if payment is None:
        return Outcome.UNKNOWN_REFERENCE
    if payment.kind not in ("transfer", "capture"):
        return Outcome.REFERENCE_OF_OTHER_KIND
    fault = accounts_fault(books, payment.credit_id, payment.debit_id)
    if fault is not None:
        return fault
    if books.sequel(payment.id).refunded_fen + transfer.amount_fen > payment.amount_fen:
        return Outcome.REFUND_OVER_PAID
    return _spend(books, transfer, payment.credit_id, payment.debit_id)


_RULES: Mapping[str, Callable[[Books, Transfer], Outcome]] = {
    "transfer": settle_payment,
    "hold": settle_payment,
    "capture": settle_capture,
    "release": settle_release,
    "refund": settle_refund,
}


def hold_fault(books: Books, hold: Entry) -> Outcome | None:
    """Why an entry is not an open hold."""
    if hold.kind != "hold":
        return Outcome.REFERENCE_OF_OTHER_KIND
    return books.sequel(hold.id).ended_by


def accounts_fault(books: Books, debit_id: str, credit_id: str) -> Outcome | None:
    """Why no money may move between two accounts, whatever the amount."""
    if debit_id == credit_id:
        return Outcome.SAME_ACCOUNT
    debit, credit = books.account(debit_id), books.account(credit_id)
    if debit is None or credit is None:
        return Outcome.UNKNOWN_ACCOUNT
    if debit.currency != credit.currency:
        return Outcome.CURRENCY_DIFFERS
    if debit.closed or credit.closed:
        return Outcome.ACCOUNT_CLOSED
    if debit.frozen or credit.frozen:
        return Outcome.ACCOUNT_FROZEN
    return None


def funds_fault(books: Books, debit_id: str, credit_id: str, amount_fen: int) -> Outcome | None:
    """Why an amount cannot leave one account for the other."""
    payer, payee = books.tally(debit_id), books.tally(credit_id)
    debits_fen = payer.posted_debits_fen + payer.pending_debits_fen
    credits_fen = payee.posted_credits_fen + payee.pending_credits_fen
    if max(debits_fen, credits_fen) + amount_fen > MAX_TOTAL_FEN:
        return Outcome.TOTAL_TOO_LARGE
    account = books.account(debit_id)
    if amount_fen > payer.available_fen and not (account and account.may_go_negative):
        return Outcome.NOT_ENOUGH
    return None


def _spend(books: Books, transfer: Transfer, debit_id: str, credit_id: str) -> Outcome:
    fault = accounts_fault(books, debit_id, credit_id)
    if fault is None:
        fault = funds_fault(books, debit_id, credit_id, transfer.amount_fen)
    if fault is not None:
        return fault
    books.post(transfer, debit_id, credit_id, transfer.amount_fen)
    return WRITTEN[transfer.kind]
