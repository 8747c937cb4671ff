"""The auditor's own books: naive sums over the log, entry by entry, and what does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from zhima.engine.kinds import Finding

_VERBS = {
    "transfer": "payment.made",
    "hold": "hold.placed",
    "capture": "hold.captured",
    "refund": "payment.refunded",
}


class Line(NamedTuple):
    """What the auditor reads of an entry."""

    seq: int
    id: str
    at_us: int
    kind: str
    amount_fen: int
    debit_id: str
    credit_id: str
    refers_to: str
    linked: int
    expires_at_us: int
    debit_prior: int
    credit_prior: int

    @property
    def expired(self) -> bool:
        """Whether the ledger wrote it because a hold's time had come."""
        return self.id.startswith("expiry:")


class Told(NamedTuple):
    """What the outbox tells under a number."""

    seq: int
    subject_id: str
    at_us: int
    event: str


@dataclass(slots=True)
class Purse:
    """The auditor's own sums of an account."""

    currency: str
    may_go_negative: bool
    debits_fen: int = 0
    credits_fen: int = 0
    held_fen: int = 0
    promised_fen: int = 0
    last_seq: int = 0
    frozen: bool = False
    closed: bool = False

    def sums(self) -> tuple[int, int, int, int, int]:
        """In the order in which the stores keep them."""
        return (
            self.debits_fen,
            self.credits_fen,
            self.held_fen,
            self.promised_fen,
            self.last_seq,
        )

    def overdrawn(self) -> bool:
        """Whether more has left, or is set aside, than came in."""
        left_fen = self.credits_fen - self.debits_fen - self.held_fen
        return left_fen < 0 and not self.may_go_negative


@dataclass(slots=True)
class _Remembered:
    """An entry that a later one refers to."""

    line: Line
    refunded_fen: int = 0
    ended: bool = False


