"""A section of a mapping as SQL: each target column's value, and why it has none.

Every raw cell arrives as text. For each target column there are two expressions: its value, and
its reason, null when the value is good. Nothing is guessed and nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from zhima.engine.events.fields import CONTEXT_FIELDS
from zhima.engine.events.kind import Amount, EventKind
from zhima.engine.events.mapping import (
    TARGETS,
    OneOf,
    Otherwise,
    Output,
    Section,
    Source,
    TargetType,
    Texts,
)
from zhima.engine.events.raw import ROW
from zhima.engine.events.reasons import Reason
from zhima.engine.events.table import AMOUNT_LIMIT_FEN
from zhima.engine.events.vocabulary import KINDS
from zhima.engine.files import listed
from zhima.engine.kinds import ZhimaError

_EXACT = "DECIMAL(26, 10)"
"""Of a raw number; its product with a scale, DECIMAL(34, 14), cannot overflow."""
_SCALE = "DECIMAL(8, 4)"
_HUGE = "1e15"
_ZONE = r"(Z|[+-]\d\d(:?\d\d)?)$"
"""How a time written as text ends when it names its zone."""
SQL_TYPES = {
    TargetType.ID: "VARCHAR",
    TargetType.WORD: "VARCHAR",
    TargetType.KIND: "VARCHAR",
    TargetType.TIME: "TIMESTAMPTZ",
    TargetType.INTEGER: "BIGINT",
    TargetType.AMOUNT: "BIGINT",
    TargetType.FLAG: "BIGINT",
    TargetType.STRENGTH: "DOUBLE",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One target column of one section."""

    name: str
    type: TargetType
    raw: str
    """SQL of the text it is read from."""
    column: str
    """What a finding calls its place in the raw file."""
    value: str
    reason: str
    """SQL of the reason, null when there is none."""


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def cells(section: Section, file_name: str, columns: tuple[str, ...]) -> list[Cell]:
    """The target columns of `section` over a raw file with these columns.

    ZhimaError names a column that the mapping uses and the file lacks.
    """
    translator = _Translator(section, file_name, columns)
    found = [translator.cell(*parts) for parts in section.sources()]
    if section.output is Output.EVENTS and "recorded_at" not in section.columns:
        occurred = next(cell for cell in found if cell.name == "occurred_at")
        found.append(
            Cell(
                "recorded_at", TargetType.TIME, occurred.raw, occurred.column, "occurred_at", "NULL"
            )
        )
    return found


def text_in(columns: Sequence[str], file_name: str) -> Callable[[str], str]:
    """SQL of the text of a cell, by column; ZhimaError for one that the file lacks."""

    def text(column: str) -> str:
        if column not in columns:
            raise ZhimaError(f"{file_name} has no column {column!r}; it has {listed(columns)}")
        return f"trim(CAST({identifier(column)} AS VARCHAR))"

    return text


def passes(where: Texts, text: Callable[[str], str]) -> str:
    """SQL that is true when every column holds one of its texts, or none of those it may not."""
    return " AND ".join(_holds(text(name), allowed) for name, allowed in where.items()) or "true"


def _holds(text: str, allowed: OneOf | Otherwise) -> str:
    if isinstance(allowed, Otherwise):
        return f"NOT {_holds(text, allowed.texts)}"
    texts = (allowed,) if isinstance(allowed, str) else allowed
    return f"(coalesce({text}, '') IN ({', '.join(map(quoted, texts))}))"


@dataclass(frozen=True, slots=True)
class _Translator:
    section: Section
    file_name: str
    columns: tuple[str, ...]

    def text(self, column: str) -> str:
        """SQL of a raw cell's text, null when it is empty."""
        return f"nullif({text_in(self.columns, self.file_name)(column)}, '')"

    def cell(self, name: str, kind: TargetType, source: Source) -> Cell:
        raw = self._raw(source)
        column = source.column or name
        value, checks = (
            _days(raw, self.text(source.days_after), source)
            if source.days_after
            else _READINGS[kind](raw, source)
        )
        optional = name in CONTEXT_FIELDS or name in {"amount_fen", "counterparty_id", "until"}
        missing = [] if optional else [(f"{raw} IS NULL", _MISSING.get(kind, Reason.MISSING_VALUE))]
        branches = " ".join(f"WHEN {test} THEN {quoted(why)}" for test, why in [*missing, *checks])
        present = f"WHEN {raw} IS NULL THEN NULL" if optional else ""
        reason = f"CASE {present} {branches} END" if branches else "NULL"
        return Cell(
            name, kind, raw, column, f"CASE WHEN ({reason}) IS NULL THEN {value} END", reason
        )

    def _raw(self, source: Source) -> str:
        text = self._origin(source)
        if source.values is not None:
            text = _replaced(text, source.values)
        return f"({quoted(source.prefix)} || {text})" if source.prefix else text

    def _origin(self, source: Source) -> str:
        if source.column is not None:
            return self.text(source.column)
        if source.constant is not None:
            return quoted(source.constant)
        if source.row:
            return f"({quoted(self.file_name + ':')} || {ROW})"
        whens = " ".join(
            f"WHEN {passes(case.when, self.text)} THEN {quoted(case.value)}"
            for case in source.cases or ()
        )
        return f"(CASE {whens} END)"


