"""Evaluating the rules: facts in, alerts in the book; safe to call again for the same run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb

from analytics.explain.explain import store_attributions
from schedules.alerts.approaching import approaching_facts
from schedules.alerts.basis.book import atomically, record
from schedules.alerts.basis.completeness import fall_facts
from schedules.alerts.basis.context import Context, read_context
from schedules.alerts.basis.facts import Alert, Fact
from schedules.alerts.basis.holders import holder_facts
from schedules.alerts.basis.searches import search_facts
from schedules.alerts.changes import change_facts
from schedules.alerts.figures import evidence_facts, jumped_facts, newcomer_facts, watch_facts
from schedules.alerts.moved import moved_facts
from schedules.alerts.operations import incident_facts, list_facts, watch_over
from schedules.alerts.rules import Rule, rules_of
from warehouse.settings import Settings

RULE_OFF = "规则已停用 the rule is turned off"


def content_facts(context: Context, now: datetime, *, look_only: bool = False) -> list[Fact]:
    """Return every content fact of the context's run; `look_only` leaves stored alerts as they are."""
    moved = moved_facts(context, now, look_only=look_only)
    moved_ones = {f.technology_id for f in moved}
    watch = [f for f in watch_facts(context, now, look_only=look_only) if f.technology_id not in moved_ones]
    jumped = [f for f in jumped_facts(context) if not (f.rule == "revised" and f.technology_id in moved_ones)]
    weak = evidence_facts(context, now, look_only=look_only)
    soon = approaching_facts(context, now, look_only=look_only)
    return [*moved, *watch, *jumped, *soon, *newcomer_facts(context), *weak, *holder_facts(context)]


def store_facts(
    con: duckdb.DuckDBPyConnection, facts: Sequence[Fact], rules: dict[str, Rule], now: datetime,
    context: Context | None = None, silent: str | None = None,
) -> list[Alert]:  # fmt: skip
    """Record `facts` and return the alerts that are new; rules that are off, and `silent`, are recorded as resolved."""
    out = []
    for fact in facts:
        rule = rules[fact.rule]
        because = silent or (None if rule.enabled else RULE_OFF)
        severity = "notice" if fact.certainty == "tentative" and rule.severity == "urgent" else rule.severity
        run = context.run if context else None
        made = record(
            con, fact, severity=severity, now=now, run_id=run.run_id if run else None, as_of=run.as_of if run else None,
            data_label=(run.data_label if run else None) or _label(con), silent_because=because,
        )  # fmt: skip
        if made is not None and because is None:
            out.append(made)
    return out


def _label(con: duckdb.DuckDBPyConnection) -> str | None:
    """Return what the records of the warehouse are: the label of its latest live run."""
    row = con.execute("SELECT arg_max(data_label, run_id) FROM run_placements WHERE origin = 'live'").fetchone()
    return row[0] if row else None


def _held_facts(con: duckdb.DuckDBPyConnection, settings: Settings, context: Context, now: datetime) -> list[Fact]:
    """Return the content facts this run would have made of what is held."""
    bad = context.held[context.run.run_id]
    if not bad:
        return []
    whole = read_context(con, settings, context.run.run_id, ignore_holds=True)
    assert whole is not None
    return [f for f in content_facts(whole, now, look_only=True) if f.technology_id in bad]


def evaluate_alerts(con: duckdb.DuckDBPyConnection, run_id: int, settings: Settings, now: datetime) -> list[Alert]:
    """Evaluate all built-in rules for a run that has been placed and audited, and return the new alerts.

    Call after the audits and before publishing; `now` is UTC without zone. Calling it again for the same run (a
    resumed one) makes no second alert. The first run of a series is a baseline and makes none. Technologies that rest
    on a source which failed its audits (alerts.incident_audits) are held: the incident is reported instead.
    Raises SettingsError (a rule of stuckneck.toml).
    """
    rules = rules_of(settings)
    with atomically(con):
        context = read_context(con, settings, run_id)
        if context is None:  # nothing was placed live (an ad-hoc look): only the machine is looked after
            return store_facts(con, watch_over(con, settings, now), rules, now)
        held = _held_facts(con, settings, context, now)
        facts = content_facts(context, now)
        facts += list_facts(context)
        facts += search_facts(context, now)
        facts += fall_facts(con, run_id, now)
        facts += incident_facts(context, held, now)
        made = store_facts(con, facts, rules, now, context)
        made += store_facts(con, watch_over(con, settings, now), rules, now)
    _store_parts(context)
    return made


def evaluate_operations(con: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> list[Alert]:
    """Evaluate the rules that need no run (source_failing, source_stale, run_late) and return the new alerts."""
    with atomically(con):
        return store_facts(con, watch_over(con, settings, now), rules_of(settings), now)


def evaluate_sources(con: duckdb.DuckDBPyConnection, run_id: int, settings: Settings, now: datetime) -> list[Alert]:
    """Evaluate what run `run_id` found out about the sources (rule source_changed) and return the new alerts.

    Call as soon as they were asked: it needs no figures, and the run may fail for what was found.
    """
    with atomically(con):
        return store_facts(con, change_facts(con, run_id, now), rules_of(settings), now)


def _store_parts(context: Context) -> None:
    """Keep the parts of the changes that were looked at, so that the evidence's query finds them."""
    for from_run, moves in context.explained().items():
        stored = context.con.execute(
            "SELECT 1 FROM run_attributions WHERE from_run = ? AND to_run = ? LIMIT 1", [from_run, context.run.run_id]
        ).fetchone()
        if stored is None:
            store_attributions(context.con, from_run, context.run.run_id, moves)
