"""Audits: queries in ``sql/audits`` that must return no row; a blocking one keeps a run from being published."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import duckdb

import sql

_HEADER = re.compile(r"^--\s*(\w+):\s*(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class AuditResult:
    """How one audit came out; `rows` = 0 means passed, `source` names the source concerned where it is per source."""

    audit: str
    meaning: str
    source: str | None
    rows: int
    blocking: bool
    sample: str | None


def header(text: str) -> dict[str, str]:
    """Return the ``-- key: value`` header of an SQL file."""
    return {key: value.strip() for key, value in _HEADER.findall(text)}


def run_audits(con: duckdb.DuckDBPyConnection, run_id: int) -> list[AuditResult]:
    """Run every audit, store the results in ``audit_results`` and return them.

    An audit may use ``$run_id``; a first column named ``source`` splits its result by source.
    """
    results: list[AuditResult] = []
    for name in sql.names("audits"):
        text = sql.text(f"audits/{name}")
        facts = header(text)
        found = con.execute(text, {"run_id": run_id} if "$run_id" in text else None)
        columns = [d[0] for d in found.description or []]
        rows = found.fetchall()
        results += _by_source(name.removesuffix(".sql"), facts, columns, rows)
    con.execute("DELETE FROM audit_results WHERE run_id = ?", [run_id])
    for r in results:
        con.execute(
            "INSERT INTO audit_results VALUES (?, ?, ?, ?, ?, ?)",
            [run_id, r.audit, r.source, r.rows, r.blocking and r.rows > 0, r.sample],
        )
    return results


def _by_source(
    name: str, facts: dict[str, str], columns: list[str], rows: list[tuple[object, ...]]
) -> list[AuditResult]:
    blocking = facts.get("blocking", "yes") == "yes"
    meaning = facts.get("meaning", "")
    if not rows or columns[0] != "source":
        sample = json.dumps([dict(zip(columns, r, strict=True)) for r in rows[:3]], default=str) if rows else None
        return [AuditResult(name, meaning, None, len(rows), blocking, sample)]
    results = []
    for source in sorted({str(r[0]) for r in rows}):
        own = [r for r in rows if str(r[0]) == source]
        sample = json.dumps([dict(zip(columns, r, strict=True)) for r in own[:3]], default=str)
        results.append(AuditResult(name, meaning, source, len(own), blocking, sample))
    return results
