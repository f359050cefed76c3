"""Which slots are due: each has one run or one recorded reason, whatever was missed, cut, failed or changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from schedules.slots import slots_of
from schedules.timetable.due import end, failed, next_wake, ready, settle, wait
from warehouse import ledger
from warehouse.core import connect
from warehouse.migrate import migrate
from warehouse.settings import Settings, SettingsError, parse_settings

DAILY = '[schedule.nightly]\ntask = "refresh"\ncron = "0 3 * * *"\ntime_zone = "Asia/Shanghai"\n'
START = datetime(2022, 1, 1)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    yield con
    con.close()


def slots(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute("SELECT slot, state, run_id, reason FROM schedule_slots ORDER BY slot").fetchall()


def serve(con: duckdb.DuckDBPyConnection, now: datetime, kind: str = "refresh") -> int:
    """Do as the runner does: one run for the slot whose turn it is."""
    one = ready(con, now)[0]
    run = ledger.start(con, kind, now=now, slot=one.slot, as_of=one.as_of)
    ledger.finish(con, run.run_id, "succeeded", now=now)
    end(con, one, "done", now=now, run_id=run.run_id)
    return run.run_id


def test_a_new_schedule_counts_from_when_it_was_first_seen(con: duckdb.DuckDBPyConnection) -> None:
    settings = parse_settings(DAILY)
    settle(con, settings, START)
    assert slots(con) == []
    settle(con, settings, START + timedelta(days=1))
    assert [(str(d.slot), str(d.as_of)) for d in ready(con, START + timedelta(days=1))] == [
        ("2022-01-01 19:00:00", "2022-01-02")  # 03:00 in Shanghai, and Shanghai's date
    ]


def test_missed_slots_are_caught_up_by_one_run_and_say_so(con: duckdb.DuckDBPyConnection) -> None:
    settings = parse_settings(DAILY)
    settle(con, settings, START)
    late = START + timedelta(days=5)
    settle(con, settings, late)
    assert len(ready(con, late)) == 1
    run_id = serve(con, late)
    settle(con, settings, late)
    found = slots(con)
    assert [state for _, state, _, _ in found] == ["merged"] * 4 + ["done"]
    assert found[-1][2] == run_id
    assert all("2022-01-05 19:00" in str(reason) for _, state, _, reason in found if state == "merged")


def test_run_that_ended_before_its_slot_was_marked_counts(con: duckdb.DuckDBPyConnection) -> None:
    settings = parse_settings(DAILY)
    settle(con, settings, START)
    now = START + timedelta(days=1)
    settle(con, settings, now)
    slot = ready(con, now)[0].slot
    run = ledger.start(con, "refresh", now=now, slot=slot)
    ledger.finish(con, run.run_id, "succeeded", now=now)  # and here the process is killed
    settle(con, settings, now)
    assert ready(con, now) == []
    assert slots(con) == [(slot, "done", run.run_id, None)]


def test_parked_run_keeps_its_slot_while_newer_ones_wait(con: duckdb.DuckDBPyConnection) -> None:
    settings = parse_settings(DAILY)
    settle(con, settings, START)
    now = START + timedelta(days=1)
    settle(con, settings, now)
    first = ready(con, now)[0]
    run = ledger.start(con, "refresh", now=now, slot=first.slot)
    until = now + timedelta(days=3)
    ledger.park(con, run.run_id, now=until, resume_after=until, message="quota")
    wait(con, first, until=until, reason="quota")
    assert ready(con, now) == []
    assert next_wake(con, settings, now) == datetime(2022, 1, 2, 19)
    later = now + timedelta(days=3)
    settle(con, settings, later)
    assert [d.slot for d in ready(con, later)] == [first.slot, datetime(2022, 1, 4, 19)]
    assert [state for _, state, _, _ in slots(con)] == ["due", "merged", "merged", "due"]


def test_failure_is_tried_again_with_growing_waits_and_given_up_for_the_next_slot(
    con: duckdb.DuckDBPyConnection,
) -> None:
    settings = parse_settings(DAILY)
    settle(con, settings, START)
    now = datetime(2022, 1, 1, 19)
    settle(con, settings, now)
    waits = []
    while now < datetime(2022, 1, 2, 19):
        again = failed(con, ready(con, now)[0], now=now, reason="OSError: no space left")
        waits.append(again - now)
        assert ready(con, now) == []
        now = again
    assert waits[:4] == [timedelta(minutes=m) for m in (15, 30, 60, 120)]
    assert max(waits) == timedelta(hours=6)
    settle(con, settings, now)
    assert [d.slot for d in ready(con, now)] == [datetime(2022, 1, 2, 19)]
    first = slots(con)[0]
    assert first[1] == "failed"
    assert "no space left" in str(first[3])


def test_switched_off_and_changed_schedules(con: duckdb.DuckDBPyConnection) -> None:
    settle(con, parse_settings(DAILY), START)
    now = START + timedelta(days=1)
    off = parse_settings(DAILY + "enabled = false\n")
    settle(con, off, now)
    assert [state for _, state, _, _ in slots(con)] == ["skipped"]
    settle(con, parse_settings(DAILY.replace("0 3", "0 4")), now)
    settle(con, parse_settings(DAILY.replace("0 3", "0 4")), now + timedelta(days=1))
    assert [str(d.slot) for d in ready(con, now + timedelta(days=1))] == ["2022-01-02 20:00:00"]


def test_two_schedules_of_one_moment_are_served_by_one_run(con: duckdb.DuckDBPyConnection) -> None:
    settings = parse_settings(DAILY + DAILY.replace("nightly", "again"))
    settle(con, settings, START)
    now = START + timedelta(days=1)
    settle(con, settings, now)
    assert len(ready(con, now)) == 2
    serve(con, now)
    settle(con, settings, now)
    assert ready(con, now) == []
    assert len({run for _, _, run, _ in slots(con)}) == 1


def test_mistaken_schedule_is_said_before_anything_is_written(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(SettingsError, match=r"schedule\.nightly\.cron"):
        settle(con, parse_settings(DAILY.replace("0 3", "0 25")), START)
    assert con.execute("SELECT count(*) FROM schedules").fetchone() == (0,)


@tuned(max_examples=25, deadline=None, derandomize=True)
@example([(-600, False), (400, True), (2000, True)], "Australia/Lord_Howe")  # to before it was first seen
@given(
    st.lists(st.tuples(st.integers(-200, 2000), st.booleans()), min_size=5, max_size=25),
    st.sampled_from(("Europe/Berlin", "Australia/Lord_Howe")),
)
def test_any_wakings_clock_put_back_too(steps: list[tuple[int, bool]], zone: str) -> None:
    """Whenever it wakes, also with the clock put back: no slot twice, none forgotten, every one settled or due."""
    settings: Settings = parse_settings(DAILY.replace("Asia/Shanghai", zone).replace("0 3", "30 2"))
    con = duckdb.connect()
    migrate(con)
    now = latest = first = datetime(2022, 3, 24)
    settle(con, settings, now)
    for minutes, served in steps:
        now += timedelta(minutes=minutes)
        settle(con, settings, now)
        latest = max(latest, now)
        if served and ready(con, now):
            serve(con, now)
    settle(con, settings, latest)
    while ready(con, latest):
        serve(con, latest)
    found = slots(con)
    assert [row[0] for row in found] == slots_of("s", settings.schedule["nightly"]).between(first, latest)
    assert all(state == "done" or (state == "merged" and reason) for _, state, _, reason in found)
    runs = con.execute("SELECT slot FROM runs").fetchall()
    assert len(runs) == len(set(runs))
