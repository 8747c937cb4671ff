"""Every command of `zhima`, with files that are wrong and places where nothing can be written.

A user's mistake is one clear sentence that names the file, exit code 2, and nothing left behind.
The table is tests/cases/commands.yaml; a command that it lacks fails the first test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import typer
from ruamel.yaml import YAML

from tests.a_towns_files import settle
from tests.journeys.command import Done, zhima
from zhima.cli.app import app

COMMANDS: dict[str, dict[str, Any]] = YAML(typ="safe").load(
    Path(__file__).parents[1] / "cases" / "commands.yaml"
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


def is_one_sentence(done: Done) -> bool:
    told = [line for line in done.stderr.splitlines() if line.startswith("zhima: ")]
    return done.returncode == 2 and len(told) == 1 and "Traceback" not in done.stderr
