"""What can be said of a transfer without looking into the books."""

from __future__ import annotations

from zhima.city.ledger.model import (
    EXPIRY_PREFIX,
    MAX_AMOUNT_FEN,
    MAX_ID_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    MAX_TOTAL_FEN,
    WRITTEN,
    Entry,
    Outcome,
    Transfer,
)


def shape_fault(transfer: Transfer) -> Outcome | None:
    """Why the books need not be opened for this transfer; None when they must be."""
    if transfer.kind not in WRITTEN:
        return Outcome.UNKNOWN_KIND
    if not is_id(transfer.id) or transfer.id.startswith(EXPIRY_PREFIX):
        return Outcome.ID_MALFORMED
    if not (_is_text(transfer.memo) and _is_text(transfer.meta)):
        return Outcome.TEXT_MALFORMED
    return _amount_fault(transfer) or _fields_fault(transfer)


def is_id(name: object) -> bool:
    """Whether `name` may stand as an id: printable, not empty, of a bounded length."""
    return type(name) is str and 0 < len(name) <= MAX_ID_CHARACTERS and name.isprintable()


def replay(written: Entry, asked: Transfer) -> Outcome:
    """What to say to a transfer whose id is in the books already."""
    if written.kind != asked.kind:
        return Outcome.ID_REUSED_WITH_OTHER_KIND
    if written.refers_to != asked.refers_to:
        return Outcome.ID_REUSED_WITH_OTHER_REFERENCE
    accounts = (written.debit_id, written.credit_id)
    if not asked.refers_to and accounts != (asked.debit_id, asked.credit_id):
        return Outcome.ID_REUSED_WITH_OTHER_ACCOUNTS
    if asked.kind != "release" and written.amount_fen != asked.amount_fen:
        return Outcome.ID_REUSED_WITH_OTHER_AMOUNT
    terms = (written.expires_at_us, written.memo, written.meta)
    if terms != (asked.expires_at_us, asked.memo, asked.meta):
        return Outcome.ID_REUSED_WITH_OTHER_TERMS
    return Outcome.ALREADY_PAID


def _is_text(text: object) -> bool:
    # The empty text is by far the most frequent.
    if text == "":
        return True
    if type(text) is not str or len(text) > MAX_TEXT_CHARACTERS or "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which no store can keep
        return False
    return True


def _amount_fault(transfer: Transfer) -> Outcome | None:
    amount_fen = transfer.amount_fen
    # bool is an int to isinstance, but True is no amount.
    if type(amount_fen) is not int:
        return Outcome.AMOUNT_NOT_WHOLE_FEN
    if transfer.kind == "release":
        return None
    if amount_fen <= 0:
        return Outcome.AMOUNT_NOT_POSITIVE
    return Outcome.AMOUNT_TOO_LARGE if amount_fen > MAX_AMOUNT_FEN else None


def _fields_fault(transfer: Transfer) -> Outcome | None:
    if transfer.kind == "transfer":
        fits = transfer.refers_to == "" and transfer.expires_at_us == 0
    elif transfer.kind == "hold":
        fits = transfer.refers_to == "" and _is_moment(transfer.expires_at_us)
    else:
        fits = (
            transfer.refers_to != ""
            and transfer.debit_id == transfer.credit_id == ""
            and transfer.expires_at_us == 0
            and (transfer.kind != "release" or transfer.amount_fen == 0)
        )
    return None if fits else Outcome.FIELDS_DO_NOT_FIT_KIND


def _is_moment(time_us: object) -> bool:
    return type(time_us) is int and 0 <= time_us < MAX_TOTAL_FEN
