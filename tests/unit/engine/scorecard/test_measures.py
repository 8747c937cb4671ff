"""Measures against scikit-learn and against hand-made answers."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score, roc_curve

from zhima.engine.scorecard import measures

RNG = np.random.default_rng(2)
P = RNG.random(800).round(2)
BAD = (RNG.random(800) < P).astype(float)


def test_measures_agree_with_scikit_learn() -> None:
    found = measures.all_measures(BAD, P)
    no_good, caught, _ = roc_curve(BAD, P)
    assert found["auc"] == pytest.approx(roc_auc_score(BAD, P), abs=1e-12)
    assert found["gini"] == pytest.approx(2 * found["auc"] - 1)
    assert found["ks"] == pytest.approx(np.max(caught - no_good))
    assert found["brier"] == pytest.approx(brier_score_loss(BAD, P))
    assert found["logloss"] == pytest.approx(log_loss(BAD, np.clip(P, 1e-15, 1 - 1e-15)))
    assert found["n"] == 800


def test_calibration_error_is_the_mean_gap() -> None:
    bad = np.array([0.0] * 5 + [1.0] * 5)
    assert measures.ece(bad, np.full(10, 0.5), bins=1) == 0
    assert measures.ece(bad, np.full(10, 0.9), bins=1) == pytest.approx(0.4)


def test_no_drift_is_zero_and_a_lost_cell_stays_finite() -> None:
    same = np.array([50.0, 50.0])
    assert measures.psi(same, same) == 0
    assert 1 < measures.psi(same, np.array([100.0, 0.0])) < 10
