"""A time bank looks at its friends' part alone: solve, explain, picture, audit."""

from __future__ import annotations

from pathlib import Path

import pyarrow.csv as pa_csv
import pytest

from tests.journeys.command import zhima

SINCE = "2024-01-01T00:00:00Z"


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    people = {"ana": 300, "bo": 500, "chen": 100, "dia": 420}
    fakes = [f"shade{k}" for k in range(6)]
    (tmp_path / "own.csv").write_text(
        "person_id,own\n"
        + "".join(f"{name},{points}\n" for name, points in people.items())
        + "".join(f"{name},0\n" for name in fakes)
    )
    pairs = [("ana", "bo"), ("ana", "chen"), ("bo", "dia"), ("ana", "dia"), ("bo", "chen")]
    pairs += [(one, other) for one in fakes for other in fakes if one < other]
    pairs += [("chen", "shade0")]
    rows = [f"{a},{b},0.9,{SINCE},\n{b},{a},0.9,{SINCE},\n" for a, b in pairs]
    head = "person_id,contact_id,strength,since,until\n"
    (tmp_path / "ties.csv").write_text(head + "".join(rows))
    (tmp_path / "known.csv").write_text("person_id\nana\n")
    return tmp_path


FILES = ("--own", "own.csv", "--ties", "ties.csv", "--as-of", "2026-09-01")


def test_solve_writes_one_row_a_person(bank: Path) -> None:
    done = zhima("network", "solve", *FILES, "-o", "points.csv", cwd=bank)
    assert done.returncode == 0, done.stderr
    table = pa_csv.read_csv(bank / "points.csv")
    assert table.column_names == ["person_id", "own", "friends_points", "points"]
    rows = {row["person_id"]: row for row in table.to_pylist()}
    assert rows["chen"]["points"] > 100 > rows["chen"]["friends_points"] > 0
    assert rows["bo"]["friends_points"] < 0


def test_explain_lines_sum_to_the_points(bank: Path) -> None:
    done = zhima("network", "explain", "chen", *FILES, cwd=bank)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0][:2] == ["own", "points"]
    assert [line[0] for line in lines[1:-1]] == ["bo", "ana", "shade0"]
    assert [line[1] for line in lines[1:-1]] == ["gives", "gives", "takes"]
    parts = [float(line[-1]) for line in lines]
    assert sum(parts[:-1]) == pytest.approx(parts[-1], abs=0.003)


def test_under_a_rulebook_without_friends_nobody_gives_or_takes(bank: Path) -> None:
    done = zhima("network", "explain", "chen", *FILES, "--rulebook", "gdpr", cwd=bank)
    assert "gives" not in done.stdout
    assert "takes" not in done.stdout
    assert done.stdout.splitlines()[-1].split() == ["points", "100.000"]


def test_picture_is_an_svg_file(bank: Path) -> None:
    done = zhima("network", "picture", "chen", *FILES, "-o", "chen.svg", cwd=bank)
    assert done.returncode == 0, done.stderr
    assert "shade0" in (bank / "chen.svg").read_text(encoding="utf-8")


def test_audit_prints_the_fake_region_first(bank: Path) -> None:
    done = zhima("network", "audit", *FILES, "--trusted", "known.csv", cwd=bank)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].split()[:3] == ["6", "15", "1"]
    assert "shade0" in done.stdout


def test_findings_set_the_exit_code(bank: Path) -> None:
    with (bank / "ties.csv").open("a") as file:
        file.write(f"dia,chen,0.5,{SINCE},\n")
    done = zhima("network", "solve", *FILES, "-o", "points.csv", cwd=bank)
    assert done.returncode == 3
    assert "one_sided" in done.stderr
    assert (bank / "points.csv").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("explain", "zoe", *FILES), "person zoe is not among"),
        (("explain", "ana", "--own", "no.csv", *FILES[2:]), "no.csv"),
        (("explain", "ana", *FILES[:2], "--ties", "own.csv", *FILES[4:]), "lacks the column"),
        (("explain", "ana", *FILES[:5], "soon"), "is no date"),
        (("audit", *FILES, "--trusted", "bad.csv"), "names 1 people without own points"),
        (("solve", "--own", "bad.csv", *FILES[2:], "-o", "x.csv"), "lacks the column own"),
        (("solve", "--own", "twice.csv", *FILES[2:], "-o", "x.csv"), "person_id of its own"),
        (("solve", "--own", "high.csv", *FILES[2:], "-o", "x.csv"), "601"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_2(
    bank: Path, words: tuple[str, ...], said: str
) -> None:
    (bank / "bad.csv").write_text("person_id\nzoe\n")
    (bank / "twice.csv").write_text("person_id,own\nana,1\nana,2\n")
    (bank / "high.csv").write_text("person_id,own\nana,601\n")
    done = zhima("network", *words, cwd=bank)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