@dataclass(slots=True)
class Auditor:
    """Follows the log from its first number to its last."""

    purses: dict[str, Purse]
    wanted: set[str]
    """The ids that some entry refers to: only those need remembering."""
    open_holds: set[tuple[str, int]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    entries: int = 0
    seq: int = 0
    _at_us: int = 0
    _linked: bool = False
    _remembered: dict[str, _Remembered] = field(default_factory=dict)

    def find(self, source: str, row: int | None, column: str, value: object, reason: str) -> None:
        """Keep something that does not hold."""
        self.findings.append(Finding(source, row, column, str(value), reason))

    def follow(self, seq: int, line: Line | None, told: Told | None) -> None:
        """Check and add up what the log has under one number."""
        if seq != self.seq + 1:
            self.find("ledger_outbox", seq, "seq", self.seq + 1, "number_missing")
        self.seq = seq
        if told is None:
            self.find("ledger_outbox", seq, "seq", seq, "event_missing")
        elif line is not None:
            self._check_event(line, told)
        if line is not None:
            self._book(line)
        elif told is not None:
            self.expect_unlinked(seq)
            self._change_account(told)

    def expect_unlinked(self, seq: int) -> None:
        """Nothing more follows here, so the entry before may not be linked to it."""
        if self._linked:
            self.find("ledger_entries", seq, "linked", 1, "link_unfinished")

    def _check_event(self, line: Line, told: Told) -> None:
        verb = _VERBS.get(line.kind, "hold.expired" if line.expired else "hold.released")
        if told != Told(line.seq, line.id, line.at_us, verb):
            self.find("ledger_outbox", line.seq, "event", told.event, "event_wrong")

    def _change_account(self, told: Told) -> None:
        purse = self.purses.get(told.subject_id)
        if purse is None or not told.event.startswith("account."):
            self.find("ledger_outbox", told.seq, "subject_id", told.subject_id, "entry_missing")
        elif told.event in ("account.frozen", "account.unfrozen"):
            purse.frozen = told.event == "account.frozen"
        elif told.event == "account.closed":
            purse.closed = True
        elif told.event != "account.opened":
            self.find("ledger_outbox", told.seq, "event", told.event, "event_wrong")

    def _book(self, line: Line) -> None:
        self.entries += 1
        self._check_place(line)
        debit, credit = self.purses.get(line.debit_id), self.purses.get(line.credit_id)
        if debit is None or credit is None or debit is credit:
            self._entry(line, "debit_id", line.debit_id, "accounts_wrong")
            return
        self._check_accounts(line, debit, credit)
        if line.id in self.wanted:
            self._remembered[line.id] = _Remembered(line)
        if line.kind == "hold":
            self._set_aside(line, debit, credit)
        if line.kind in ("capture", "release"):
            self._end_hold(line, debit, credit)
        if line.kind == "refund":
            self._give_back(line)
        if line.kind in ("transfer", "capture", "refund"):
            debit.debits_fen += line.amount_fen
            credit.credits_fen += line.amount_fen
        if debit.overdrawn():
            self._entry(line, "amount_fen", line.amount_fen, "overdrawn")

    def _entry(self, line: Line, column: str, value: object, reason: str) -> None:
        self.find("ledger_entries", line.seq, column, value, reason)

    def _check_place(self, line: Line) -> None:
        """Its time, its chain and its amount, before any account is looked at."""
        if line.at_us < self._at_us:
            self._entry(line, "at_us", line.at_us, "time_backwards")
        if line.at_us != self._at_us:
            self.expect_unlinked(line.seq)
        self._at_us, self._linked = line.at_us, bool(line.linked)
        if line.amount_fen <= 0:
            self._entry(line, "amount_fen", line.amount_fen, "amount_not_positive")

    def _check_accounts(self, line: Line, debit: Purse, credit: Purse) -> None:
        if (line.debit_prior, line.credit_prior) != (debit.last_seq, credit.last_seq):
            self._entry(line, "debit_prior", line.debit_prior, "chain_broken")
        debit.last_seq = credit.last_seq = line.seq
        if debit.currency != credit.currency:
            self._entry(line, "credit_id", credit.currency, "currency_differs")
        shut = debit.frozen or debit.closed or credit.frozen or credit.closed
        if shut and line.kind != "release":
            self._entry(line, "debit_id", line.debit_id, "account_was_shut")

    def _set_aside(self, hold: Line, debit: Purse, credit: Purse) -> None:
        self.open_holds.add((hold.id, hold.expires_at_us))
        debit.held_fen += hold.amount_fen
        credit.promised_fen += hold.amount_fen

    def _end_hold(self, end: Line, debit: Purse, credit: Purse) -> None:
        found = self._remembered.get(end.refers_to)
        if found is None or found.line.kind != "hold" or found.ended:
            self._entry(end, "refers_to", end.refers_to, "hold_not_open")
            return
        hold, found.ended = found.line, True
        self.open_holds.discard((hold.id, hold.expires_at_us))
        debit.held_fen -= hold.amount_fen
        credit.promised_fen -= hold.amount_fen
        if (end.debit_id, end.credit_id) != (hold.debit_id, hold.credit_id):
            self._entry(end, "debit_id", end.debit_id, "accounts_wrong")
        if end.amount_fen > hold.amount_fen:
            self._entry(end, "amount_fen", end.amount_fen, "capture_over_hold")
        if end.expired != (0 < hold.expires_at_us <= end.at_us):
            self._entry(end, "at_us", end.at_us, "expiry_wrong")

    def _give_back(self, refund: Line) -> None:
        found = self._remembered.get(refund.refers_to)
        if found is None or found.line.kind not in ("transfer", "capture"):
            self._entry(refund, "refers_to", refund.refers_to, "payment_unknown")
            return
        found.refunded_fen += refund.amount_fen
        if found.refunded_fen > found.line.amount_fen:
            self._entry(refund, "amount_fen", refund.amount_fen, "refund_over_paid")
        if (refund.credit_id, refund.debit_id) != (found.line.debit_id, found.line.credit_id):
            self._entry(refund, "debit_id", refund.debit_id, "accounts_wrong")
