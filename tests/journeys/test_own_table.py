"""A lender brings a table of her own: fit, read, validate, report."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.journeys.command import Done, zhima
from zhima.engine.files import read_table, write_table
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


TABLE = """\
Member No.,late returns,joined,sent back?
007,0,12.03.2024,yes
008,4,01.07.2023,no
009,n/a,02.01.2025,yes
,1,05.05.2025,yes
008,1,05.06.2025,no
"""
CARD = """\
format: zhima-card/1
name: desk
target: sent back?
base_points: 200
attributes:
- {feature: late returns, kind: numeric, edges: [1, 3], points: [60, 0, -80], missing: 5}
provenance: {trainer: expert}
"""


def desk(folder: Path, card: str = CARD) -> None:
    (folder / "members.csv").write_text(TABLE)
    (folder / "card.yaml").write_text(card)


def score_members(folder: Path, *more: str) -> Done:
    return zhima(
        "score", "--table", "members.csv", "--card", "card.yaml", "--as-of", "2026-08-22",
        "-o", "scores.csv", *more, cwd=folder,
    )  # fmt: skip


def test_one_person_of_a_table_is_scored_and_explained(tmp_path: Path) -> None:
    desk(tmp_path)
    done = score_members(tmp_path, "--id", "Member No.")
    assert done.returncode == 3, done.stderr
    rows = list(csv.DictReader((tmp_path / "scores.csv").open()))
    assert [(row["person_id"], row["score"]) for row in rows] == [
        ("007", "610"), ("008", "470"), ("009", "555"),
    ]  # fmt: skip

    told = zhima("explain", "008", "--scores", "scores.csv", "--card", "card.yaml", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert re.search(r"late returns: 3 or more +-80", told.stdout)
    assert re.search(r"Score \(Poor, \d+-\d+\) +470", told.stdout)


def test_rows_of_nobody_and_second_rows_are_set_aside(tmp_path: Path) -> None:
    desk(tmp_path)
    done = score_members(tmp_path, "--id", "Member No.")
    aside = read_table(tmp_path / "scores.findings.parquet").to_pylist()
    assert [(row["row"], row["value"], row["reason"]) for row in aside] == [
        (4, "", "missing_id"), (5, "008", "duplicate_person"),
    ]  # fmt: skip
    assert "1 rows set aside: missing_id" in done.stderr


@pytest.mark.parametrize(
    ("more", "card", "reason"),
    [
        ((), CARD, "no column person_id; say with --id which one tells people apart: Member No."),
        (("--id", "Member No."), CARD.replace("late returns", "loans"), "lacks the column loans"),
        (("--id", "Member No."), CARD.replace("late returns", "joined"), "needs numbers"),
        (
            ("--id", "Member No."),
            CARD.replace("late returns", "religion (own words)"),
            "religion is never an input of a score; fit the card again with --ignore",
        ),
        (("--events", "members.csv"), CARD, "give --events, or --table"),
    ],
)
def test_a_table_that_the_card_cannot_read_is_refused(
    tmp_path: Path, more: tuple[str, ...], card: str, reason: str
) -> None:
    desk(tmp_path, card)
    done = score_members(tmp_path, *more)
    assert done.returncode == 2
    assert reason in done.stderr
    assert not list(tmp_path.glob("scores*"))


def test_cases_that_have_not_ended_teach_nothing_and_are_counted(tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.csv", rows=80)
    lines = people.read_text().splitlines()
    people.write_text("\n".join([*lines, "1000,1,Ma,2,", "1000,1,Mb,2,"]) + "\n")
    words = ("--table", people, "--target", "y")
    done = zhima("fit", *words, "-o", "card.yaml", "--trainer", "evidence", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "left out: 2 of 82 rows, where y is empty" in done.stdout
    assert card_file.load(tmp_path / "card.yaml").provenance.rows == 80
    judged = zhima("validate", *words, "--card", "card.yaml", cwd=tmp_path)
    assert judged.returncode == 0, judged.stderr
    assert "n        80" in judged.stdout


LENDINGS = """\
Loan ID,who,lent,due,back
1,Ana,01.03.2026,08.03.2026,11.03.2026
2,Bo,soon,08.03.2026,08.03.2026
"""
LENDINGS_MAP = """\
[[source]]
files = "lendings.csv"
[source.columns]
event_id = { column = "Loan ID" }
person_id = { column = "who" }
kind = { constant = "item.returned" }
occurred_at = { column = "lent", format = "%d.%m.%Y", zone = "Europe/Berlin" }
[source.context]
days_late = { column = "back", days_after = "due", format = "%d.%m.%Y", zone = "Europe/Berlin" }
"""


def test_an_import_shows_an_example_of_each_reason(tmp_path: Path) -> None:
    (tmp_path / "lendings.csv").write_text(LENDINGS)
    (tmp_path / "map.toml").write_text(LENDINGS_MAP)
    words = ("import", "lendings.csv", "--map", "map.toml", "-o", "events.parquet")
    done = zhima(*words, cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert "1  unreadable_time  (lendings.csv row 2, column lent holds 'soon')" in done.stdout
    (event,) = read_table(tmp_path / "events.parquet").to_pylist()
    assert (event["person_id"], event["context"]) == ("Ana", '{"days_late":3}')


def test_a_fit_says_which_columns_no_rulebook_admits(tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.csv", rows=120)
    text = people.read_text()
    people.write_text(text.replace("late", "Religion (code)", 1))
    words = ("--table", people, "--target", "y", "--trainer", "evidence", "-o", "card.yaml")
    done = zhima("fit", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no rulebook admits Religion (code) (religion); fit with --ignore" in done.stdout


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
