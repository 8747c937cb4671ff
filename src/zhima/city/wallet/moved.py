"""The ledger's outbox as hints to screens: whose purse an entry touched."""

from __future__ import annotations

from collections.abc import Iterator

from zhima.city.ledger.outbox import events_after
from zhima.city.live.hub import Hint
from zhima.city.wallet.books import person_id, store

TOPIC = "money"
AT_ONCE = 1000


class NewEntries:
    """Entries since the last look; the first look starts a little before the end."""

    def __init__(self) -> None:
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
                        person = person_id(account_id)
                        if person is not None:
                            yield person, TOPIC


def _last() -> int:
    with store().reading() as reader:
        ((seq,),) = reader.rows("SELECT seq FROM ledger_head")
    return seq
