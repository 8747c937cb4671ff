"""Looking back: balances as of any time, statements and the outbox."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence

import pytest

from zhima.city.ledger import accounts, history
from zhima.city.ledger.bulk import load
from zhima.city.ledger.model import ACCOUNT_EVENTS, ENTRY_EVENTS, Outcome
from zhima.city.ledger.outbox import Event, events_after, take
from zhima.city.ledger.posting import post
from zhima.city.ledger.requests import capture, hold, pay, refund, release
from zhima.city.ledger.stores import Session, Store, open_store
from zhima.engine.kinds import ZhimaError


@pytest.fixture
def store(new_ledger_url: Callable[[], str]) -> Iterator[Store]:
    """Ana gets 100, holds 60 for the hotel, which takes 40, and gives 10 back."""
    store = open_store(new_ledger_url())
    accounts.open_account(store, account_id="bank", owner="bank", may_go_negative=True, now_us=1)
    for name in ("ana", "hotel"):
        accounts.open_account(store, account_id=name, owner=name, now_us=1)
    for at_us, ask in [
        (10, pay(transfer_id="gift", payer="bank", payee="ana", amount_fen=100, memo="=2+3")),
        (20, hold(transfer_id="room", payer="ana", payee="hotel", amount_fen=60)),
        (30, capture(transfer_id="damage", hold_id="room", amount_fen=40)),
        (40, refund(transfer_id="sorry", payment_id="damage", amount_fen=10)),
        (50, hold(transfer_id="bike", payer="ana", payee="hotel", amount_fen=5)),
        (60, release(transfer_id="back", hold_id="bike")),
        (61, hold(transfer_id="car", payer="ana", payee="hotel", amount_fen=7, expires_at_us=70)),
    ]:
        assert Outcome(*post(store, [ask], now_us=at_us)) in {
            *(Outcome.PAID, Outcome.HELD, Outcome.CAPTURED, Outcome.REFUNDED, Outcome.RELEASED)
        }
    assert post(store, [], now_us=70) == []
    yield store
    store.close()


@pytest.mark.parametrize(
    ("before_us", "balance_fen", "held_fen"),
    [(10, 0, 0), (11, 100, 0), (21, 100, 60), (31, 60, 0), (41, 70, 0), (51, 70, 5), (61, 70, 0)],
)
def test_balances_as_of_any_time(
    store: Store, before_us: int, balance_fen: int, held_fen: int
) -> None:
    found = history.balance_at(store, account_id="ana", before_us=before_us)
    assert (found.balance_fen, found.held_fen) == (balance_fen, held_fen)
    assert found.available_fen == balance_fen - held_fen


def test_a_statement_adds_up_to_the_account(store: Store) -> None:
    lines = history.statement(store, account_id="ana")
    assert [line.change_fen for line in lines] == [100, 0, -40, 10, 0, 0, 0, 0]
    assert [line.held_fen for line in lines] == [0, 60, 0, 0, 5, 0, 7, 0]
    assert [line.counterparty_id for line in lines] == ["bank"] + ["hotel"] * 7
    account = history.find_account(store, account_id="ana")
    assert lines[-1].balance_fen == account.balance_fen == sum(line.change_fen for line in lines)


def test_a_part_of_a_statement_keeps_its_balances(store: Store) -> None:
    whole = history.statement(store, account_id="ana")
    part = history.statement(store, account_id="ana", from_us=30, before_us=50)
    assert part == [line for line in whole if 30 <= line.at_us < 50] != []
    with pytest.raises(ZhimaError, match="no account 'nobody'"):
        history.statement(store, account_id="nobody")


def test_exports_hold_every_line(store: Store) -> None:
    lines = history.statement(store, account_id="ana")
    as_json, as_csv = io.StringIO(), io.StringIO()
    history.write_json(lines, as_json)
    history.write_csv(lines, as_csv)
    records = json.loads(as_json.getvalue())
    rows = list(csv.DictReader(io.StringIO(as_csv.getvalue())))
    assert len(records) == len(rows) == len(lines)
    assert records[0]["at"] == rows[0]["at"] == "1970-01-01T00:00:00.000010+00:00"
    assert [int(row["balance_fen"]) for row in rows] == [line.balance_fen for line in lines]
    # A spreadsheet would compute the memo.
    assert (records[0]["memo"], rows[0]["memo"]) == ("=2+3", "'=2+3")


def test_every_event_is_told_once_in_order(store: Store) -> None:
    events = events_after(store, seq=0, limit=100)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert {event.event for event in events} == {"account.opened", *ENTRY_EVENTS}
    assert [event.subject_id for event in events if event.entry is None] == ["bank", "ana", "hotel"]
    for name in ("freeze", "unfreeze"):
        getattr(accounts, f"{name}_account")(store, account_id="ana", now_us=80)
    accounts.open_account(store, account_id="bo", owner="bo", now_us=80)
    accounts.close_account(store, account_id="bo", now_us=80)
    new = events_after(store, seq=events[-1].seq, limit=100)
    assert {event.event for event in new} == set(ACCOUNT_EVENTS)


def test_each_reader_takes_every_event_exactly_once(store: Store) -> None:
    taken: dict[str, list[int]] = {"mail": [], "scores": []}

    def keep(reader: str) -> Callable[[Session, Sequence[Event]], None]:
        return lambda _, events: taken[reader].extend(event.seq for event in events)

    for reader in ("mail", "scores"):
        while take(store, reader=reader, limit=4, handle=keep(reader)):
            pass
    everything = [event.seq for event in events_after(store, seq=0, limit=100)]
    assert taken == {"mail": everything, "scores": everything}


def test_a_reader_that_fails_takes_nothing(store: Store) -> None:
    def keep_then_fail(session: Session, events: Sequence[Event]) -> None:
        session.rows("INSERT INTO ledger_cursors VALUES ('effect', ?)", (events[0].seq,))
        if failing:
            raise ZeroDivisionError

    failing = True
    with pytest.raises(ZeroDivisionError):
        take(store, reader="mail", limit=2, handle=keep_then_fail)
    failing = False
    assert take(store, reader="mail", limit=2, handle=keep_then_fail) == 2
    with store.reading() as reader:
        cursors = dict(reader.rows("SELECT reader, seq FROM ledger_cursors"))
    assert cursors == {"mail": 2, "effect": 1}


def test_a_bulk_load_follows_the_rules_and_can_be_repeated(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhima.city.ledger.bulk.TRANSFERS_A_COMMIT", 10)
    asks = [
        pay(transfer_id=f"load {number}", payer="ana", payee="hotel", amount_fen=2)
        for number in range(60)
    ]
    # A chain across the tenth transfer, where a commit would end.
    asks[8:13] = [ask._replace(linked=True) for ask in asks[8:12]] + asks[12:13]
    assert load(store, iter(asks), now_us=80) == {Outcome.PAID: 35, Outcome.NOT_ENOUGH: 25}
    again = load(store, iter(asks), now_us=90)
    assert again == {Outcome.ALREADY_PAID: 35, Outcome.NOT_ENOUGH: 25}
