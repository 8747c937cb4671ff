"""The stories of examples/berka and examples/bitcoin_otc, by the commands of their READMEs."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import duckdb
import pytest

from tests.journeys.command import zhima

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ZHIMA_DATA", ROOT.parent / "shared" / "data")).resolve()
MONEY = ("amount", "balance", "loan_amount")


def tell(example: str, folder: Path) -> str:
    """Run the commands of the example's README in `folder`; returns what the last one printed."""
    if not (DATA / example).is_dir():
        pytest.skip(f"no real data: {DATA / example} does not exist, set ZHIMA_DATA")
    story = (ROOT / "examples" / example / "README.md").read_text(encoding="utf-8")
    (folder / "examples").symlink_to(ROOT / "examples")
    said = ""
    for line in "".join(story.split("```")[1::2]).strip().splitlines():
        words = shlex.split(line.removeprefix("sh").replace("$ZHIMA_DATA", str(DATA)))[1:]
        if not words:
            continue
        done = zhima(*words, cwd=folder)
        # Ties that one side alone declared are set aside.
        aside = {3} if "--ties" in words else set()
        assert done.returncode in {0, *aside}, done.stderr
        said = done.stdout
    return said


def test_berka_from_raw_transactions_reproduces_the_circulating_aggregates(tmp_path: Path) -> None:
    said = tell("berka", tmp_path)
    assert re.search(r"^Score \(Outstanding, \d+-\d+\) +7\d\d$", said, re.MULTILINE)
    database = duckdb.connect()
    known = DATA / "berka" / "loan_features_682_preloan.parquet"
    database.execute(
        f"""CREATE TABLE known AS SELECT t.* FROM '{known}' t
        JOIN '{DATA / "berka" / "loan.csv"}' l USING (loan_id)
        WHERE split = 'test_1997_1998' OR l.date <= 940331"""
    ).fetchall()
    database.execute(
        f"CREATE TABLE ours AS SELECT * FROM '{tmp_path / 'features.parquet'}'"
    ).fetchall()
    shared = {*database.table("ours").columns} & {*database.table("known").columns} - {"bad"}
    assert len(shared) >= 20
    for name in sorted(shared):
        scale = 100 if name.startswith(MONEY) else 1
        counted = database.execute(
            f"""SELECT count(*), count(*) FILTER (abs(ours.{name} / {scale} - known.{name})
                <= 1e-9 * greatest(1, abs(known.{name})))
            FROM ours JOIN known ON ours.person_id = CAST(known.account_id AS VARCHAR)"""
        ).fetchall()
        assert counted == [(392, 392)], name


def test_bitcoin_otc_ratings_become_events_ties_and_outcomes(tmp_path: Path) -> None:
    said = tell("bitcoin_otc", tmp_path)
    assert re.search(r"^  \d+ contacts take +-", said, re.MULTILINE)
    assert re.search(r"^Score \(\w+, \d+-\d+\) +\d{3}$", said, re.MULTILINE)
    rows, first, ties, rated = duckdb.sql(
        f"""SELECT count(*), count(*) FILTER (received_count_all = 0),
            (SELECT count(*) FROM '{tmp_path / "events.ties.parquet"}'),
            (SELECT count(DISTINCT target) FROM '{DATA / "bitcoin_otc" / "edges.parquet"}')
        FROM '{tmp_path / "features.parquet"}'"""
    ).fetchall()[0]
    assert (rows, ties) == (35_592, 32_029)
    # Whoever is rated for the first time has received nothing before.
    assert first == rated


def test_a_bad_row_ends_in_exit_code_3_and_a_wrong_column_in_2(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(
        '[[source]]\nfiles = "*.csv"\n[source.columns]\nevent_id = {column = "id"}\n'
        'person_id = {column = "who"}\nkind = {constant = "ride.taken"}\n'
        'occurred_at = {column = "day", zone = "UTC"}\n'
    )
    words = ("import", "rides.csv", "--map", "map.toml", "-o", "events.parquet")
    (tmp_path / "rides.csv").write_text("id,who,day\n1,ana,2025-01-01\n2,,2025-01-02\n")
    done = zhima(*words, cwd=tmp_path)
    assert done.returncode == 3
    assert "missing_id" in done.stdout
    (tmp_path / "rides.csv").write_text("id,person,day\n1,ana,2025-01-01\n")
    done = zhima(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("zhima: rides.csv has no column 'who'")
