"""A lender brings a table of her own: fit, read, validate, report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.journeys.command import zhima
from zhima.engine.files import write_table
from zhima.engine.scorecard import card_file


def write_people(path: Path, rows: int = 400) -> Path:
    rng = np.random.default_rng(4)
    income, late = rng.gamma(3, 1000, rows).round(), rng.poisson(0.7, rows)
    bad = rng.random(rows) < 1 / (1 + np.exp(1 + income / 3000 - late))
    table = {
        "income": income,
        "late": late,
        "town": rng.choice(["Ma", "Mb"], rows),
        "month": np.arange(rows) // 40,
        "y": bad.astype(int),
    }
    write_table(pa.table(table), path)
    return path


def test_from_a_table_to_a_card_and_its_worth(tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.csv")
    words = ("fit", "--table", people, "--target", "y", "-o", "card.yaml", "--group", "town",
             "--ignore", "month", "--report", "report.html")  # fmt: skip
    done = zhima(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    card = card_file.load(tmp_path / "card.yaml")
    assert set(card.features()) <= {"income", "late"}
    assert "left out: town" in done.stdout

    words = ("validate", "--table", people, "--target", "y", "--card", "card.yaml", "--json",
             "f.json", "--report", "v.html", "--group", "town", "--time", "month")  # fmt: skip
    done = zhima(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "f.json").read_text())
    assert {"auc", "ks", "brier", "logloss", "ece", "gini", "n"} <= found.keys()
    assert found["auc"] > 0.7

    for page in ("report.html", "v.html"):
        html = (tmp_path / page).read_text()
        assert "Fairness by town" in html
        assert "<svg" in html
        assert not re.search(r"(src|href)=", html), "a report loads nothing"
    assert "PSI" in (tmp_path / "v.html").read_text()


def test_the_recipe_is_cross_validated(tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.parquet")
    words = ("validate", "--table", people, "--target", "y", "--folds", "2", "--json", "f.json",
             "--trainer", "evidence", "--report", "v.html")  # fmt: skip
    done = zhima(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "f.json").read_text())["n"] == 400
    assert "against boosted trees" in (tmp_path / "v.html").read_text()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--table", "people.csv", "--target", "nothing"), "lacks the column nothing"),
        (("--table", "no.csv", "--target", "y"), "no such file"),
        (("--table", "people.csv", "--target", "income"), "must hold two values"),
        (("--target", "y"), "--table with --target"),
        (("--table", "people.csv", "--target", "y", "--trainer", "magic"), "no trainer is called"),
        (("--table", "people.csv", "--target", "y", "--group", "sex"), "lacks the column sex"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    write_people(tmp_path / "people.csv", rows=60)
    done = zhima("fit", *words, "-o", "card.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]
