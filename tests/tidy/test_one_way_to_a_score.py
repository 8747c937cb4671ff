"""Nothing but the reading room leads from somebody else to a score or to evidence.

Import contracts hold the room's door; this holds the windows: models, tables by name in raw SQL,
modules that score with, models looked up by name, relations, the office's registers. Whoever
needs one more way says here who may go it and why that is no reading of somebody else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin

from zhima.city.people.models import Person
from zhima.city.scoring.models import Event, Score, Standing

ZHIMA = Path(__file__).parents[2] / "src" / "zhima"
SCORING = "zhima.city.scoring"
MODELS = {"Score", "Standing", "Event", "Suspension"}
WORKSHOPS = {
    "readings",
    "receipts",
    "histories",
    "imagining",
    "rebuilding",
    "publishing",
    "society",
}
"""Modules of scoring that hold, or give, scores and evidence."""
TABLES = {f"scoring_{name.lower()}" for name in MODELS}
LOOKED_UP = {
    "get_model",
    "get_models",
    "all_models",
    "_default_manager",
    "RawSQL",
    "get_registered",
}

ROOM = "city/disclosure/"
HERSELF = "what a person reads of herself: a function that takes the person of the session"
SYSTEM = "works over everybody's rows and shows nobody's"
ALLOWED: dict[str, dict[str, str]] = {
    "city/appeals/correction.py": {"Event": "finds when an item became known, to strike it"},
    "city/appeals/exporting.py": {"Event": "an upheld case as a test that names nobody"},
    "city/appeals/subjects.py": {"Event": "an item of the person who contests it"},
    "city/console/counters.py": {"Standing": "how many have a score; a count"},
    "city/console/views.py": {
        "get_model": "a row that has steps to take; scores and evidence have none",
        "_default_manager": "the same",
    },
    "city/demo/living.py": {"rebuilding": SYSTEM + ", in the demo alone"},
    "city/demo/tour.py": {"Score": "whether a resident of the demo has one yet",
                          "Event": "whether a scene of the demo has been played"},
    "city/mydata/scope.py": {
        "Event": HERSELF,
        "get_models": HERSELF,
        "_default_manager": HERSELF,
    },
    "city/oversight/audit.py": {"rebuilding": SYSTEM},
    "city/oversight/papers.py": {"Score": SYSTEM, "Standing": SYSTEM, "receipts": SYSTEM},
    "city/oversight/judging.py": {"histories": "counts over all, and a person's own two numbers"},
    "city/oversight/sealing.py": {"Event": "hashes of items, never what they say"},
    "city/oversight/sources.py": {"Event": SYSTEM},
    "city/score/evidence.py": {"Event": HERSELF},
    "city/score/questions.py": {"imagining": "the shape of an answer; the room gives it"},
    "city/score/views/asking.py": {"imagining": "the shape of a question"},
    "cli/scorer.py": {"rebuilding": SYSTEM},
}  # fmt: skip


def sources() -> list[Path]:
    """All of the city and the command line, but scoring itself and what Django wrote."""
    found = [*(ZHIMA / "city").rglob("*.py"), *(ZHIMA / "cli").rglob("*.py")]
    away = {"migrations", "scoring"}
    return sorted(path for path in found if not away & set(path.relative_to(ZHIMA).parts))


def name_of(path: Path) -> str:
    return path.relative_to(ZHIMA).as_posix()


def ways(path: Path) -> Iterator[str]:
    """Every way to a score or to evidence that a file goes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from _imported(node)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.startswith(SCORING))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (table for table in TABLES if table in node.value)
        elif isinstance(node, ast.Attribute) and node.attr in LOOKED_UP:
            yield node.attr


def _imported(node: ast.ImportFrom) -> Iterator[str]:
    names = [each.name for each in node.names]
    if node.module == f"{SCORING}.models":
        yield from (name for name in names if name in {*MODELS, "*"})
    elif node.module == SCORING:
        yield from (name for name in names if name in {*WORKSHOPS, "models", "*"})
    elif node.module.startswith(f"{SCORING}."):
        workshop = node.module.removeprefix(f"{SCORING}.").partition(".")[0]
        if workshop in WORKSHOPS:
            yield workshop


OUTSIDE = [path for path in sources() if not name_of(path).startswith(ROOM)]


@pytest.mark.parametrize("path", OUTSIDE, ids=name_of)
def test_a_file_goes_no_way_that_is_not_named_here(path: Path) -> None:
    assert set(ways(path)) <= set(ALLOWED.get(name_of(path), ()))


def test_no_way_is_named_that_nobody_goes() -> None:
    gone = {name: set(named) - set(ways(ZHIMA / name)) for name, named in ALLOWED.items()}
    assert not {name: left for name, left in gone.items() if left}


@pytest.mark.parametrize(
    "code",
    [
        "from zhima.city.scoring.models import Score",
        "from zhima.city.scoring import readings",
        "from zhima.city.scoring.readings import current",
        "import zhima.city.scoring.models",
        "cursor.execute('SELECT score FROM scoring_score')",
        "sql = f'SELECT {x} FROM scoring_event WHERE {y}'",
        "apps.get_model('scoring', 'Score')",
        "for model in apps.get_models(): model.objects.all()",
    ],
)
def test_each_kind_of_way_is_seen(code: str, tmp_path: Path) -> None:
    (tmp_path / "sly.py").write_text(code)
    assert list(ways(tmp_path / "sly.py"))


def test_no_relation_leads_from_a_person_to_what_scoring_keeps() -> None:
    related = {each.related_model._meta.app_label for each in Person._meta.related_objects}
    assert "scoring" not in related
    told = {
        f.related_model for m in apps.get_models() for f in m._meta.get_fields() if f.is_relation
    }
    assert not told & {Event, Score, Standing}


def test_no_register_of_the_office_shows_a_score_or_evidence() -> None:
    shown = {model._meta.label for model in admin.site._registry}
    assert not {each for each in shown if each.startswith("scoring.")} - {"scoring.RulebookInForce"}
    assert "disclosure.Entry" not in shown, "who read what about whom is the person's own"


def test_the_room_writes_before_it_gives() -> None:
    """Each public function of the reading room ends in `disclose`, which writes the entry."""
    tree = ast.parse((ZHIMA / "city/disclosure/reading.py").read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name in ("score_of", "ask_door"):
        *_, last = functions[name].body
        assert isinstance(last, ast.Return), name
        assert last.value.func.id == "disclose", name
    written = [
        node.func.id
        for node in ast.walk(functions["_looked_up"])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    assert written.count("_write") == 2, "an entry for an answer and one for a refusal"


def test_what_is_stored_is_opened_by_the_functions_that_write_alone() -> None:
    """`stored` reads without an entry: who may import it is written down."""
    users = {
        name_of(path)
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (
            (node.module == "zhima.city.disclosure" and "stored" in {n.name for n in node.names})
            or node.module == "zhima.city.disclosure.stored"
        )
    }
    assert users == {
        "city/disclosure/authorities.py",
        "city/disclosure/overseeing.py",  # inside of `disclose`, which writes the entry
        "city/disclosure/own.py",
        "city/disclosure/reading.py",
        "city/oversight/apps.py",
    }
