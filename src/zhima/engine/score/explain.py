"""A receipt read back: added up, checked line by line, put into sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from zhima.engine.files import (
    listed,
    reading,
    require_columns,
    require_distinct,
    require_file,
)
from zhima.engine.kinds import MILLI, POINTS_RANGE, SCORE_CEILING, SCORE_FLOOR, Finding, ZhimaError
from zhima.engine.rulebook.model import MissingWeight, Rulebook
from zhima.engine.score.compose import TOLERANCE_POINTS
from zhima.engine.score.fit import Policy
from zhima.engine.score.receipt import SCHEMA, Item
from zhima.engine.scorecard.apply import item_labels
from zhima.engine.scorecard.card import Card


class Line(NamedTuple):
    """One line of a receipt; `points_milli` in thousandths of a point."""

    item: Item
    factor: str
    source: str
    value: str
    label: str
    points_milli: int

    @property
    def points(self) -> float:
        return self.points_milli / MILLI


def read_receipt(path: Path, *, person_id: str) -> tuple[Line, ...]:
    """The lines of one person; ZhimaError when the file or the person is not there."""
    rows = _rows_of(path, person_id, _LINES)
    if not rows:
        raise ZhimaError(f"{path} has no receipt of {person_id!r}")
    names = [name for name in _LINES if name != "item"]
    return tuple(Line(_item(row["item"], path), *(row[name] for name in names)) for row in rows)


def _item(said: str, path: Path) -> Item:
    if said not in set(Item):
        raise ZhimaError(
            f"{path}: a receipt has no line called {said!r}; there are {listed(list(Item))}"
        )
    return Item(said)


_LINES = dict.fromkeys(SCHEMA.names[1:-1], "string") | {"points_milli": "int64"}
_SCORE = {
    "score": "int64",
    "band": "string",
    "low": "int64",
    "high": "int64",
    "rulebook": "string",
    "card": "string",
    "as_of": "timestamp",
}
"""What is read of a file, as Arrow calls it."""


def _rows_of(path: Path, person_id: str, columns: dict[str, str]) -> list[dict[str, Any]]:
    # It brings pandas along, which nobody needs who only works with lines.
    import pyarrow as pa
    import pyarrow.csv as pa_csv
    import pyarrow.dataset as pa_dataset

    types = {"string": pa.string(), "int64": pa.int64(), "timestamp": pa.timestamp("us", "UTC")}
    wanted = pa.schema([(name, types[kind]) for name, kind in {**_ID, **columns}.items()])
    require_file(path)
    with reading(path, ValueError, OverflowError):
        # An id may look like a number and begin with a nought.
        ids = pa_csv.ConvertOptions(column_types={"person_id": pa.string()})
        csv = pa_dataset.CsvFileFormat(convert_options=ids)
        table = pa_dataset.dataset(path, format=csv if path.suffix == ".csv" else path.suffix[1:])
        require_columns(table.schema.empty_table(), wanted.names, path)
        require_distinct(table.schema.names, path, only=wanted.names)
        rows = table.to_table(
            columns=wanted.names, filter=pa_dataset.field("person_id") == person_id
        )
        read = rows.cast(wanted)
        for name in wanted.names:
            if read[name].null_count:
                raise ZhimaError(f"{path}: column {name} is empty where it speaks of {person_id!r}")
        return list(read.to_pylist())


_ID = {"person_id": "string"}


def score_of(lines: Iterable[Line]) -> int:
    """The score that the lines add up to; ZhimaError when they do not make one."""
    total = sum(line.points_milli for line in lines)
    score, rest = divmod(total, MILLI)
    if rest or not SCORE_FLOOR <= score <= SCORE_CEILING:
        raise ZhimaError(
            f"the receipt adds up to {total / MILLI:.3f}, which is no whole score from "
            f"{SCORE_FLOOR} to {SCORE_CEILING}: a line was lost or changed"
        )
    return score


def own_points(lines: Iterable[Line]) -> int:
    """Own points b, 0..600: what the card gives, within its limits."""
    own = {Item.BASE, Item.ATTRIBUTE, Item.LIMIT}
    return sum(line.points_milli for line in lines if line.item in own) // MILLI


def check(lines: tuple[Line, ...], *, card: Card, rules: Rulebook) -> list[Finding]:
    """Recompute every line from what it states; each that does not follow is a finding.

    Needs nothing but the receipt, the card and the rulebook it names. Lines state the points and
    shares of contacts to so many digits that they can be recomputed to a thousandth of a point.
    """
    expected = _Expected(lines, card, rules)
    return [
        _finding(number, line)
        for number, line in enumerate(lines, start=1)
        if not _close(expected.milli(line), line.points_milli)
    ]


def _close(expected: float | None, milli: int) -> bool:
    return expected is not None and abs(expected - milli) <= 1.5


def _number(text: str) -> float:
    """What a line states, NaN where it states no number: then nothing follows from it."""
    try:
        return float(text)
    except ValueError:
        return math.nan


class _Expected:
    """What each line of one receipt should say, in thousandths of a point."""

    def __init__(self, lines: tuple[Line, ...], card: Card, rules: Rulebook) -> None:
        self.weight = rules.friends.weight
        self.base = card.base_points * MILLI
        self.own = own_points(lines)
        of_card = {Item.BASE, Item.ATTRIBUTE}
        self.card_sum = sum(line.points_milli for line in lines if line.item in of_card)
        shares = [_number(line.label) for line in lines if line.item is Item.CONTACT]
        self.missing = 0.0 if rules.friends.missing is MissingWeight.SELF else 1 - sum(shares)
        # Half a point, the solve's tolerance, and half a thousandth for each rounded line.
        self.rounding = MILLI / 2 + TOLERANCE_POINTS * MILLI + (len(shares) + 1) / 2
        self.cells = {
            item.name: dict(zip(item_labels(item), item.cells(), strict=True))
            for item in card.items()
        }

    def milli(self, line: Line) -> float | None:
        """None when nothing in the card or the rulebook could have made the line."""
        match line.item:
            case Item.START:
                return SCORE_FLOOR * MILLI
            case Item.BASE:
                return self.base
            case Item.ATTRIBUTE:
                points = self.cells.get(line.source, {}).get(line.label)
                return None if points is None else points * MILLI
            case Item.LIMIT:
                return min(max(self.card_sum, 0), POINTS_RANGE * MILLI) - self.card_sum
            case Item.CONTACT:
                gap = _number(line.value) - self.own
                return self.weight * _number(line.label) * gap * MILLI
            case Item.MISSING_TIES:
                return -self.weight * self.missing * self.own * MILLI
            case Item.ROUNDING:
                return line.points_milli if abs(line.points_milli) <= self.rounding else None


def _finding(number: int, line: Line) -> Finding:
    return Finding(
        source="receipt",
        row=number,
        column="points_milli",
        value=f"{line.item} {line.source} {line.points_milli}",
        reason="does_not_follow",
    )


def read_score(path: Path, *, person_id: str) -> dict[str, Any]:
    """One row of a scores table; ZhimaError when the file or the person is not there."""
    rows = _rows_of(path, person_id, _SCORE)
    if not rows:
        raise ZhimaError(f"{path} has no score of {person_id!r}")
    ends = SCORE_FLOOR, rows[0]["low"], rows[0]["score"], rows[0]["high"], SCORE_CEILING
    if list(ends) != sorted(ends):
        raise ZhimaError(
            f"{path}: the score of {person_id!r} is {ends[2]} in {ends[1]} to {ends[3]}, "
            f"which is no interval within {SCORE_FLOOR} to {SCORE_CEILING}"
        )
    return dict(rows[0])


def require_same_rules(stated: dict[str, Any], policy: Policy) -> None:
    """Refuse to explain a score with another rulebook or card than it was made with."""
    made_with = (stated["rulebook"], stated["card"])
    given = (policy.rulebook.name, policy.card.sha256[:12])
    if made_with != given:
        raise ZhimaError(
            f"the score was made with {made_with[0]} and card {made_with[1]}, "
            f"not with {given[0]} and card {given[1]}; name them with --rulebook and --card"
        )
    band = policy.rulebook.rules.band(stated["score"]).id
    if stated["band"] != band:
        raise ZhimaError(f"a score of {stated['score']} is in band {band}, not in {stated['band']}")
