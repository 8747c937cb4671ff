"""A plain table read for training: who was bad, which columns may speak, which are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard import columns

MIN_ROWS_A_CLASS = 5
MAX_LEVELS = 50
MIN_LEVEL_ROWS = 5

_BAD_WORDS = frozenset(
    {"bad", "true", "yes", "y", "t", "default", "defaulted", "late", "charged off", "delinquent",
     "overdue", "fraud", "denied", "rejected"}
)  # fmt: skip
_GOOD_WORDS = frozenset(
    {"good", "false", "no", "n", "f", "paid", "on time", "fully paid", "current", "approved",
     "accepted"}
)  # fmt: skip
_NEGATION = re.compile(r"^(no|not|non|never)[ _-]+")
_ID_NAME = re.compile(r"(^|_)(?i:id|uuid|guid)$|[a-z]I[dD]$")
_NUMBER_LIKE = re.compile(r"^\W*\d[\d., ']*\W*\w{0,4}$")
"""1.250,00 € or 900 EUR: whether a comma or a point is the decimal sign is not ours to guess."""
NUMBERS_AS_TEXT = "numbers written as text; if they measure something, write 1250.50"
_DATE_TEXT = re.compile(r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})")


@dataclass(frozen=True, slots=True)
class Sample:
    """Columns that may enter a card, and the outcome of each row."""

    table: pa.Table
    bad: npt.NDArray[np.float64]
    """1.0 for bad, 0.0 for good, shape (n,)."""
    kinds: Mapping[str, str]
    """numeric or categorical, for each column kept."""
    left_out: Mapping[str, str]
    """Columns not kept, and why."""

    def rows(self, chosen: npt.NDArray[np.int64]) -> Sample:
        """The same columns for some of the rows."""
        return Sample(self.table.take(chosen), self.bad[chosen], self.kinds, self.left_out)


def read(table: pa.Table, target: str, *, ignore: tuple[str, ...] = ()) -> Sample:
    """Tell outcome, usable columns and left-out columns of a table apart.

    Left out: constants, empty columns, counters and identifiers, dates, texts that hardly repeat.
    Raises ZhimaError for a target that is lacking or not two-valued, and for too few rows.
    """
    bad = outcome(columns.column(table, target), target)
    kinds: dict[str, str] = {}
    left_out = dict.fromkeys((name for name in ignore if name in table.column_names), "excluded")
    for name in table.column_names:
        if name == target or name in left_out:
            continue
        verdict = _kind(columns.column(table, name), name)
        (kinds if verdict in {"numeric", "categorical"} else left_out)[name] = verdict
    if not kinds:
        raise ZhimaError(f"no column of the table can enter a card: {left_out}")
    return Sample(_plain(table.select(list(kinds))), bad, kinds, left_out)


def known(table: pa.Table, target: str) -> pa.Table:
    """The rows whose outcome is known: a case that has not ended teaches nothing yet."""
    said = columns.column(table, target)
    empty = pc.is_null(said, nan_is_null=True)
    if columns.is_text(said.type):
        trimmed = pc.utf8_trim_whitespace(said)
        empty = pc.or_(empty, pc.fill_null(pc.equal(trimmed, pa.scalar("", said.type)), True))
    return table.filter(pc.invert(empty))


def outcome(array: pa.Array, name: str) -> npt.NDArray[np.float64]:
    """1.0 for bad. Takes true/false, 0/1, and two words of which one is known to be bad or good."""
    if len(array) == 0:
        raise ZhimaError("the table has no rows")
    if array.null_count:
        raise ZhimaError(f"the target {name} is empty in {array.null_count} rows")
    codes, names = columns.levels(array)
    if (codes < 0).any():
        raise ZhimaError(f"the target {name} is empty in {int((codes < 0).sum())} rows")
    if len(names) != 2:
        shown = ", ".join(names[:5])
        raise ZhimaError(f"the target {name} must hold two values, 1 = bad; it holds {shown}")
    bad = _is_bad(names, name)[codes].astype(np.float64)
    fewest = int(min(bad.sum(), len(bad) - bad.sum()))
    if fewest < MIN_ROWS_A_CLASS:
        raise ZhimaError(
            f"the target {name} has only {fewest} rows of one kind; "
            f"at least {MIN_ROWS_A_CLASS} good and {MIN_ROWS_A_CLASS} bad are needed"
        )
    return bad


def _is_bad(names: list[str], target: str) -> npt.NDArray[np.bool_]:
    words = [name.strip().lower() for name in names]
    if set(words) == {"0", "1"}:
        return np.array([word == "1" for word in words])
    for known, found_is_bad in ((_BAD_WORDS, True), (_GOOD_WORDS, False)):
        hits = [word in known for word in words]
        if sum(hits) == 1:
            return np.array(hits) == found_is_bad
    denied = [bool(_NEGATION.match(word)) for word in words]
    if sum(denied) == 1 and len({_NEGATION.sub("", word) for word in words}) == 1:
        return ~np.array(denied)
    raise ZhimaError(
        f"the target {target} holds {names[0]} and {names[1]}; which one is bad? "
        "use 1 for bad and 0 for good"
    )


def _kind(array: pa.Array, name: str) -> str:
    """numeric, categorical, or the reason to leave the column out."""
    if pa.types.is_temporal(array.type):
        return "a date: it will not come again"
    if pa.types.is_nested(array.type) or pa.types.is_binary(array.type):
        return f"holds {array.type}"
    present = _present(array)
    distinct = len(pc.unique(present))
    if distinct == 0:
        return "empty"
    if distinct == 1 and len(present) == len(array):
        return "always the same value"
    if _ID_NAME.search(name) or _counts_rows(present, distinct):
        return "an identifier"
    if columns.is_text(array.type) or pa.types.is_dictionary(array.type):
        return _text_kind(present, distinct)
    return "categorical" if pa.types.is_boolean(array.type) else "numeric"


def _text_kind(present: pa.Array, distinct: int) -> str:
    words = present.dictionary_decode() if pa.types.is_dictionary(present.type) else present
    if not columns.is_text(words.type):
        return "categorical"
    said = columns.plain_numbers(words).drop_null()
    if len(said) and _all_numbers(said):
        return "numeric"
    if all(_DATE_TEXT.match(word) for word in words.slice(0, 50).to_pylist()):
        return "a date: it will not come again"
    if distinct <= max(len(words) / 3, 2 * MAX_LEVELS):
        return "categorical"
    shown = words.slice(0, 50).to_pylist()
    if sum(bool(_NUMBER_LIKE.match(word)) for word in shown) > len(shown) / 2:
        return NUMBERS_AS_TEXT
    return "a text that hardly repeats"


def _present(array: pa.Array) -> pa.Array:
    """What is there: neither null nor NaN, infinite nor an empty text."""
    if pa.types.is_floating(array.type):
        return array.filter(pc.fill_null(pc.is_finite(array), False))
    if columns.is_text(array.type):
        return array.filter(pc.fill_null(pc.not_equal(array, pa.scalar("", array.type)), False))
    return array.drop_null()


def _all_numbers(words: pa.Array) -> bool:
    try:
        words.cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return True


def _counts_rows(present: pa.Array, distinct: int) -> bool:
    """Whole numbers that never repeat and fill their range: a counter, not a measurement."""
    if not pa.types.is_integer(present.type) or distinct < len(present) or distinct < 50:
        return False
    ends = pc.min_max(present).as_py()
    return int(ends["max"] - ends["min"] + 1) <= 1.5 * distinct


def _plain(table: pa.Table) -> pa.Table:
    """Dictionary columns as what they stand for: sorting and taking rows need it."""
    decoded = {
        name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return pa.table(decoded)
