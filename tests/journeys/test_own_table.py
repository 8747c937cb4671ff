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


TABLED = ("--table", "members.csv", "--id", "Member No.", "--card", "card.yaml",
          "--as-of", "2026-08-22")  # fmt: skip


def ask(folder: Path, *words: str) -> Done:
    """A command about everybody in the table, of which two rows count for nobody."""
    done = zhima(*words, *TABLED, cwd=folder)
    assert "1 rows set aside: missing_id" in done.stderr, done.stderr
    assert done.returncode == 3
    return done


@pytest.mark.parametrize(
    ("change", "then"),
    [
        ("late returns=0", 610),
        ("late returns= 1,000 ", 470),
        ("late returns=", 555),
        ("late returns=n/a", 555),
        ("events_all=40", 470),
    ],
)
def test_what_if_a_person_of_a_table_had_another_value(
    tmp_path: Path, change: str, then: int
) -> None:
    desk(tmp_path)
    done = ask(tmp_path, "what-if", "008", "--set", change)
    assert done.stdout.startswith(f"008: 470 now, {then} then\n")


def test_what_if_speaks_of_levels_and_of_friends(tmp_path: Path) -> None:
    levels = (
        "{feature: town, kind: categorical, points: {'2': 100, '3': 40}, other: -60, missing: 0}"
    )
    desk(tmp_path, re.sub(r"\{feature.*\}", levels, CARD))
    (tmp_path / "members.csv").write_text("Member No.,town\n007,2\n008,3\n,2\n")
    since = "1,2024-01-01T00:00:00Z"
    (tmp_path / "ties.csv").write_text(
        f"person_id,contact_id,strength,since\n007,008,{since}\n008,007,{since}\n"
    )
    for value, own in (("3", 240), ("Mainz", 140), ("", 200)):
        done = ask(tmp_path, "what-if", "007", "--set", f"town={value}", "--ties", "ties.csv")
        assert f"own points 300 -> {own}\n" in done.stdout
        assert "1 other people's scores would move with it" in done.stdout
    done = ask(tmp_path, "what-if", "007", "--leave", "008", "--ties", "ties.csv")
    assert re.search(r"own points 300 -> 300\n  friends    -\d+\.\d+ -> \+0.000", done.stdout)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("nobody", "--set", "late returns=1"), "nobody is called 'nobody'"),
        (("008", "--set", "late returns=soon"), "needs a number, not 'soon'"),
        (("008", "--set", "joined=1"), "no feature 'joined'; it looks at late returns, events_all"),
        (("008", "--set", "person_id=1"), "no feature 'person_id'"),
        (("008", "--add", "bill.paid"), "of a row of a table --set a column"),
    ],
)
def test_a_what_if_that_a_table_cannot_answer_is_one_sentence(
    tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    desk(tmp_path)
    done = zhima("what-if", *words, *TABLED, cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert reason in done.stderr


def test_two_rulebooks_are_compared_on_a_table(tmp_path: Path) -> None:
    desk(tmp_path)
    assert zhima("rulebook", "copy", "open", "ours.yaml", cwd=tmp_path).returncode == 0
    ours = tmp_path / "ours.yaml"
    ours.write_text(ours.read_text().replace("300000}, {start: 650", "300000}, {start: 600"))
    done = ask(tmp_path, "rulebook", "diff", "open", "ours.yaml", "-o", "diff.csv")
    assert re.search(r"^car +0 +1$", done.stdout, re.MULTILINE)
    rows = list(csv.DictReader((tmp_path / "diff.csv").open()))
    assert [(row["person_id"], row["before"], row["change"]) for row in rows] == [
        ("007", "610", "0"), ("008", "470", "0"), ("009", "555", "0"),
    ]  # fmt: skip


def test_a_table_that_says_what_came_of_people_is_looked_back_on(tmp_path: Path) -> None:
    desk(tmp_path)
    rows = [f"{n},{n % 5},01.01.2026,{'no' if n % 5 > 2 else 'yes'}" for n in range(100, 140)]
    table = tmp_path / "members.csv"
    table.write_text(TABLE + "\n".join([*rows, "140,2,01.01.2026,", ""]))
    done = ask(tmp_path, "rulebook", "backtest", "open", "--target", "sent back?")
    # Not 140, of whom it is not known yet.
    assert "43 people, 26 bad" in done.stdout
    (tmp_path / "outcomes.csv").write_text(
        "person_id,as_of,bad\n007,2026-09-01T00:00:00Z,1\n008,2026-09-01T00:00:00Z,0\n"
    )
    done = ask(tmp_path, "rulebook", "backtest", "open", "--outcomes", "outcomes.csv")
    assert "2 people, 1 bad" in done.stdout


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (TABLED, "members.csv lacks the column bad"),
        ((*TABLED, "--target", "joined"), "must hold two values"),
        (("--events", "e.parquet", "--as-of", "2026-08-22"), "what came after? give --outcomes"),
        ((*TABLED, "--events", "members.csv"), "give --events, or --table"),
    ],
)
def test_a_look_back_without_outcomes_is_refused(
    tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    desk(tmp_path)
    done = zhima("rulebook", "backtest", "open", *words, cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert reason in done.stderr


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
    assert "no rulebook admits Religion (code) (religion: GDPR Art. 9" in done.stdout
    assert "fit with --ignore 'Religion (code)'" in done.stdout


def test_a_fit_names_each_protected_column_the_law_and_the_way_out(tmp_path: Path) -> None:
    people, sexes = tmp_path / "people.csv", ("male : single", "female")
    rows = [f"{n % 9},{sexes[n % 2]},{n},{int(n % 9 + n % 2 * 4 > 7)}" for n in range(200)]
    people.write_text("\n".join(["客户年龄,x7,income,y", *rows]))
    words = ("--table", people, "--target", "y", "--trainer", "evidence", "-o", "card.yaml")
    told = zhima("fit", *words, cwd=tmp_path).stdout
    assert re.search(r"note: 客户年龄 seems to tell age, .*12 CFR .*--ignore '客户年龄'", told)
    assert re.search(r"note: x7 seems to tell sex or gender, .*Directive .*--ignore 'x7'", told)
    assert "note: income" not in told
    told = zhima("fit", *words, "--ignore", "x7", "--ignore", "客户年龄", cwd=tmp_path).stdout
    assert "note: " not in told


BY_SEX = CARD.replace("feature: late returns", "feature: Sex").replace(
    "target: sent back?", "target: x"
)


@pytest.mark.parametrize(
    ("command", "rulebook", "day", "code"),
    [
        ("score -o s.csv", "open", "2026-12-01", 0),
        ("score -o s.csv", "gdpr", "2026-11-19", 0),
        ("score -o s.csv", "gdpr", "2026-11-20", 2),
        ("what-if 1 --set Sex=1", "gdpr", "2026-11-20", 2),
    ],
)
def test_what_a_rulebook_refuses_is_refused_from_its_day_on(
    tmp_path: Path, command: str, rulebook: str, day: str, code: int
) -> None:
    (tmp_path / "card.yaml").write_text(BY_SEX)
    (tmp_path / "t.csv").write_text("person_id,Sex\n1,0\n2,1\n")
    words = ("--table", "t.csv", "--card", "card.yaml", "--rulebook", rulebook, "--as-of", day)
    done = zhima(*command.split(), *words, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    told = "card.yaml does not fit: the column Sex tells sex or gender, which gdpr#"
    assert (told in done.stderr) == (code == 2)


def test_a_level_of_a_card_tells_what_its_name_hides(tmp_path: Path) -> None:
    levels = "{feature: x7, kind: categorical, points: {女: 1, 男: 2}, other: 0, missing: 0}"
    (tmp_path / "card.yaml").write_text(re.sub(r"\{feature.*\}", levels, CARD))
    (tmp_path / "t.csv").write_text("person_id,x7\n1,女\n2,男\n")
    words = (
        "score",
        "--table",
        "t.csv",
        "--card",
        "card.yaml",
        "--as-of",
        "2026-12-01",
        "-o",
        "s.csv",
    )
    assert zhima(*words, cwd=tmp_path).returncode == 0
    done = zhima(*words, "--rulebook", "gdpr", cwd=tmp_path)
    assert "the column x7 tells sex or gender" in done.stderr


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
