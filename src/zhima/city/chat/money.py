"""The money that a chat may move, and nothing else of it; the ledger stands behind."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from zhima.city.ledger import requests
from zhima.city.ledger.accounts import open_account
from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.people.models import Person
from zhima.city.wallet import books

PACKET = "packet:"


class Money(Protocol):
    """Every call carries an id: asking again moves nothing and says so."""

    def send(self, *, id: str, payer: Person, payee: Person, amount_fen: int, memo: str) -> Outcome:
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

    def send(self, *, id: str, payer: Person, payee: Person, amount_fen: int, memo: str) -> Outcome:
        """One transfer between two purses."""
        return _write(
            requests.pay(
                transfer_id=id,
                payer=books.open_purse(payer),
                payee=books.open_purse(payee),
                amount_fen=amount_fen,
                memo=memo,
            )
        )

    def fill(self, *, packet: UUID, payer: Person, amount_fen: int) -> Outcome:
        """A transfer into the packet's account."""
        account = _account(packet)
        open_account(books.store(), account_id=account, owner=str(payer.pk), now_us=books.now_us())
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
