"""Sound files with one thing in them changed into something that nobody should write.

A change is drawn by hypothesis, so that a failure shows the smallest one. What is written need not
be refused: a name may be any text. It must only never surprise.
"""

from __future__ import annotations

import io
import json
import math
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st
from ruamel.yaml import YAML

Key = str | int | date
Place = tuple[Any, ...]

DEEP: Any = []
for _ in range(200):
    DEEP = [DEEP]
NUMBERS = [0, -1, 1, 2**63, -(10**400), 10**4000, 0.5, -1e308, 1e-320, math.nan, math.inf]
WORDS = ["", " ", "x", "\0", "\ud7ff\u2028", "é" * 50_000, "1e5", "../../etc", "{}", "%s", "["]
HEAPS = [[], {}, [[]], [None], ["a", "a"], {"a": {"b": 1}}, {"": ""}, DEEP]
DAYS = ["2026-02-30", date(1, 1, 1), date(9999, 12, 31)]
VALUES: list[Any] = [None, True, False, *NUMBERS, *WORDS, *HEAPS, *DAYS]
TEXTS = ["", "\0", "\ufeff", "9" * 5000, "=", "-", "{", "'", "\n\n", "\t", "—", "é", "&a *a"]
TEXTS += ["A" * 70_000, "[" * 5000]
BYTES = [b"\xff\xfe", b"\x80", b"", b"\x00" * 64, b"\xed\xa0\x80"]


def places(node: Any, at: Place = ()) -> Iterator[Place]:
    """The path of every node of a tree, its root included."""
    yield at
    if isinstance(node, dict | list):
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(child, (*at, key))


def changed(node: Any, at: Place, change: Callable[[Any, Key], Any]) -> Any:
    """The tree with `change(parent, key)` made to a copy of the parent of one node."""
    if len(at) == 1:
        copy = dict(node) if isinstance(node, dict) else list(node)
        change(copy, at[0])
        return copy
    child = changed(node[at[0]], at[1:], change)
    if isinstance(node, dict):
        return {**node, at[0]: child}
    return [*node[: at[0]], child, *node[at[0] + 1 :]]


def put(value: Any) -> Callable[[Any, Any], None]:
    def change(parent: Any, key: Any) -> None:
        parent[key] = value

    return change


def taken_out(parent: Any, key: Any) -> None:
    del parent[key]


def doubled(parent: Any, key: Any) -> None:
    if isinstance(parent, list):
        parent.insert(key, parent[key])
    else:
        parent[f"{key} "] = parent[key]


def renamed(name: Any) -> Callable[[Any, Any], None]:
    def change(parent: Any, key: Any) -> None:
        value = parent.pop(key)
        if isinstance(parent, list):
            parent.append(value)
        else:
            parent[name] = value

    return change


CHANGES = st.one_of(
    st.sampled_from(VALUES).map(put),
    st.sampled_from(VALUES).map(put),
    st.just(taken_out),
    st.just(doubled),
    st.sampled_from(["", "x", "\0", 7, date(2026, 1, 1)]).map(renamed),
)


@st.composite
def _trees(draw: st.DrawFn, sound: Any) -> Any:
    at = draw(st.sampled_from(sorted(places(sound), key=lambda place: (len(place), str(place)))))
    if not at:
        return draw(st.sampled_from(VALUES))
    return changed(sound, at, draw(CHANGES))


def _yaml(tree: Any) -> str:
    stream = io.StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.width = 1_000_000
    yaml.dump(tree, stream)
    return stream.getvalue()


def _json(tree: Any) -> str:
    return json.dumps(_named(tree), default=str, ensure_ascii=False)


def _named(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _named(value) for key, value in node.items()}
    return [_named(value) for value in node] if isinstance(node, list) else node


def _toml(tree: Any) -> str:
    """Inline, which is nearly JSON; what TOML cannot say becomes a text."""
    if not isinstance(tree, dict):
        return _inline(tree)
    return "".join(f"{_toml_text(str(k))} = {_inline(v)}\n" for k, v in tree.items())


