"""What `zhima import` does with good rows, bad rows and repeated rows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhima.engine.events.importer import import_files, import_table
from zhima.engine.events.mapping import Output, load_mapping
from zhima.engine.events.reasons import Reason
from zhima.engine.events.staging import Imported
from zhima.engine.events.table import EVENTS
from zhima.engine.kinds import ZhimaError

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
HEADER = "id,who,what,when,yuan,late\n"
GOOD = "1,ana,bill,2025-03-01T10:00:00+08:00,12.30,0\n"
MAP = """
[[source]]
files = "*.csv"
[source.columns]
event_id = {column = "id"}
person_id = {column = "who"}
occurred_at = {column = "when"}
amount_fen = {column = "yuan", scale = "100"}
[source.columns.kind]
column = "what"
values = {bill = "bill.paid", visit = "booking.kept", issued = "bill.issued"}
[source.context]
days_late = {column = "late"}
"""
TIES_MAP = """
[[source]]
files = "*.csv"
output = "ties"
[source.columns]
person_id = {column = "a"}
contact_id = {column = "b"}
strength = {column = "s"}
since = {column = "t", format = "unix"}
"""


def run(folder: Path, text: str, mapping: str = MAP) -> Imported:
    (folder / "raw.csv").write_text(text, encoding="utf-8")
    (folder / "map.toml").write_text(mapping, encoding="utf-8")
    loaded = load_mapping(folder / "map.toml")
    return import_files([folder / "raw.csv"], loaded, folder / "events.parquet", as_of=NOW)


def findings(done: Imported) -> list[tuple[int, str | None, str | None, str]]:
    table = pq.read_table(done.written["findings"]).to_pylist()
    return [(row["row"], row["column"], row["value"], row["reason"]) for row in table]


def test_a_good_row_becomes_an_event_of_the_contract(tmp_path: Path) -> None:
    done = run(tmp_path, HEADER + GOOD)
    table = pq.read_table(done.written["events"])
    assert dict(zip(table.schema.names, table.schema.types, strict=True)) == dict(
        zip(EVENTS.names, EVENTS.types, strict=True)
    )
    (event,) = table.to_pylist()
    assert event["occurred_at"] == dt.datetime(2025, 3, 1, 2, tzinfo=dt.UTC)
    assert event["recorded_at"] == event["occurred_at"]
    assert (event["kind"], event["amount_fen"]) == ("bill.paid", 1230)
    assert event["context"] == '{"days_late":0}'
    assert "findings" not in done.written
    assert not list(tmp_path.glob(".zhima*"))


LENDING_MAP = MAP.replace(
    'days_late = {column = "late"}',
    'days_late = {column = "back", days_after = "due", format = "%d.%m.%Y %H:%M",'
    ' zone = "Europe/Berlin"}',
).replace("yuan", "none")


@pytest.mark.parametrize(
    ("due", "back", "context"),
    [
        ("08.03.2025 18:00", "11.03.2025 09:00", '{"days_late":3}'),
        ("08.03.2025 00:00", "08.03.2025 23:59", '{"days_late":0}'),
        ("29.03.2025 12:00", "31.03.2025 00:30", '{"days_late":2}'),
        ("08.03.2025 18:00", "06.03.2025 18:00", '{"days_late":-2}'),
        ("", "06.03.2025 18:00", None),
        ("08.03.2025 18:00", "", None),
    ],
)
def test_days_late_are_counted_from_two_dates(
    tmp_path: Path, due: str, back: str, context: str | None
) -> None:
    header = "id,who,what,when,none,due,back\n"
    row = f"1,ana,returned,2025-03-11T10:00:00Z,,{due},{back}\n"
    done = run(
        tmp_path, header + row, LENDING_MAP.replace("bill =", "returned = 'item.returned', bill =")
    )
    assert pq.read_table(done.written["events"])["context"].to_pylist() == [context]


def test_a_date_that_days_are_counted_from_must_be_one(tmp_path: Path) -> None:
    header = "id,who,what,when,none,due,back\n"
    row = "1,ana,bill,2025-03-11T10:00:00Z,1.00,soon,08.03.2025 18:00\n"
    done = run(tmp_path, header + row, LENDING_MAP)
    assert [found[3] for found in findings(done)] == [Reason.UNREADABLE_TIME]


BAD_ROWS = [
    ("1,,bill,2025-03-01T10:00:00Z,1.00,0", "who", None, Reason.MISSING_ID),
    ("1,ana,chat,2025-03-01T10:00:00Z,1.00,", "what", None, Reason.UNKNOWN_KIND),
    ("1,ana,bill,,1.00,0", "when", None, Reason.MISSING_TIME),
    ("1,ana,bill,yesterday,1.00,0", "when", "yesterday", Reason.UNREADABLE_TIME),
    ("1,ana,bill,2025-03-01T10:00:00,1.00,0", "when", "2025-03-01T10:00:00", "time_without_zone"),
    ("1,ana,bill,2026-03-01T10:00:00Z,1.00,0", "when", "2026-03-01T10:00:00Z", "from_the_future"),
    ("1,ana,bill,2025-03-01T10:00:00Z,nan,0", "yuan", "nan", Reason.NAN),
    ("1,ana,bill,2025-03-01T10:00:00Z,-inf,0", "yuan", "-inf", Reason.INFINITE),
    ("1,ana,bill,2025-03-01T10:00:00Z,twelve,0", "yuan", "twelve", Reason.UNREADABLE_NUMBER),
    ("1,ana,bill,2025-03-01T10:00:00Z,1.005,0", "yuan", "1.005", Reason.TOO_MANY_DECIMALS),
    ("1,ana,bill,2025-03-01T10:00:00Z,1e-30,0", "yuan", "1e-30", Reason.TOO_MANY_DECIMALS),
    ("1,ana,bill,2025-03-01T10:00:00Z,-1.00,0", "yuan", "-1.00", Reason.NEGATIVE_AMOUNT),
    ("1,ana,bill,2025-03-01T10:00:00Z,1e14,0", "yuan", "1e14", Reason.AMOUNT_TOO_LARGE),
    ("1,ana,bill,2025-03-01T10:00:00Z,1e200,0", "yuan", "1e200", Reason.AMOUNT_TOO_LARGE),
    ("1,ana,bill,2025-03-01T10:00:00Z,,0", "yuan", None, Reason.MISSING_AMOUNT),
    ("1,ana,visit,2025-03-01T10:00:00Z,1.00,", "yuan", "1.00", Reason.UNEXPECTED_AMOUNT),
    ("1,ana,visit,2025-03-01T10:00:00Z,,3", "late", "3", Reason.FIELD_NOT_ALLOWED),
    ("1,ana,bill,2025-03-01T10:00:00Z,1.00,0,7", None, "1,ana", Reason.BROKEN_ROW),
]


@pytest.mark.parametrize(("row", "column", "value", "reason"), BAD_ROWS)
def test_a_bad_row_is_kept_aside_with_its_reason(
    tmp_path: Path, row: str, column: str | None, value: str | None, reason: str
) -> None:
    done = run(tmp_path, f"{HEADER}{GOOD.replace('1,', '0,', 1)}{row}\n")
    (found,) = findings(done)
    assert (found[0], found[1], found[3]) == (2, column, reason)
    assert found[2] == value or (column is None and (found[2] or "").startswith(value or "?"))
    assert (done.rows_in, done.rows_out[Output.EVENTS], done.set_aside) == (2, 1, 1)
    kept = pq.read_table(done.written["set_aside"]).to_pylist()
    assert kept[0]["row"] == 2
    assert "ana" in kept[0]["raw"] or reason == Reason.MISSING_ID


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,a,0.5,1700000000", Reason.SELF_TIE),
        ("a,b,1.5,1700000000", Reason.OUT_OF_RANGE),
        ("a,b,,1700000000", Reason.MISSING_VALUE),
    ],
)
def test_bad_ties(tmp_path: Path, row: str, reason: Reason) -> None:
    done = run(tmp_path, f"a,b,s,t\nx,y,1,1700000000\n{row}\n", TIES_MAP)
    assert done.reasons == {reason: 1}
    assert done.rows_out == {Output.TIES: 1}
    assert done.written["ties"] == tmp_path / "events.ties.parquet"


def test_every_reason_is_produced_by_some_test() -> None:
    produced = {Reason(row[3]) for row in BAD_ROWS}
    produced |= {Reason.SELF_TIE, Reason.OUT_OF_RANGE, Reason.MISSING_VALUE}
    assert produced | {Reason.CONFLICTING_DUPLICATE} == set(Reason)


def test_importing_twice_changes_nothing_and_a_conflict_is_a_finding(tmp_path: Path) -> None:
    again = GOOD.replace("12.30", "99.00")
    done = run(tmp_path, HEADER + GOOD + GOOD + again)
    assert (done.rows_in, done.repeated, done.set_aside) == (3, 1, 1)
    assert findings(done) == [(3, "event_id", "1", Reason.CONFLICTING_DUPLICATE)]
    assert pq.read_table(done.written["events"])["amount_fen"].to_pylist() == [1230]


def test_a_clean_import_removes_the_findings_of_the_last(tmp_path: Path) -> None:
    run(tmp_path, HEADER + "1,,,,,\n")
    assert (tmp_path / "events.findings.parquet").exists()
    run(tmp_path, HEADER + GOOD)
    assert not (tmp_path / "events.findings.parquet").exists()
    assert not (tmp_path / "events.set_aside.parquet").exists()


def test_row_numbers_hold_after_broken_rows_and_line_breaks(tmp_path: Path) -> None:
    quoted = GOOD.replace("ana", '"an\na"')
    text = HEADER + "short\n" + quoted + "8,bo\n" + GOOD.replace("1,", "2,", 1).replace("12", "x")
    done = run(tmp_path, text)
    assert sorted(row for row, *_ in findings(done)) == [1, 3, 4]


def test_latin_1_semicolons_and_rows_left_out(tmp_path: Path) -> None:
    raw = tmp_path / "raw.csv"
    raw.write_bytes("id;who;what\n1;Zoë;in\n2;bo;out\n".encode("latin-1"))
    (tmp_path / "map.toml").write_text(
        '[[source]]\nfiles = "*.csv"\nwhere = {what = "in"}\n'
        'csv = {separator = ";", encoding = "latin-1"}\n[source.columns]\n'
        'event_id = {row = true}\nperson_id = {column = "who"}\nkind = {constant = "ride.taken"}\n'
        'occurred_at = {constant = "2025-06-01", zone = "Asia/Shanghai"}\n'
    )
    mapping = load_mapping(tmp_path / "map.toml")
    done = import_files([raw], mapping, tmp_path / "events.parquet", as_of=NOW)
    (event,) = pq.read_table(done.written["events"]).to_pylist()
    assert (event["person_id"], event["event_id"], done.left_out) == ("Zoë", "raw.csv:1", 1)
    assert event["occurred_at"] == dt.datetime(2025, 5, 31, 16, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ('{late = { not = "" }}', "12"),
        ('{late = { not = ["", "0"] }}', "2"),
        ('{late = ""}', "34"),
        ('{late = { not = "" }, who = { not = "bo" }}', "1"),
    ],
)
def test_a_row_may_be_asked_to_hold_anything_but_a_text(
    tmp_path: Path, where: str, kept: str
) -> None:
    cells = [("1", "ana", "0"), ("2", "bo", "3"), ("3", "cy", ""), ("4", "di", "  ")]
    text = HEADER + "".join(
        GOOD.replace("1,ana", f"{number},{who}", 1).replace(",0\n", f",{late}\n")
        for number, who, late in cells
    )
    mapping = MAP.replace('files = "*.csv"', f'files = "*.csv"\nwhere = {where}')
    done = run(tmp_path, text, mapping)
    ids = pq.read_table(done.written["events"])["event_id"].to_pylist()
    assert ("".join(ids), done.left_out) == (kept, 4 - len(kept))


@pytest.mark.parametrize(
    "more",
    [
        "where = {nowhere = 'x'}\n",
        "where = {nowhere = {not = ''}}\n",
        "lookup.town = {file = 'towns.csv', key = 'nowhere', matches = 'id'}\n",
        "lookup.town = {file = 'towns.csv', key = 'id', matches = 'id', where = {nowhere = 'x'}}\n",
    ],
)
def test_a_condition_on_a_column_that_is_not_there_is_one_sentence(
    tmp_path: Path, more: str
) -> None:
    (tmp_path / "towns.csv").write_text("id,town\n1,Ma\n")
    mapping = MAP.replace("[source.columns]", f"{more}[source.columns]", 1)
    with pytest.raises(ZhimaError, match=r"has no column 'nowhere'; it has id"):
        run(tmp_path, HEADER + GOOD, mapping)


def test_the_same_rows_from_csv_arrow_and_ibis(tmp_path: Path) -> None:
    from_csv = run(tmp_path, HEADER + GOOD)
    expected = pq.read_table(from_csv.written["events"])
    names = HEADER.strip().split(",")
    table = pa.table({n: [v] for n, v in zip(names, GOOD.strip().split(","), strict=True)})
    mapping = load_mapping(tmp_path / "map.toml")
    for raw in (table, ibis.memtable(table)):
        done = import_table(raw, mapping, tmp_path / "e.parquet", name="raw.csv", as_of=NOW)
        assert pq.read_table(done.written["events"]).equals(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("id,who,what,when,late\n", "raw.csv has no column 'yuan'"),
        ("id,id,what\n", "the column id appears twice"),
    ],
)
def test_a_file_that_does_not_fit_is_one_clear_sentence(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ZhimaError, match=message):
        run(tmp_path, text)
    assert not (tmp_path / "events.parquet").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"bill.paid"', '"chat.sent"', "chat is never an input"),
        ('"bill.paid"', '"bill.payd"', "not in the vocabulary"),
        ("days_late =", "religion =", "religion is never an input"),
        ("days_late =", "mood =", "'mood' is not in docs/events.md"),
        ('event_id = {column = "id"}', "", "events need the column event_id"),
        ('{column = "id"}', '{column = "id", row = true}', "exactly one of"),
        ('{column = "when"}', '{column = "when", zone = "Mars/Base"}', "no time zone"),
        ("[source.columns]", "[source.columns", "map.toml"),
        ('{column = "yuan", scale', '{column = "yuan", days_after = "when", scale', "no number of"),
        ('{column = "late"}', '{constant = "2", days_after = "when"}', "name it as column"),
        ('{column = "late"}', '{colum = "late"}', "context.days_late.colum: is not known here"),
        ('files = "*.csv"', "", "source.1.files: is missing"),
    ],
)
def test_a_bad_map_is_refused_before_anything_is_read(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ZhimaError, match=message):
        run(tmp_path, HEADER + GOOD, MAP.replace(old, new, 1))
