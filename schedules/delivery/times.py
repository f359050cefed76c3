"""When a channel may be spoken to: quiet hours, digest time, pauses between attempts. All times UTC without zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from warehouse.sections.alerting import Channel

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)


def pause(attempts: int) -> timedelta:
    """Return the pause after the `attempts`-th failure: 1, 2, 4 … minutes, at most 6 hours."""
    return min(_FIRST_PAUSE * int(2 ** min(attempts - 1, 12)), _LONGEST_PAUSE)


def _next(clock_time: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the first moment at or after `now` when it is `clock_time` in `zone`."""
    hour, minute = map(int, clock_time.split(":"))
    local = now.replace(tzinfo=UTC).astimezone(zone)
    for days in (0, 1, 2):
        wall = datetime.combine(local.date() + timedelta(days=days), time(hour, minute), zone)
        due = wall.astimezone(UTC).replace(tzinfo=None)
        if due >= now:
            return due
    raise AssertionError("every clock time comes within two days")


def digest_due(channel: Channel, now: datetime) -> datetime:
    """Return when the next digest of `channel` goes out."""
    return _next(channel.digest_at, ZoneInfo(channel.time_zone), now)


def after_quiet(channel: Channel, now: datetime) -> datetime:
    """Return the first moment from `now` on that lies outside the channel's quiet hours (`now` itself when it does)."""
    if channel.quiet_hours is None:
        return now
    start, end = channel.quiet_hours
    local = now.replace(tzinfo=UTC).astimezone(ZoneInfo(channel.time_zone)).strftime("%H:%M")
    quiet = start <= local < end if start <= end else (local >= start or local < end)
    return _next(end, ZoneInfo(channel.time_zone), now) if quiet else now
