"""What holds for every card."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings

from tests.cards import PEOPLE, cards, plain_total
from zhima.engine.scorecard import card_file
from zhima.engine.scorecard.apply import apply, apply_one, explain_one, item_labels
from zhima.engine.scorecard.card import Card
from zhima.engine.scorecard.reasons import reasons

UNTIMED = settings(deadline=None)


def table(people: list[dict[str, Any]]) -> pa.Table:
    schema = pa.schema({"x": pa.float64(), "y": pa.float64(), "u": pa.string()})
    return pa.Table.from_pylist(people, schema=schema)


@UNTIMED
@given(card=cards(), people=PEOPLE)
def test_table_person_and_definition_agree(card: Card, people: list[dict[str, Any]]) -> None:
    applied = apply(card, table(people))
    assert applied.total.tolist() == [plain_total(card, person) for person in people]
    for person, total in zip(people, applied.total, strict=True):
        assert card.base_points + sum(points for *_, points in apply_one(card, person)) == total


@UNTIMED
@given(card=cards(), people=PEOPLE)
def test_items_sum_to_the_total(card: Card, people: list[dict[str, Any]]) -> None:
    applied = apply(card, table(people))
    assert (card.base_points + applied.item_points().sum(axis=1) == applied.total).all()


@UNTIMED
@given(card=cards(), people=PEOPLE)
def test_labels_of_table_and_person_agree(card: Card, people: list[dict[str, Any]]) -> None:
    applied = apply(card, table(people))
    labels = applied.labels()
    for person, cells in zip(people, applied.cells(), strict=True):
        said = [labels[item][cell] for item, cell in enumerate(cells)]
        assert [line.label for line in explain_one(card, person)] == said


@settings(deadline=None, max_examples=40)
@given(card=cards())
def test_a_card_survives_the_file(card: Card) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "card.yaml"
        card_file.save(card, path)
        again = card_file.load(path)
    assert again == card
    assert again.sha256 == card.sha256


@UNTIMED
@given(card=cards(), people=PEOPLE)
def test_reasons_are_ranked_and_never_more_than_was_lost(
    card: Card, people: list[dict[str, Any]]
) -> None:
    for person in people:
        found = reasons(card, person, limit=10)
        lost = [reason.points_lost for reason in found]
        assert lost == sorted(lost, reverse=True)
        best = card.base_points + sum(max(item.cells()) for item in card.items())
        assert best - sum(lost) == plain_total(card, person)


@UNTIMED
@given(card=cards())
def test_every_cell_has_a_label(card: Card) -> None:
    assert all(len(item_labels(item)) == len(item.cells()) for item in card.items())


@UNTIMED
@given(card=cards())
def test_more_points_mean_less_risk(card: Card) -> None:
    risk = card.scale.p_bad(np.arange(0, 600, 50, dtype=np.int32))
    assert (np.diff(risk) < 0).all()
