"""Tables that strangers bring to `zhima fit` and `zhima validate`: tests/cases/tables.yaml."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.any_table import COLUMNS, TARGETS, table_of
from tests.journeys.command import Done, zhima
from zhima.engine.files import write_table
from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard import card_file, grid, sample
from zhima.engine.scorecard.columns import column

CASES: dict[str, Any] = YAML(typ="safe").load(Path(__file__).parents[1] / "cases" / "tables.yaml")
ROWS = 240
LONG, HUGE = "n" * 5000, "x" * 2_000_000
MEASURES = {"auc", "ks", "brier", "logloss", "ece"}
WORKS = "works"


def test_every_column_and_target_has_its_case() -> None:
    assert CASES["columns"].keys() == COLUMNS.keys()
    assert CASES["targets"].keys() == TARGETS.keys()


@pytest.mark.parametrize(("kind", "verdict"), CASES["columns"].items())
def test_a_column_is_admitted_or_left_out_with_a_reason(kind: str, verdict: str) -> None:
    read = sample.examined(table_of({"c": kind}, "0 and 1", rows=ROWS, seed=1), "y")
    assert {**read.kinds, **read.left_out} == {"c": verdict}
    if read.kinds:
        assert grid.cut(read, {}).codes.shape == (ROWS, 1)


@pytest.mark.parametrize(("kind", "verdict"), CASES["targets"].items())
def test_a_target_works_or_is_refused(kind: str, verdict: str) -> None:
    table = table_of({"x": "whole numbers"}, kind, rows=ROWS, seed=1)
    if verdict == WORKS:
        known = sample.known(table, "y")
        bad = sample.outcome(column(known, "y"), "y")
        assert set(bad.tolist()) == {0.0, 1.0}
    else:
        with pytest.raises(ZhimaError) as refused:
            sample.outcome(column(table, "y"), "y")
        assert verdict in str(refused.value)


@pytest.mark.parametrize("case", CASES["files"], ids=lambda case: case["is"])
def test_a_csv_file_is_read_or_refused(tmp_path: Path, case: dict[str, Any]) -> None:
    (tmp_path / "t.csv").write_bytes(_text(case).encode(case.get("encoding", "utf-8")))
    done = fit(tmp_path, "t.csv")
    if "says" in case:
        is_one_sentence(done, "t.csv" if "row" in case["says"].split() else "", case["says"])
        return
    assert done.returncode == 0, done.stderr
    wanted = {{"LONG": LONG, "HUGE": HUGE}.get(name, name) for name in case["fits"]}
    card = card_file.load(tmp_path / "c.yaml")
    assert not card.provenance.left_out
    assert set(card.features()) <= wanted
    numeric = {item.feature for item in card.attributes if item.kind == "numeric"}
    assert set(case.get("numeric", ())) >= numeric or "numeric" not in case


def _text(case: dict[str, Any]) -> str:
    rows = [case["row"].format(n=i % 7, y=int(i % 7 + i // 7 % 5 > 5), i=i) for i in range(ROWS)]
    last = [case["last"]] if "last" in case else []
    text = "\n".join([case["header"], *filter(None, rows), *last, ""])
    return text.replace("LONG", LONG).replace("HUGE", HUGE)


@pytest.mark.parametrize("case", CASES["tables"], ids=lambda case: case["is"])
def test_a_table_is_fitted_and_judged(tmp_path: Path, case: dict[str, Any]) -> None:
    columns = {
        f"{name}{number or ''}": kind
        for name, kind in case["columns"].items()
        for number in range(case.get("repeat", 1))
    }
    target = case.get("target", "0 and 1")
    write_table(table_of(columns, target, rows=case["rows"], seed=5), tmp_path / "t.parquet")
    more = [word for option in ("ignore", "group") if option in case
            for word in (f"--{option}", case[option])]  # fmt: skip
    pages = case.keys() & {"tells", "group"}
    reports = [("--report", name) if pages else () for name in ("r.html", "v.html")]
    fitted = fit(tmp_path, "t.parquet", *reports[0], *more)
    words = ("--folds", str(case["folds"]), "--json", "f.json", *reports[1], *more)
    judged = _zhima("validate", tmp_path, "t.parquet", *words)
    if "says" in case:
        is_one_sentence(judged, "", case["says"])
        return
    assert (fitted.returncode, judged.returncode) == (0, 0), fitted.stderr + judged.stderr
    assert case.get("tells", "") in fitted.stdout
    if pages:
        assert case.get("tells", "") in (tmp_path / "r.html").read_text()
    again = _zhima("validate", tmp_path, "t.parquet", "--card", "c.yaml", "--json", "g.json")
    assert again.returncode == 0, again.stderr
    for name in ("f.json", "g.json"):
        found = json.loads((tmp_path / name).read_text())
        assert found.keys() >= MEASURES
        assert all(math.isfinite(value) for value in found.values())


def fit(folder: Path, table: str, *more: str) -> Done:
    return _zhima("fit", folder, table, "-o", "c.yaml", *more)


def _zhima(command: str, folder: Path, table: str, *more: str) -> Done:
    # The trainer is not what is tried here, and this one takes milliseconds.
    words = ("--table", table, "--target", "y", "--trainer", "evidence", *more)
    return zhima(command, *words, cwd=folder)


def is_one_sentence(done: Done, names: str, says: str) -> None:
    told = [line for line in done.stderr.splitlines() if line.startswith("zhima: ")]
    assert done.returncode == 2
    assert len(told) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert says in told[0]
    assert names in told[0]
