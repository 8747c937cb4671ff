"""The ledger as this process uses it: one store, one writer, purses named after their owners."""

from __future__ import annotations

import atexit
import os
from functools import cache, lru_cache
from uuid import UUID

from django.conf import settings

from zhima.city.clock import now_us
from zhima.city.ledger.accounts import open_account
from zhima.city.ledger.history import find_account
from zhima.city.ledger.model import Account, Outcome, Transfer
from zhima.city.ledger.stores import Store, open_store
from zhima.city.ledger.writer import Writer
from zhima.city.live.hub import hub
from zhima.city.people.models import Person
from zhima.city.wallet import promises

PERSON = "person:"
WORLD = "world"
"""The outside, seen through the bank: what came in is what it owes."""


@cache
def store() -> Store:
    """The books named by the settings, opened once a process."""
    return open_store(settings.LEDGER_URL)


@cache
def writer() -> Writer:
    """The thread that writes for all threads of this process."""
    started = Writer(store(), clock_us=now_us)
    atexit.register(started.close)
    return started


def start_afresh() -> None:
    """Forget the store, the writer and the accounts that are known to be there."""
    store.cache_clear()
    writer.cache_clear()
    open_account_once.cache_clear()


# A forked worker inherits neither the writer's thread nor the right to use its connection.
os.register_at_fork(after_in_child=start_afresh)


def purse(person: Person) -> str:
    """The id of a person's account."""
    return f"{PERSON}{person.pk.hex}"


def person_id(account_id: str) -> UUID | None:
    """Whose purse an account is; None when it is not a person's."""
    return UUID(account_id.removeprefix(PERSON)) if account_id.startswith(PERSON) else None


def open_purse(person: Person) -> str:
    """Make sure that a person has an account; its id."""
    return open_account_once(purse(person), str(person.pk))


def open_world() -> str:
    """Make sure that the outside world has its account; its id."""
    return open_account_once(WORLD, WORLD, may_go_negative=True)


@lru_cache(maxsize=100_000)
def open_account_once(account_id: str, owner: str, *, may_go_negative: bool = False) -> str:
    """Make sure that an account is there; this process asks the ledger once. Its id."""
    open_account(
        store(),
        account_id=account_id,
        owner=owner,
        may_go_negative=may_go_negative,
        now_us=now_us(),
    )
    return account_id


def account(person: Person) -> Account:
    """A person's account as it stands."""
    return find_account(store(), account_id=purse(person))


def write(*transfers: Transfer) -> list[Outcome]:
    """Write transfers durably: one outcome for each. Open screens of both sides are told."""
    if promises.is_open():
        raise promises.MustWait
    outcomes = list(writer().pay(*transfers))
    hub.ring()
    return outcomes


def write_or_promise(*transfers: Transfer) -> list[Outcome]:
    """The same, for the last deed of a page that has nothing to do but tell that it was done."""
    return promises.note(transfers) if promises.is_open() else write(*transfers)
