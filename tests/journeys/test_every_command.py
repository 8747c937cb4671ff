"""Every command of `zhima`, with files that are wrong and places where nothing can be written.

A user's mistake is one clear sentence that names the file, exit code 2, and nothing left behind.
The table is tests/cases/commands.yaml; a command that it lacks fails the first test.
"""

from __future__ import annotations

import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from ruamel.yaml import YAML

from tests.a_towns_files import settle
from tests.journeys.command import Done, zhima
from zhima.cli.app import app
from zhima.engine.events.staging import Staging

COMMANDS: dict[str, dict[str, Any]] = YAML(typ="safe").load(
    Path(__file__).parents[1] / "cases" / "commands.yaml"
)
CASES: list[dict[str, Any]] = YAML(typ="safe").load(
    Path(__file__).parents[1] / "cases" / "bad_input.yaml"
)
QUICK = [name for name, row in COMMANDS.items() if "home" not in row and "slow" not in row]
READS = [(name, slot) for name in QUICK for slot in COMMANDS[name].get("reads", {})]
WRITES = [(name, slot) for name in COMMANDS for slot in COMMANDS[name].get("writes", {})]
GARBAGE = bytes((number * 7919 + 13) % 251 for number in range(4000))
FAULTS = ("missing", "folder", "empty", "garbage", "cut")


def test_every_command_and_every_file_it_names_is_in_the_table() -> None:
    found = dict(_leaves(typer.main.get_command(app)))
    assert {_of(name) for name in COMMANDS} == set(found)
    for name, params in found.items():
        rows = [row for key, row in COMMANDS.items() if _of(key) == name]
        named = {slot for row in rows for part in row.values() if isinstance(part, dict)
                 for slot in part} | {"home" for row in rows if "home" in row}  # fmt: skip
        assert params <= named, f"{name}: {params - named} is not in tests/cases/commands.yaml"


def _of(key: str) -> str:
    """The table has a command several times where it takes files in several ways."""
    return key.partition(" from ")[0]


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    inner = getattr(command, "commands", None)
    if inner:
        for name, part in inner.items():
            yield from _leaves(part, (*path, name))
        return
    files = {
        max(param.opts, key=len).lstrip("-")
        for param in command.params
        if "Path" in str(getattr(getattr(param, "type_descriptor", None), "annotation", ""))
    }
    yield " ".join(path), files


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    settle(folder)
    (folder / "a-file").write_text("not a folder")
    return folder


def run(town: Path, name: str, instead: dict[str, str] | None = None) -> Done:
    row = COMMANDS[name]
    files = {**row.get("reads", {}), **row.get("writes", {}), **row.get("makes", {})}
    person = pq.read_table(town / "scores.parquet")["person_id"][0].as_py()
    words = [
        word.format(**{**files, "person": person, "home": row.get("home"), **(instead or {})})
        for word in row["words"].split()
    ]
    return zhima(*_of(name).split(), *words, cwd=town)


def everything_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def tidied(folder: Path, before: set[Path]) -> set[str]:
    """What a command left behind, removed."""
    left = everything_in(folder) - before
    for path in sorted(left, reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return {path.relative_to(folder).as_posix() for path in left}


@pytest.mark.parametrize("name", QUICK)
def test_the_words_of_the_table_work(town: Path, name: str) -> None:
    before = everything_in(town)
    done = run(town, name)
    assert done.returncode == COMMANDS[name].get("exit", 0), done.stderr
    assert set(COMMANDS[name].get("writes", {}).values()) <= tidied(town, before)


@pytest.mark.parametrize(("name", "slot"), READS)
def test_a_file_that_is_none_is_named(town: Path, name: str, slot: str) -> None:
    sound = COMMANDS[name]["reads"][slot]
    before = everything_in(town)
    for fault in FAULTS:
        path = _faulty(town, sound, fault)
        if path is None:
            continue
        faulty = everything_in(town)
        done = run(town, name, {slot: path.relative_to(town).as_posix()})
        what = f"{name} --{slot} {fault}: {done.stderr}"
        left = tidied(town, faulty)
        tidied(town, before)
        if done.returncode == 3 and COMMANDS[name].get("doubts"):
            assert done.stdout, what
        else:
            assert is_one_sentence(done), what
            assert path.stem in done.stderr, what
            assert left == set(), what


CSV_READS = [(name, slot) for name, slot in READS if COMMANDS[name]["reads"][slot].endswith(".csv")]
CSV_WAYS: dict[str, Callable[[str], bytes]] = {
    "UTF-16 without its mark": lambda text: text.encode("utf-16-le"),
    "a NUL byte": lambda text: f"{text}\0\n".encode(),
    "a field of 2 MB": lambda text: f"{text}{'x' * 2_000_000}\n".encode(),
    "a row too long": lambda text: f"{text}{',1' * 99}\n".encode(),
    "a quote that never ends": lambda text: f'{text}"\n{text}'.encode(),
    "bytes that are no text": lambda text: text.encode() + b"\xff\x81\n",
    "such bytes after many rows": lambda text: text.encode() * 99 + b"\xff\x81,1,2,3\n",
}


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("name", "slot"), CSV_READS)
def test_a_csv_file_as_nobody_should_write_it_never_ends_a_command_untold(
    town: Path, name: str, slot: str
) -> None:
    sound = COMMANDS[name]["reads"][slot]
    before = everything_in(town)
    path = town / "faulty" / sound
    for way, written in CSV_WAYS.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(written((town / sound).read_text()))
        done = run(town, name, {slot: path.relative_to(town).as_posix()})
        tidied(town, before)
        what = f"{name} --{slot} {way}: {done.stderr}"
        if done.returncode not in {0, 3}:
            assert is_one_sentence(done), what


