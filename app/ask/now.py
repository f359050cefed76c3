"""What runs now, how far it is and what is left, in sentences: for `status`, `stuckneck` alone and the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.filesize import decimal

from app.display import moment
from schedules.monitor.state import QuotaLeft, State, Work


def lines_of_work(state: State) -> Iterator[str]:
    """Yield what runs now, how much is done and left; who watches; what is parked or was cut."""
    if state.work is not None:
        yield from _lines(state.work)
    else:
        yield "Nothing runs now." if state.is_daemon_running else "Nothing runs now, and no daemon watches."
    for run in state.parked:
        until = "" if run.resume_after is None else moment(run.resume_after)
        yield f"Run {run.run_id} ({run.kind}) is parked until {until}: {run.message}"
    for run in state.cut:
        yield f"Run {run.run_id} ({run.kind}) was cut in step {run.step or 'begin'}."


def _lines(work: Work) -> Iterator[str]:
    doing = work.activity
    if doing.run_id is None:
        yield f"Process {doing.pid} holds the warehouse for {doing.purpose} since {moment(doing.since)}."
        return
    step = doing.step or "begin"
    yield f"Run {doing.run_id} ({doing.kind}) is in step {step} since {moment(doing.step_since or doing.since)}."
    if doing.what is not None and doing.total:
        yield f"{doing.what}: {doing.done} of {doing.total}"
    if doing.technology_id is not None:
        stated = "?" if doing.expected is None else f"{doing.expected:,}"
        yield f"{doing.technology_id}: {doing.received or 0:,} of {stated} publications have come."
    if doing.asked:
        yield f"Requests so far: {work.requests_done:,}."
    if work.requests_left is not None:
        yield f"About {work.requests_left:,} requests are left at this source."
    if work.seconds_left is not None:
        yield f"Time left in this step: about {_span(work.seconds_left)} at this pace."
    yield f"Last sign of progress: {moment(doing.updated_at)}."


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def quota_shown(quota: QuotaLeft) -> dict[str, Any]:
    """Return the same row as people read it: 30.74 MB of 4.00 GB."""
    row = quota_row(quota)
    if quota.unit != "bytes":
        return row
    return row | {name: decimal(row[name], precision=2) for name in ("used", "limit", "left")}


def quota_row(quota: QuotaLeft) -> dict[str, Any]:
    """Return a quota as a row of a table."""
    return {
        "source": quota.source, "period": quota.period, "unit": quota.unit, "used": quota.used, "limit": quota.limit,
        "left": quota.left,
    }  # fmt: skip
