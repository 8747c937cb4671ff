"""Loading a history: many transfers, some thousands to a commit, in the order they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.ledger.posting import post
from zhima.city.ledger.stores.session import Store

TRANSFERS_A_COMMIT = 10_000


def load(store: Store, transfers: Iterable[Transfer], *, now_us: int) -> Counter[Outcome]:
    """Apply `transfers` under the ledger's rules; how many had which outcome.

    All are dated `now_us`. A chain of linked transfers is never cut between two commits. After a
    failure the same load may be repeated: what is written already answers `already_paid`.
    """
    counts: Counter[Outcome] = Counter()
    for part in _parts(iter(transfers)):
        counts.update(post(store, part, now_us=now_us))
    return counts


def _parts(transfers: Iterator[Transfer]) -> Iterator[list[Transfer]]:
    while part := list(islice(transfers, TRANSFERS_A_COMMIT)):
        while part[-1].linked and (more := next(transfers, None)) is not None:
            part.append(more)
        yield part
