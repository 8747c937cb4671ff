"""One clock: what a resident sees and what a rule reads is the city's time (`zhima.city.clock`)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CITY = Path(__file__).parents[2] / "src/zhima/city"
SOURCES = sorted(path for path in CITY.rglob("*.py") if "migrations" not in path.parts)
TIMES_OF_DAY = {
    "timezone": {"now"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime"},
}
"""How long something takes (`time.monotonic`) is no time of day."""
OF_NOW_WITHOUT_AN_ARGUMENT = {"localdate", "localtime"}
MAY_READ_THE_MACHINES = {
    "clock.py": "from it the city's is made",
    "ledger/writer.py": "books without a city",
    "api/idempotency.py": "whether a request is still worked on",
    "api/management/commands/webhooks.py": "retries and signatures of webhooks",
    "api/models.py": "the same, and requests",
    "api/routes/operators.py": "signatures of other operators",
    "api/routes/webhooks.py": "retries of webhooks",
    "consent/oauth.py": "codes, which the library times",
    "live/models.py": "hints between processes",
    "live/signals.py": "hints between processes",
    "pay/operators.py": "signatures for other operators",
    "pay/paycodes.py": "codes of a minute",
    "people/apps.py": "sessions",
    "people/sessions.py": "sessions, which browsers time as well",
}
WORDS = "machine's clock"


def name_of(path: Path) -> str:
    return str(path.relative_to(CITY))


def readings(tree: ast.AST) -> Iterator[int]:
    """The lines on which the machine is asked for the time of day, called or handed on."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=module) | ast.Attribute(attr=module), attr=asked):
                if asked in TIMES_OF_DAY.get(module, ()):
                    yield node.lineno
            case ast.ImportFrom(module="time", names=names):
                if {each.name for each in names} & TIMES_OF_DAY["time"]:
                    yield node.lineno
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="timezone"), attr=asked)):
                if asked in OF_NOW_WITHOUT_AN_ARGUMENT and not node.args and not node.keywords:
                    yield node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_named_modules_read_the_machines_clock_and_say_why(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = list(readings(ast.parse(text)))
    is_named = name_of(path) in MAY_READ_THE_MACHINES
    assert bool(lines) == is_named, f"lines {lines}: ask zhima.city.clock, or name the module here"
    assert not is_named or WORDS in text.lower(), f"say why it is the {WORDS}"


def test_every_named_module_is_there() -> None:
    assert set(MAY_READ_THE_MACHINES) <= {name_of(path) for path in SOURCES}


def test_no_page_counts_from_the_machines_time() -> None:
    """Django's words for how long ago count from now; a log-in's age is by the same clock as it."""
    counting = ("naturaltime", "timesince", "timeuntil", "{% now")
    found = [
        name_of(path)
        for path in sorted(CITY.rglob("*.html"))
        if any(word in path.read_text(encoding="utf-8") for word in counting)
    ]
    assert found == ["templates/usersessions/usersession_list.html"]


@pytest.mark.parametrize(
    "bad",
    [
        "timezone.now()",
        "F(default=timezone.now)",
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "from time import time",
        "timezone.localdate()",
        "timezone.localtime()",
    ],
)
def test_the_rule_sees_every_way_to_ask(bad: str) -> None:
    assert list(readings(ast.parse(bad)))


@pytest.mark.parametrize(
    "good", ["clock.now()", "timezone.localdate(clock.now())", "time.monotonic()", "self.now()"]
)
def test_the_rule_lets_other_things_be(good: str) -> None:
    assert not list(readings(ast.parse(good)))
