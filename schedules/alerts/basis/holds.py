"""Which technologies of which runs rest on a source that failed its audits: nothing of theirs is news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from schedules.alerts.basis.completeness import held_by_falls
from warehouse.sections.alerting import Alerts

_FELL = 0.8  # of the families of the last sound run: the threshold of sql/audits/families_fell.sql


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that failed one audit in one run."""

    run_id: int
    source: str | None
    audit: str
    rows: int
    sample: str | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A live run of the series: every later thing is read from these."""

    run_id: int
    as_of: date
    edition_id: int | None
    settings_hash: str | None
    data_label: str | None
    started_at: Any


def series_runs(con: duckdb.DuckDBPyConnection, run_id: int) -> list[RunRow]:
    """Return the live runs up to `run_id` that succeeded (and `run_id` itself), the last of each as-of date."""
    rows = con.execute(
        "SELECT r.run_id, p.as_of, r.edition_id, r.settings_hash, r.data_label, r.started_at FROM runs AS r "
        "JOIN (SELECT DISTINCT run_id, as_of FROM run_placements WHERE origin = 'live') AS p ON p.run_id = r.run_id "
        "WHERE r.run_id <= ? AND (r.state = 'succeeded' OR r.run_id = ?) "
        "QUALIFY row_number() OVER (PARTITION BY p.as_of ORDER BY r.run_id DESC) = 1 ORDER BY r.run_id",
        [run_id, run_id],
    ).fetchall()
    return [RunRow(*row) for row in rows]


def failures(con: duckdb.DuckDBPyConnection, alerts: Alerts) -> dict[int, list[Failure]]:
    """Return per run the audits (alerts.incident_audits) that found rows."""
    rows = con.execute(
        "SELECT run_id, source, audit, rows_found, sample FROM audit_results"
        " WHERE rows_found > 0 AND list_contains(?, audit) ORDER BY run_id, audit, source",
        [list(alerts.incident_audits)],
    ).fetchall()
    out: dict[int, list[Failure]] = {}
    for run_id, sources, audit, found, sample in rows:
        for source in str(sources).split(", ") if sources is not None else [None]:
            out.setdefault(run_id, []).append(Failure(run_id, source, audit, found, sample))
    return out


def resting_on(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Return source → technologies that have publications from it."""
    out: dict[str, set[str]] = {}
    for source, technology in con.execute("SELECT DISTINCT source, technology_id FROM source_hits").fetchall():
        out.setdefault(source, set()).add(technology)
    return out


def _named(con: duckdb.DuckDBPyConnection, run_id: int) -> set[str]:
    """Return the technologies that run `run_id` itself says it could not speak about."""
    rows = con.execute("SELECT DISTINCT technology_id FROM run_held WHERE run_id = ?", [run_id]).fetchall()
    return {row[0] for row in rows}


def held(
    con: duckdb.DuckDBPyConnection, runs: Sequence[RunRow], failed: Mapping[int, Sequence[Failure]]
) -> dict[int, set[str]]:
    """Return per run the technologies whose figures rest on a failing source, or have not recovered from a fall.

    A technology that lost more than a fifth of its families stays held until they are back, its query changes, or a
    person resolves the incident (then the lower count is the new normal).
    """
    rests = resting_on(con)
    families: dict[int, dict[str, tuple[str | None, int]]] = {}
    for run_id, technology, query, count in con.execute(
        "SELECT run_id, technology_id, query_hash, families FROM run_placements"
        " WHERE frame = 'relative' AND families IS NOT NULL"
    ).fetchall():
        families.setdefault(run_id, {})[technology] = (query, count)
    accepted: dict[str, list[Any]] = {}
    for source, when in con.execute(
        "SELECT source, max(state_at) FROM alert_facts WHERE rule = 'incident' AND state = 'resolved'"
        " AND state_by <> 'stuckneck' AND source IS NOT NULL GROUP BY source"
    ).fetchall():
        for technology in rests.get(source, ()):
            accepted.setdefault(technology, []).append(when)
    sound: dict[str, tuple[str | None, int, Any]] = {}
    out: dict[int, set[str]] = {}
    for run in runs:
        bad = _named(con, run.run_id) | held_by_falls(con, run.run_id)
        for failure in failed.get(run.run_id, ()):
            if failure.audit != "unanswered":  # that one is about the technologies it names
                bad |= rests.get(failure.source, set()) if failure.source else set(families.get(run.run_id, {}))
        for technology, (query, count) in families.get(run.run_id, {}).items():
            before = sound.get(technology)
            announced = before is not None and any(
                before[2] <= w <= run.started_at for w in accepted.get(technology, ())
            )
            fell = before is not None and before[0] == query and count < _FELL * before[1] and not announced
            if fell:
                bad.add(technology)
            if technology not in bad:
                sound[technology] = (query, count, run.started_at)
        out[run.run_id] = bad
    return out
