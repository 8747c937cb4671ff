"""Why a raw row is set aside: a closed list, each documented and produced by a test."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Reasons in the order in which they are looked for within one column."""

    BROKEN_ROW = "broken_row"
    MISSING_ID = "missing_id"
    UNKNOWN_KIND = "unknown_kind"
    MISSING_TIME = "missing_time"
    UNREADABLE_TIME = "unreadable_time"
    TIME_WITHOUT_ZONE = "time_without_zone"
    FROM_THE_FUTURE = "from_the_future"
    NAN = "nan"
    INFINITE = "infinite"
    UNREADABLE_NUMBER = "unreadable_number"
    TOO_MANY_DECIMALS = "too_many_decimals"
    NEGATIVE_AMOUNT = "negative_amount"
    AMOUNT_TOO_LARGE = "amount_too_large"
    MISSING_AMOUNT = "missing_amount"
    UNEXPECTED_AMOUNT = "unexpected_amount"
    FIELD_NOT_ALLOWED = "field_not_allowed"
    MISSING_VALUE = "missing_value"
    OUT_OF_RANGE = "out_of_range"
    SELF_TIE = "self_tie"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
