"""Ledgers broken on purpose, each in one small way that the tests must notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from zhima.city.ledger import apply, history, outbox, rules
from zhima.city.ledger.books import Books, Tally
from zhima.city.ledger.model import Batch, Entry, Outcome, Sequel, State, Transfer
from zhima.city.ledger.stores import session, sqlite

Patch = pytest.MonkeyPatch
BROKEN: dict[str, Callable[[Patch], None]] = {}


def broken(breaks: Callable[[Patch], None]) -> Callable[[Patch], None]:
    BROKEN[breaks.__name__] = breaks
    return breaks


def refusal_lifted(patch: Patch, function: str, *lifted: Outcome) -> None:
    """A rule that looks at everything but no longer minds some of it."""
    strict = getattr(rules, function)

    def lax(*arguments: Any) -> Outcome | None:
        found = strict(*arguments)
        return None if found in lifted else found

    patch.setattr(rules, function, lax)


@broken
def spends_one_fen_too_many(patch: Patch) -> None:
    honest = Tally.available_fen.fget
    patch.setattr(Tally, "available_fen", property(lambda self: honest(self) + 1))


@broken
def refuses_the_last_fen(patch: Patch) -> None:
    honest = Tally.available_fen.fget
    patch.setattr(Tally, "available_fen", property(lambda self: honest(self) - 1))


@broken
def spends_what_is_held(patch: Patch) -> None:
    def balance(self: Tally) -> int:
        return self.posted_credits_fen - self.posted_debits_fen

    patch.setattr(Tally, "available_fen", property(balance))


@broken
def pays_from_frozen_accounts(patch: Patch) -> None:
    refusal_lifted(patch, "accounts_fault", Outcome.ACCOUNT_FROZEN)


@broken
def pays_to_closed_accounts(patch: Patch) -> None:
    refusal_lifted(patch, "accounts_fault", Outcome.ACCOUNT_CLOSED)


@broken
def mixes_currencies(patch: Patch) -> None:
    refusal_lifted(patch, "accounts_fault", Outcome.CURRENCY_DIFFERS)


@broken
def captures_twice(patch: Patch) -> None:
    refusal_lifted(patch, "hold_fault", Outcome.HOLD_CAPTURED)


@broken
def captures_what_was_released(patch: Patch) -> None:
    refusal_lifted(patch, "hold_fault", Outcome.HOLD_RELEASED)


@broken
def captures_more_than_the_hold(patch: Patch) -> None:
    def settle_capture(books: Books, transfer: Transfer) -> Outcome:
        hold = books.entry(transfer.refers_to)
        if hold is None:
            return Outcome.UNKNOWN_REFERENCE
        fault = rules.hold_fault(books, hold) or rules.accounts_fault(
            books, hold.debit_id, hold.credit_id
        )
        if fault is None:
            books.post(transfer, hold.debit_id, hold.credit_id, transfer.amount_fen)
        return fault or Outcome.CAPTURED

    patch.setitem(rules._RULES, "capture", settle_capture)


@broken
def keeps_the_rest_of_a_captured_hold(patch: Patch) -> None:
    honest = Books._held_fen

    def held_fen(self: Books, ending: Entry) -> int:
        return ending.amount_fen if ending.kind == "capture" else honest(self, ending)

    patch.setattr(Books, "_held_fen", held_fen)


@broken
def forgets_earlier_refunds(patch: Patch) -> None:
    honest = Books.sequel

    def sequel(self: Books, entry_id: str) -> Sequel:
        return honest(self, entry_id)._replace(refunded_fen=0)

    patch.setattr(Books, "sequel", sequel)


@broken
def forgets_refunds_of_earlier_batches(patch: Patch) -> None:
    honest = session.Session._sequels

    def sequels(self: session.Session, ids: Sequence[str]) -> dict[str, Sequel]:
        return {k: v._replace(refunded_fen=0) for k, v in honest(self, ids).items()}

    patch.setattr(session.Session, "_sequels", sequels)


@broken
def refunds_one_fen_too_many(patch: Patch) -> None:
    honest = Books.sequel

    def sequel(self: Books, entry_id: str) -> Sequel:
        found = honest(self, entry_id)
        return found._replace(refunded_fen=found.refunded_fen - 1)

    patch.setattr(Books, "sequel", sequel)


@broken
def takes_any_repeat_for_the_same(patch: Patch) -> None:
    patch.setattr(rules, "replay", lambda written, asked: Outcome.ALREADY_PAID)


@broken
def pays_a_repeat_again_under_a_new_id(patch: Patch) -> None:
    honest = rules.settle

    def settle(books: Books, transfer: Transfer) -> Outcome:
        outcome = honest(books, transfer)
        if outcome is Outcome.ALREADY_PAID and transfer.kind == "transfer":
            again = transfer._replace(id=f"{transfer.id}'")
            return Outcome.ALREADY_PAID if honest(books, again) else outcome
        return outcome

    patch.setattr(apply, "settle", settle)


@broken
def overlooks_repeats_within_a_batch(patch: Patch) -> None:
    def entry(self: Books, entry_id: str) -> Entry | None:
        return self._state.entries.get(entry_id)

    patch.setattr(Books, "entry", entry)


@broken
def keeps_half_of_a_failed_chain(patch: Patch) -> None:
    patch.setattr(Books, "undo_to", lambda self, count: None)


@broken
def undoes_a_chain_but_not_its_sums(patch: Patch) -> None:
    def undo_to(self: Books, count: int) -> None:
        while len(self.entries) > count:
            del self._by_id[self.entries.pop().id]

    patch.setattr(Books, "undo_to", undo_to)


@broken
def lets_a_chain_mix_old_and_new(patch: Patch) -> None:
    def settle_chain(books: Books, chain: Sequence[Transfer]) -> list[Outcome]:
        before = len(books.entries)
        outcomes = [apply.settle(books, transfer) for transfer in chain]
        failed = [i for i, outcome in enumerate(outcomes) if outcome not in apply.DONE]
        if not failed:
            return outcomes
        books.undo_to(before)
        return apply._failed_at(failed[0], chain, outcomes[failed[0]])

    patch.setattr(apply, "settle_chain", settle_chain)


@broken
def never_lets_a_hold_expire(patch: Patch) -> None:
    patch.setattr(Books, "expire", lambda self, hold: None)


@broken
def lets_holds_expire_a_moment_late(patch: Patch) -> None:
    patch.setattr(session, "_DUE", session._DUE.replace("<= ?", "< ?"))


@broken
def forgets_the_payee(patch: Patch) -> None:
    honest = Books._move

    def move(self: Books, entry: Entry, debit: Tally, credit: Tally, sign: int) -> None:
        honest(self, entry, debit, Tally(0, 0, 0, 0, 0), sign)

    patch.setattr(Books, "_move", move)


@broken
def releases_to_the_payee(patch: Patch) -> None:
    honest = Books._move

    def move(self: Books, entry: Entry, debit: Tally, credit: Tally, sign: int) -> None:
        honest(self, entry, debit, credit, sign)
        if entry.kind == "release":
            debit.posted_debits_fen += sign * entry.amount_fen
            credit.posted_credits_fen += sign * entry.amount_fen

    patch.setattr(Books, "_move", move)


@broken
def refunds_the_payee(patch: Patch) -> None:
    honest = rules._spend

    def spend(books: Books, transfer: Transfer, debit_id: str, credit_id: str) -> Outcome:
        if transfer.kind == "refund":
            return honest(books, transfer, credit_id, debit_id)
        return honest(books, transfer, debit_id, credit_id)

    patch.setattr(rules, "_spend", spend)


@broken
def loses_an_event_now_and_then(patch: Patch) -> None:
    honest = sqlite.events
    patch.setattr(sqlite, "events", lambda batch: [row for row in honest(batch) if row[0] % 7])


@broken
def tells_an_expiry_as_a_release(patch: Patch) -> None:
    honest = sqlite.events

    def events(batch: Batch) -> list[session.Row]:
        return [
            (seq, event.replace("expired", "released"), *rest)
            for seq, event, *rest in honest(batch)
        ]

    patch.setattr(sqlite, "events", events)


@broken
def forgets_to_write_one_account(patch: Patch) -> None:
    honest = sqlite.SqliteSession._write

    def write(self: sqlite.SqliteSession, batch: Batch) -> None:
        honest(self, batch._replace(accounts=batch.accounts[:-1] or batch.accounts))

    patch.setattr(sqlite.SqliteSession, "_write", write)


@broken
def trusts_stale_balances(patch: Patch) -> None:
    patch.setattr(
        session.Known, "learn", lambda self, batch: setattr(self, "seq", batch.entries[-1].seq)
    )


@broken
def trusts_stale_flags(patch: Patch) -> None:
    patch.setattr(session.Known, "as_of", lambda self, seq: self.accounts)


@broken
def forgets_open_holds(patch: Patch) -> None:
    patch.setattr(sqlite, "opened_holds", lambda batch: [])


@broken
def breaks_the_chain_of_an_account(patch: Patch) -> None:
    honest = Books.accounts
    patch.setattr(
        Books,
        "accounts",
        lambda self: [account._replace(last_seq=0) for account in honest(self)],
    )


@broken
def reads_the_outbox_twice(patch: Patch) -> None:
    patch.setattr(outbox, "_cursor", lambda session, reader: 0)


@broken
def counts_the_future_into_the_past(patch: Patch) -> None:
    patch.setattr(
        history, "_WALK", history._WALK.replace("entry.at_us < ?", "entry.at_us <= ? + 3")
    )


@broken
def takes_half_a_fen(patch: Patch) -> None:
    honest = rules.shape_fault

    def shape_fault(transfer: Transfer) -> Outcome | None:
        whole = transfer._replace(amount_fen=int(transfer.amount_fen))
        return honest(whole)

    patch.setattr(rules, "shape_fault", shape_fault)


@broken
def applies_a_batch_backwards(patch: Patch) -> None:
    honest = apply.apply_batch

    def apply_batch(state: State, transfers: Sequence[Transfer]) -> Batch:
        if any(transfer.linked for transfer in transfers):
            return honest(state, transfers)
        batch = honest(state, transfers[::-1])
        return batch._replace(outcomes=batch.outcomes[::-1])

    patch.setattr("zhima.city.ledger.posting.apply_batch", apply_batch)
