"""The quota ledger: whatever is restarted or killed, it knows at least what was used."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import duckdb
import pytest

from etl.fetch.budgets.ledger import QuotaLedger
from etl.fetch.budgets.quotas import Quota, period_start
from warehouse.core import transaction
from warehouse.migrate import migrate

HOUR, WEEK, MONTH = Quota("hour", "bytes", 1000), Quota("week", "bytes", 50_000), Quota("month", "requests", 100)
START = datetime(2026, 3, 4, 12)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    migrate(made)
    return made


def test_it_knows_after_any_restart_what_was_used(con: duckdb.DuckDBPyConnection):
    draw, now, added = random.Random(7), START, []
    ledger = QuotaLedger(con, "here", (HOUR, WEEK, MONTH))
    for _ in range(300):
        now += timedelta(minutes=draw.choice([0, 0, 1, 20, 600]))
        size = draw.randint(0, 90)
        ledger.add(now, size)
        added.append((now, size))
        if draw.random() < 0.2:
            ledger = QuotaLedger(con, "here", (HOUR, WEEK, MONTH))
        lately = sum(n for at, n in added if at > now - timedelta(hours=1))
        assert lately <= ledger.used(HOUR, now) <= sum(n for at, n in added if at > now - timedelta(minutes=62))
        assert ledger.used(WEEK, now) == sum(
            n for at, n in added if period_start("week", at) == period_start("week", now)
        )
        assert ledger.used(MONTH, now) == sum(
            period_start("month", at) == period_start("month", now) for at, _ in added
        )


def test_what_the_service_states_counts_where_it_is_more(con: duckdb.DuckDBPyConnection):
    ledger = QuotaLedger(con, "here", (HOUR, WEEK))
    ledger.add(START, 100, {"hour": 700, "week": 50})
    assert (ledger.used(HOUR, START), ledger.used(WEEK, START)) == (700, 100)
    assert ledger.resume_after(START, 300) is None
    resume, reason = ledger.resume_after(START, 301) or (None, "")
    assert resume == START + timedelta(minutes=61)
    assert "700 of 1,000 bytes an hour" in reason


def test_an_answer_that_did_not_land_is_counted_until_the_restart_and_one_that_did_for_good(
    con: duckdb.DuckDBPyConnection,
):
    ledger = QuotaLedger(con, "here", (WEEK,))
    with transaction(con):
        ledger.add(START, 10)
    con.execute("BEGIN")
    ledger.add(START, 5)
    con.execute("ROLLBACK")
    assert ledger.used(WEEK, START) == 15
    ledger.add(START, 1)
    assert QuotaLedger(con, "here", (WEEK,)).used(WEEK, START) == 16


def test_the_rows_of_earlier_runs_are_put_together_and_other_sources_left_alone(con: duckdb.DuckDBPyConnection):
    for source in ("here", "there"):
        ledger = QuotaLedger(con, source, (HOUR, WEEK))
        for _ in range(5):
            ledger.add(START, 10)
    QuotaLedger(con, "here", (HOUR, WEEK))
    rows = "SELECT source, period, used FROM quota_use WHERE source = 'here' ORDER BY ALL"
    assert con.execute(rows).fetchall() == [("here", "minute", 50), ("here", "week", 50)]
    assert QuotaLedger(con, "there", (HOUR, WEEK)).used(WEEK, START) == 50
