"""The outbox: what is still to be sent through which channel, and what became of every attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from schedules.alerts.basis.book import atomically
from schedules.delivery.times import digest_due, pause
from warehouse.sections.alerting import Channel
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class Item:
    """One row that is due: `repeat` when it may have gone out before (the last attempt was cut)."""

    message_id: int
    kind: str
    alert_id: int | None
    run_id: int | None
    attempts: int
    repeat: bool


def mode_of(channel: Channel, rule: str) -> str:
    """Return immediate or digest: per rule and recipient, else the channel's own mode."""
    if rule in channel.immediate_rules:
        return "immediate"
    return "digest" if rule in channel.digest_rules else channel.mode


def _add(
    con: duckdb.DuckDBPyConnection, channel: str, facts: Channel, kind: str, now: datetime, due: datetime, *,
    alert_id: int | None = None, run_id: int | None = None,
) -> None:  # fmt: skip
    con.execute(
        "INSERT INTO outbox (message_id, channel, recipient, kind, alert_id, run_id, state, attempts, created_at,"
        " next_attempt_at) SELECT coalesce(max(message_id), 0) + 1, ?, ?, ?, ?, ?, 'pending', 0, ?, ? FROM outbox",
        [channel, facts.recipient, kind, alert_id, run_id, now, due],
    )


