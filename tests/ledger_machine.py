"""Random lives of a ledger, lived at the edges: exact balances, one fen over, the last moment."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.naive_ledger import MOST_FEN, NaiveLedger, Note, Shelf
from zhima.city.ledger import accounts, history
from zhima.city.ledger.audit import audit
from zhima.city.ledger.model import Transfer
from zhima.city.ledger.outbox import events_after, take
from zhima.city.ledger.posting import post
from zhima.city.ledger.stores import open_store

PEOPLE = ("ana", "bo", "stall")
EVERYBODY = (*PEOPLE, "cat", "bank", "abroad")
KINDS = (
    *("transfer", "transfer", "hold", "hold", "hold", "capture", "capture"),
    *("release", "refund", "refund", "again"),
)
CLOSING = ("cat", "abroad")
_SUMS = """
    SELECT id, posted_credits_fen - posted_debits_fen, pending_debits_fen FROM ledger_accounts
"""


class LedgerMachine(RuleBasedStateMachine):
    """The ledger and the naive ledger asked the same things; they must agree on everything."""

    new_url: ClassVar[Callable[[], str]]

    def __init__(self) -> None:
        super().__init__()
        self.store = open_store(type(self).new_url())
        self.naive = NaiveLedger()
        self.at_us = 1_000
        self.numbers = count(1)
        self.past: list[tuple[int, dict[str, tuple[int, int]]]] = []
        self.taken: list[str] = []

    @initialize(ana_fen=st.integers(1, 300), bo_fen=st.integers(1, 300))
    def open(self, ana_fen: int, bo_fen: int) -> None:
        for name in EVERYBODY:
            currency, endless = "EUR" if name == "abroad" else "CNY", name == "bank"
            accounts.open_account(
                self.store,
                account_id=name,
                owner=name,
                currency=currency,
                may_go_negative=endless,
                now_us=self.at_us,
            )
            self.naive.shelves[name] = Shelf(currency, endless)
        gifts = [("ana", ana_fen), ("bo", bo_fen)]
        asks = [Transfer(f"gift:{name}", "transfer", fen, "bank", name) for name, fen in gifts]
        self.send([[ask] for ask in asks])

    @rule(data=st.data())
    def batch(self, data: st.DataObject) -> None:
        """Several people at once; each draws in view of what those before him have done."""
        groups = data.draw(st.sampled_from([1, 3, 4, 5, 6]))
        self.naive.pass_time(self.at_us)
        before = list(self.naive.notes)
        chains = []
        for _ in range(groups):
            chains.append(self.draw_chain(data))
            self.naive.settle(chains[-1], self.at_us)
        self.naive.notes = before
        self.send(chains)

    def send(self, chains: list[list[Transfer]]) -> None:
        self.naive.pass_time(self.at_us)
        expected = [answer for chain in chains for answer in self.naive.settle(chain, self.at_us)]
        asks = [ask for chain in chains for ask in chain]
        got = post(self.store, asks, now_us=self.at_us)
        told = list(zip(asks, got, expected, strict=True))
        assert got == expected, next(line for line in told if line[1] is not line[2])
        if self.past and self.past[-1][0] == self.at_us:
            self.past.pop()
        self.past.append((self.at_us, self.standing()))

    def standing(self) -> dict[str, tuple[int, int]]:
        naive = self.naive
        return {name: (naive.balance_fen(name), naive.held_fen(name)) for name in naive.shelves}

    def draw_chain(self, data: st.DataObject) -> list[Transfer]:
        shape = data.draw(st.sampled_from(["one", "one", "one", "chain", "part"]))
        if shape == "part" and self.naive.open_holds():
            return self.draw_part(data)
        length = data.draw(st.integers(2, 3)) if shape == "chain" else 1
        asks: list[Transfer] = []
        for _ in range(length):
            asks.append(self.draw_ask(data, asks))
        return [ask._replace(linked=True) for ask in asks[:-1]] + asks[-1:]

    def draw_part(self, data: st.DataObject) -> list[Transfer]:
        """Capture a part and set the rest aside again, or one fen more than the rest."""
        hold = data.draw(st.sampled_from(self.naive.open_holds()))
        part_fen = data.draw(st.integers(1, hold.fen))
        rest_fen = hold.fen - part_fen + data.draw(st.sampled_from([0, 0, 1]))
        spare_fen = self.naive.available_fen(hold.payer)
        rest_fen += data.draw(st.sampled_from([0, spare_fen])) if spare_fen > 0 else 0
        first = Transfer(self.name(), "capture", part_fen, refers_to=hold.ask.id, linked=True)
        return [first, Transfer(self.name(), "hold", rest_fen, hold.payer, hold.payee)]

    def draw_ask(self, data: st.DataObject, chain: list[Transfer]) -> Transfer:
        kind = data.draw(st.sampled_from(KINDS))
        if kind == "again":
            return self.draw_repeat(data, chain)
        if kind in ("capture", "release", "refund"):
            return self.draw_follow_up(data, kind, chain)
        rich = [name for name in PEOPLE if self.naive.available_fen(name) > 0]
        payer = data.draw(st.sampled_from([*rich * 5, *EVERYBODY, "nobody"]))
        others = [name for name in PEOPLE if name != payer]
        payee = data.draw(st.sampled_from([*others * 5, *EVERYBODY, "nobody"]))
        edge_fen = self.naive.available_fen(payer)
        fen = self.draw_fen(data, edge_fen)
        if kind != "hold":
            return Transfer(self.name(), "transfer", fen, payer, payee)
        lasts_us = data.draw(st.sampled_from([0, 1, 1, 5, 5, 50, 50, None, None]))
        ends_us = 0 if lasts_us is None else self.at_us + lasts_us
        return Transfer(self.name(), "hold", fen, payer, payee, expires_at_us=ends_us)

    def draw_follow_up(self, data: st.DataObject, kind: str, chain: list[Transfer]) -> Transfer:
        fitting = ("hold",) if kind != "refund" else ("transfer", "capture")
        notes = [note for note in self.naive.notes if note.ask.kind in fitting]
        others = [*(note.ask.id for note in self.naive.notes), *(ask.id for ask in chain), "none"]
        if not notes or data.draw(st.sampled_from([False] * 7 + [True])):
            target, edge_fen = data.draw(st.sampled_from(others)), 5
        else:
            note = data.draw(st.sampled_from(notes))
            target, edge_fen = note.ask.id, self.left_fen(note, kind)
        fen = 0 if kind == "release" else self.draw_fen(data, edge_fen)
        return Transfer(self.name(), kind, fen, refers_to=target)  # type: ignore[arg-type]

    def left_fen(self, note: Note, kind: str) -> int:
        """The most that may be captured of a hold or given back of a payment."""
        return note.fen - (self.naive.refunded_fen(note) if kind == "refund" else 0)

    def draw_repeat(self, data: st.DataObject, chain: list[Transfer]) -> Transfer:
        """The same again, or nearly."""
        asks = [note.ask for note in self.naive.notes if not note.expired] + chain
        ask = data.draw(st.sampled_from(asks))._replace(linked=False)
        changes: list[dict[str, object]] = [{}, {}, {"memo": "other"}]
        if ask.kind != "release":
            changes += [{"amount_fen": ask.amount_fen + 1}]
        if ask.kind in ("transfer", "hold"):
            other = "stall" if ask.credit_id != "stall" else "bo"
            changes += [{"credit_id": other}]
            changes += [{"kind": "hold" if ask.kind == "transfer" else "transfer"}]
        else:
            changes += [{"refers_to": "none"}]
        changed = ask._replace(**data.draw(st.sampled_from(changes)))
        return changed if changed.kind == "hold" else changed._replace(expires_at_us=0)

    def draw_fen(self, data: st.DataObject, edge_fen: int) -> int:
        if data.draw(st.sampled_from([False] * 15 + [True])):
            return data.draw(st.sampled_from([0, -edge_fen, MOST_FEN + 1, 2.5]))
        some_fen = max(1, edge_fen // 3)
        fitting = [some_fen, some_fen, some_fen, 1, 2, edge_fen, edge_fen]
        return data.draw(st.sampled_from([*fitting, edge_fen - 1, edge_fen + 1, edge_fen + 1]))

    def name(self) -> str:
        return f"t{next(self.numbers)}"

    # Every rule ends in a batch: a run uses only some of the rules, and must not run dry.

    @rule(data=st.data())
    def batch_after_a_while(self, data: st.DataObject) -> None:
        """Just before a hold ends, just when it ends, or a little later."""
        ends = [note.ask.expires_at_us for note in self.naive.open_holds()]
        edges = [moment for end in ends for moment in (end - 1, end) if moment > self.at_us]
        self.at_us = data.draw(st.sampled_from(edges or [self.at_us + 1]))
        self.batch(data)

    @rule(data=st.data(), name=st.sampled_from([*PEOPLE, "abroad"]))
    def batch_while_frozen(self, data: st.DataObject, name: str) -> None:
        shelf = self.naive.shelves[name]
        if not shelf.closed:
            accounts.freeze_account(self.store, account_id=name, now_us=self.at_us)
            shelf.frozen = True
        self.batch(data)
        if not shelf.closed:
            accounts.unfreeze_account(self.store, account_id=name, now_us=self.at_us)
            shelf.frozen = False

    @rule(data=st.data())
    def batch_after_closing(self, data: st.DataObject) -> None:
        for name in CLOSING:
            if self.can_close(name):
                accounts.close_account(self.store, account_id=name, now_us=self.at_us)
                self.naive.shelves[name].closed = True
                break
        self.batch(data)

    def can_close(self, name: str) -> bool:
        naive = self.naive
        promised = [hold for hold in naive.open_holds() if name in (hold.payer, hold.payee)]
        shelf = naive.shelves.get(name)
        return bool(shelf and not shelf.closed and not naive.balance_fen(name) and not promised)

    @rule(data=st.data())
    def batch_and_look_back(self, data: st.DataObject) -> None:
        """A balance of the past is still what it was."""
        self.batch(data)
        at_us, standing = data.draw(st.sampled_from(self.past))
        name = data.draw(st.sampled_from(EVERYBODY))
        found = history.balance_at(self.store, account_id=name, before_us=at_us + 1)
        assert (found.balance_fen, found.held_fen) == standing[name]

    @rule(data=st.data(), limit=st.integers(1, 20))
    def batch_and_read_outbox(self, data: st.DataObject, limit: int) -> None:
        self.batch(data)
        take(
            self.store,
            reader="machine",
            limit=limit,
            handle=lambda _, events: self.taken.extend(event.subject_id for event in events),
        )

    @invariant()
    def sums_agree(self) -> None:
        if not self.past:
            return
        with self.store.reading() as reader:
            sums = {name: (balance, held) for name, balance, held in reader.rows(_SUMS)}
        assert sums == self.past[-1][1]
        assert sum(balance for balance, _ in sums.values()) == 0

    def teardown(self) -> None:
        try:
            if self.past:
                self.audit()
        finally:
            self.store.close()

    def audit(self) -> None:
        assert audit(self.store).findings == []
        events = events_after(self.store, seq=0, limit=10_000)
        told = [event.subject_id for event in events if event.entry]
        assert told == [note.ask.id for note in self.naive.notes]
        assert self.taken == [event.subject_id for event in events][: len(self.taken)]
