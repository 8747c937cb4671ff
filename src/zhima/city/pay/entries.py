"""Single entries of the ledger, as receipts and refunds need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhima.city.ledger.model import Entry
from zhima.city.pay.clock import moment
from zhima.city.pay.orders import TIP
from zhima.city.wallet.activity import Party, memos, parties
from zhima.city.wallet.books import store

_BY_ID = f"SELECT {', '.join(Entry._fields)} FROM ledger_entries WHERE id = ?"
_REFUNDED = """
    SELECT CAST(COALESCE(SUM(amount_fen), 0) AS bigint)
    FROM ledger_entries WHERE refers_to = ? AND kind = 'refund'
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment as both sides may see it, for ever."""

    entry_id: str
    number: int
    """Its place in the books."""
    at: datetime
    payer: Party
    payee: Party
    amount_fen: int
    tip_fen: int
    refunded_fen: int
    memo: str


def find_entry(entry_id: str) -> Entry | None:
    """The entry under an id; None when nothing was written."""
    with store().reading() as reader:
        for row in reader.rows(_BY_ID, (entry_id,)):
            return Entry._make(row)
    return None


def receipt_of(entry: Entry) -> Receipt:
    """The receipt of a payment, with its tip and what came back."""
    tip = find_entry(f"{entry.id}{TIP}")
    named = parties((entry.debit_id, entry.credit_id))
    with store().reading() as reader:
        ((refunded_fen,),) = reader.rows(_REFUNDED, (entry.id,))
    return Receipt(
        entry_id=entry.id,
        number=entry.seq,
        at=moment(entry.at_us),
        payer=named[entry.debit_id],
        payee=named[entry.credit_id],
        amount_fen=entry.amount_fen,
        tip_fen=tip.amount_fen if tip else 0,
        refunded_fen=refunded_fen,
        memo=memos([entry])[entry.id],
    )
