"""Quotas of a service per hour, calendar week and month: how much, and when a period begins and ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit: at most `limit` of `unit` (bytes or requests) in a `period` (hour, week or month)."""

    period: str
    unit: str
    limit: int


def period_start(period: str, when: datetime) -> datetime:
    """Return when the minute, calendar week (Monday, UTC) or month that holds `when` began."""
    day = when.replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "minute":
        return when.replace(second=0, microsecond=0)
    return day - timedelta(days=day.weekday()) if period == "week" else day.replace(day=1)


def period_end(period: str, when: datetime) -> datetime:
    """Return when the next calendar week or month begins."""
    start = period_start(period, when)
    return start + timedelta(days=7) if period == "week" else (start + timedelta(days=32)).replace(day=1)


def used_in(quota: Quota, use: Mapping[tuple[str, str, datetime], int], now: datetime) -> int:
    """Return what is used of `quota` at `now`: in the last 60 minutes, or in the calendar week or month.

    `use` is by (minute, week or month; unit; when it began), as ``quota_use`` keeps it.
    """
    if quota.period != "hour":
        return use.get((quota.period, quota.unit, period_start(quota.period, now)), 0)
    return sum(
        used
        for (period, unit, start), used in use.items()
        if period == "minute" and unit == quota.unit and start > now - HOUR - timedelta(minutes=1)
    )
