"""What is due, decided from the run ledger and ``schedule_slots``: each slot gets one run or one recorded reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb

from schedules.slots import Slots, slots_of, to_wall
from warehouse.core import transaction
from warehouse.sections.operating import Schedule
from warehouse.settings import Settings, SettingsError

_ORDER = ("refresh", "review", "sentinels", "deliver", "heartbeat", "backup", "prune")
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Due:
    """A slot whose turn it is. `slot` is UTC without zone, `as_of` its date in the schedule's time zone."""

    schedule: str
    task: str
    slot: datetime
    as_of: date
    attempts: int


def definition(schedule: Schedule) -> str:
    """Return what a schedule is, as ``schedules.definition`` keeps it."""
    return f"cron:{schedule.cron}" if schedule.cron is not None else f"every:{schedule.every}"


def parse_all(settings: Settings) -> dict[str, Slots]:
    """Return the slots of every enabled schedule by name. Raises SettingsError."""
    return {name: slots_of(name, s) for name, s in settings.schedule.items() if s.enabled}


def settle(con: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> None:
    """Decide every slot that has come by `now` (UTC): the latest is due, earlier missed ones are merged into it.

    Slots that the ledger says were served are marked done. A schedule is learnt the first time it is seen, and its
    slots count from then. Raises SettingsError before anything is written when a schedule cannot be read.
    """
    known_slots = parse_all(settings)
    with transaction(con):
        _reconcile(con, now)
        rows = con.execute("SELECT schedule, task, definition, time_zone FROM schedules").fetchall()
        for name, task, stated, zone in rows:
            schedule = settings.schedule.get(name)
            same = schedule is not None and (schedule.task, definition(schedule), schedule.time_zone) == (
                task, stated, zone,
            )  # fmt: skip
            if name in known_slots and same:
                _decide(con, name, task, known_slots[name], now)
                continue
            if (old := _slots_as_stored(name, task, stated, zone)) is not None:
                _decide(con, name, task, old, now)
            if name not in known_slots:
                _drop_open(con, name, now)
            con.execute("DELETE FROM schedules WHERE schedule = ?", [name])
        have = {row[0] for row in con.execute("SELECT schedule FROM schedules").fetchall()}
        for name in known_slots.keys() - have:
            new = settings.schedule[name]
            con.execute(
                "INSERT INTO schedules VALUES (?, ?, ?, ?, ?, ?)",
                [name, new.task, definition(new), new.time_zone, now, now],
            )


def _slots_as_stored(name: str, task: str, stated: str, zone: str) -> Slots | None:
    kind, _, text = stated.partition(":")
    try:
        return slots_of(name, Schedule.model_validate({"task": task, kind: text, "time_zone": zone}))
    except SettingsError:  # a zone this machine no longer knows: nothing can be said about its slots
        return None


def _reconcile(con: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Mark done what a run has served: also one that was cut between its end and the mark, or that a person resumed."""
    con.execute(
        "UPDATE schedule_slots AS s SET state = 'done', run_id = r.run_id, reason = NULL, retry_after = NULL,"
        " ended_at = ? FROM (SELECT kind, slot, max(run_id) AS run_id FROM runs"
        " WHERE state = 'succeeded' AND slot IS NOT NULL GROUP BY ALL) AS r"
        " WHERE s.state = 'due' AND r.kind = s.task AND r.slot = s.slot",
        [now],
    )


def _decide(con: duckdb.DuckDBPyConnection, name: str, task: str, slots: Slots, now: datetime) -> None:
    row = con.execute("SELECT settled_until, since FROM schedules WHERE schedule = ?", [name]).fetchone()
    assert row is not None
    settled, after = row[0], max(row)
    if settled > now:  # the clock was put back: what was decided for later, and not run, is decided again then
        con.execute(
            "DELETE FROM schedule_slots WHERE schedule = ? AND slot > ? AND state IN ('due', 'merged')"
            " AND NOT EXISTS (SELECT 1 FROM runs WHERE kind = schedule_slots.task AND runs.slot = schedule_slots.slot)",
            [name, now],
        )
    else:
        known = con.execute("SELECT slot FROM schedule_slots WHERE schedule = ? AND slot > ?", [name, after]).fetchall()
        found = sorted(set(slots.between(after, now)) - {k[0] for k in known})
        if found:
            _enter(con, name, task, slots, found, now)
    con.execute("UPDATE schedules SET settled_until = ? WHERE schedule = ?", [now, name])


def _enter(
    con: duckdb.DuckDBPyConnection, name: str, task: str, slots: Slots, found: list[datetime], now: datetime
) -> None:
    latest = found[-1]
    merged = f"missed; served by the run of the slot {latest:%Y-%m-%d %H:%M} UTC"
    # One that is being run, or is parked, is finished first; any other makes way for the new one.
    con.execute(
        "UPDATE schedule_slots SET state = CASE WHEN attempts > 0 THEN 'failed' ELSE 'merged' END, ended_at = ?,"
        " reason = CASE WHEN attempts > 0 THEN 'given up after ' || attempts || ' attempts, the next slot had come: '"
        " || coalesce(reason, 'unknown') ELSE ? END"
        " WHERE schedule = ? AND state = 'due' AND NOT EXISTS (SELECT 1 FROM runs WHERE kind = schedule_slots.task"
        " AND runs.slot = schedule_slots.slot AND runs.state IN ('running', 'parked'))",
        [now, merged, name],
    )
    days = [to_wall(slot, slots.zone).date() for slot in found]
    con.execute(
        "INSERT INTO schedule_slots SELECT ?, slot, ?, as_of, 'merged', NULL, 0, NULL, ?, ?, ?"
        " FROM (SELECT unnest(?::TIMESTAMP[]) AS slot, unnest(?::DATE[]) AS as_of)",
        [name, task, merged, now, now, found[:-1], days[:-1]],
    )
    con.execute(
        "INSERT INTO schedule_slots VALUES (?, ?, ?, ?, 'due', NULL, 0, NULL, NULL, ?, NULL)",
        [name, latest, task, days[-1], now],
    )


def _drop_open(con: duckdb.DuckDBPyConnection, name: str, now: datetime) -> None:
    con.execute(
        "UPDATE schedule_slots SET state = 'skipped', reason = 'the schedule was switched off or removed', ended_at = ?"
        " WHERE schedule = ? AND state = 'due'",
        [now, name],
    )


def ready(con: duckdb.DuckDBPyConnection, now: datetime) -> list[Due]:
    """Return the slots whose turn it is, in the order of `_ORDER`; earlier slots first."""
    rows = con.execute(
        "SELECT schedule, task, slot, as_of, attempts FROM schedule_slots"
        " WHERE state = 'due' AND coalesce(retry_after, slot) <= ?"
        " ORDER BY list_position(?, task), slot, schedule",
        [now, list(_ORDER)],
    ).fetchall()
    return [Due(*row) for row in rows]


def end(
    con: duckdb.DuckDBPyConnection, due: Due, state: str, *, now: datetime, run_id: int | None = None,
    reason: str | None = None,
) -> None:  # fmt: skip
    """Settle a slot: done by `run_id`, or skipped for `reason`."""
    _update(con, due, "state = ?, run_id = ?, reason = ?, retry_after = NULL, ended_at = ?",
            [state, run_id, reason, now])  # fmt: skip


def wait(con: duckdb.DuckDBPyConnection, due: Due, *, until: datetime, reason: str) -> None:
    """Put a slot off until `until` (UTC): its run is parked."""
    _update(con, due, "retry_after = ?, reason = ?", [until, reason])


def failed(con: duckdb.DuckDBPyConnection, due: Due, *, now: datetime, reason: str) -> datetime:
    """Note a failed attempt and return when the next is (15 minutes later, then doubling up to 6 hours)."""
    again: datetime = now + min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(due.attempts, 10))
    _update(con, due, "attempts = attempts + 1, retry_after = ?, reason = ?", [again, reason])
    return again


def _update(con: duckdb.DuckDBPyConnection, due: Due, what: str, values: list[object]) -> None:
    con.execute(
        f"UPDATE schedule_slots SET {what} WHERE schedule = ? AND slot = ? AND state = 'due'",  # noqa: S608
        [*values, due.schedule, due.slot],
    )


def next_wake(con: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> datetime | None:
    """Return when something is due next after `now` (UTC): a slot, or another attempt; None when nothing ever is."""
    times = [at for slots in parse_all(settings).values() if (at := slots.next(now)) is not None]
    row = con.execute("SELECT min(coalesce(retry_after, slot)) FROM schedule_slots WHERE state = 'due'").fetchone()
    if row is not None and row[0] is not None:
        times.append(row[0])
    return min(times, default=None)
