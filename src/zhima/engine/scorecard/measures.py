"""How good probabilities are, in the words of the trade."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]


def auc(bad: Floats, risk: Floats) -> float:
    """Chance that a bad one carries more risk than a good one; ties count half (Mann-Whitney)."""
    n_bad = float(bad.sum())
    n_good = len(bad) - n_bad
    ranks = float(rankdata(risk)[bad == 1].sum())
    return (ranks - n_bad * (n_bad + 1) / 2) / (n_bad * n_good)


def ks(bad: Floats, risk: Floats) -> float:
    """Largest distance between the distributions of risk of the good and the bad."""
    order = np.argsort(risk, kind="stable")
    last = np.append(np.diff(risk[order]) > 0, True)
    bad_share = np.cumsum(bad[order]) / bad.sum()
    good_share = np.cumsum(1 - bad[order]) / (1 - bad).sum()
    return float(np.abs(bad_share - good_share)[last].max())


def brier(bad: Floats, p_bad: Floats) -> float:
    """Mean squared error of the probability."""
    return float(np.mean((p_bad - bad) ** 2))


def logloss(bad: Floats, p_bad: Floats) -> float:
    """Mean negative log-likelihood, probabilities kept within 1e-15 of the ends."""
    kept = np.clip(p_bad, 1e-15, 1 - 1e-15)
    return float(-np.mean(bad * np.log(kept) + (1 - bad) * np.log(1 - kept)))


def ece(bad: Floats, p_bad: Floats, *, bins: int = 10) -> float:
    """Expected calibration error over bins of equal numbers of people."""
    gap = [abs(group[0] - group[1]) * group[2] for group in calibration(bad, p_bad, bins=bins)]
    return float(sum(gap) / len(bad))


def calibration(bad: Floats, p_bad: Floats, *, bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean probability, share of bad and people, from the lowest tenth to the highest."""
    order = np.argsort(p_bad, kind="stable")
    groups = [group for group in np.array_split(order, bins) if len(group)]
    return [(float(p_bad[g].mean()), float(bad[g].mean()), len(g)) for g in groups]


def all_measures(bad: Floats, p_bad: Floats) -> dict[str, float]:
    """auc, gini, ks, brier, logloss, ece and n."""
    area = auc(bad, p_bad)
    return {
        "auc": area,
        "gini": 2 * area - 1,
        "ks": ks(bad, p_bad),
        "brier": brier(bad, p_bad),
        "logloss": logloss(bad, p_bad),
        "ece": ece(bad, p_bad),
        "n": len(bad),
    }


def psi(expected: Floats, actual: Floats) -> float:
    """Population stability index of two histograms of counts over the same cells.

    Half a person is added to every cell, so that an empty one does not count as infinite drift.
    """
    before = (expected + 0.5) / (expected.sum() + 0.5 * len(expected))
    after = (actual + 0.5) / (actual.sum() + 0.5 * len(actual))
    return float(np.sum((after - before) * np.log(after / before)))
