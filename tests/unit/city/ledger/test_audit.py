"""The auditor finds each way in which books can be wrong, and nothing in sound ones."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhima.city.ledger import accounts, audit, auditor
from zhima.city.ledger.posting import post
from zhima.city.ledger.requests import capture, hold, pay, refund
from zhima.city.ledger.stores import open_store

TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
PLACES = "SELECT id, seq FROM ledger_entries"
# What somebody does to the file behind the ledger's back | what the auditor says of it.
TAMPERED = {
    "UPDATE ledger_accounts SET posted_credits_fen = posted_credits_fen + 1 WHERE id = 'ana'": {
        "sums_differ",
        "sum_not_zero",
    },
    "UPDATE ledger_accounts SET pending_debits_fen = 0 WHERE id = 'ana'": {
        "sums_differ",
        "sum_not_zero",
    },
    "UPDATE ledger_accounts SET frozen = 1 WHERE id = 'ana'": {"flags_differ"},
    "UPDATE ledger_accounts SET currency = 'EUR' WHERE id = 'hotel'": {
        "currency_differs",
        "sum_not_zero",
    },
    "UPDATE ledger_entries SET amount_fen = 99999 WHERE id = 'lunch'": {"overdrawn", "sums_differ"},
    "UPDATE ledger_entries SET amount_fen = -1 WHERE id = 'lunch'": {
        "amount_not_positive",
        "sums_differ",
        "refund_over_paid",
    },
    "UPDATE ledger_entries SET amount_fen = 61 WHERE id = 'damage'": {
        "capture_over_hold",
        "sums_differ",
    },
    "UPDATE ledger_entries SET amount_fen = 13 WHERE id = 'sorry'": {
        "refund_over_paid",
        "sums_differ",
    },
    "UPDATE ledger_entries SET debit_id = 'nobody' WHERE id = 'lunch'": {
        "accounts_wrong",
        "payment_unknown",
        "chain_broken",
        "sums_differ",
    },
    "UPDATE ledger_entries SET refers_to = 'lunch' WHERE id = 'damage'": {
        "hold_not_open",
        "overdrawn",
        "sums_differ",
        "open_holds_differ",
    },
    "UPDATE ledger_entries SET at_us = 5 WHERE id = 'lunch'": {"time_backwards", "event_wrong"},
    "UPDATE ledger_entries SET at_us = 69 WHERE id = 'expiry:car'": {
        "event_wrong",
        "expiry_wrong",
    },
    "UPDATE ledger_entries SET linked = 1 WHERE id = 'expiry:car'": {"link_unfinished"},
    "UPDATE ledger_entries SET linked = 1 WHERE id = 'lunch'": {"link_unfinished"},
    "UPDATE ledger_entries SET credit_prior = 0 WHERE id = 'sorry'": {"chain_broken"},
    "UPDATE ledger_outbox SET event = 'hold.placed' WHERE subject_id = 'lunch'": {"event_wrong"},
    "UPDATE ledger_outbox SET event = 'account.closed' WHERE subject_id = 'hotel'": {
        "account_was_shut",
        "flags_differ",
    },
    "DELETE FROM ledger_outbox WHERE subject_id = 'lunch'": {"event_missing"},
    "DELETE FROM ledger_entries WHERE id = 'lunch'": {
        "entry_missing",
        "payment_unknown",
        "chain_broken",
        "sums_differ",
    },
    "DELETE FROM ledger_outbox WHERE subject_id = 'ana'": {"number_missing"},
    "DELETE FROM ledger_open_holds": {"open_holds_differ"},
    "INSERT INTO ledger_open_holds VALUES ('ghost', 0)": {"open_holds_differ"},
    "UPDATE ledger_head SET seq = seq + 1": {"head_differs"},
    "INSERT INTO ledger_cursors VALUES ('mail', 10000)": {"cursor_ahead"},
    "UPDATE ledger_entries SET id = 'lunch' WHERE id = 'tea'": {"id_repeated", "event_wrong"},
}


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "ledger.db"
    store = open_store(f"sqlite:///{path}")
    accounts.open_account(store, account_id="bank", owner="bank", may_go_negative=True, now_us=1)
    for name in ("ana", "hotel"):
        accounts.open_account(store, account_id=name, owner=name, now_us=1)
    for at_us, ask in [
        (10, pay(transfer_id="gift", payer="bank", payee="ana", amount_fen=100)),
        (20, hold(transfer_id="room", payer="ana", payee="hotel", amount_fen=60)),
        (30, capture(transfer_id="damage", hold_id="room", amount_fen=40)),
        (40, pay(transfer_id="lunch", payer="ana", payee="hotel", amount_fen=12)),
        (50, refund(transfer_id="sorry", payment_id="lunch", amount_fen=12)),
        (52, pay(transfer_id="tea", payer="ana", payee="hotel", amount_fen=1)),
        (55, hold(transfer_id="bike", payer="ana", payee="hotel", amount_fen=5)),
        (60, hold(transfer_id="car", payer="ana", payee="hotel", amount_fen=7, expires_at_us=70)),
        (70, pay(transfer_id="late", payer="nobody", payee="ana", amount_fen=1)),
    ]:
        post(store, [ask], now_us=at_us)
    assert audit.audit(store).findings == []
    store.close()
    return path


def tamper(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in connection.execute(TRIGGERS).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        if "id = 'lunch' WHERE" in statement:
            _drop_uniqueness(connection)
        assert connection.execute(statement).rowcount > 0
    connection.close()


def _drop_uniqueness(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE copy AS SELECT * FROM ledger_entries")
    connection.execute("DROP TABLE ledger_entries")
    connection.execute("ALTER TABLE copy RENAME TO ledger_entries")


@pytest.mark.parametrize("statement", TAMPERED)
def test_tampering_is_found(path: Path, statement: str) -> None:
    tamper(path, statement)
    store = open_store(f"sqlite:///{path}")
    findings = audit.audit(store).findings
    store.close()
    assert {finding.reason for finding in findings} == TAMPERED[statement]


def test_every_reason_is_shown_and_documented() -> None:
    sources = Path(audit.__file__).read_text() + Path(auditor.__file__).read_text()
    reasons = set(re.findall(r', "([a-z_]+)"\)\n', sources))
    shown = set().union(*TAMPERED.values())
    assert shown == reasons
    documented = (Path(__file__).parents[4] / "docs" / "ledger.md").read_text()
    assert not [reason for reason in reasons if f"`{reason}`" not in documented]
