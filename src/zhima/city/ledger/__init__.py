"""Money in whole fen, double entry, append-only: nothing acknowledged is ever lost."""

from zhima.city.ledger.apply import apply_batch
from zhima.city.ledger.model import Account, Batch, Entry, Outcome, State, Transfer
from zhima.city.ledger.posting import post
from zhima.city.ledger.stores import Store, StoreDown, open_store
from zhima.city.ledger.writer import LedgerBusy, LedgerClosed, Writer

__all__ = [
    "Account",
    "Batch",
    "Entry",
    "LedgerBusy",
    "LedgerClosed",
    "Outcome",
    "State",
    "Store",
    "StoreDown",
    "Transfer",
    "Writer",
    "apply_batch",
    "open_store",
    "post",
]
