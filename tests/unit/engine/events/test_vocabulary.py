"""The vocabulary is closed, documented, and has no word for what must never count."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zhima.engine.documents import read_document
from zhima.engine.events.fields import CONTEXT_FIELDS, FORBIDDEN_CONTENT, forbidden_input
from zhima.engine.events.reasons import Reason
from zhima.engine.events.vocabulary import ADVERSE, KINDS, OUTFLOWS, why_not_a_kind

ROOT = Path(__file__).parents[4]
DOCS = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")


def documented(heading: str) -> dict[str, list[str]]:
    section = DOCS.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [
        line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")
    ]
    return {row[0].strip("`"): [cell.strip() for cell in row[1:]] for row in rows}


def test_every_kind_is_documented_as_it_is() -> None:
    described = documented("Kinds")
    assert list(described) == list(KINDS)
    for name, kind in KINDS.items():
        meaning, chinese, flow, amount, *rest = described[name]
        assert (meaning, chinese) == (kind.meaning.en, kind.meaning.zh)
        assert (flow, amount) == (kind.flow, kind.amount)
        assert ("yes" in rest) == kind.adverse
        listed = set(re.findall(r"[a-z_]+", " ".join(rest))) - {"yes"}
        assert listed == kind.fields - {"app", "obligation_id"}


def test_every_field_and_reason_is_documented() -> None:
    assert list(documented("Context fields")) == list(CONTEXT_FIELDS)
    assert list(documented("Findings")) == [str(reason) for reason in Reason]


def test_kinds_follow_one_grammar_and_carry_known_fields() -> None:
    for name, kind in KINDS.items():
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", name)
        assert kind.fields <= CONTEXT_FIELDS.keys()
        assert forbidden_input(name) is None
    assert {"payment.made", "transfer.sent"} <= OUTFLOWS
    assert "court.listed" in ADVERSE
    assert "court.cleared" not in ADVERSE


@pytest.mark.parametrize(
    "name", ["chat.sent", "health.visited", "religion.declared", "politics.joined", "goods.bought"]
)
def test_what_must_never_count_has_no_kind(name: str) -> None:
    reason = why_not_a_kind(name)
    assert reason is not None
    assert "forbidden" in reason


def test_a_word_that_is_merely_unknown_is_not_called_forbidden() -> None:
    assert why_not_a_kind("payment.maed") == (
        "kind 'payment.maed' is not in the vocabulary of docs/events.md"
    )


def test_what_is_forbidden_is_what_no_rulebook_may_admit() -> None:
    never, _ = read_document(ROOT / "src" / "zhima" / "rulebooks" / "never.yaml")
    assert set(never["purposes"]) == FORBIDDEN_CONTENT