def _replaced(text: str, values: dict[str, str]) -> str:
    whens = " ".join(f"WHEN {quoted(old)} THEN {quoted(new)}" for old, new in values.items())
    return f"(CASE {text} {whens} END)"


Check = tuple[str, Reason]
Reading = tuple[str, list[Check]]

_MISSING = {
    TargetType.ID: Reason.MISSING_ID,
    TargetType.KIND: Reason.UNKNOWN_KIND,
    TargetType.TIME: Reason.MISSING_TIME,
}


def _id(raw: str, source: Source) -> Reading:
    return raw, []


def _kind(raw: str, source: Source) -> Reading:
    return raw, [(f"{raw} NOT IN ({', '.join(map(quoted, KINDS))})", Reason.UNKNOWN_KIND)]


def _time(raw: str, source: Source) -> Reading:
    value, checks = _instant(raw, source)
    later = f" + INTERVAL {source.plus_seconds} SECONDS" if source.plus_seconds else ""
    return f"{value}{later}", checks


def _instant(raw: str, source: Source) -> Reading:
    if source.format == "unix":
        value = f"make_timestamptz(CAST(round(TRY_CAST({raw} AS {_EXACT}) * 1000000) AS BIGINT))"
        return value, _number_checks(raw)
    if source.format == "iso":
        return _iso_instant(raw, source)
    pattern = "%y%m%d" if source.format == "yymmdd" else source.format
    parsed = f"try_strptime({raw}, {quoted(pattern)})"
    unreadable = (f"{parsed} IS NULL", Reason.UNREADABLE_TIME)
    if "%z" in pattern:
        return f"CAST({parsed} AS TIMESTAMPTZ)", [unreadable]
    return _in_zone(parsed, source), [unreadable, *_unzoned("false", source)]


def _iso_instant(raw: str, source: Source) -> Reading:
    naive, zoned = f"TRY_CAST({raw} AS TIMESTAMP)", f"TRY_CAST({raw} AS TIMESTAMPTZ)"
    # A date alone ends in digits too, so a zone is only looked for after a colon.
    has_zone = f"regexp_matches({raw}, {quoted(':.*' + _ZONE)})"
    value = f"CASE WHEN {has_zone} THEN {zoned} ELSE {_in_zone(naive, source)} END"
    unreadable = f"{zoned} IS NULL AND {naive} IS NULL"
    return value, [(unreadable, Reason.UNREADABLE_TIME), *_unzoned(has_zone, source)]


def _unzoned(has_zone: str, source: Source) -> list[Check]:
    return [] if source.zone else [(f"NOT ({has_zone})", Reason.TIME_WITHOUT_ZONE)]


def _in_zone(naive: str, source: Source) -> str:
    return f"timezone({quoted(source.zone or 'UTC')}, {naive})"


def _number_checks(raw: str) -> list[Check]:
    double, exact = f"TRY_CAST({raw} AS DOUBLE)", f"TRY_CAST({raw} AS {_EXACT})"
    # DECIMAL drops digits it has no room for without a word, so the text is asked as well.
    unseen = f"regexp_matches({raw}, '[.][0-9]{{10}}[0-9]*[1-9]')"
    vanished = f"contains(lower({raw}), 'e') AND CAST({exact} AS DOUBLE) <> {double}"
    return [
        (f"isnan({double})", Reason.NAN),
        (f"isinf({double})", Reason.INFINITE),
        (f"abs({double}) >= {_HUGE}", Reason.AMOUNT_TOO_LARGE),
        (f"{exact} IS NULL", Reason.UNREADABLE_NUMBER),
        (f"{unseen} OR ({vanished})", Reason.TOO_MANY_DECIMALS),
    ]


def _scaled(raw: str, source: Source) -> str:
    scaled = f"(TRY_CAST({raw} AS {_EXACT}) * CAST({quoted(source.scale)} AS {_SCALE}))"
    return f"abs({scaled})" if source.absolute else scaled


