"""The alert book: storing facts once, and every change of state with who and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime

import duckdb

from schedules.alerts.basis.facts import PROGRAM, Alert, Fact
from warehouse.core import transaction

STATES = ("new", "sent", "acknowledged", "resolved")
_COLUMNS = ", ".join(f.name for f in fields(Alert))


class NoSuchAlertError(LookupError):
    """There is no alert of that number; the message says what to do."""


def _in_transaction(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a transaction is open: outside one, every statement has a number of its own (a second BEGIN aborts)."""
    first, second = (con.execute("SELECT txid_current()").fetchone() for _ in range(2))
    return first == second


@contextmanager
def atomically(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run the body in the transaction that is open, or in one of its own where none is."""
    if _in_transaction(con):  # the caller's: it commits or undoes
        yield
        return
    with transaction(con):
        yield


def alerts(con: duckdb.DuckDBPyConnection, where: str = "true", *values: object) -> list[Alert]:
    """Return stored alerts, oldest first; `where` is the program's own SQL with `values` for its question marks."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM alert_facts WHERE {where} ORDER BY alert_id", list(values)).fetchall()  # noqa: S608
    return [Alert(*row) for row in rows]


def get(con: duckdb.DuckDBPyConnection, alert_id: int) -> Alert:
    """Return one alert. Raises NoSuchAlertError."""
    found = alerts(con, "alert_id = ?", alert_id)
    if not found:
        msg = f"There is no alert {alert_id}; `stuckneck alerts list --all` shows all."
        raise NoSuchAlertError(msg)
    return found[0]


def _log(
    con: duckdb.DuckDBPyConnection, alert_id: int, now: datetime, who: str, before: str | None, after: str,
    note: str | None, request_id: str | None = None,
) -> None:  # fmt: skip
    con.execute(
        "INSERT INTO alert_log VALUES (?, ?, ?, ?, ?, ?, ?)", [alert_id, now, who, before, after, note, request_id]
    )


def record(
    con: duckdb.DuckDBPyConnection, fact: Fact, *, severity: str, now: datetime, run_id: int | None = None,
    as_of: object = None, data_label: str | None = None, silent_because: str | None = None,
) -> Alert | None:  # fmt: skip
    """Store `fact` as a new alert and return it; None when it was stored before (same fingerprint).

    `silent_because`: stored as resolved at once, never delivered (a rule that is turned off).
    """
    if con.execute("SELECT 1 FROM alert_facts WHERE fingerprint = ?", [fact.fingerprint]).fetchone():
        return None
    row = con.execute("SELECT coalesce(max(alert_id), 0) + 1 FROM alert_facts").fetchone()
    assert row is not None
    number = int(row[0])
    state = "resolved" if silent_because else "new"
    why = fact.why or (None, None)
    values = [
        number, fact.fingerprint, fact.rule, severity, fact.certainty, fact.technology_id, fact.source, run_id, as_of,
        fact.frames, fact.from_strategy, fact.to_strategy, fact.probability, *fact.title, *fact.text, *why,
        data_label, state, now, PROGRAM, now,
    ]  # fmt: skip
    con.execute(f"INSERT INTO alert_facts ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608
    for at, item in enumerate(fact.evidence, start=1):
        con.execute(
            "INSERT INTO alert_evidence VALUES (?, ?, ?, ?, ?, ?, ?)",
            [number, at, item.kind, item.label, item.before, item.after, item.query],
        )
    _log(con, number, now, PROGRAM, None, state, silent_because)
    return get(con, number)


def change(
    con: duckdb.DuckDBPyConnection, alert_id: int, state: str, *, who: str, now: datetime, note: str | None = None,
    request_id: str | None = None,
) -> bool:  # fmt: skip
    """Put an alert into `state`; states only go forward (new, sent, acknowledged, resolved).

    Returns False when it was there or further already (noted in the log all the same when a person asked), or when
    this very request was applied before. Raises NoSuchAlertError.
    """
    if request_id and con.execute("SELECT 1 FROM alert_log WHERE request_id = ?", [request_id]).fetchone():
        return False
    old = get(con, alert_id).state
    forward = STATES.index(state) > STATES.index(old)
    with atomically(con):
        if forward:
            con.execute(
                "UPDATE alert_facts SET state = ?, state_at = ?, state_by = ? WHERE alert_id = ?",
                [state, now, who, alert_id],
            )
        if forward or request_id:
            _log(con, alert_id, now, who, old, state if forward else old, note, request_id)
    return forward


def note_once(con: duckdb.DuckDBPyConnection, alert_id: int, note: str, now: datetime) -> None:
    """Add a remark to an alert's log unless it is there already."""
    if not con.execute("SELECT 1 FROM alert_log WHERE alert_id = ? AND note = ?", [alert_id, note]).fetchone():
        state = get(con, alert_id).state
        _log(con, alert_id, now, PROGRAM, state, state, note)


def resolve_where(
    con: duckdb.DuckDBPyConnection, where: str, values: Sequence[object], *, now: datetime, note: str
) -> None:
    """Resolve every open alert that matches, in the program's name."""
    for alert in alerts(con, f"state <> 'resolved' AND ({where})", *values):
        change(con, alert.alert_id, "resolved", who=PROGRAM, now=now, note=note)
