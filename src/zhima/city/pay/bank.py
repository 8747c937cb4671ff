"""The bank as the wallet sees it, and a simulated one for the demo and the tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from django.db import IntegrityError, transaction

from zhima.city.pay.clock import moment
from zhima.city.pay.models import SimulatedBankLine

EMPTY_ACCOUNT = "0000"
"""A simulated bank account that ends so has no money."""
SILENT_ACCOUNT = "9999"
"""One that ends so makes the bank book the move and then fall silent."""


class BankSilent(Exception):
    """The bank gave no answer: it may have moved the money or not."""


class BankLine(NamedTuple):
    """One line of the bank's statement; `reference` is ours."""

    reference: str
    change_fen: int
    """As the bank account sees it: negative for a top-up."""


class Bank(Protocol):
    """What a real bank's adapter has to offer. Each reference moves money once at most."""

    def move(self, *, reference: str, bank_account: str, change_fen: int) -> bool:
        """Take from the account (negative) or give to it; False when refused, or BankSilent."""
        ...

    def statement(self, *, from_us: int, before_us: int) -> Iterable[BankLine]:
        """What the bank booked between two moments, UTC microseconds."""
        ...


class SimulatedBank:
    """A bank that always has money, with two special account numbers for what goes wrong."""

    def move(self, *, reference: str, bank_account: str, change_fen: int) -> bool:
        """Book a line; the same reference again changes nothing."""
        if bank_account.endswith(EMPTY_ACCOUNT):
            return False
        try:
            with transaction.atomic():
                SimulatedBankLine.objects.create(
                    reference=reference, bank_account=bank_account, change_fen=change_fen
                )
        except IntegrityError:
            known = SimulatedBankLine.objects.get(pk=reference)
            return (known.bank_account, known.change_fen) == (bank_account, change_fen)
        if bank_account.endswith(SILENT_ACCOUNT):
            raise BankSilent(reference)
        return True

    def statement(self, *, from_us: int, before_us: int) -> Iterable[BankLine]:
        """The lines of a span of time."""
        lines = SimulatedBankLine.objects.filter(at__gte=moment(from_us), at__lt=moment(before_us))
        return [BankLine(line.reference, line.change_fen) for line in lines.order_by("at")]
