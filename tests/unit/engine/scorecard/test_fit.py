"""A card learned from a small invented table."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from zhima.engine.kinds import Factor, ZhimaError
from zhima.engine.scorecard import measures
from zhima.engine.scorecard.apply import apply, apply_one
from zhima.engine.scorecard.card import NumericAttribute
from zhima.engine.scorecard.fit import fit
from zhima.engine.scorecard.validate import benchmark, cross_validate, drift, judge


def library(rows: int, seed: int) -> pa.Table:
    """Late returns grow with past ones, fall with years, and differ by tool; some are unknown."""
    rng = np.random.default_rng(seed)
    past = rng.poisson(1.0, rows).astype(float)
    years = rng.integers(0, 20, rows).astype(float)
    tool = rng.choice(["drill", "saw", "ladder"], rows)
    log_odds = -1.0 + 0.8 * past - 0.1 * years + 0.7 * (tool == "saw")
    late = rng.random(rows) < 1 / (1 + np.exp(-log_odds))
    past[rng.random(rows) < 0.1] = np.nan
    return pa.table(
        {"past": past, "years": years, "tool": tool, "late": late, "member_id": np.arange(rows)}
    )


SEEN, UNSEEN = library(600, 1), library(600, 2)
DIRECTIONS = {"past": "decreasing", "years": "increasing"}


@pytest.fixture(scope="module")
def fitted():  # type: ignore[no-untyped-def]
    return fit(SEEN, "late", directions=DIRECTIONS, factors={"past": Factor.CREDIT_HISTORY}, seed=3)


def test_it_tells_good_from_bad_and_says_how_likely(fitted) -> None:  # type: ignore[no-untyped-def]
    judged = judge(fitted.card, UNSEEN, "late")
    found = judged.measures()
    assert found["auc"] > 0.70
    assert found["ece"] < 0.08
    expected = fitted.card.provenance.measures["auc"]
    assert found["auc"] == pytest.approx(expected, abs=0.06)


def test_declared_directions_hold(fitted) -> None:  # type: ignore[no-untyped-def]
    by_name = {item.name: item for item in fitted.card.attributes}
    past, years = by_name["past"], by_name["years"]
    assert isinstance(past, NumericAttribute)
    assert isinstance(years, NumericAttribute)
    assert all(after < before for before, after in pairwise(past.points))
    assert all(after > before for before, after in pairwise(years.points))
    assert past.factor is Factor.CREDIT_HISTORY
    assert not [pair for pair in fitted.card.pairs if "past" in pair.name or "years" in pair.name]


def test_same_seed_and_any_order_of_rows_give_the_same_card(fitted) -> None:  # type: ignore[no-untyped-def]
    shuffled = SEEN.take(np.random.default_rng(9).permutation(SEEN.num_rows))
    again = fit(
        shuffled, "late", directions=DIRECTIONS, factors={"past": Factor.CREDIT_HISTORY}, seed=3
    )
    assert again.card == fitted.card


def test_the_unseen_and_the_unheard_of_get_points(fitted) -> None:  # type: ignore[no-untyped-def]
    lines = apply_one(fitted.card, {"tool": "chainsaw", "past": None, "years": 1e12})
    labels = {item: label for item, label, _ in lines}
    assert (labels["tool"], labels["past"]) == ("other", "missing")
    assert labels["years"].endswith("or more")


def test_what_is_left_out_is_said(fitted) -> None:  # type: ignore[no-untyped-def]
    assert fitted.card.provenance.left_out == {"member_id": "an identifier"}
    assert "member_id" not in fitted.card.features()


def test_rounding_to_points_costs_next_to_nothing(fitted) -> None:  # type: ignore[no-untyped-def]
    points = apply(fitted.card, SEEN).total
    bad = SEEN["late"].to_numpy(zero_copy_only=False).astype(float)
    assert measures.auc(bad, -points.astype(float)) > 0.70


@pytest.mark.parametrize("trainer", ["boosted", "explainable", "evidence"])
def test_every_trainer_makes_a_card(trainer: str) -> None:
    card = fit(SEEN.slice(0, 200), "late", trainer=trainer, seed=1).card
    assert judge(card, UNSEEN, "late").measures()["auc"] > 0.65


def test_names_that_the_table_lacks_are_refused() -> None:
    with pytest.raises(ZhimaError, match="lacks the column pasts"):
        fit(SEEN, "late", directions={"pasts": "increasing"})
    with pytest.raises(ZhimaError, match="no trainer is called magic"):
        fit(SEEN, "late", trainer="magic")


def test_cross_validation_judges_every_row_once() -> None:
    judged = cross_validate(SEEN, "late", folds=2, trainer="evidence")
    assert judged.measures()["n"] == SEEN.num_rows
    assert 0.65 < judged.measures()["auc"] < 0.95
    rival = benchmark(SEEN, "late", directions={"past": "decreasing"})
    assert 0.6 < measures.auc(judged.bad, rival) < 0.95
    with pytest.raises(ZhimaError, match="9999 folds asked for"):
        cross_validate(SEEN, "late", folds=9999)


def test_a_changed_population_drifts(fitted) -> None:  # type: ignore[no-untyped-def]
    same = drift(fitted.card, SEEN, UNSEEN)
    late_payers = UNSEEN.filter(pa.compute.greater(UNSEEN["past"], 1.0))
    changed = drift(fitted.card, SEEN, late_payers)
    assert same.score_psi < 0.1 < changed.score_psi
    assert max(changed.attribute_csi, key=lambda name: changed.attribute_csi[name]) == "past"


AWKWARD = {
    "levels that are all rare": {"u": [f"l{i % 30}" for i in range(60)]},
    "hardly anything known": {"x": [1.0, 2.0, *[None] * 58]},
    "infinities": {"x": [float("inf") if i % 5 == 0 else float(i % 7) for i in range(60)]},
    "names with signs": {"a b:[1]": [float(i % 7) for i in range(60)], "日": ["p", "q"] * 30},
    "no noise": {"x": [float(i % 2) for i in range(60)]},
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_tables_make_cards(name: str) -> None:
    table = pa.table({**AWKWARD[name], "z": np.arange(60) // 2 % 11, "y": np.arange(60) % 2})
    card = fit(table, "y", trainer="evidence").card
    assert set(card.features()) <= {*AWKWARD[name], "z"}
    assert apply(card, table).total.shape == (60,)
