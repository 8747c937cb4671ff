"""The ledger's outbox as hints to screens: whose account an entry touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from zhima.city.ledger.outbox import events_after
from zhima.city.live.hub import Hint
from zhima.city.wallet.books import person_id, store

AT_ONCE = 1000


def owner_of_purse(account_id: str) -> tuple[UUID, ...]:
    """The person whose purse it is; nobody when it is another kind of account."""
    person = person_id(account_id)
    return () if person is None else (person,)


class NewEntries:
    """Entries since the last look; the first look starts a little before the end."""

    def __init__(
        self,
        topic: str = "money",
        watchers: Callable[[str], Iterable[UUID]] = owner_of_purse,
    ) -> None:
        """`watchers` names the people who look at an account."""
        self._topic = topic
        self._watchers = watchers
        self._seen: int | None = None

    def __call__(self) -> Iterator[Hint]:
        """The hints."""
        if self._seen is None:
            self._seen = max(0, _last() - AT_ONCE)
        while events := events_after(store(), seq=self._seen, limit=AT_ONCE):
            self._seen = events[-1].seq
            for event in events:
                if event.entry is not None:
                    for account_id in (event.entry.debit_id, event.entry.credit_id):
                        for person in self._watchers(account_id):
                            yield person, self._topic


def _last() -> int:
    with store().reading() as reader:
        ((seq,),) = reader.rows("SELECT seq FROM ledger_head")
    return seq
