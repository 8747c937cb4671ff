"""The books while a batch is applied: a working copy of the balances, and the new entries."""

from __future__ import annotations

from dataclasses import dataclass

from zhima.city.ledger.model import (
    EXPIRY_PREFIX,
    Account,
    Entry,
    Outcome,
    Sequel,
    State,
    Transfer,
)

_OPEN = Sequel()


@dataclass(slots=True)
class Tally:
    """The running sums of one account, and where its chain of entries ends."""

    posted_debits_fen: int
    posted_credits_fen: int
    pending_debits_fen: int
    pending_credits_fen: int
    last_seq: int

    @property
    def available_fen(self) -> int:
        """What may leave now."""
        return self.posted_credits_fen - self.posted_debits_fen - self.pending_debits_fen


class Books:
    """Balances that move, over a `State` that does not."""

    __slots__ = ("_by_id", "_sequels", "_state", "_tallies", "at_us", "entries")

    def __init__(self, state: State) -> None:
        self._state = state
        self._tallies: dict[str, Tally] = {}
        self._by_id: dict[str, Entry] = {hold.id: hold for hold in state.due}
        self._sequels: dict[str, Sequel] = {}
        self.at_us = state.at_us
        self.entries: list[Entry] = []

    def account(self, account_id: str) -> Account | None:
        """The account as it stood before the batch; its sums are in `tally`."""
        return self._state.accounts.get(account_id)

    def tally(self, account_id: str) -> Tally:
        """The running sums of a known account."""
        tally = self._tallies.get(account_id)
        if tally is None:
            tally = self._tallies[account_id] = Tally(*self._state.accounts[account_id][-5:])
        return tally

    def entry(self, entry_id: str) -> Entry | None:
        """What was written under this id, in this batch or before it."""
        return self._by_id.get(entry_id) or self._state.entries.get(entry_id)

    def sequel(self, entry_id: str) -> Sequel:
        """What became of an entry so far."""
        return self._sequels.get(entry_id) or self._state.sequels.get(entry_id, _OPEN)

    def post(self, transfer: Transfer, debit_id: str, credit_id: str, amount_fen: int) -> None:
        """Write `transfer` between these accounts and move the sums."""
        debit, credit = self.tally(debit_id), self.tally(credit_id)
        entry = Entry(
            self._state.seq + len(self.entries) + 1,
            transfer.id,
            transfer.kind,
            amount_fen,
            debit_id,
            credit_id,
            transfer.refers_to,
            1 if transfer.linked else 0,
            transfer.expires_at_us,
            transfer.memo,
            transfer.meta,
            self.at_us,
            debit.last_seq,
            credit.last_seq,
        )
        self.entries.append(entry)
        self._by_id[entry.id] = entry
        self._move(entry, debit, credit, 1)
        debit.last_seq = credit.last_seq = entry.seq
        if entry.refers_to:
            self._sequels[entry.refers_to] = _continued(self.sequel(entry.refers_to), entry)

    def expire(self, hold: Entry) -> None:
        """Release a hold whose time has come."""
        ending = Transfer(EXPIRY_PREFIX + hold.id, "release", refers_to=hold.id)
        self.post(ending, hold.debit_id, hold.credit_id, hold.amount_fen)

    def undo_to(self, count: int) -> None:
        """Take back every entry of this batch after the first `count`."""
        while len(self.entries) > count:
            entry = self.entries.pop()
            del self._by_id[entry.id]
            debit, credit = self.tally(entry.debit_id), self.tally(entry.credit_id)
            self._move(entry, debit, credit, -1)
            debit.last_seq, credit.last_seq = entry.debit_prior, entry.credit_prior
            if entry.refers_to:
                self._sequels[entry.refers_to] = _taken_back(self.sequel(entry.refers_to), entry)

    def accounts(self) -> list[Account]:
        """Every account that this batch looked into, with its new sums."""
        before = self._state.accounts
        return [
            Account(
                *before[account_id][:6],
                tally.posted_debits_fen,
                tally.posted_credits_fen,
                tally.pending_debits_fen,
                tally.pending_credits_fen,
                tally.last_seq,
            )
            for account_id, tally in self._tallies.items()
        ]

    def _move(self, entry: Entry, debit: Tally, credit: Tally, sign: int) -> None:
        amount_fen = sign * entry.amount_fen
        if entry.kind == "hold":
            debit.pending_debits_fen += amount_fen
            credit.pending_credits_fen += amount_fen
            return
        if entry.kind in ("capture", "release"):
            held_fen = sign * self._held_fen(entry)
            debit.pending_debits_fen -= held_fen
            credit.pending_credits_fen -= held_fen
        if entry.kind != "release":
            debit.posted_debits_fen += amount_fen
            credit.posted_credits_fen += amount_fen

    def _held_fen(self, ending: Entry) -> int:
        hold = self.entry(ending.refers_to)
        assert hold is not None, f"{ending.id} ends a hold that is not in the books"
        return hold.amount_fen


def _continued(sequel: Sequel, entry: Entry) -> Sequel:
    if entry.kind == "refund":
        return sequel._replace(refunded_fen=sequel.refunded_fen + entry.amount_fen)
    return sequel._replace(ended_by=ending_of(entry.kind, entry.id))


def _taken_back(sequel: Sequel, entry: Entry) -> Sequel:
    if entry.kind == "refund":
        return sequel._replace(refunded_fen=sequel.refunded_fen - entry.amount_fen)
    return sequel._replace(ended_by=None)


def ending_of(kind: str, entry_id: str) -> Outcome:
    """How a capture or a release ends its hold, told to whoever comes later."""
    if kind == "capture":
        return Outcome.HOLD_CAPTURED
    if entry_id.startswith(EXPIRY_PREFIX):
        return Outcome.HOLD_EXPIRED
    return Outcome.HOLD_RELEASED
