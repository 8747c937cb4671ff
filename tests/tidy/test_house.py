"""The habits of the house, held by the build: size, names, purity, documentation."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
ENGINE = [path for path in SOURCES if "engine" in path.parts]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
ROOMS_WITHOUT_A_SUBJECT = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "misc",
    "manager",
}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "perf_counter", "monotonic"}


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [ROOT / name for name in listing.split("\0") if name]
    return [path for path in paths if path.is_file()]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES
    long = [f.name for f in functions(path) if f.end_lineno - f.lineno >= MAX_FUNCTION_LINES]
    assert not long, f"over {MAX_FUNCTION_LINES} lines: {long}"


def test_rooms_have_a_subject() -> None:
    # Files that are not Python may bear a name that a framework looks for.
    rooms = [path for path in tracked() if path.suffix == ".py"]
    nameless = [name_of(p) for p in rooms if {*p.parts, p.stem} & ROOMS_WITHOUT_A_SUBJECT]
    assert not nameless


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_the_engine_has_no_clock(path: Path) -> None:
    calls = [
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"time", "datetime", "date"}
    ]
    assert not calls


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_public_functions_of_the_engine_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body, "a module says what it is for"
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_the_engine_stands_alone() -> None:
    rooms = ["kinds", "rulebook", "events", "features", "scorecard", "network", "score", "doors"]
    program = (
        "import sys; "
        + "; ".join(f"import zhima.engine.{room}" for room in rooms)
        + "; print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"django", "typer", "rich", "sklearn", "lightgbm", "matplotlib"} & set(loaded)


def test_importing_zhima_loads_nothing_heavy() -> None:
    program = "import sys, zhima, zhima.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "numba", "pyarrow", "duckdb", "ibis", "typer"} & set(loaded)


def test_the_repository_names_no_machine_and_no_registry() -> None:
    # Put together here, so that this file does not find itself.
    machine = re.compile(
        "|".join(["/wo" + "rk/", "/ro" + "ot/", "--index" + "-url", "file" + "://"])
    )
    texts = [p for p in tracked() if p.suffix not in {".png", ".svg", ".parquet"}]
    found = [
        name_of(path)
        for path in texts
        if machine.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert not found


def test_no_data_and_no_built_files() -> None:
    built = {".parquet", ".whl", ".sqlite3", ".db", ".pyc"}
    assert not [name_of(path) for path in tracked() if path.suffix in built]


def test_every_test_has_an_id_of_its_own(request: pytest.FixtureRequest) -> None:
    # xdist sends one test an id to its workers: the others would pass unplayed.
    given = Counter(item.nodeid for item in request.session.items)
    assert not [each for each, times in given.items() if times > 1]


def test_imports_go_one_way() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
