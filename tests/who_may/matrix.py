"""The tables of who may: one file a room, one row a route, one column a reader.

A file names what its routes need:

    scene: pay                    # tests/who_may/scenes/pay.py puts there what its paths lead to
    csrf: false                   # only where a key, not a cookie, says who asks
    methods: [GET, POST]          # only where a library's pages take PUT for a GET
    readers: [partner, rival]     # only where they are others than READERS
    routes:
      pay/receipt/<str:entry_id>/:
        GET: yes no no yes yes no log-in
      pay/shops/:
        GET: all                  # whoever is logged in
        POST: all
        form: {name: Tea stall}
        with: {wish: ask}         # arguments that this row alone wants

A row lists each method that anybody may use. A `*` in a route stands for anything; a row of the
route's own goes before, then the first that covers it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.who_may.routes import every_route

TABLES = Path(__file__).parents[1] / "cases" / "who_may"
READERS = ("owner", "contact", "stranger", "merchant", "clerk", "operator", "anonymous")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SHORT = {
    "everybody": "yes yes yes yes yes yes yes",
    "all": "yes yes yes yes yes yes log-in",
    "nothing": "no no no no no no log-in",
    "operators": "log-in log-in log-in log-in log-in yes log-in",
    "locked": "log-in log-in log-in log-in log-in forbidden log-in",
}


@dataclass(frozen=True)
class Row:
    """One route of one room."""

    route: str
    room: str
    verdicts: Mapping[str, Mapping[str, str]]
    """By method, then by reader."""
    scene: str | None = None
    csrf: bool = True
    methods: tuple[str, ...] = METHODS
    """Those that are tried; libraries' pages take any other for a GET."""
    form: Mapping[str, object] = field(default_factory=dict)
    arguments: Mapping[str, object] = field(default_factory=dict)

    def covers(self, route: str) -> bool:
        """Whether the row speaks of a route."""
        parts = map(re.escape, self.route.split("*"))
        return re.fullmatch(".*".join(parts), route, re.DOTALL) is not None


def rows() -> list[Row]:
    """All rows of all rooms."""
    return [row for table in sorted(TABLES.glob("*.yaml")) for row in _rows_of(table)]


def row_of(route: str, among: list[Row]) -> Row | None:
    """The row that speaks of a route: its own, or the first with a star that covers it."""
    own = next((row for row in among if row.route == route), None)
    return own or next((row for row in among if row.covers(route)), None)


def unused(among: list[Row]) -> list[str]:
    """Rows that speak of no route any more."""
    routes = every_route()
    return [row.route for row in among if not any(row.covers(route) for route in routes)]


def _rows_of(path: Path) -> Iterator[Row]:
    table = YAML(typ="safe").load(path)
    readers = tuple(table.get("readers", READERS))
    for route, row in table["routes"].items():
        yield Row(
            route=route or "",
            room=path.stem,
            verdicts={
                method: _verdicts(readers, row[method], f"{path.name}: {route}: {method}")
                for method in METHODS
                if method in row
            },
            scene=table.get("scene"),
            csrf=table.get("csrf", True),
            methods=tuple(table.get("methods", METHODS)),
            form=row.get("form", {}),
            arguments=row.get("with", {}),
        )


def _verdicts(readers: tuple[str, ...], said: Any, where: str) -> dict[str, str]:
    words = SHORT.get(said, said).split()
    assert len(words) == len(readers), f"{where}: {len(words)} words for {len(readers)} readers"
    return dict(zip(readers, words, strict=True))
