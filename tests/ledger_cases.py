"""The little language of the ledger's cases: a line asks, the ledger answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from ruamel.yaml import YAML

from zhima.city.ledger import accounts, history
from zhima.city.ledger.amounts import yuan_from_fen
from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.ledger.posting import post
from zhima.city.ledger.requests import capture, hold, pay, refund, release
from zhima.city.ledger.stores import Store

CASES = Path(__file__).parent / "cases" / "ledger"
SECOND_US = 1_000_000
_NAMED = re.compile(r"(?:(\w+): )?(\w+) (.*)")


@dataclass(frozen=True)
class Case:
    """One story of a file."""

    file: str
    story: str
    given: dict[str, object]
    lines: tuple[str, ...]


def cases() -> list[Case]:
    """Every story of every file."""
    return list(_cases())


def outcomes_told() -> set[str]:
    """The outcomes that some story shows."""
    told = [line.split("|")[1] for case in cases() for line in case.lines if "|" in line]
    return {word.strip() for answer in told for word in answer.split("+")}


def _cases() -> Iterator[Case]:
    for path in sorted(CASES.glob("*.yaml")):
        for story in YAML(typ="safe").load(path):
            lines = tuple(line for line in story["then"].splitlines() if line.strip())
            yield Case(path.stem, story["story"], story["given"], lines)


class Teller:
    """Reads the lines to a store, keeping time."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now_us = SECOND_US
        self.names = count(1)

    def open(self, given: dict[str, object]) -> None:
        """The bank, and everybody with what he has."""
        self._open("bank", "CNY", may_go_negative=True)
        for name, amount in given.items():
            yuan, _, currency = str(amount).partition(" ")
            self._open(name, currency or "CNY", may_go_negative=False)
            if fen := fen_of(yuan):
                gift = pay(transfer_id=f"gift {name}", payer="bank", payee=name, amount_fen=fen)
                assert post(self.store, [gift], now_us=self.now_us) == [Outcome.PAID]

    def _open(self, name: str, currency: str, *, may_go_negative: bool) -> None:
        accounts.open_account(
            self.store,
            account_id=name,
            owner=name,
            currency=currency,
            may_go_negative=may_go_negative,
            now_us=self.now_us,
        )

    def read(self, line: str) -> None:
        """Do what a line says and check its answer."""
        if "|" in line:
            question, answer = line.split("|")
            asks = [self.transfer(part.strip()) for part in question.split(" + ")]
            asks = [ask._replace(linked=True) for ask in asks[:-1]] + asks[-1:]
            got = post(self.store, asks, now_us=self.now_us)
            assert " + ".join(got) == answer.strip(), line
            return
        verb, name, *rest = line.split()
        if verb in ("balance", "available"):
            account = history.find_account(self.store, account_id=name)
            fen = account.balance_fen if verb == "balance" else account.available_fen
            assert yuan_from_fen(fen) == rest[0], line
        elif verb == "wait":
            self.now_us += int(name) * SECOND_US
        else:
            change = getattr(accounts, f"{verb}_account")
            change(self.store, account_id=name, now_us=self.now_us)

    def transfer(self, text: str) -> Transfer:
        """`name: verb words` as a transfer."""
        name, verb, words = _NAMED.fullmatch(text).groups()
        transfer_id = name or f"ask {next(self.names)}"
        words, _, memo = words.partition(' "')
        first, *rest = words.split()
        memo = memo.strip('"')
        if verb == "pay":
            payee, fen = rest[0], fen_of(rest[1])
            return pay(transfer_id=transfer_id, payer=first, payee=payee, amount_fen=fen, memo=memo)
        if verb == "hold":
            ends_us = self.now_us + int(rest[3]) * SECOND_US if "for" in rest else 0
            return hold(
                transfer_id=transfer_id,
                payer=first,
                payee=rest[0],
                amount_fen=fen_of(rest[1]),
                expires_at_us=ends_us,
            )
        if verb == "capture":
            return capture(transfer_id=transfer_id, hold_id=first, amount_fen=fen_of(rest[0]))
        if verb == "refund":
            return refund(transfer_id=transfer_id, payment_id=first, amount_fen=fen_of(rest[0]))
        assert verb == "release", text
        return release(transfer_id=transfer_id, hold_id=first)


def fen_of(yuan: str) -> int:
    """Yuan as written in a case, without the product's own checks."""
    return round(float(yuan) * 100)
