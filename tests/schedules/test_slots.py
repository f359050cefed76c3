"""A slot happens exactly once, whatever the clocks of its time zone do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.slots import slots_of, to_utc, to_wall
from warehouse.sections.operating import Schedule
from warehouse.settings import SettingsError

# Northern and southern summer time, half an hour of it, a day skipped, none, offsets of 45 minutes, midnight jumps.
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Apia",
         "Asia/Shanghai", "Asia/Kathmandu", "America/Santiago", "Africa/Casablanca", "Asia/Beirut")  # fmt: skip
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2024, 12, 31)).map(lambda t: t.replace(microsecond=0))
crons = st.sampled_from(
    ("0 3 * * 1", "30 2 * * *", "0 0 * * *", "15 * * * *", "*/20 1-3 * * *", "5 2 1,15 * *", "30 1 * * 0", "0 2 13 * 5")
)


def cron(text: str, zone: str) -> Schedule:
    return Schedule(task="refresh", cron=text, time_zone=zone)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(crons, zones, moments, st.integers(1, 20), st.integers(1, 20))
def test_two_looks_see_what_one_sees(text: str, zone: str, start: datetime, one: int, two: int) -> None:
    slots = slots_of("s", cron(text, zone))
    middle, end = start + timedelta(hours=7 * one), start + timedelta(hours=7 * (one + two))
    assert slots.between(start, middle) + slots.between(middle, end) == slots.between(start, end)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(zones, st.integers(2010, 2024), st.integers(0, 23), st.integers(0, 59))
def test_daily_slot_happens_once_on_each_day(zone: str, year: int, hour: int, minute: int) -> None:
    own = ZoneInfo(zone)
    slots = slots_of("s", cron(f"{minute} {hour} * * *", zone))
    found = slots.between(datetime(year, 1, 1) - timedelta(days=1), datetime(year + 1, 1, 2))
    days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    per_day = dict.fromkeys(days, 0)
    for moment in found:
        wall = to_wall(moment, own)
        if wall.date() in per_day:
            per_day[wall.date()] += 1
    noons = {day: to_utc(datetime(day.year, day.month, day.day, 12), own) for day in days}
    skipped = {day for day, noon in noons.items() if to_wall(noon, own).date() != day}
    # Apia had no 30 December 2011: its slot was due the moment the day was skipped, beside the next day's own
    assert all(count == 1 or (skipped and count <= 2) for day, count in per_day.items() if day not in skipped)
    assert len(found) == len(set(found))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(zones, moments)
def test_against_a_watch_that_looks_every_minute(zone: str, start: datetime) -> None:
    """Minute by minute: the slot's first reading, or the first minute at which the clock has passed it."""
    own = ZoneInfo(zone)
    start = start.replace(second=0)
    slots = slots_of("s", cron("30 2 * * *", zone))
    seen: dict[date, datetime] = {}
    passed = to_wall(start, own)
    for minute in range(1, 3 * 24 * 60):
        at = start + timedelta(minutes=minute)
        wall = to_wall(at, own)
        target = datetime(wall.year, wall.month, wall.day, 2, 30)
        if passed < target <= wall and target.date() not in seen:
            seen[target.date()] = at
        passed = max(passed, wall)
    end = start + timedelta(minutes=3 * 24 * 60 - 1)
    if zone != "Pacific/Apia":  # the day it skipped has no reading of its own
        assert slots.between(start, end) == sorted(seen.values())


@pytest.mark.parametrize(
    ("zone", "wall", "moment"),
    [
        ("Europe/Berlin", datetime(2021, 10, 31, 2, 30), datetime(2021, 10, 31, 0, 30)),  # the first of the two
        ("Europe/Berlin", datetime(2022, 3, 27, 2, 30), datetime(2022, 3, 27, 1, 0)),  # the jump
        ("Australia/Lord_Howe", datetime(2022, 10, 2, 2, 15), datetime(2022, 10, 1, 15, 30)),
        ("Pacific/Apia", datetime(2011, 12, 30, 8, 0), datetime(2011, 12, 30, 10, 0)),
    ],
)
def test_clock_changes(zone: str, wall: datetime, moment: datetime) -> None:
    assert to_utc(wall, ZoneInfo(zone)) == moment


def test_interval_of_hours_is_elapsed_time_and_of_days_is_midnight() -> None:
    hours = slots_of("s", Schedule(task="heartbeat", every="6h", time_zone="Europe/Berlin"))
    found = hours.between(datetime(2022, 3, 26), datetime(2022, 3, 28))
    assert {b - a for a, b in pairwise(found)} == {timedelta(hours=6)}
    days = slots_of("s", Schedule(task="heartbeat", every="1d", time_zone="Europe/Berlin"))
    found = days.between(datetime(2022, 3, 25, 12), datetime(2022, 3, 28, 12))
    assert [to_wall(m, ZoneInfo("Europe/Berlin")).hour for m in found] == [0, 0, 0]
    weeks = slots_of("s", Schedule(task="refresh", every="1w"))
    assert len(weeks.between(datetime(2022, 1, 1), datetime(2022, 1, 29))) == 4


def test_cron_means_what_cron_means() -> None:
    sunday = [slots_of("s", cron(f"0 0 * * {d}", "UTC")).next(datetime(2022, 1, 3)) for d in ("0", "7", "sun")]
    assert sunday == [datetime(2022, 1, 9)] * 3
    either = slots_of("s", cron("0 0 13 * 5", "UTC")).between(datetime(2022, 1, 1), datetime(2022, 1, 16))
    assert either == [datetime(2022, 1, 7), datetime(2022, 1, 13), datetime(2022, 1, 14)]
    assert slots_of("s", cron("0 12 29 feb *", "UTC")).next(datetime(2097, 1, 1)) == datetime(2104, 2, 29, 12)


@pytest.mark.parametrize("bad", ["61 * * * *", "* * * *", "a b c d e", "0 0 31 2 *", "5-1 * * * *", "*/0 * * * *"])
def test_bad_cron_names_the_key(bad: str) -> None:
    with pytest.raises(SettingsError, match=r"schedule\.nightly\.cron"):
        slots_of("nightly", cron(bad, "UTC"))


def test_bad_interval_and_zone_name_the_key() -> None:
    with pytest.raises(SettingsError, match=r"schedule\.s\.every.*6h"):
        slots_of("s", Schedule(task="refresh", every="6 hours"))
    with pytest.raises(SettingsError, match=r"schedule\.s\.time_zone"):
        slots_of("s", cron("0 0 * * *", "Asia/Beijing"))
