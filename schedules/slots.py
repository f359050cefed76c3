"""Slots: the moments at which a schedule is due. Pure functions of a definition, a time zone and two moments.

A slot is a wall-clock moment in the schedule's time zone and happens exactly once: where the clock is put back it is
the first of the two, where it is put forward over a slot, the slot is due the moment the clock jumps. APScheduler's
own cron trigger is not used: it counts weekdays from Monday, requires day of month *and* weekday where cron means
*or*, and fires twice or not at all when clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from warehouse.sections.operating import Schedule
from warehouse.settings import SettingsError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_EVERY = re.compile(r"([1-9]\d{0,4})([mhdw])")
_ANCHOR = datetime(1970, 1, 5)  # a Monday, 00:00 UTC: what intervals are counted from
_DAY = timedelta(days=1)
_HORIZONS = (1, 8, 62, 400, 3000)  # days looked ahead for the next slot, the last covers 29 February around 2100


@dataclass(frozen=True, slots=True)
class _Cron:
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool  # day of month and weekday both restricted: cron takes either

    def on(self, day: date) -> bool:
        """Return whether the day has slots."""
        if day.month not in self.months:
            return False
        by_date, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return by_date or by_weekday if self.either else by_date and by_weekday


def _number(text: str, names: tuple[str, ...], first: int) -> int:
    if text.lower() in names:
        return names.index(text.lower()) + first
    return int(text)


def _field(text: str, low: int, high: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    """Return the values of one cron field. Raises ValueError."""
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        if span == "*":
            first, last = low, high
        else:
            begin, dash, end = span.partition("-")
            first = _number(begin, names, low)
            last = _number(end, names, low) if dash else (high if step else first)
        if not low <= first <= last <= high or (step and int(step) < 1):
            msg = f"{part!r} is not within {low}-{high}"
            raise ValueError(msg)
        found.update(range(first, last + 1, int(step) if step else 1))
    return frozenset(found)


def _cron(text: str) -> _Cron:
    fields = text.split()
    if len(fields) != 5:
        msg = f"five fields are needed (minute hour day month weekday), {len(fields)} given"
        raise ValueError(msg)
    weekdays = _field(fields[4], 0, 7, _DAYS)
    return _Cron(
        tuple(sorted(_field(fields[0], 0, 59))),
        tuple(sorted(_field(fields[1], 0, 23))),
        _field(fields[2], 1, 31),
        _field(fields[3], 1, 12, _MONTHS),
        frozenset(day % 7 for day in weekdays),
        not fields[2].startswith("*") and not fields[4].startswith("*"),
    )


def to_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC, without zone) of a wall-clock time: the first where there are two, the jump where none.

    >>> to_utc(datetime(2022, 3, 27, 2, 30), ZoneInfo("Europe/Berlin"))   # 02:00 became 03:00
    datetime.datetime(2022, 3, 27, 1, 0)
    """
    first = wall.replace(tzinfo=zone, fold=0)
    moment = first.astimezone(UTC).replace(tzinfo=None)
    if to_wall(moment, zone) == wall:
        return moment
    before, after = first.utcoffset(), wall.replace(tzinfo=zone, fold=1).utcoffset()
    assert before is not None
    assert after is not None
    low, high = int((wall - after - _ANCHOR).total_seconds()), int((wall - before - _ANCHOR).total_seconds())
    while high - low > 1:  # the jump lies in (low, high]
        middle = (low + high) // 2
        at = _ANCHOR + timedelta(seconds=middle)
        jumped = to_wall(at, zone) - at != before
        low, high = (low, middle) if jumped else (middle, high)
    return _ANCHOR + timedelta(seconds=high)


def to_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the wall-clock time in `zone` of a moment (both without zone)."""
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of one schedule; make it with `slots_of`. All moments are UTC without zone."""

    zone: ZoneInfo
    cron: _Cron | None = None
    step: timedelta | None = None  # minutes and hours: elapsed time, no clock change touches it
    every_days: int = 1  # days and weeks: local midnight of every n-th day

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        """Return the slots later than `after` and not later than `until`, ascending, each once."""
        if until <= after:
            return []
        if self.step is not None:
            count = (after - _ANCHOR) // self.step + 1
            first = _ANCHOR + count * self.step
            return [first + n * self.step for n in range(max(0, (until - first) // self.step + 1))]
        found = {to_utc(wall, self.zone): None for wall in self._walls(after, until)}
        return sorted(moment for moment in found if after < moment <= until)

    def next(self, after: datetime) -> datetime | None:
        """Return the first slot later than `after`; None when there is none within eight years."""
        for days in _HORIZONS:
            if found := self.between(after, after + timedelta(days=days)):
                return found[0]
        return None

    def _walls(self, after: datetime, until: datetime) -> Iterator[datetime]:
        day = to_wall(after, self.zone).date() - _DAY
        last = to_wall(until, self.zone).date() + _DAY
        while day <= last:
            if self.cron is None:
                if (day - _ANCHOR.date()).days % self.every_days == 0:
                    yield datetime.combine(day, time())
            elif self.cron.on(day):
                for hour in self.cron.hours:
                    for minute in self.cron.minutes:
                        yield datetime.combine(day, time(hour, minute))
            day += _DAY


def slots_of(name: str, schedule: Schedule) -> Slots:
    """Return the slots of ``[schedule.NAME]``. Raises SettingsError naming the key and what is valid."""
    try:
        zone = ZoneInfo(schedule.time_zone)
    except (KeyError, ValueError, OSError):
        msg = f"stuckneck.toml: schedule.{name}.time_zone = {schedule.time_zone!r} is no time zone; e.g. Asia/Shanghai."
        raise SettingsError(msg) from None
    if schedule.cron is None:
        return _interval(name, schedule.every or "", zone)
    try:
        found = Slots(zone, _cron(schedule.cron))
    except ValueError as error:
        msg = f'stuckneck.toml: schedule.{name}.cron = {schedule.cron!r}: {error}; e.g. "0 3 * * 1", Mondays at 03:00.'
        raise SettingsError(msg) from None
    if found.next(_ANCHOR) is None:
        msg = f"stuckneck.toml: schedule.{name}.cron = {schedule.cron!r} is never due (no such day)."
        raise SettingsError(msg)
    return found


def _interval(name: str, text: str, zone: ZoneInfo) -> Slots:
    match = _EVERY.fullmatch(text.strip())
    if match is None:
        msg = f'stuckneck.toml: schedule.{name}.every = {text!r}: write a number and m, h, d or w, e.g. "6h".'
        raise SettingsError(msg)
    number, unit = int(match[1]), match[2]
    if unit in "dw":
        return Slots(zone, every_days=number * (7 if unit == "w" else 1))
    return Slots(zone, step=timedelta(**{"minutes" if unit == "m" else "hours": number}))
