"""The ledger against the naive one, over random lives, on both databases; and broken ledgers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.broken_ledgers import BROKEN
from tests.ledger_machine import LedgerMachine
from tests.postgres_server import memory_folder

LIVES = settings(
    max_examples=100,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def live(new_url: Callable[[], str], lives: settings) -> None:
    machine = type("Machine", (LedgerMachine,), {"new_url": staticmethod(new_url)})
    run_state_machine_as_test(machine, settings=lives)


def test_the_ledger_agrees_with_the_naive_one(new_ledger_url: Callable[[], str]) -> None:
    slow = new_ledger_url().startswith("postgresql")
    live(new_ledger_url, settings(LIVES, max_examples=20) if slow else LIVES)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_ledger_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those very lives, without shrinking: the first disagreement is enough."""
    BROKEN[name](monkeypatch)
    with TemporaryDirectory(dir=memory_folder()) as folder:
        numbers = count()
        with pytest.raises(Exception) as caught:  # noqa: PT011 — how it fails is its own affair
            live(
                lambda: f"sqlite:///{Path(folder)}/{next(numbers)}.sqlite",
                settings(LIVES, phases=[Phase.generate]),
            )
    # A patch that does not fit the code would fail too, and prove nothing.
    assert not isinstance(caught.value, TypeError | AttributeError | NameError | ImportError)
