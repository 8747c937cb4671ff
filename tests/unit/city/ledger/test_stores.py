"""Both stores: what they refuse, what they keep, how they fail, and who may write."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.postgres_server import PostgresServer
from zhima.city.ledger import accounts, history
from zhima.city.ledger.apply import apply_batch, needs
from zhima.city.ledger.audit import audit
from zhima.city.ledger.model import Outcome, Transfer
from zhima.city.ledger.posting import post
from zhima.city.ledger.requests import hold, pay
from zhima.city.ledger.stores import Store, StoreDown, open_store
from zhima.engine.kinds import ZhimaError


def filled(store: Store) -> Store:
    accounts.open_account(store, account_id="bank", owner="bank", may_go_negative=True, now_us=1)
    for name in ("ana", "bo"):
        accounts.open_account(store, account_id=name, owner=name, now_us=1)
    gift = pay(transfer_id="gift", payer="bank", payee="ana", amount_fen=100)
    assert post(store, [gift], now_us=5) == [Outcome.PAID]
    return store


@pytest.fixture
def url(new_ledger_url: Callable[[], str]) -> str:
    return new_ledger_url()


REFUSED = sqlite3.IntegrityError, psycopg.errors.RaiseException, psycopg.errors.CheckViolation


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET amount_fen = 1",
        "DELETE FROM ledger_entries",
        "UPDATE ledger_outbox SET event = 'nothing'",
        "DELETE FROM ledger_outbox",
        "DELETE FROM ledger_accounts",
        "UPDATE ledger_accounts SET posted_debits_fen = 101 WHERE id = 'ana'",
        "UPDATE ledger_accounts SET pending_debits_fen = -1 WHERE id = 'ana'",
    ],
)
def test_the_database_itself_refuses_to_unmake_the_past(url: str, statement: str) -> None:
    store = filled(open_store(url))
    with pytest.raises(REFUSED), store.transaction() as session:
        session.rows(statement)
    assert audit(store).findings == []
    store.close()


def test_books_are_there_when_opened_again(url: str) -> None:
    filled(open_store(url)).close()
    again = open_store(url, create=False)
    assert history.find_account(again, account_id="ana").balance_fen == 100
    assert post(
        again, [pay(transfer_id="gift", payer="bank", payee="ana", amount_fen=100)], now_us=6
    ) == [Outcome.ALREADY_PAID]
    again.close()


def test_a_place_without_a_ledger_is_not_made_one_by_looking(url: str) -> None:
    with pytest.raises(ZhimaError, match="there is no ledger"):
        open_store(url, create=False)
    with pytest.raises(ZhimaError, match="there is no ledger"):
        open_store(url, create=False)


@pytest.mark.parametrize("bad", ["ledger.db", "mysql://x/y", "sqlite://", "sqlite:///", ""])
def test_urls_that_name_no_ledger(bad: str) -> None:
    with pytest.raises(ZhimaError, match="names no ledger"):
        open_store(bad)


def test_a_file_that_is_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("this is no database, but it is long enough to look like one " * 20)
    with pytest.raises(ZhimaError, match="is not a ledger"):
        open_store(f"sqlite:///{path}", create=False)
    with pytest.raises(ZhimaError, match="does not exist"):
        open_store(f"sqlite:///{tmp_path}/nowhere/ledger.db")


def test_a_database_that_is_no_ledger(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    sqlite3.connect(path).close()
    sqlite3.connect(path).execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(ZhimaError, match="there is no ledger"):
        open_store(f"sqlite:///{path}", create=False)


def test_sqlite_waits_for_the_disk(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/ledger.db")
    with store.transaction() as session:
        assert list(session.rows("PRAGMA journal_mode")) == [("wal",)]
        assert list(session.rows("PRAGMA synchronous")) == [(2,)]
    store.close()


def test_postgres_waits_for_the_disk(postgres_server: PostgresServer) -> None:
    store = open_store(postgres_server.new_url() + "%20-csynchronous_commit%3Doff")
    with store.transaction() as session:
        assert list(session.rows("SHOW synchronous_commit")) == [("on",)]
    store.close()


def post_and_fail(store: Store, transfer: Transfer) -> None:
    with store.transaction() as session:
        session.append(apply_batch(session.state(needs([transfer]), 7), [transfer]))
        raise ZeroDivisionError


def test_a_failed_transaction_leaves_no_trace_and_no_memory(url: str) -> None:
    store = filled(open_store(url))
    spend = pay(transfer_id="all", payer="ana", payee="bo", amount_fen=100)

    with pytest.raises(ZeroDivisionError):
        post_and_fail(store, spend)
    assert history.find_account(store, account_id="ana").balance_fen == 100
    assert post(store, [spend], now_us=8) == [Outcome.PAID]
    assert audit(store).findings == []
    store.close()


def test_two_openings_of_the_same_books_see_each_other(url: str) -> None:
    one = filled(open_store(url))
    other = open_store(url)
    for turn in range(10):
        payer = (one, other)[turn % 2]
        ask = pay(transfer_id=str(turn), payer="ana", payee="bo", amount_fen=15)
        assert post(payer, [ask], now_us=9) == [Outcome.PAID if turn < 6 else Outcome.NOT_ENOUGH]
    accounts.freeze_account(one, account_id="bo", now_us=9)
    ask = pay(transfer_id="x", payer="ana", payee="bo", amount_fen=1)
    assert post(other, [ask], now_us=9) == [Outcome.ACCOUNT_FROZEN]
    assert audit(other).findings == []
    one.close()
    other.close()


def test_time_never_runs_backwards(url: str) -> None:
    store = filled(open_store(url))
    ask = hold(transfer_id="h", payer="ana", payee="bo", amount_fen=5, expires_at_us=4)
    assert post(store, [ask], now_us=1) == [Outcome.EXPIRY_PASSED]
    post(store, [pay(transfer_id="p", payer="ana", payee="bo", amount_fen=5)], now_us=1)
    assert [line.at_us for line in history.statement(store, account_id="ana")] == [5, 5]
    store.close()


_SPENDER = """
import sys
from zhima.city.ledger.posting import post
from zhima.city.ledger.requests import pay
from zhima.city.ledger.stores import open_store

