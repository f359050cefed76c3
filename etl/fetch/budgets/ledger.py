"""Byte and request quotas per hour, calendar week and month, kept in ``quota_use`` across restarts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import duckdb

from etl.fetch.budgets.quotas import HOUR, Quota, period_end, period_start, used_in
from warehouse.core import transaction

_EACH = {"hour": "an hour", "week": "a calendar week", "month": "a month"}


class QuotaLedger:
    """Use of one source's quotas; every change is written before the next request is sent.

    What is used of a period only grows, so each change is a further row and the largest of a period counts: to append
    costs half of what an update does. The rows of earlier runs are put together when a ledger is opened.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, source: str, quotas: tuple[Quota, ...]) -> None:
        self._con = con
        self._source = source
        self._quotas = quotas
        rows = con.execute(
            "SELECT period, unit, period_start, max(used), max(updated_at), count(*) FROM quota_use WHERE source = ?"
            " GROUP BY ALL",
            [source],
        ).fetchall()
        self._used: dict[tuple[str, str, datetime], int] = {(p, u, start): used for p, u, start, used, _, _ in rows}
        if any(row[-1] > 1 for row in rows):
            with transaction(con):
                con.execute("DELETE FROM quota_use WHERE source = ?", [source])
                self._append([(source, *row[:-1]) for row in rows])

    def _stored(self, quota: Quota) -> str:
        return "minute" if quota.period == "hour" else quota.period

    def used(self, quota: Quota, now: datetime) -> int:
        """Return what is used of `quota` at `now`: in the last 60 minutes, or in the calendar week or month."""
        return used_in(quota, self._used, now)

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
        rows = []
        for quota in self._quotas:
            amount = byte_count if quota.unit == "bytes" else 1
            says = (stated or {}).get(quota.period, 0) if quota.unit == "bytes" else 0
            amount = max(amount, says - self.used(quota, now))
            if amount > 0:
                period = self._stored(quota)
                key = (period, quota.unit, period_start(period, now))
                self._used[key] = self._used.get(key, 0) + amount
                rows.append((self._source, *key, self._used[key], now))
        self._append(rows)
        self._forget(now)

    def _append(self, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            values = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(rows))
            self._con.execute(f"INSERT INTO quota_use VALUES {values}", list(chain.from_iterable(rows)))  # noqa: S608

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