def fill(con: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> None:
    """Put what is new into the outbox, once per alert and channel; alerts resolved before they went out are dropped."""
    with atomically(con):
        con.execute(
            "UPDATE outbox SET state = 'dropped' WHERE state = 'pending' AND attempts = 0 AND alert_id IN (SELECT"
            " alert_id FROM alert_facts WHERE state = 'resolved' AND certainty IS NOT DISTINCT FROM 'tentative')"
        )
        for name, channel in settings.delivery.channels.items():
            wanted = con.execute(
                "SELECT a.alert_id, a.rule FROM alert_facts AS a WHERE a.state = 'new' AND NOT EXISTS"
                " (SELECT 1 FROM outbox AS o WHERE o.alert_id = a.alert_id AND o.channel = ?) ORDER BY a.alert_id",
                [name],
            ).fetchall()
            for alert_id, rule in wanted:
                if channel.rules and rule not in channel.rules:
                    continue
                kind = mode_of(channel, rule)
                due = digest_due(channel, now) if kind == "digest" else now
                _add(con, name, channel, kind, now, due, alert_id=alert_id)
            if channel.nothing_moved:
                _fill_nothing_moved(con, name, channel, now)


def _fill_nothing_moved(con: duckdb.DuckDBPyConnection, name: str, channel: Channel, now: datetime) -> None:
    row = con.execute(
        "SELECT max(r.run_id) FROM runs AS r WHERE r.state = 'succeeded' AND EXISTS (SELECT 1 FROM run_placements AS p"
        " WHERE p.run_id = r.run_id AND p.origin = 'live')"
    ).fetchone()
    run_id = row[0] if row else None
    first = con.execute("SELECT min(run_id) FROM run_placements WHERE origin = 'live'").fetchone()
    if run_id is None or (first and first[0] == run_id):
        return
    quiet = con.execute(
        # while a source's failure holds alerts back, nobody can say that nothing moved
        "SELECT NOT EXISTS (SELECT 1 FROM alert_facts WHERE run_id = ?) AND NOT EXISTS"
        " (SELECT 1 FROM alert_facts WHERE rule = 'incident' AND state <> 'resolved') AND NOT EXISTS"
        " (SELECT 1 FROM outbox WHERE kind = 'nothing_moved' AND channel = ? AND run_id = ?)",
        [run_id, name, run_id],
    ).fetchone()
    if quiet and quiet[0]:
        _add(con, name, channel, "nothing_moved", now, now, run_id=run_id)


def due(con: duckdb.DuckDBPyConnection, channel: str, now: datetime) -> list[Item]:
    """Return what is due on `channel`, oldest first; rows left in state sending were cut and may be repeats."""
    rows = con.execute(
        "SELECT message_id, kind, alert_id, run_id, attempts, state = 'sending' FROM outbox WHERE channel = ?"
        " AND state IN ('pending', 'sending') AND next_attempt_at <= ? ORDER BY message_id",
        [channel, now],
    ).fetchall()
    return [Item(*row) for row in rows]


def sent_last_hour(con: duckdb.DuckDBPyConnection, channel: str, now: datetime) -> tuple[int, datetime | None]:
    """Return how many messages the channel took in the last hour, and when the first of them leaves the window."""
    row = con.execute(
        "SELECT count(DISTINCT batch_id), min(sent_at) FROM outbox WHERE channel = ? AND sent_at > ?",
        [channel, now - timedelta(hours=1)],
    ).fetchone()
    assert row is not None
    return int(row[0]), None if row[1] is None else row[1] + timedelta(hours=1)


def batches(items: Sequence[Item], room: int) -> list[list[Item]]:
    """Return what goes out as one message each: digests together, the rest one by one as far as `room` lets them.

    Where there are more than `room` messages, the last one carries all that is left of the alerts.
    """
    digest = [i for i in items if i.kind == "digest"]
    single = [[i] for i in items if i.kind != "digest"]
    out = [*([digest] if digest else []), *single]
    if len(out) <= room or room < 1:
        return out[: max(room, 0)]
    head, rest = out[: room - 1], [i for group in out[room - 1 :] for i in group]
    notes = [i for i in rest if i.kind == "nothing_moved"]
    together = [i for i in rest if i.kind != "nothing_moved"]
    return [*head, together or notes[-1:]]


def put_off(con: duckdb.DuckDBPyConnection, channel: str, until: datetime) -> None:
    """Leave everything pending on `channel` until `until`."""
    con.execute(
        "UPDATE outbox SET next_attempt_at = greatest(next_attempt_at, ?) WHERE channel = ? AND state IN"
        " ('pending', 'sending')",
        [until, channel],
    )


def begin(con: duckdb.DuckDBPyConnection, items: Sequence[Item]) -> int:
    """Mark `items` as being sent, in one committed step before the network is touched; return their batch number."""
    row = con.execute("SELECT coalesce(max(batch_id), 0) + 1 FROM outbox").fetchone()
    assert row is not None
    con.execute(
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1, batch_id = ? WHERE list_contains(?, message_id)",
        [row[0], [i.message_id for i in items]],
    )
    return int(row[0])


def succeeded(con: duckdb.DuckDBPyConnection, batch: int, now: datetime) -> None:
    """Mark a batch as taken by the channel."""
    con.execute("UPDATE outbox SET state = 'sent', sent_at = ?, last_error = NULL WHERE batch_id = ?", [now, batch])


def failed(
    con: duckdb.DuckDBPyConnection, batch: int, now: datetime, reason: str, wait: float | None, most: int
) -> None:
    """Mark a batch as refused: tried again after a growing pause (at least `wait` seconds), given up after `most`."""
    rows = con.execute("SELECT message_id, attempts FROM outbox WHERE batch_id = ?", [batch]).fetchall()
    for message_id, attempts in rows:
        rest = max(pause(attempts), timedelta(seconds=wait or 0))
        con.execute(
            "UPDATE outbox SET state = ?, next_attempt_at = ?, last_error = ? WHERE message_id = ?",
            ["given_up" if attempts >= most else "pending", now + rest, reason, message_id],
        )


_AGAIN = ("pending", "sending", "given_up")


def again(con: duckdb.DuckDBPyConnection, messages: Sequence[int], now: datetime) -> list[int]:
    """Let messages be tried at the next delivery, also those given up; return which. None named: all not yet taken."""
    rows = con.execute(
        "UPDATE outbox SET state = if(state = 'given_up', 'pending', state), next_attempt_at = ?,"
        " attempts = if(state = 'given_up', 0, attempts) WHERE list_contains(?, state)"
        " AND (len(?::INTEGER[]) = 0 OR list_contains(?::INTEGER[], message_id)) RETURNING message_id",
        [now, list(_AGAIN), list(messages), list(messages)],
    ).fetchall()
    return sorted(row[0] for row in rows)
