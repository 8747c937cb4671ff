"""The stories of tests/cases/ledger, told to both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ledger_cases import Case, Teller, cases
from zhima.city.ledger.audit import audit
from zhima.city.ledger.stores import open_store


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.file}: {case.story}")
def test_story(case: Case, new_ledger_url: Callable[[], str]) -> None:
    store = open_store(new_ledger_url())
    teller = Teller(store)
    teller.open(case.given)
    for line in case.lines:
        teller.read(line)
    assert audit(store).findings == []
    store.close()
