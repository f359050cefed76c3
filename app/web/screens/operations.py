"""Alerts with their evidence, and the state of runs, sources, audits and rejects."""

from __future__ import annotations

from app.ask.now import lines_of_work, quota_row
from app.web.base.page import NotFoundError, Page, View
from schedules.monitor.state import state_of
from schedules.monitor.waiting import waiting_for_a_person
from warehouse.clock import SystemClock
from words.glossary import Language
from words.language import say


def alerts(page: Page) -> View:
    """List alerts, newest first. Argument: state (open or all)."""
    which = page.one_of("state", ("open", "all"), "open")
    rows = page.reader.rows(
        "FROM alerts ORDER BY created_at DESC, alert_id DESC LIMIT 500" if which == "all"
        else "SELECT * FROM alerts WHERE state <> 'resolved' ORDER BY created_at DESC, alert_id DESC LIMIT 500"
    )  # fmt: skip
    return View(tables={"alerts": rows}, main="alerts", extra={"which": which})


def alert(page: Page) -> View:
    """Show one alert with its evidence and its log."""
    key = page.path["alert"]
    if not key.isascii() or not key.isdigit():
        raise NotFoundError("An alert has a number.")
    values: dict[str, object] = {"alert": int(key[:9])}
    found = page.reader.rows("SELECT * FROM alerts WHERE alert_id = $alert", values)
    if not found:
        msg = f"There is no alert {key} in this snapshot."
        raise NotFoundError(msg)
    return View(
        tables={
            "alert": found,
            "evidence": page.reader.rows(
                "SELECT * FROM alert_evidence WHERE alert_id = $alert ORDER BY item_no", values
            ),
            "log": page.reader.rows("SELECT * FROM alert_log WHERE alert_id = $alert ORDER BY ALL", values),
        },
        main="evidence",
        extra={"alert": found[0]},
    )


_SLICES = (
    "SELECT source, technology_id, sum(slices) AS slices, sum(slices_that_differ) AS differ, sum(expected) AS expected,"
    " sum(received) AS received FROM harvest_log WHERE purpose = 'search'"
    " AND run_id = (SELECT max(run_id) FROM harvest_log)"
    " GROUP BY ALL ORDER BY technology_id, source"
)


def now(page: Page) -> View:
    """Show in four lines what runs, when each schedule was last served and comes next, and what waits for a person."""
    state = state_of(page.workspace, page.settings, SystemClock().now())
    lang: Language = "zh" if page.lang == "zh" else "en"
    return View(
        tables={
            "now": [{"what": say(line, lang)} for line in lines_of_work(state)],
            "schedules": [
                {"schedule": one.schedule, "last_success_at": one.last_success_at, "next_at": one.next_at}
                for one in state.schedules
            ],
            "waiting": [{"what": say(item.sentence, lang)} for item in waiting_for_a_person(state)],
        },
        main="schedules",
        extra={"is_daemon_running": state.is_daemon_running},
    )


def sources(page: Page) -> View:
    """Show what runs now and what waits for a person, sources, runs, the latest harvest, audits and rejects."""
    state = state_of(page.workspace, page.settings, SystemClock().now())
    lang: Language = "zh" if page.lang == "zh" else "en"
    return View(
        tables={
            "now": [{"what": say(line, lang)} for line in lines_of_work(state)],
            "waiting": [
                {"what": say(item.sentence, lang), "command": item.command}
                for item in waiting_for_a_person(state)
            ],
            "quotas_left": [quota_row(quota) for quota in state.quotas],
            "sources": page.reader.rows("SELECT source, title, licence, is_synthetic FROM sources ORDER BY merge_rank"),
            "runs": page.reader.rows(
                "SELECT run_id, kind, state, step, as_of, data_label, snapshot, resumed, started_at, finished_at,"
                " message FROM runs ORDER BY run_id DESC LIMIT 100"
            ),
            "harvest": page.reader.rows(_SLICES),
            "audits": page.reader.rows(
                "SELECT run_id, audit, source, rows_found, is_blocking, sample FROM audit_results WHERE rows_found > 0"
                " ORDER BY run_id DESC, is_blocking DESC, audit LIMIT 100"
            ),
            "rejects": page.reader.rows(
                "SELECT source, file, column_name, reason, action, count(*) AS items FROM rejects GROUP BY ALL"
                " ORDER BY items DESC LIMIT 100"
            ),
            "quota": page.reader.rows(
                "SELECT source, period, unit, max(period_start) AS since, arg_max(used, period_start) AS used"
                " FROM quota_use GROUP BY ALL ORDER BY ALL"),
            "slots": page.reader.rows("SELECT * FROM schedule_slots ORDER BY slot DESC LIMIT 30"),
        },
        main="runs",
    )  # fmt: skip
