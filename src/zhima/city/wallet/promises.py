"""Pages that are made while their payment is written, and leave when it is on disk.

A page that waits for the ledger keeps a thread, and dozens of waiting threads spend more time on
taking turns than on pages. While a promise is open, a view's payment is only noted down and its
outcome taken for granted; whoever opened the promise pays, and sends the page if it all came true.
Nothing else may be written meanwhile: such a page is made again where waiting is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from zhima.city.ledger.model import Outcome, Transfer

KEPT = frozenset({Outcome.PAID, Outcome.ALREADY_PAID})

_noted: ContextVar[list[Transfer] | None] = ContextVar("noted", default=None)


class MustWait(BaseException):
    """This page has to wait for the ledger; no Exception, so that nobody answers it on the way."""


@contextmanager
def promise() -> Iterator[list[Transfer]]:
    """What the code inside wants to pay; to be paid by the caller afterwards."""
    noted: list[Transfer] = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def is_open() -> bool:
    """Whether a promise is open here."""
    return _noted.get() is not None


def note(transfers: Sequence[Transfer]) -> list[Outcome]:
    """Promise one chain of payments, as the only one of its page."""
    noted = _noted.get()
    if noted is None or noted:
        raise MustWait
    noted.extend(transfers)
    return [Outcome.PAID] * len(transfers)


def is_kept(outcomes: Iterable[Outcome]) -> bool:
    """Whether the ledger did what was taken for granted."""
    return KEPT.issuperset(outcomes)
