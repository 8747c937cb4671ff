"""Transfers onto the books: pure, in order, chains whole or not at all. No disk and no clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zhima.city.ledger.books import Books
from zhima.city.ledger.model import DONE, Batch, Outcome, State, Transfer
from zhima.city.ledger.rules import settle
from zhima.city.ledger.shape import is_id


class Needs(NamedTuple):
    """What a `State` must hold for some transfers to be applied; ids may repeat."""

    entry_ids: list[str]
    """Under these something may have been written before."""
    reference_ids: list[str]
    account_ids: list[str]
    """Besides the accounts of the entries referred to and of the holds that are due."""


def needs(transfers: Sequence[Transfer]) -> Needs:
    """What to load before applying `transfers`; a malformed id is looked up nowhere."""
    entry_ids = [transfer.id for transfer in transfers if is_id(transfer.id)]
    references = [transfer.refers_to for transfer in transfers if transfer.refers_to]
    accounts = [transfer.debit_id for transfer in transfers]
    accounts += [transfer.credit_id for transfer in transfers]
    return Needs(
        entry_ids,
        [name for name in references if is_id(name)],
        [name for name in accounts if is_id(name)],
    )


def apply_batch(state: State, transfers: Sequence[Transfer]) -> Batch:
    """Apply `transfers` in order over `state`; one outcome for each, and what to write.

    Holds that are due at `state.at_us` are released first. A transfer sees what the ones before
    it did. `state` holds at least what `needs(transfers)` names, as far as it exists.
    """
    books = Books(state)
    for hold in state.due:
        books.expire(hold)
    outcomes: list[Outcome] = []
    while len(outcomes) < len(transfers):
        transfer = transfers[len(outcomes)]
        if transfer.linked:
            outcomes += settle_chain(books, _chain_from(transfers, len(outcomes)))
        else:
            outcomes.append(settle(books, transfer))
    return Batch(outcomes, books.entries, books.accounts())


def _chain_from(transfers: Sequence[Transfer], start: int) -> Sequence[Transfer]:
    end = start
    while end < len(transfers) and transfers[end].linked:
        end += 1
    return transfers[start : end + 1]


def settle_chain(books: Books, chain: Sequence[Transfer]) -> list[Outcome]:
    """Post every transfer of a chain, or none: then one says why, the others `linked_failed`."""
    if chain[-1].linked:
        return _failed_at(len(chain) - 1, chain, Outcome.LINKED_UNFINISHED)
    before = len(books.entries)
    outcomes: list[Outcome] = []
    for transfer in chain:
        outcomes.append(settle(books, transfer))
        if outcomes[-1] not in DONE:
            books.undo_to(before)
            return _failed_at(len(outcomes) - 1, chain, outcomes[-1])
    if Outcome.ALREADY_PAID in outcomes and len(books.entries) > before:
        books.undo_to(before)
        replayed = outcomes.index(Outcome.ALREADY_PAID)
        return _failed_at(replayed, chain, Outcome.ID_REUSED_IN_OTHER_CHAIN)
    return outcomes


def _failed_at(position: int, chain: Sequence[Transfer], reason: Outcome) -> list[Outcome]:
    outcomes = [Outcome.LINKED_FAILED] * len(chain)
    outcomes[position] = reason
    return outcomes
