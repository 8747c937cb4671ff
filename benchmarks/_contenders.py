"""Who takes part in the quality benchmark: probability of bad for rows not seen."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from scipy.stats import spearmanr

from zhima.engine.scorecard.apply import apply
from zhima.engine.scorecard.fit import fit

Floats = npt.NDArray[np.float64]
Contender = Callable[[pa.Table, pa.Table, str], Floats]


def ours(seen: pa.Table, rest: pa.Table, target: str) -> Floats:
    """The recipe as it is: integer points, nothing chosen for the table."""
    card = fit(seen, target).card
    return card.scale.p_bad(apply(card, rest).total)


def lightgbm(seen: pa.Table, rest: pa.Table, target: str) -> Floats:
    """Untuned, as its scikit-learn class comes."""
    return _boosted(seen, rest, target, {})


def lightgbm_monotone(seen: pa.Table, rest: pa.Table, target: str) -> Floats:
    """Untuned, every number held to the sign of its rank correlation with the outcome."""
    data = _frame(seen.drop_columns([target]))
    bad = seen[target].to_numpy()
    signs = [_sign(data[name], bad) for name in data.columns]
    # the default method leaves small violations, which is all that is asked of it here
    return _boosted(seen, rest, target, {"monotone_constraints": signs})


def ebm(seen: pa.Table, rest: pa.Table, target: str) -> Floats:
    """Explainable boosting machine with its default pairs."""
    return _explainable(seen, rest, target, {"n_jobs": 2})


SHORT_EBM = {"outer_bags": 2, "max_rounds": 300, "interactions": 5}


def short_ebm(seen: pa.Table, rest: pa.Table, target: str) -> Floats:
    """The same with less of everything that takes its time, in this process."""
    return _explainable(seen, rest, target, {"n_jobs": 1, **SHORT_EBM})


def optbinning(seen: pa.Table, rest: pa.Table, target: str) -> Floats:
    """Optimal binning, weight of evidence, logistic regression."""
    from optbinning import BinningProcess
    from sklearn.linear_model import LogisticRegression

    train, test = _frames(seen, rest, target)
    texts = [name for name in train if isinstance(train[name].dtype, pd.CategoricalDtype)]
    train, test = (f.astype(dict.fromkeys(texts, object)) for f in (train, test))
    bad = seen[target].to_numpy()
    process = BinningProcess(list(train.columns), categorical_variables=texts)
    woe = process.fit_transform(train, bad, metric="woe")
    model = LogisticRegression(max_iter=1000).fit(woe, bad)
    return model.predict_proba(process.transform(test, metric="woe"))[:, 1]


CONTENDERS: dict[str, Contender] = {
    "ours": ours,
    "lightgbm": lightgbm,
    "lightgbm_monotone": lightgbm_monotone,
    "ebm": ebm,
    "optbinning": optbinning,
}
QUICK: dict[str, Contender] = {**CONTENDERS, "ebm": short_ebm}


def _explainable(seen: pa.Table, rest: pa.Table, target: str, setting: dict[str, Any]) -> Floats:
    from interpret.glassbox import ExplainableBoostingClassifier

    train, test = _frames(seen, rest, target)
    model = ExplainableBoostingClassifier(random_state=0, **setting)
    return model.fit(train, seen[target].to_numpy()).predict_proba(test)[:, 1]


def _boosted(seen: pa.Table, rest: pa.Table, target: str, setting: dict[str, Any]) -> Floats:
    from lightgbm import LGBMClassifier

    train, test = _frames(seen, rest, target)
    model = LGBMClassifier(random_state=0, n_jobs=2, verbose=-1, **setting)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(train, seen[target].to_numpy()).predict_proba(test)[:, 1]


def _frames(seen: pa.Table, rest: pa.Table, target: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both parts with texts as categories of the first."""
    train, test = (_frame(part.drop_columns([target])) for part in (seen, rest))
    for name in train:
        if isinstance(train[name].dtype, pd.CategoricalDtype):
            levels = train[name].cat.categories
            test[name] = pd.Categorical(test[name].astype(object), categories=levels)
    return train, test


def _frame(table: pa.Table) -> pd.DataFrame:
    frame = table.to_pandas()
    texts = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.astype(dict.fromkeys(texts, "category"))


def _sign(values: pd.Series, bad: npt.NDArray[np.int64]) -> int:
    if isinstance(values.dtype, pd.CategoricalDtype) or values.nunique() < 2:
        return 0
    return int(np.sign(spearmanr(values, bad, nan_policy="omit").statistic))
