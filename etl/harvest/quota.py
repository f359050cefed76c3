"""Byte and request quotas per hour, calendar week and month, kept in ``quota_use`` across restarts."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb

from etl.sources.quotas import Quota, period_end, period_start

HOUR = timedelta(hours=1)
_EACH = {"hour": "an hour", "week": "a calendar week", "month": "a month"}


class QuotaLedger:
    """Use of one source's quotas; every change is written before the next request is sent."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: str, quotas: tuple[Quota, ...]) -> None:
        self._con = con
        self._source = source
        self._quotas = quotas
        rows = con.execute(
            "SELECT period, unit, period_start, used FROM quota_use WHERE source = ?", [source]
        ).fetchall()
        self._used: dict[tuple[str, str, datetime], int] = {(p, u, start): used for p, u, start, used in rows}

    def _stored(self, quota: Quota) -> str:
        return "minute" if quota.period == "hour" else quota.period

    def used(self, quota: Quota, now: datetime) -> int:
        """Return what is used of `quota` at `now`: in the last 60 minutes, or in the calendar week or month."""
        if quota.period != "hour":
            return self._used.get((quota.period, quota.unit, period_start(quota.period, now)), 0)
        return sum(
            used
            for (period, unit, start), used in self._used.items()
            if period == "minute" and unit == quota.unit and start > now - HOUR - timedelta(minutes=1)
        )

    def resume_after(self, now: datetime, expected_bytes: int) -> tuple[datetime, str] | None:
        """Return (when work may continue, why) if a request of `expected_bytes` no longer fits; None if it does."""
        for quota in self._quotas:
            need = expected_bytes if quota.unit == "bytes" else 1
            used = self.used(quota, now)
            if used + need <= quota.limit:
                continue
            reason = f"{self._source}: {used:,} of {quota.limit:,} {quota.unit} {_EACH[quota.period]} are used."
            return self._free_at(quota, now, need), reason
        return None

    def _free_at(self, quota: Quota, now: datetime, need: int) -> datetime:
        if quota.period != "hour":
            return period_end(quota.period, now)
        buckets = sorted(
            (start, used) for (p, u, start), used in self._used.items() if p == "minute" and u == quota.unit
        )
        left = self.used(quota, now)
        for start, used in buckets:
            if start <= now - HOUR - timedelta(minutes=1):
                continue
            left -= used
            if left + need <= quota.limit:
                return start + HOUR + timedelta(minutes=1)
        return now + HOUR

    def add(self, now: datetime, byte_count: int, stated: dict[str, int] | None = None) -> None:
        """Count a request of `byte_count`; `stated`: bytes per period (hour, week) as the service counts them."""
        for quota in self._quotas:
            amount = byte_count if quota.unit == "bytes" else 1
            before = self.used(quota, now)
            says = (stated or {}).get(quota.period, 0) if quota.unit == "bytes" else 0
            self._set(quota, now, max(amount, says - before))
        self._forget(now)

    def _set(self, quota: Quota, now: datetime, amount: int) -> None:
        period = self._stored(quota)
        start = period_start(period, now)
        key = (period, quota.unit, start)
        self._used[key] = self._used.get(key, 0) + amount
        identity = [self._source, period, quota.unit, start]
        row = self._con.execute(
            "UPDATE quota_use SET used = ?, updated_at = ? "
            "WHERE source = ? AND period = ? AND unit = ? AND period_start = ? RETURNING 1",
            [self._used[key], now, *identity],
        ).fetchone()
        if row is None:
            self._con.execute("INSERT INTO quota_use VALUES (?, ?, ?, ?, ?, ?)", [*identity, self._used[key], now])

    def _forget(self, now: datetime) -> None:
        """Drop minutes older than two hours."""
        old = [key for key in self._used if key[0] == "minute" and key[2] < now - 2 * HOUR]
        for key in old:
            del self._used[key]
        if old:
            self._con.execute(
                "DELETE FROM quota_use WHERE source = ? AND period = 'minute' AND period_start < ?",
                [self._source, now - 2 * HOUR],
            )
