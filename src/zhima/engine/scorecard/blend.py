"""Weights of several models, from rows none of them has seen."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from zhima.engine.scorecard.additive import Floats

PULL_TO_EQUAL = 10.0
"""In units of log-likelihood: few rows leave the weights equal, many rows decide themselves."""


def weights(log_odds: Floats, bad: Floats) -> tuple[Floats, float]:
    """Non-negative weights and an intercept that make unseen log-odds most likely.

    `log_odds` has shape (n, models). The weights need not sum to one: their sum calibrates.
    """
    models = log_odds.shape[1]
    equal = np.full(models, 1.0 / models)

    def loss(x: Floats) -> tuple[float, Floats]:
        combined = log_odds @ x[:-1] + x[-1]
        residual = 1.0 / (1.0 + np.exp(-combined)) - bad
        away = x[:-1] - equal
        value = float(np.sum(np.logaddexp(0.0, combined) - bad * combined))
        value += PULL_TO_EQUAL * float(away @ away)
        slope = np.append(log_odds.T @ residual + 2 * PULL_TO_EQUAL * away, residual.sum())
        return value, slope

    bounds = [(0.0, None)] * models + [(None, None)]
    found = minimize(loss, np.append(equal, 0.0), jac=True, bounds=bounds, method="L-BFGS-B")
    return found.x[:-1], float(found.x[-1])
