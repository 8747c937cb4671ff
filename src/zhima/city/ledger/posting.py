"""One batch of transfers into a store: load, apply, append, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from zhima.city.ledger.apply import apply_batch, needs
from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.ledger.stores.session import Store


def post(store: Store, transfers: Sequence[Transfer], *, now_us: int) -> list[Outcome]:
    """Apply `transfers` durably; one outcome for each, in order.

    `now_us` is the caller's clock, UTC microseconds. When this returns, everything is on disk; when
    it raises StoreDown nothing is known, and the same transfers may be sent again.
    """
    with store.transaction() as session:
        batch = apply_batch(session.state(needs(transfers), now_us), transfers)
        if batch.entries:
            session.append(batch)
    return batch.outcomes
