"""Whatever table a stranger brings: a sound card and a sound judgement, or one sentence."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.any_table import COLUMNS, TARGETS, table_of
from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard import card_file, report
from zhima.engine.scorecard.apply import apply, apply_one
from zhima.engine.scorecard.card import Card
from zhima.engine.scorecard.columns import column
from zhima.engine.scorecard.fit import fit
from zhima.engine.scorecard.sample import known
from zhima.engine.scorecard.validate import cross_validate, judge

NAMES = st.one_of(
    st.sampled_from(
        ["", " ", "a b", "a.b", "\0bad", "0", "x × y", "老王", "'\"", "n" * 300, "null"]
    ),
    # Braces are what a sentence may not hold: they come from a dictionary printed as it is.
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{}"), max_size=6),
)


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    kinds = {name: draw(st.sampled_from(sorted(COLUMNS))) for name in names}
    return table_of(
        kinds,
        draw(st.sampled_from(sorted(TARGETS))),
        rows=draw(st.integers(1, 60)),
        seed=draw(st.integers(0, 99)),
        outcome=draw(NAMES.filter(lambda name: name not in names)),
    )


@settings(max_examples=60)
@given(
    table=tables(),
    trainer=st.sampled_from(["evidence"] * 9 + ["blend"]),
    folds=st.integers(2, 6),
)
def test_a_table_makes_a_sound_card_or_one_sentence(
    table: pa.Table, trainer: str, folds: int
) -> None:
    target = table.column_names[-1]
    try:
        rows = known(table, target)
        fitted = fit(rows, target, trainer=trainer)
    except ZhimaError as error:
        is_a_sentence(error)
        return
    adds_up(fitted.card, table)
    judged = judge(fitted.card, rows, target)
    assert is_sound(judged.measures())
    with tempfile.TemporaryDirectory() as folder:
        card_file.save(fitted.card, Path(folder) / "card.yaml")
        assert card_file.load(Path(folder) / "card.yaml") == fitted.card
        # Its rival takes most of the time, whatever the table.
        if trainer == "blend":
            report.write(report.of_fit(fitted, rows, target), Path(folder) / "report.html")
    bad = int(judged.bad.sum())
    if folds <= min(bad, len(rows) - bad):
        assert is_sound(cross_validate(rows, target, folds=folds, trainer=trainer).measures())


def is_a_sentence(error: ZhimaError) -> None:
    said = str(error)
    assert len(said) > 20
    assert "Arrow" not in said
    assert "{" not in said.partition(": ")[0]


def is_sound(found: dict[str, float]) -> bool:
    shares = all(0 <= found[name] <= 1 for name in ("auc", "ks", "brier", "ece"))
    return shares and all(math.isfinite(value) for value in found.values())


def adds_up(card: Card, table: pa.Table) -> None:
    """Whole points that sum exactly: in the table, in any order of columns, for each person."""
    assert all(isinstance(points, int) for item in card.items() for points in item.cells())
    applied = apply(card, table.select(table.column_names[::-1]))
    assert (card.base_points + applied.item_points().sum(axis=1, dtype=int) == applied.total).all()
    for row in range(min(3, len(table))):
        one = {name: column(table, name)[row].as_py() for name in card.features()}
        assert card.base_points + sum(p for *_, p in apply_one(card, one)) == applied.total[row]
    empty = apply(card, {name: pa.nulls(2) for name in card.features()}).total
    assert len(set(empty.tolist())) == (1 if card.features() else 0)
