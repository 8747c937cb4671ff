"""A plain table read for training: who was bad, which columns may speak, which are left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from zhima.engine.files import listed
from zhima.engine.kinds import ZhimaError
from zhima.engine.scorecard import columns

MIN_ROWS_A_CLASS = 5
MAX_LEVELS = 50
MIN_LEVEL_ROWS = 5

_BAD_WORDS = frozenset(
    {"bad", "true", "yes", "y", "t", "default", "defaulted", "late", "charged off", "delinquent",
     "overdue", "fraud", "denied", "rejected", "是", "坏", "逾期", "违约"}
)  # fmt: skip
_GOOD_WORDS = frozenset(
    {"good", "false", "no", "n", "f", "paid", "on time", "fully paid", "current", "approved",
     "accepted", "否", "好", "正常"}
)  # fmt: skip
_NEGATION = re.compile(r"^(no|not|non|never)[ _-]+")
_ID_NAME = re.compile(r"(^|_)(?i:id|uuid|guid)$|[a-z]I[dD]$")
_NUMBER_LIKE = re.compile(r"^\W*\d[\d., ']*\W*\w{0,4}$")
"""1.250,00 € or 900 EUR: whether a comma or a point is the decimal sign is not ours to guess."""
NUMBERS_AS_TEXT = "numbers written as text; if they measure something, write 1250.50"
_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[.,]?"
_DATE_TEXT = re.compile(
    r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}年\d{1,2}月"
    rf"|\d{{1,2}}\.?[ -]{_MONTH}[ -]\d{{2,4}}|{_MONTH} \d{{1,2}},? \d{{4}})",
    re.IGNORECASE,
)


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

    Raises ZhimaError for a target that is lacking or not two-valued, for too few rows, and where
    no column is usable.
    """
    found = examined(table, target, ignore=ignore)
    if found.kinds:
        return found
    if not found.left_out:
        raise ZhimaError(f"the table has no column besides the target {target}")
    why = listed([f"{name} ({reason})" for name, reason in found.left_out.items()])
    raise ZhimaError(f"no column of the table can enter a card: {why}")


def examined(table: pa.Table, target: str, *, ignore: tuple[str, ...] = ()) -> Sample:
    """`read` for a table of which no column needs to be usable.

    Left out: constants, empty columns, counters and identifiers, dates, texts that hardly repeat.
    """
    bad = outcome(columns.column(table, target), target)
    kinds: dict[str, str] = {}
    left_out = dict.fromkeys((name for name in ignore if name in table.column_names), "excluded")
    for name in table.column_names:
        if name == target or name in left_out:
            continue
        verdict = _kind(columns.column(table, name), name)
        (kinds if verdict in {"numeric", "categorical"} else left_out)[name] = verdict
    # Without columns a table would forget how many rows it has.
    return Sample(columns.chosen(table, kinds), bad, kinds, left_out)


def known(table: pa.Table, target: str) -> pa.Table:
    """The rows whose outcome is known: a case that has not ended teaches nothing yet."""
    _, place = _words(columns.column(table, target), target)
    rows = np.flatnonzero(place >= 0)
    if len(rows) == len(place):
        return table
    return columns.chosen(table, table.column_names).take(rows)


def outcome(array: pa.Array, name: str) -> npt.NDArray[np.float64]:
    """1.0 for bad. Takes true/false, 0/1, and two words of which one is known to be bad or good."""
    if len(array) == 0:
        raise ZhimaError("the table has no rows")
    words, place = _words(array, name)
    empty = int((place < 0).sum())
    if empty:
        raise ZhimaError(f"the target {name} is empty in {empty:,} rows")
    if len(words) != 2:
        raise ZhimaError(
            f"the target {name} must hold two values, 1 = bad; it holds {listed(words[:5])}"
        )
    bad = _is_bad(words, name)[place].astype(np.float64)
    fewest = int(min(bad.sum(), len(bad) - bad.sum()))
    if fewest < MIN_ROWS_A_CLASS:
        raise ZhimaError(
            f"the target {name} has only {fewest} rows of one kind; "
            f"at least {MIN_ROWS_A_CLASS} good and {MIN_ROWS_A_CLASS} bad are needed"
        )
    return bad


def _words(array: pa.Array, name: str) -> tuple[list[str], npt.NDArray[np.int64]]:
    """What a target says, case, blanks and the way to write a number aside; -1 where nothing."""
    codes, said = columns.levels(array, name)
    spelt = [_word(level) for level in said]
    words = list(dict.fromkeys(word for word in spelt if word))
    number = {word: place for place, word in enumerate(words)}
    place = np.array([*(number.get(word, -1) for word in spelt), -1], dtype=np.int64)
    return words, place[codes]


def _word(level: str) -> str:
    word = level.strip().lower()
    try:
        return columns.level_of(float(word)) or ""
    except ValueError:
        return word


def _is_bad(words: list[str], target: str) -> npt.NDArray[np.bool_]:
    if set(words) == {"0", "1"}:
        return np.array([word == "1" for word in words])
    for meant, found_is_bad in ((_BAD_WORDS, True), (_GOOD_WORDS, False)):
        hits = [word in meant for word in words]
        if sum(hits) == 1:
            return np.array(hits) == found_is_bad
    denied = [bool(_NEGATION.match(word)) for word in words]
    if sum(denied) == 1 and len({_NEGATION.sub("", word) for word in words}) == 1:
        return ~np.array(denied)
    raise ZhimaError(
        f"the target {target} holds {words[0]} and {words[1]}; which one is bad? "
        "use 1 for bad and 0 for good"
    )


def _kind(array: pa.Array, name: str) -> str:
    """numeric, categorical, or the reason to leave the column out."""
    if pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
        return "a date: it will not come again"
    if not columns.is_plain(array.type):
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
