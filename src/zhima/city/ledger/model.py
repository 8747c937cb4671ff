"""The ledger's records and its closed list of outcomes. Money is whole fen, time UTC microseconds.

The records are tuples because a store binds them to SQL as they are: one a row, in column order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal, NamedTuple

Kind = Literal["transfer", "hold", "capture", "release", "refund"]

MAX_AMOUNT_FEN = 10**12 - 1
"""9,999,999,999.99: what the amount of a merchant code can hold, and small enough to add up."""
MAX_TOTAL_FEN = 2**61
"""What posted and pending sums of one side of an account may reach; balances then fit 64 bits."""
MAX_ID_CHARACTERS = 64
MAX_TEXT_CHARACTERS = 2000
EXPIRY_PREFIX = "expiry:"
"""Ids under it are the ledger's own: the release of a hold whose time came."""


class Outcome(StrEnum):
    """What became of a transfer. When several refusals apply, the first in this list is given."""

    PAID = "paid"
    HELD = "held"
    CAPTURED = "captured"
    RELEASED = "released"
    REFUNDED = "refunded"
    ALREADY_PAID = "already_paid"
    """The same transfer, of whatever kind, was written before; nothing moved now."""

    LINKED_FAILED = "linked_failed"
    LINKED_UNFINISHED = "linked_unfinished"

    UNKNOWN_KIND = "unknown_kind"
    ID_MALFORMED = "id_malformed"
    TEXT_MALFORMED = "text_malformed"
    AMOUNT_NOT_WHOLE_FEN = "amount_not_whole_fen"
    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    AMOUNT_TOO_LARGE = "amount_too_large"
    FIELDS_DO_NOT_FIT_KIND = "fields_do_not_fit_kind"

    ID_REUSED_WITH_OTHER_KIND = "id_reused_with_other_kind"
    ID_REUSED_WITH_OTHER_REFERENCE = "id_reused_with_other_reference"
    ID_REUSED_WITH_OTHER_ACCOUNTS = "id_reused_with_other_accounts"
    ID_REUSED_WITH_OTHER_AMOUNT = "id_reused_with_other_amount"
    ID_REUSED_WITH_OTHER_TERMS = "id_reused_with_other_terms"
    ID_REUSED_IN_OTHER_CHAIN = "id_reused_in_other_chain"

    UNKNOWN_REFERENCE = "unknown_reference"
    REFERENCE_OF_OTHER_KIND = "reference_of_other_kind"
    HOLD_CAPTURED = "hold_captured"
    HOLD_RELEASED = "hold_released"
    HOLD_EXPIRED = "hold_expired"
    EXPIRY_PASSED = "expiry_passed"

    SAME_ACCOUNT = "same_account"
    UNKNOWN_ACCOUNT = "unknown_account"
    CURRENCY_DIFFERS = "currency_differs"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_FROZEN = "account_frozen"

    CAPTURE_OVER_HOLD = "capture_over_hold"
    REFUND_OVER_PAID = "refund_over_paid"
    TOTAL_TOO_LARGE = "total_too_large"
    NOT_ENOUGH = "not_enough"


WRITTEN: Mapping[str, Outcome] = {
    "transfer": Outcome.PAID,
    "hold": Outcome.HELD,
    "capture": Outcome.CAPTURED,
    "release": Outcome.RELEASED,
    "refund": Outcome.REFUNDED,
}
"""The outcome of a transfer that is written, by its kind."""

DONE = frozenset({*WRITTEN.values(), Outcome.ALREADY_PAID})
"""Outcomes after which what was asked for is in the books."""


class Account(NamedTuple):
    """An account and its sums, in the ledger's currency units (fen)."""

    id: str
    owner: str
    currency: str = "CNY"
    may_go_negative: bool = False
    """Only for the outside world, seen through the bank: what came in is what it owes.

    Stores keep the three flags as 0 and 1 and give them back so.
    """
    frozen: bool = False
    closed: bool = False
    posted_debits_fen: int = 0
    posted_credits_fen: int = 0
    pending_debits_fen: int = 0
    pending_credits_fen: int = 0
    last_seq: int = 0
    """Its newest entry; from there `debit_prior` and `credit_prior` lead back to its first."""

    @property
    def balance_fen(self) -> int:
        """Posted credits less posted debits."""
        return self.posted_credits_fen - self.posted_debits_fen

    @property
    def available_fen(self) -> int:
        """What may leave now: the balance less what holds keep."""
        return self.balance_fen - self.pending_debits_fen


FIRST_SUM = Account._fields.index("posted_debits_fen")
"""From this column on an account changes with every entry."""


class Transfer(NamedTuple):
    """What somebody asks for. The functions of `requests` build one of each kind."""

    id: str
    kind: Kind
    amount_fen: int = 0
    """Zero for a release, which always frees the whole hold."""
    debit_id: str = ""
    """The payer's account; empty for capture, release and refund, which follow their reference."""
    credit_id: str = ""
    refers_to: str = ""
    """The hold to capture or release, the payment to refund."""
    linked: bool = False
    """Shares the fate of the next transfer."""
    expires_at_us: int = 0
    """When a hold ends by itself; zero for never."""
    memo: str = ""
    meta: str = ""
    """JSON text that the ledger keeps and never reads."""


class Entry(NamedTuple):
    """A transfer as written: numbered, dated, with both accounts and its amount."""

    seq: int
    id: str
    kind: Kind
    amount_fen: int
    debit_id: str
    credit_id: str
    refers_to: str
    linked: int
    expires_at_us: int
    memo: str
    meta: str
    at_us: int
    debit_prior: int
    """The entry before this one of the debited account; zero when this is its first."""
    credit_prior: int

    @property
    def event(self) -> str:
        """The kind of its outbox event, as subject.verb."""
        if self.kind == "release":
            return "hold.expired" if self.id.startswith(EXPIRY_PREFIX) else "hold.released"
        return _EVENTS[self.kind]


_EVENTS: Mapping[str, str] = {
    "transfer": "payment.made",
    "hold": "hold.placed",
    "capture": "hold.captured",
    "refund": "payment.refunded",
}

ACCOUNT_EVENTS = ("account.opened", "account.frozen", "account.unfrozen", "account.closed")
ENTRY_EVENTS = (*_EVENTS.values(), "hold.released", "hold.expired")


class Sequel(NamedTuple):
    """What became of an entry later: how a hold ended, how much of a payment was given back."""

    ended_by: Outcome | None = None
    """HOLD_CAPTURED, HOLD_RELEASED or HOLD_EXPIRED; None while the hold is open."""
    refunded_fen: int = 0


class State(NamedTuple):
    """All that a batch of transfers needs to know, at the moment it is applied."""

    at_us: int
    seq: int
    """The last number given to an entry or an account change."""
    accounts: Mapping[str, Account]
    entries: Mapping[str, Entry]
    """Those already written under the ids asked for, and those referred to."""
    sequels: Mapping[str, Sequel]
    """By the id of the entry referred to; an entry without one has none."""
    due: Sequence[Entry] = ()
    """Open holds whose time has come."""


class Batch(NamedTuple):
    """What applying transfers comes to: an outcome for each, and what is to be written."""

    outcomes: list[Outcome]
    entries: list[Entry]
    accounts: list[Account]
    """Every account that was looked into, with its new sums."""