def _integer(raw: str, source: Source) -> Reading:
    scaled = _scaled(raw, source)
    return f"TRY_CAST({scaled} AS BIGINT)", [
        *_number_checks(raw),
        (f"{scaled} <> round({scaled})", Reason.TOO_MANY_DECIMALS),
        (f"abs({scaled}) > {AMOUNT_LIMIT_FEN}", Reason.AMOUNT_TOO_LARGE),
    ]


def _days(raw: str, since: str, source: Source) -> Reading:
    """Whole days of the calendar from one time to another, negative when it comes first."""
    (end, end_checks), (start, start_checks) = _instant(raw, source), _instant(since, source)
    zone = quoted(source.zone or "UTC")
    first, last = (f"CAST(timezone({zone}, {at}) AS DATE)" for at in (start, end))
    told = [(f"{since} IS NOT NULL AND ({test})", why) for test, why in start_checks]
    return f"date_diff('day', {first}, {last})", [*end_checks, *told]


def _amount(raw: str, source: Source) -> Reading:
    value, checks = _integer(raw, source)
    negative = (f"{_scaled(raw, source)} < 0", Reason.NEGATIVE_AMOUNT)
    return value, [*checks, negative]


def _flag(raw: str, source: Source) -> Reading:
    return f"TRY_CAST({raw} AS BIGINT)", [(f"{raw} NOT IN ('0', '1')", Reason.OUT_OF_RANGE)]


def _strength(raw: str, source: Source) -> Reading:
    value = f"CAST({_scaled(raw, source)} AS DOUBLE)"
    outside = (f"NOT ({value} > 0 AND {value} <= 1)", Reason.OUT_OF_RANGE)
    return value, [*_number_checks(raw), outside]


_READINGS: dict[TargetType, Callable[[str, Source], Reading]] = {
    TargetType.ID: _id,
    TargetType.WORD: _id,
    TargetType.KIND: _kind,
    TargetType.TIME: _time,
    TargetType.INTEGER: _integer,
    TargetType.AMOUNT: _amount,
    TargetType.FLAG: _flag,
    TargetType.STRENGTH: _strength,
}


def row_checks(
    output: Output, found: list[Cell], as_of_sql: str
) -> Iterator[tuple[str, str, Reason]]:
    """Checks over the values of a whole row: column, SQL that is true when it fails, reason."""
    names = {cell.name for cell in found}
    if output is Output.TIES:
        yield "contact_id", "person_id = contact_id", Reason.SELF_TIE
    if output is not Output.EVENTS:
        return
    for name in ("occurred_at", "recorded_at"):
        yield name, f"{name} > {as_of_sql}", Reason.FROM_THE_FUTURE
    # Asked of the text: an amount that cannot be read is not missing as well.
    amount = "text_amount_fen" if "amount_fen" in names else "NULL"
    needs = _listed_kinds(kind for kind in KINDS.values() if kind.amount is Amount.REQUIRED)
    takes_none = _listed_kinds(kind for kind in KINDS.values() if kind.amount is Amount.NONE)
    yield "amount_fen", f"kind IN {needs} AND {amount} IS NULL", Reason.MISSING_AMOUNT
    yield "amount_fen", f"kind IN {takes_none} AND {amount} IS NOT NULL", Reason.UNEXPECTED_AMOUNT
    for name in sorted(names & CONTEXT_FIELDS.keys()):
        barred = _listed_kinds(kind for kind in KINDS.values() if name not in kind.fields)
        yield name, f"kind IN {barred} AND {identifier(name)} IS NOT NULL", Reason.FIELD_NOT_ALLOWED


def _listed_kinds(kinds: Iterable[EventKind]) -> str:
    return "(" + ", ".join(quoted(kind.name) for kind in kinds) + ")"


def select_columns(output: Output, found: list[Cell]) -> list[tuple[str, str]]:
    """Column and SQL of the finished table, over the values of the cells."""
    given = {cell.name: cell for cell in found}
    columns = [
        (name, name if name in given else f"CAST(NULL AS {SQL_TYPES[kind]})")
        for name, kind in TARGETS[output].items()
    ]
    if output is Output.EVENTS:
        columns.append(("context", _context([c for c in found if c.name in CONTEXT_FIELDS])))
    return columns


def _context(fields: list[Cell]) -> str:
    if not fields:
        return "CAST(NULL AS VARCHAR)"
    pairs = ", ".join(f"{quoted(cell.name)}, {identifier(cell.name)}" for cell in fields)
    # A merge patch drops the nulls, so that absent fields are absent from the JSON too.
    return f"nullif(CAST(json_merge_patch('{{}}', json_object({pairs})) AS VARCHAR), '{{}}')"
