"""The ledger's microseconds and the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moment(at_us: int) -> datetime:
    """UTC microseconds as a moment."""
    return _EPOCH + timedelta(microseconds=at_us)


def microseconds(at: datetime) -> int:
    """A moment as UTC microseconds."""
    return (at - _EPOCH) // _MICROSECOND


def day_limits_us(day: date) -> tuple[int, int]:
    """Where a day of the city's calendar starts, and where the next one does."""
    zone = timezone.get_default_timezone()
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return microseconds(start), microseconds(end)
