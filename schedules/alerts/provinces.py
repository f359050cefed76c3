"""Rules about the provincial study: a province changes path, a condition stops (or begins) being necessary."""

from __future__ import annotations

from datetime import datetime

import duckdb

from schedules.alerts.basis.book import atomically, record
from schedules.alerts.basis.facts import Alert, Evidence, Fact
from schedules.alerts.rules import rules_of
from warehouse.settings import Settings

PATH, NECESSITY = "province_path", "province_necessity"
RULE_OFF = "规则已停用 the rule is turned off"


def province_facts(con: duckdb.DuckDBPyConnection, run_id: int) -> list[Fact]:
    """Return the facts of a study's stored changes (``run_province_changes``): one a province, one a condition."""
    rows = con.execute(
        "SELECT kind, previous_run, province, variable, string_agg(text_zh, '' ORDER BY outcome, was),"
        " string_agg(text_en, ' ' ORDER BY outcome, was), any_value(was), any_value(is_now)"
        " FROM run_province_changes WHERE run_id = ? GROUP BY kind, previous_run, province, variable"
        " ORDER BY kind, province, variable",
        [run_id],
    ).fetchall()
    facts = []
    for kind, previous, province, variable, zh, en, was, is_now in rows:
        is_path = kind == "path"
        title = ("省份路径变动", "A province changed path") if is_path else ("必要条件变动", "A necessity changed")
        column, value = ("province", province) if is_path else ("variable", variable)
        query = (
            "SELECT kind, outcome, was, is_now, text_zh, text_en FROM run_province_changes "  # noqa: S608 - shown to people
            f"WHERE run_id = {int(run_id)} AND kind = '{kind}' AND {column} = '{value}'"
        )
        facts.append(
            Fact(
                PATH if is_path else NECESSITY, (str(run_id), kind, value), title, (zh, en),
                evidence=(Evidence("rows", f"runs {previous} and {run_id}", was, is_now, query),),
            )
        )  # fmt: skip
    return facts


def alert_province_changes(
    con: duckdb.DuckDBPyConnection, run_id: int, settings: Settings, now: datetime
) -> list[Alert]:  # fmt: skip
    """Record the changes that the study of `run_id` found as alerts; calling it again makes no second one."""
    rules = rules_of(settings)
    row = con.execute("SELECT data_label FROM run_provinces WHERE run_id = ?", [run_id]).fetchone()
    made = []
    with atomically(con):
        for fact in province_facts(con, run_id):
            rule = rules[fact.rule]
            alert = record(
                con, fact, severity=rule.severity, now=now, run_id=run_id, data_label=row[0] if row else None,
                silent_because=None if rule.enabled else RULE_OFF,
            )  # fmt: skip
            if alert is not None and rule.enabled:
                made.append(alert)
    return made