def _faulty(town: Path, sound: str, fault: str) -> Path | None:
    """A file, or a folder where a folder belongs, that cannot be what is expected of it."""
    path = town / "faulty" / sound.rstrip("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    wants_folder = sound.endswith("/")
    whole = None if wants_folder else (town / sound).read_bytes()
    match fault:
        case "missing":
            pass
        case "folder" if wants_folder:
            path.write_text("a file")
        case "folder":
            path.mkdir()
        case "empty":
            path.mkdir() if wants_folder else path.write_bytes(b"")
        case "garbage" if whole is not None:
            path.write_bytes(GARBAGE)
        case "cut" if whole is not None and path.suffix in {".parquet", ".json", ".db"}:
            path.write_bytes(whole[: len(whole) // 2])
        case _:
            return None
    return path


@pytest.mark.parametrize(("name", "slot"), WRITES)
def test_a_place_where_nothing_can_be_written_is_refused_before_any_work(
    town: Path, name: str, slot: str
) -> None:
    file = COMMANDS[name]["writes"][slot]
    (town / "a-folder").with_suffix(Path(file).suffix).mkdir()
    before = everything_in(town)
    for place in (
        f"nowhere/{file}",
        f"a-file/{file}",
        f"a-folder{Path(file).suffix}",
        f"{'n' * 300}{Path(file).suffix}",
        "/dev/full",
    ):
        done = run(town, name, {slot: place})
        assert is_one_sentence(done), f"{name} --{slot} {place}: {done.stderr}"
        assert "cannot write" in done.stderr
        assert "features" not in done.stderr, "no work was done"
        assert tidied(town, before) == set()
    (town / "a-folder").with_suffix(Path(file).suffix).rmdir()


@pytest.mark.parametrize("name", [name for name in COMMANDS if "home" in COMMANDS[name]])
def test_a_citys_folder_that_cannot_be_one_is_named(town: Path, name: str) -> None:
    done = run(town, name, {"home": "a-file/home"})
    assert is_one_sentence(done), done.stderr
    assert "a-file" in done.stderr


LONG = [name for name in QUICK if name.split()[0] in {"import", "features", "fit", "score", "lab"}
        or name in {"what-if", "validate", "rulebook diff", "rulebook backtest", "network solve"}
        ]  # fmt: skip
WORK = ("zhima.engine", "zhima.lab")
CALLS = (1, 100, 2_000)
"""Into the engine and the lab, at which a command is interrupted."""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, empty."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", LONG)
def test_ctrl_c_ends_a_command_without_a_word_or_a_half_file(
    town: Path, scratch: Path, name: str
) -> None:
    outputs = set(COMMANDS[name].get("writes", {}).values())
    before = everything_in(town)
    codes = []
    for calls in CALLS:
        with interrupted_at(calls):
            done = run(town, name)
        codes.append(done.returncode)
        left = tidied(town, before)
        if done.returncode == 130:
            assert "zhima: " not in done.stderr
            assert left <= outputs, f"at call {calls}"
        else:
            assert done.returncode == COMMANDS[name].get("exit", 0), done.stderr
        assert everything_in(scratch) == set(), f"at call {calls}"
    assert codes[0] == 130


@contextmanager
def interrupted_at(calls: int) -> Iterator[None]:
    """What Ctrl-C raises, at one call of the work itself, unless it is over by then.

    Not after a time: that would hit a test where a machine is slow.
    """
    left = calls

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal left
        if event == "call" and frame.f_globals.get("__name__", "").startswith(WORK):
            left -= 1
            if not left:
                sys.setprofile(None)
                raise KeyboardInterrupt

    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(None)


def test_ctrl_c_in_the_midst_of_a_query_is_no_error_of_the_database(
    town: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(staging: Staging, *_: object) -> None:
        threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
        staging._database.execute("SELECT max(hash(i)) FROM range(4_000_000_000) r(i)")

    monkeypatch.setattr(Staging, "finish", never)
    before = everything_in(town)
    done = run(town, "import")
    assert (done.returncode, "zhima: " in done.stderr) == (130, False)
    assert (everything_in(town), everything_in(scratch)) == (before, set())


def test_ctrl_c_reaches_the_command_as_a_process(town: Path, scratch: Path) -> None:
    raw = town / "wallet.csv"
    header, *rows = raw.read_text().splitlines(keepends=True)
    (scratch / "wallet.csv").write_text(header + "".join(rows) * (200_000 // len(rows)))
    words = ["import", "wallet.csv", "--map", town / "map.toml", "--out", "ev.parquet"]
    started = subprocess.Popen(
        [sys.executable, "-m", "zhima", *words], cwd=scratch, stderr=subprocess.PIPE, text=True
    )
    while started.poll() is None and not list(scratch.glob(".zhima-import-*/staging.duckdb")):
        time.sleep(0.01)
    started.send_signal(signal.SIGINT)
    _, told = started.communicate()
    assert (started.returncode, "Traceback" in told) == (130, False), told
    assert [path.name for path in scratch.iterdir()] == ["wallet.csv"]


# Of those that fit cards, one: they end alike, and learning takes its time.
WRITERS = [name for name in dict.fromkeys(name for name, _ in WRITES)
           if name in QUICK and not name.startswith(("fit from", "validate", "log witness"))
           ]  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(
    town: Path, scratch: Path, name: str
) -> None:
    outputs = COMMANDS[name]["writes"].values()
    before = everything_in(town)
    # A key or a copy is written over nothing.
    old = [] if name == "rulebook copy" else [town / file for file in outputs]
    for path in old:
        path.write_text("old")
    given = everything_in(town)
    with no_room():
        done = run(town, name)
    assert is_one_sentence(done), done.stderr
    assert [path.read_text() for path in old] == ["old"] * len(old)
    left = {path.name for path in everything_in(town) - given}
    # What SQLite keeps beside books that are open.
    assert {name for name in left if not name.endswith(("-wal", "-shm"))} == set()
    assert everything_in(scratch) == set()
    tidied(town, before)


@contextmanager
def no_room() -> Iterator[None]:
    """No file can hold a single byte more."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


NO_ZONE = pa.timestamp("us")
SPOILT: dict[str, Callable[[pa.Table], pa.Table]] = {
    "lacks a column": lambda table: table.drop_columns(["kind"]),
    "has a column twice": lambda table: table.append_column("kind", table["kind"]),
    "times without zone": lambda table: put(table, "occurred_at", lambda c: c.cast(NO_ZONE)),
    "times as text": lambda table: put(table, "occurred_at", lambda c: c.cast(pa.string())),
    "amounts that are no number": lambda table: put(
        table, "amount_fen", lambda c: pa.array([float("nan")] * len(c))
    ),
    "no rows": lambda table: table.slice(0, 0),
    "every row twice": lambda table: pa.concat_tables([table, table]),
    "rows of nobody": lambda table: put(table, "person_id", lambda c: pa.nulls(len(c), c.type)),
    "a row without a time": lambda table: put(table, "occurred_at", lambda c: first(c, None)),
    "a kind nobody knows": lambda table: put(table, "kind", lambda c: first(c, "tea.drunk")),
    "context that is no JSON": lambda table: put(
        table, "context", lambda c: pa.array(["{broken"] * len(c))
    ),
    "everything in the future": lambda table: put(
        table, "recorded_at", lambda c: pa.array([LATER] * len(c), c.type)
    ),
}
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def put(table: pa.Table, name: str, change: Callable[[Any], Any]) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, change(table[name]))


def first(column: pa.ChunkedArray, value: object) -> pa.Array:
    return pa.array([value, *column.to_pylist()[1:]], column.type)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_a_mistake_is_one_sentence(town: Path, case: dict[str, Any]) -> None:
    before = everything_in(town)
    for name, text in case.get("files", {}).items():
        (town / name).write_text(text, encoding="utf-8")
    if "changes" in case:
        spoilt = SPOILT[case["changes"]](pq.read_table(town / "events.parquet"))
        pq.write_table(spoilt, town / "spoilt.parquet")
    given = everything_in(town)
    words = case.get("words", "score --events spoilt.parquet --as-of 2026-08-22 -o s.parquet")
    done = zhima(*shlex.split(words), cwd=town)
    left = tidied(town, given)
    tidied(town, before)
    assert is_one_sentence(done), done.stderr
    assert case["says"] in done.stderr
    assert left == set()


def is_one_sentence(done: Done) -> bool:
    told = [line for line in done.stderr.splitlines() if line.startswith("zhima: ")]
    return done.returncode == 2 and len(told) == 1 and "Traceback" not in done.stderr