url, name = sys.argv[1:]
store = open_store(url)
asks = [pay(transfer_id=f"{name}.{n}", payer="ana", payee="bo", amount_fen=1) for n in range(60)]
print(sum(post(store, asks[n : n + 3], now_us=9).count("paid") for n in range(0, 60, 3)))
"""


def test_processes_that_write_at_once_never_overspend(url: str) -> None:
    store = filled(open_store(url))
    command = [sys.executable, "-c", _SPENDER, url]
    processes = [
        subprocess.Popen([*command, f"p{number}"], stdout=subprocess.PIPE, text=True)
        for number in range(4)
    ]
    paid = [int(process.communicate()[0]) for process in processes]
    assert sum(paid) == 100
    assert history.find_account(store, account_id="ana").balance_fen == 0
    assert audit(store).findings == []
    store.close()


def test_a_server_that_goes_away_is_named_and_found_again(postgres_server: PostgresServer) -> None:
    store = filled(open_store(postgres_server.new_url()))
    ask = pay(transfer_id="p", payer="ana", payee="bo", amount_fen=5)
    with store.reading(), store.reading():
        pass  # leaves two connections behind for later readers
    postgres_server.crash()
    for _ in range(2):
        with pytest.raises(StoreDown, match="does not answer"):
            post(store, [ask], now_us=9)
    with pytest.raises(StoreDown, match="does not answer"):
        history.find_account(store, account_id="ana")
    postgres_server.start()
    assert post(store, [ask], now_us=9) == [Outcome.PAID]
    assert audit(store).findings == []
    store.close()


def test_accounts_are_opened_once_and_closed_empty(url: str) -> None:
    store = filled(open_store(url))
    accounts.open_account(store, account_id="ana", owner="ana", now_us=9)
    with pytest.raises(ZhimaError, match="another owner"):
        accounts.open_account(store, account_id="ana", owner="bo", now_us=9)
    with pytest.raises(ZhimaError, match="short plain text"):
        accounts.open_account(store, account_id="a\x00", owner="bo", now_us=9)
    with pytest.raises(ZhimaError, match="100 fen in it"):
        accounts.close_account(store, account_id="ana", now_us=9)
    with pytest.raises(ZhimaError, match="no account 'nobody'"):
        accounts.freeze_account(store, account_id="nobody", now_us=9)
    post(store, [hold(transfer_id="h", payer="ana", payee="bo", amount_fen=5)], now_us=9)
    with pytest.raises(ZhimaError, match="5 fen promised"):
        accounts.close_account(store, account_id="bo", now_us=9)
    accounts.open_account(store, account_id="cat", owner="cat", now_us=9)
    accounts.close_account(store, account_id="cat", now_us=9)
    with pytest.raises(ZhimaError, match="final"):
        accounts.unfreeze_account(store, account_id="cat", now_us=9)
    store.close()
