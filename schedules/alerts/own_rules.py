"""Rules of the user's own: SQL on the published snapshot, within the limits of the sandbox; one row is one fact."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import duckdb

from schedules.alerts.basis.book import atomically, resolve_where
from schedules.alerts.basis.context import Context, read_context
from schedules.alerts.basis.facts import Evidence, Fact
from schedules.alerts.evaluate import store_facts
from schedules.alerts.rules import Rule, rules_of
from warehouse.publish import NoSnapshotError, current
from warehouse.sandbox.queries import SqlRefusedError, SqlStoppedError, run_sql
from warehouse.settings import Settings
from warehouse.workspace import Workspace

BASELINE = "首次运行为基线，不告警 the first run is a baseline"


def evaluate_own_rules(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, settings: Settings, now: datetime
) -> list[str]:
    """Evaluate [alerts.rules.*] with SQL, once per snapshot and statement; return what was wrong with any of them.

    A row's columns technology_id and fact (all columns, where it has no fact) name the fact. On the first live run
    every row is taken as the baseline. An alert whose row no longer comes is resolved. Raises SettingsError.
    """
    rules = {name: rule for name, rule in rules_of(settings).items() if rule.sql is not None and rule.enabled}
    if not rules:
        return []
    try:
        snapshot = current(workspace)
    except NoSnapshotError:
        return []
    row = con.execute("SELECT max(run_id) FROM run_placements WHERE origin = 'live'").fetchone()
    context = read_context(con, settings, row[0]) if row and row[0] is not None else None
    problems = []
    for rule in rules.values():
        digest = hashlib.sha256(str(rule.sql).encode()).hexdigest()[:16]
        seen = con.execute(
            "SELECT 1 FROM alert_rule_runs WHERE rule = ? AND statement_hash = ? AND snapshot = ?",
            [rule.name, digest, snapshot.name],
        ).fetchone()
        if seen:
            continue
        rows: list[dict[str, Any]] = []
        error = None
        try:
            rows = run_sql(snapshot, str(rule.sql), settings.sql).table.to_dicts()
        except (SqlRefusedError, SqlStoppedError) as refused:
            error = str(refused).splitlines()[0]
            problems.append(f"Rule {rule.name}: {error}")
        with atomically(con):
            con.execute("DELETE FROM alert_rule_runs WHERE rule = ?", [rule.name])
            con.execute(
                "INSERT INTO alert_rule_runs VALUES (?, ?, ?, ?, ?, ?)",
                [rule.name, digest, snapshot.name, now, None if error else len(rows), error],
            )
            if error is None:
                _store(con, rule, rows, context, now)
    return problems


def _store(
    con: duckdb.DuckDBPyConnection, rule: Rule, rows: list[dict[str, Any]], context: Context | None, now: datetime
) -> None:
    held = context.held[context.run.run_id] if context else set()
    facts = [_fact(rule, r, context) for r in rows]
    names = [f.fingerprint for f in facts]
    resolve_where(
        con, "rule = ? AND NOT list_contains(?, fingerprint)", [rule.name, names], now=now,
        note="已不成立 its row no longer comes",
    )  # fmt: skip
    first = context is None or len(context.runs) < 2
    reported = [f for f in facts if f.technology_id not in held]
    store_facts(con, reported, {rule.name: rule}, now, context, silent=BASELINE if first else None)


def _fact(rule: Rule, row: dict[str, Any], context: Context | None) -> Fact:
    technology = row.get("technology_id")
    tech = None if technology is None else str(technology)
    said = str(row["fact"]) if row.get("fact") is not None else "; ".join(f"{k} = {v}" for k, v in row.items())
    zh, en = context.name(tech) if context and tech else (tech or "", tech or "")
    return Fact(
        rule.name,
        (tech or "", said),
        (f"{rule.title_zh}：{zh or said}", f"{rule.title_en}: {en or said}"),
        (f"{rule.title_zh}：{zh} {said}", f"{rule.title_en}: {en} {said}"),
        technology_id=tech,
        evidence=(
            Evidence("rows", "the rule's own query", None, said, str(rule.sql)),
            *(Evidence("row", str(k), None, None if v is None else str(v)) for k, v in row.items()),
        ),
    )
