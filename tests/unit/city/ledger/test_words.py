"""Every outcome and event has its words."""

from __future__ import annotations

from pathlib import Path

from zhima.city.ledger.model import ACCOUNT_EVENTS, ENTRY_EVENTS, Outcome
from zhima.city.ledger.sentences import SENTENCES

DOCUMENT = (Path(__file__).parents[4] / "docs" / "ledger.md").read_text(encoding="utf-8")


def test_every_outcome_has_a_sentence_in_both_languages() -> None:
    assert list(SENTENCES) == list(Outcome)
    assert all(text.en.endswith(".") and text.zh.endswith("。") for text in SENTENCES.values())


def test_outcomes_are_documented_in_their_order() -> None:
    table = DOCUMENT[DOCUMENT.index("## Outcomes") : DOCUMENT.index("## Outbox")]
    places = [table.find(f"`{outcome}`") for outcome in Outcome]
    assert -1 not in places
    assert places == sorted(places)


def test_events_are_documented() -> None:
    assert not [event for event in (*ENTRY_EVENTS, *ACCOUNT_EVENTS) if f"`{event}`" not in DOCUMENT]
