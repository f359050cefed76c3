"""`stuckneck status`: what runs and how far it is, quotas, last successes, open alerts, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from app.ask.now import lines_of_work, quota_row, quota_shown
from app.common import Format, JsonOption, WorkspaceOption, out, print_json, print_rows
from app.display import moment
from etl.sources.settings import load_settings
from schedules.monitor.state import State, state_of
from schedules.monitor.waiting import Item, waiting_for_a_person
from warehouse.clock import SystemClock
from warehouse.workspace import Workspace
from words.language import current as language

_MOST_ALERTS = 5


def read_state(workspace: Workspace) -> State:
    """Return the state of the workspace now. Raises SettingsError."""
    return state_of(workspace, load_settings(workspace.settings_file), SystemClock().now(), may_write=True)


def status(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """What runs and how far it is, quotas, last successes, open alerts, and what waits for a person."""
    state = read_state(Workspace.open(workspace))
    if as_json:
        print_json(as_dict(state))
        return
    for line in (*lines_of_work(state), *_published(state)):
        out.print(line, markup=False, soft_wrap=True)
    _tables(state)
    for line in _alerts(state):
        out.print(line, markup=False, soft_wrap=True)
    print_waiting(waiting_for_a_person(state))


def print_waiting(items: list[Item]) -> None:
    """Print what waits for a person, each with the command that helps."""
    if not items:
        out.print("Nothing waits for a person.")
        return
    out.print("Waits for a person:")
    for item in items:
        out.print(item.sentence, markup=False, soft_wrap=True)
        out.print(f"    {item.command}", markup=False, soft_wrap=True)


def _published(state: State) -> Iterator[str]:
    if state.snapshot is None or state.snapshot_at is None:
        yield "Nothing is published yet."
        return
    yield f"Published: {state.snapshot}, {moment(state.snapshot_at)}."
    for row in state.facts.published:
        yield f"It is of run {row.run_id}, as of {row.as_of}; data: {row.data_label or 'unknown'}."
        if row.held:
            yield f"{row.held} technologies are held: no usable answer came about them."


def _tables(state: State) -> None:
    if state.schedules:
        print_rows([_schedule_row(s) for s in state.schedules], Format.table, title="Schedules")
    if state.facts.sources:
        rows = [
            {"source": s.source, "records": s.records, "newest_at": s.newest_at, "last_success_at": s.last_success_at}
            for s in state.facts.sources
        ]
        print_rows(rows, Format.table, title="Sources")
    if state.quotas:
        print_rows([quota_shown(q) for q in state.quotas], Format.table, title="Quotas")
    if state.deliveries:
        rows = [row.model_dump() for row in state.facts.deliveries]
        print_rows(rows, Format.table, title="Messages")


def _schedule_row(state: Any) -> dict[str, Any]:
    return {
        "schedule": state.schedule, "task": state.task, "last_success_at": state.last_success_at,
        "next_at": state.next_at, "attempts": state.attempts, "retry_after": state.retry_after, "reason": state.reason,
    }  # fmt: skip


def _alerts(state: State) -> Iterator[str]:
    every = state.facts.alerts
    yield f"Open alerts: {len(every)}" if every else "No alert is open."
    for alert in every[:_MOST_ALERTS]:
        title = alert.title_zh if language() == "zh" else alert.title_en
        yield f"  {alert.alert_id}  {title}"


def _aware(value: Any) -> Any:
    """Give every moment its zone: in JSON nobody should have to guess."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    if isinstance(value, dict):
        return {key: _aware(inner) for key, inner in value.items()}
    return [_aware(inner) for inner in value] if isinstance(value, list) else value


def as_dict(state: State) -> dict[str, Any]:
    """Return everything for a program: moments in UTC with offset, unknown as null."""
    work = state.work
    doing = None
    if work is not None:
        doing = {
            **work.activity.model_dump(), "share_done": work.share, "requests_done": work.requests_done,
            "requests_left": work.requests_left, "seconds_left": work.seconds_left,
        }  # fmt: skip
    found: dict[str, Any] = _aware(
        {
            "workspace": str(state.workspace.root),
            "at": state.at,
            "running": doing,
            "daemon": state.is_daemon_running,
            "parked": [run.model_dump() for run in state.parked],
            "cut": [run.model_dump() for run in state.cut],
            "latest_runs": [run.model_dump() for run in state.facts.latest_runs],
            "schedules": [asdict(one) for one in state.schedules],
            "sources": [row.model_dump() for row in state.facts.sources],
            "quotas": [quota_row(quota) | {"frees_at": quota.frees_at} for quota in state.quotas],
            "alerts": [row.model_dump() for row in state.facts.alerts],
            "deliveries": [row.model_dump() for row in state.facts.deliveries],
            "snapshot": state.snapshot,
            "snapshot_at": state.snapshot_at,
            "published": next((row.model_dump() for row in state.facts.published), None),
            "waits_for_a_person": [
                {"what": item.sentence, "command": item.command} for item in waiting_for_a_person(state)
            ],
            "facts_at": state.facts.at,
        }
    )
    return found


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("status")(status)
