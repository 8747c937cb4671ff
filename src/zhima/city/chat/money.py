"""The money that a chat may move, and nothing else of it; the ledger stands behind."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from zhima.city.ledger import requests
from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.people.models import Person
from zhima.city.wallet import books

PACKET = "packet:"


class Money(Protocol):
    """Every call names itself: asking again moves nothing and says so."""

    def send(
        self, *, key: str, payer: Person, payee: Person, amount_fen: int, memo: str
    ) -> Outcome:
        """From one resident to another."""
        ...

    def fill(self, *, packet: UUID, payer: Person, amount_fen: int) -> Outcome:
        """Into a new packet."""
        ...

    def hand_out(self, *, packet: UUID, place: int, payee: Person, amount_fen: int) -> Outcome:
        """A share of a packet to whoever opened it."""
        ...

    def give_back(self, *, packet: UUID, amount_fen: int) -> Outcome:
        """What nobody took, to whoever filled the packet."""
        ...


class LedgerMoney:
    """Packets are accounts of their own, so that their money is in no purse and never lost."""

    def send(
        self, *, key: str, payer: Person, payee: Person, amount_fen: int, memo: str
    ) -> Outcome:
        """One transfer between two purses."""
        return _write(
            requests.pay(
                transfer_id=key,
                payer=books.open_purse(payer),
                payee=books.open_purse(payee),
                amount_fen=amount_fen,
                memo=memo,
            )
        )

    def fill(self, *, packet: UUID, payer: Person, amount_fen: int) -> Outcome:
        """A transfer into the packet's account."""
        account = _account(packet)
        books.open_account_once(account, str(payer.pk))
        return _write(
            requests.pay(
                transfer_id=account,
                payer=books.open_purse(payer),
                payee=account,
                amount_fen=amount_fen,
            )
        )

    def hand_out(self, *, packet: UUID, place: int, payee: Person, amount_fen: int) -> Outcome:
        """A transfer out of it."""
        account = _account(packet)
        return _write(
            requests.pay(
                transfer_id=f"{account}:{place}",
                payer=account,
                payee=books.open_purse(payee),
                amount_fen=amount_fen,
            )
        )

    def give_back(self, *, packet: UUID, amount_fen: int) -> Outcome:
        """A refund of part of what filled it."""
        account = _account(packet)
        return _write(
            requests.refund(
                transfer_id=f"{account}:rest", payment_id=account, amount_fen=amount_fen
            )
        )


def _account(packet: UUID) -> str:
    return f"{PACKET}{packet.hex}"


def _write(transfer: Transfer) -> Outcome:
    (outcome,) = books.write(transfer)
    return outcome