def _inline(node: Any) -> str:
    if isinstance(node, dict):
        return f"{{{', '.join(f'{_toml_text(str(k))} = {_inline(v)}' for k, v in node.items())}}}"
    if isinstance(node, list):
        return f"[{', '.join(map(_inline, node))}]"
    if isinstance(node, bool):
        return "true" if node else "false"
    if isinstance(node, float):
        return str(node)
    return _toml_text(node) if isinstance(node, str) else str(node or '""')


def _toml_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


@st.composite
def _written(draw: st.DrawFn, text: str) -> bytes:
    """A text with something put in, taken out, doubled or torn somewhere."""
    start = draw(st.integers(0, len(text)))
    length = draw(st.sampled_from([0, 1, 5, 40, len(text)]))
    rest = text[start + length :]
    if draw(st.booleans()):
        return text[:start].encode() + draw(st.sampled_from(BYTES)) + rest.encode()
    middle = draw(st.sampled_from([*TEXTS, text[start : start + length] * 2]))
    return (text[:start] + middle + rest).encode("utf-8", "surrogatepass")


_COLUMNS: list[Callable[[int], pa.Array]] = [
    pa.nulls,
    lambda n: pa.array([math.nan] * n),
    lambda n: pa.array([math.inf] * n),
    lambda n: pa.array([2**63 - 1] * n),
    lambda n: pa.array([-(2**63)] * n),
    lambda n: pa.array([""] * n),
    lambda n: pa.array(["start"] * n),
    lambda n: pa.array(["not json"] * n),
    lambda n: pa.array([b"\xff"] * n),
    lambda n: pa.array([[1]] * n),
    lambda n: pa.array([{"a": 1}] * n),
    lambda n: pa.array([True] * n),
    lambda n: pa.array([0] * n, pa.timestamp("s")),
    lambda n: pa.array([2**62] * n, pa.timestamp("us", "UTC")),
    lambda n: pa.array(["x"] * n).dictionary_encode(),
]


@st.composite
def _tables(draw: st.DrawFn, sound: pa.Table) -> bytes:
    place = draw(st.integers(0, sound.num_columns - 1))
    name = sound.column_names[place]
    way = draw(st.sampled_from(["put", "put", "put", "one", "out", "twice", "renamed", "none"]))
    if way == "put":
        sound = sound.set_column(place, name, draw(st.sampled_from(_COLUMNS))(len(sound)))
    elif way == "one":
        # One value of another row, or none, where each had its own.
        rows = [0, *range(1, len(sound))]
        rows[draw(st.integers(0, min(40, len(rows) - 1)))] = draw(st.sampled_from([0, None]))
        sound = sound.set_column(place, name, sound[name].combine_chunks().take(pa.array(rows)))
    elif way == "out":
        sound = sound.drop_columns([name])
    elif way == "twice":
        sound = sound.append_column(name, sound[name])
    elif way == "renamed":
        sound = sound.rename_columns(
            [*sound.column_names[:place], "", *sound.column_names[place + 1 :]]
        )
    else:
        sound = sound.slice(0, 0)
    sink = io.BytesIO()
    pq.write_table(sound, sink)
    return sink.getvalue()


def hostile(path: Path) -> st.SearchStrategy[bytes]:
    """Contents of a file like the one at `path`, with one thing in it changed."""
    if path.suffix == ".parquet":
        return _tables(pq.read_table(path))
    text = path.read_text("utf-8")
    match path.suffix:
        case ".yaml":
            trees = _trees(YAML(typ="safe", pure=True).load(text)).map(_yaml)
        case ".json" | ".jwk":
            trees = _trees(json.loads(text)).map(_json)
        case ".toml":
            trees = _trees(tomllib.loads(text)).map(_toml)
        case _:
            return _written(text)
    return st.one_of(
        trees.map(lambda said: said.encode("utf-8", "surrogatepass")),
        trees.map(lambda said: said.encode("utf-8", "surrogatepass")),
        trees.map(lambda said: said.encode("utf-8", "surrogatepass")),
        _written(text),
    )
