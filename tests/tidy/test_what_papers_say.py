"""What the papers show exists: commands with their options, files, modules."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer

from zhima.cli.app import app

ROOT = Path(__file__).parents[2]
PAPERS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md"))
    # A decision keeps the words of its day.
    if "decisions" not in path.parts
)
FENCED = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"`((?:zhima|make) [^`\n]+)`")
INDENTED = re.compile(r"^ {4}((?:zhima|make) .+)$", re.MULTILINE)
DECISION = re.compile(r"\b[Dd]ecisions?[/ ](\d{4})")
FILE = re.compile(r"(?<![\w/.])(?:docs|src|tests|examples|benchmarks|requirements)/[\w./-]*\w")
MODULE = re.compile(r"\bzhima(?:\.[a-z_]+)+\b(?!\.ya?ml)")
TARGETS = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def shown(text: str) -> Iterator[list[str]]:
    """Every command a paper shows, as words; what follows two blanks and a # is a remark."""
    lines = [line for block in FENCED.findall(text) for line in block.splitlines()]
    lines += INDENTED.findall(FENCED.sub("", text))
    for line in (*lines, *INLINE.findall(FENCED.sub("", text))):
        words = re.sub(r"^\.venv/bin/", "", line.removeprefix("$ ")).partition("  #")[0]
        if words.startswith(("zhima ", "make ")):
            yield shlex.split(words.replace("[", "").replace("]", ""))


def faults(words: list[str]) -> Iterator[str]:
    """What of a command does not exist."""
    if words[0] == "make":
        yield from (word for word in words[1:2] if word not in TARGETS)
        return
    command: Any = typer.main.get_command(app)
    rest = words[1:]
    while rest and getattr(command, "commands", None):
        name = rest.pop(0)
        if name not in command.commands:
            yield from () if name == "COMMAND" else (name,)
            return
        command = command.commands[name]
    if words[1:3] == ["city", "manage"]:
        yield from (name for name in rest[:1] if name not in {"...", *_management()})
        return
    known = {"--help", *(name for param in command.params for name in param.opts)}
    known |= {name for param in command.params for name in param.secondary_opts}
    yield from (word for word in rest if word.startswith("-") and word not in known)


def _management() -> set[str]:
    from django.core.management import get_commands

    return set(get_commands())


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_command_exists_with_its_options(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    wrong = {" ".join(words): missing for words in shown(text) if (missing := [*faults(words)])}
    assert not wrong


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_and_a_module_exist(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    missing = [name for name in FILE.findall(text) if not (ROOT / name).exists()]
    unknown = [name for name in MODULE.findall(text) if not _importable(name)]
    assert not missing + unknown


def _importable(name: str) -> bool:
    """Whether a dotted name is a module, or something one module up."""
    parent, _, last = name.rpartition(".")
    try:
        if find_spec(name) is not None:
            return True
    except ModuleNotFoundError:
        pass
    try:
        spec = find_spec(parent)
    except ModuleNotFoundError:
        return False
    return bool(spec and spec.origin and re.search(rf"\b{last}\b", Path(spec.origin).read_text()))


def test_every_decision_that_is_cited_was_taken() -> None:
    taken = {path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")}
    papers = (*PAPERS, *(ROOT / "docs" / "decisions").glob("*.md"))
    cited = {
        f"{path.name} cites {number}"
        for path in papers
        for number in DECISION.findall(path.read_text(encoding="utf-8"))
        if number not in taken
    }
    assert not cited


def imports_in(text: str) -> Iterator[tuple[str, str]]:
    """Module and name of every import from us in the Python that a paper shows."""
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        for part in ast.walk(ast.parse(block)):
            if isinstance(part, ast.ImportFrom) and str(part.module).startswith("zhima"):
                yield from ((str(part.module), name.name) for name in part.names)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_paper_imports_is_there(paper: Path) -> None:
    for module, name in imports_in(paper.read_text(encoding="utf-8")):
        found = hasattr(import_module(module), name) or find_spec(f"{module}.{name}")
        assert found, f"{module} has no {name}"


def rooms_of(folder: str) -> set[str]:
    return {path.parent.name for path in (ROOT / "src" / "zhima" / folder).glob("*/__init__.py")}


@pytest.mark.parametrize(
    ("folder", "paper"), [("city", "docs/city.md"), ("engine", "docs/architecture.md")]
)
def test_every_room_has_its_row(folder: str, paper: str) -> None:
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / paper).read_text(encoding="utf-8"), re.MULTILINE)
    text = (ROOT / paper).read_text(encoding="utf-8")
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    missing = {room for room in rooms_of(folder) - named if f"; `{room}` is" not in text}
    assert not missing


def test_every_setting_from_the_environment_is_explained() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    papers = "".join(path.read_text("utf-8") for path in PAPERS)
    # What one process of ours says to another.
    settings = {*re.findall(r"\bZHIMA_[A-Z_]+\b", sources)} - {"ZHIMA_DEMO_SUPERVISED"}
    assert len(settings) > 5
    assert {name for name in settings if f"`{name}`" not in papers} == set()


def test_what_does_not_exist_is_found() -> None:
    def said(text: str) -> list[str]:
        return [fault for words in shown(text) for fault in faults(words)]

    assert said("`zhima scor --events e`, `zhima score --event e`, `make everything`") == [
        "scor", "--event", "everything",
    ]  # fmt: skip
    assert said("```\n$ zhima city manage dance\nzhima spine --no-show  # --none\n```") == ["dance"]
    assert said("Run it:\n\n    zhima city serves --port 1\n") == ["serves"]
    assert DECISION.findall("docs/decisions/0999-x.md, decision 0998") == ["0999", "0998"]
    assert not _importable("zhima.engine.nothing")
