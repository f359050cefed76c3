"""A clock that moves only when a test moves it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from warehouse.clock import FakeClock, SkippingClock, SystemClock


def test_fake_clock_moves_by_sleeping_and_never_backwards():
    clock = FakeClock(datetime(2026, 1, 1))
    clock.sleep(90)
    clock.sleep(-5)
    clock.set(datetime(2020, 1, 1))
    assert clock.now() == datetime(2026, 1, 1, 0, 1, 30)
    assert clock.slept == [90]


def test_system_clock_is_utc_without_zone():
    before = datetime.now(UTC).replace(tzinfo=None)
    now = SystemClock().now()
    assert now.tzinfo is None
    assert before <= now <= datetime.now(UTC).replace(tzinfo=None)


def test_skipping_clock_counts_work_as_it_is_and_waits_at_once():
    began, clock = time.monotonic(), SkippingClock(datetime(2026, 1, 1))
    clock.sleep(3600)
    clock.sleep(-5)
    time.sleep(0.02)
    clock.set(datetime(2020, 1, 1))
    since = (clock.now() - datetime(2026, 1, 1)).total_seconds()
    assert 3600.02 <= since <= 3600 + time.monotonic() - began
    clock.set(datetime(2026, 1, 2))
    assert clock.now() >= datetime(2026, 1, 2)
