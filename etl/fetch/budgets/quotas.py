"""Quotas of a service per hour, calendar week and month: how much, and when a period begins and ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


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
