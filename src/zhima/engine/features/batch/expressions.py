"""The formulas of `moments` as Ibis expressions over the events table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any

import ibis

from zhima.engine.events.fields import CONTEXT_FIELDS
from zhima.engine.events.kind import FieldType
from zhima.engine.events.vocabulary import OUTFLOWS, STRIKE
from zhima.engine.features.batch.circular import without_circular
from zhima.engine.features.batch.session import Session
from zhima.engine.features.declaration import ANY_KIND, Catalogue, Range
from zhima.engine.features.moments import (
    DAY_MICROS,
    MONTH_DAYS,
    Condition,
    Moment,
    Op,
    Selection,
    moments_of,
    value,
)

_EXACT = "decimal(38, 0)"
_EMPTY_IS_NOUGHT = frozenset(
    {
        Op.COUNT,
        Op.SUM,
        Op.SQUARES,
        Op.DISTINCT,
        Op.DAYS,
        Op.DAY_SQUARES,
        Op.DAY_PRODUCTS,
        Op.STREAK,
    }
)


_NULLS_IGNORED = frozenset({Op.SUM, Op.SQUARES, Op.DAY_PRODUCTS, Op.MIN, Op.MAX, Op.DISTINCT})
_COMBINED = {
    Op.COUNT: "sum",
    Op.SUM: "sum",
    Op.SQUARES: "sum",
    Op.DAYS: "sum",
    Op.DAY_SQUARES: "sum",
    Op.DAY_PRODUCTS: "sum",
    Op.MIN: "min",
    Op.YOUNGEST: "min",
    Op.MAX: "max",
    Op.OLDEST: "max",
}
"""How a moment of several kinds follows from those of each."""


def feature_table(
    session: Session, events: Any, catalogue: Catalogue, *, as_of: dt.datetime | None, rows: Any
) -> Any:
    """The feature table as an expression, not yet run.

    With `as_of`, one row a person (those of `rows`, or everybody visible when it is None). Without,
    `rows` holds `person_id` and `as_of`, and each row is seen from its own time.
    """
    moments = moments_of(catalogue.features)
    names = {moment: f"m{number}" for number, moment in enumerate(moments)}
    keys = ["person_id"] if as_of else ["person_id", "as_of"]
    timed = events.mutate(as_of=ibis.literal(as_of)) if as_of else _with_times(events, rows)
    past = _visible(session, timed)
    if catalogue.flows is not None:
        past = without_circular(session, past, catalogue.flows)
    seen = _prepared(session, past, _fields_of(moments), keys)
    folded = _folded_by_kind(seen, names, keys)
    table = folded if rows is None else _left(rows, folded, keys)
    algebra = _Columns(table, names)
    kept = table.columns if rows is None else rows.columns
    columns = {f.id: _typed(value(f, algebra), whole=f.whole) for f in catalogue.features}
    return table.select(*(kept if rows is not None else keys), **columns).order_by(keys)


def _typed(number: Any, *, whole: bool) -> Any:
    return number.cast("int64" if whole else "float64")


def _with_times(events: Any, rows: Any) -> Any:
    times = rows.select("person_id", "as_of").distinct()
    return events.inner_join(times, "person_id")


def _left(rows: Any, folded: Any, keys: list[str]) -> Any:
    renamed = folded.rename({f"{key}_": key for key in keys})
    joined = rows.left_join(renamed, [rows[key] == renamed[f"{key}_"] for key in keys])
    return joined.drop(*(f"{key}_" for key in keys))


def _visible(session: Session, events: Any) -> Any:
    """Events that had happened, were known, and were not struck by an appeal known by then."""
    past = events.filter(events.occurred_at < events.as_of, events.recorded_at < events.as_of)
    strikes = events.filter(events.kind == STRIKE)
    if not _any_rows(session, strikes):
        return past
    struck = strikes.select(
        struck_person=strikes.person_id,
        struck_event=session.json_text(strikes.context, "$.struck_event_id"),
        struck_as_of=strikes.as_of,
        known_at=ibis.greatest(strikes.occurred_at, strikes.recorded_at),
    )
    struck = struck.filter(struck.known_at < struck.struck_as_of)
    return past.anti_join(
        struck,
        [
            past.person_id == struck.struck_person,
            past.event_id == struck.struck_event,
            past.as_of == struck.struck_as_of,
        ],
    )


def _any_rows(session: Session, table: Any) -> bool:
    counted = table.aggregate(rows=table.count())
    return any(sum(part["rows"].to_pylist()) for part in session.results(counted))


def _fields_of(moments: Sequence[Moment]) -> set[str]:
    conditions = [c for m in moments for c in (*m.selection.conditions, *m.streak)]
    return {field for field, _ in conditions} | {m.of for m in moments if m.of is not None}


def _prepared(session: Session, events: Any, fields: Iterable[str], keys: list[str]) -> Any:
    """The columns the moments need: keys, kind, age, and each field once, out of the JSON."""
    age = session.micros(events.as_of) - session.micros(events.occurred_at)
    aged = events.mutate(age=age)
    day = aged.age // DAY_MICROS
    columns = {name: _field(session, aged, name, day) for name in sorted({*fields})}
    kept = {*keys, "kind", "occurred_at", "as_of", "age"}
    return aged.select(*sorted(kept), day_=day, **columns)


def _field(session: Session, events: Any, name: str, day: Any) -> Any:
    if name == "signed_amount_fen":
        out = events.kind.isin(sorted(OUTFLOWS))
        return out.ifelse(-events.amount_fen, events.amount_fen)
    if name == "day":
        return day
    if name == "month":
        return day // MONTH_DAYS
    if name not in CONTEXT_FIELDS:
        return events[name]
    text = session.json_text(events.context, f"$.{name}")
    whole = CONTEXT_FIELDS[name].type is FieldType.INTEGER
    return text.try_cast("int64") if whole else text


def _folded_by_kind(seen: Any, names: dict[Moment, str], keys: list[str]) -> Any:
    """One row a key, one column a moment.

    What can be added up is first folded for each kind, which spares DuckDB a test of the kind for
    every event and moment; the few moments that cannot are folded beside and joined.
    """
    added = {moment: name for moment, name in names.items() if moment.op in _COMBINED}
    parts = {part: f"p{number}" for number, part in enumerate({_per_kind(m): 0 for m in added})}
    kinds = seen.group_by([*keys, "kind"]).aggregate(
        present=seen.count(), **{name: _fold(seen, part, name) for part, name in parts.items()}
    )
    folded = kinds.group_by(keys).aggregate(
        present=kinds.present.sum(),
        **{name: _combined(kinds, m, parts[_per_kind(m)]) for m, name in added.items()},
    )
    whole = {moment: name for moment, name in names.items() if moment not in added}
    if not whole:
        return folded
    used = seen.filter(seen.kind.isin(sorted(_kinds_of(whole)))) if _kinds_of(whole) else seen
    used = _with_breaks(used, list(whole), names, keys)
    beside = used.group_by(keys).aggregate(**{n: _fold(used, m, n) for m, n in whole.items()})
    return _left(folded, beside, keys)


def _kinds_of(moments: Iterable[Moment]) -> set[str]:
    """The kinds the moments need; none stands for all."""
    kinds = {kind for moment in moments for kind in moment.selection.kinds}
    return set() if ANY_KIND in kinds else kinds


def _per_kind(moment: Moment) -> Moment:
    """What is folded within one kind for this moment, so that moments of many kinds share it."""
    selection = moment.selection
    in_json = {moment.of, *(name for name, _ in selection.conditions)} & CONTEXT_FIELDS.keys()
    # JSON is costly to open: where it is needed, events of other kinds are passed over.
    kinds = selection.kinds if in_json else (ANY_KIND,)
    return replace(moment, selection=Selection(kinds, selection.conditions))


def _combined(kinds: Any, moment: Moment, part: str) -> Any:
    chosen = moment.selection.kinds
    column = kinds[part]
    if ANY_KIND not in chosen:
        # DuckDB chooses in the value faster than in a filter, of which it makes a pass each.
        column = kinds.kind.isin(chosen).ifelse(column, ibis.null(column.type()))
    return {"sum": column.sum, "min": column.min, "max": column.max}[_COMBINED[moment.op]]()


def _with_breaks(
    seen: Any, moments: Sequence[Moment], names: dict[Moment, str], keys: list[str]
) -> Any:
    """Add, for each streak, the age of the latest event that broke it."""
    streaks = [moment for moment in moments if moment.op is Op.STREAK]
    if not streaks:
        return seen
    broken = {
        f"{names[m]}_break": seen.age.min(where=_selected(seen, m) & ~_part(seen, m))
        for m in streaks
    }
    breaks = seen.group_by(keys).aggregate(**broken)
    return _left(seen, breaks, keys)


def _part(events: Any, moment: Moment) -> Any:
    return reduce(and_, [_passes(events, c).fill_null(False) for c in moment.streak])


def _selected(events: Any, moment: Moment) -> Any:
    # The kind first: DuckDB tests it once for each entry of the dictionary, not once a row.
    selection = moment.selection
    kinds = [] if ANY_KIND in selection.kinds else [events.kind.isin(selection.kinds)]
    young = events.occurred_at >= events.as_of - ibis.interval(days=moment.window_days)
    # SQL passes over nulls by itself in what it folds.
    implied = (moment.of, None) if moment.op in _NULLS_IGNORED else None
    conditions = [_passes(events, c) for c in selection.conditions if c != implied]
    return reduce(and_, [*kinds, young, *conditions])


def _passes(events: Any, condition: Condition) -> Any:
    name, test = condition
    column = events[name]
    if test is None:
        return column.notnull()
    if not isinstance(test, Range):
        return column.isin(test)
    low = [] if test.min is None else [column >= test.min]
    high = [] if test.max is None else [column <= test.max]
    return reduce(and_, [*low, *high])


def _fold(events: Any, moment: Moment, name: str) -> Any:
    where = _selected(events, moment)
    if moment.op is Op.STREAK:
        last_break = events[f"{name}_break"]
        unbroken = last_break.isnull() | (events.age < last_break)
        return events.count(where=where & _part(events, moment) & unbroken)
    return _folded(events, moment, where)


def _folded(events: Any, moment: Moment, where: Any) -> Any:
    op, day = moment.op, -events.day_
    field = None if moment.of is None else events[moment.of]
    if op is Op.COUNT:
        return events.count(where=where)
    if op is Op.YOUNGEST:
        return events.age.min(where=where)
    if op is Op.OLDEST:
        return events.age.max(where=where)
    if op is Op.DAYS:
        return day.sum(where=where)
    if op is Op.DAY_SQUARES:
        return (day * day).sum(where=where)
    return _folded_field(op, field, day, ibis.struct({"t": -events.age, "v": field}), where)


def _folded_field(op: Op, field: Any, day: Any, order: Any, where: Any) -> Any:
    if op is Op.SUM:
        return field.sum(where=where)
    if op is Op.SQUARES:
        return (field.cast(_EXACT) * field.cast(_EXACT)).sum(where=where)
    if op is Op.DAY_PRODUCTS:
        return (day.cast(_EXACT) * field.cast(_EXACT)).sum(where=where)
    if op is Op.MIN:
        return field.min(where=where)
    if op is Op.MAX:
        return field.max(where=where)
    if op is Op.FIRST:
        return field.argmin(order, where=where)
    if op is Op.LAST:
        return field.argmax(order, where=where)
    assert op is Op.DISTINCT
    return field.nunique(where=where)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The `Algebra` of expressions over the table of moments."""

    table: Any
    names: dict[Moment, str]

    def moment(self, moment: Moment) -> Any:
        column = self.table[self.names[moment]]
        return column.fill_null(0) if moment.op in _EMPTY_IS_NOUGHT else column

    def exact(self, number: Any) -> Any:
        return number.cast(_EXACT)

    def quotient(self, over: Any, under: Any) -> Any:
        return over.cast("float64") / under.cast("float64").nullif(0.0)

    def root(self, number: Any) -> Any:
        return number.cast("float64").sqrt()

    def magnitude(self, number: Any) -> Any:
        return number.abs()

    def whole_days(self, micros: Any) -> Any:
        return micros // DAY_MICROS
