"""The ledger's microseconds and the calendar."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from zhima.city.clock import microseconds, moment

__all__ = ["day_limits_us", "microseconds", "moment"]


def day_limits_us(day: date) -> tuple[int, int]:
    """Where a day of the city's calendar starts, and where the next one does."""
    zone = timezone.get_default_timezone()
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return microseconds(start), microseconds(end)
