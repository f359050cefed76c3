"""The tasks a schedule can name, each as a run in the ledger (`perform`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from etl.catalogue.load import CatalogueError
from schedules.alerts import evaluate_operations
from schedules.delivery.deliver import Brief, Chart, deliver
from schedules.review.review import NothingToReviewError, run_review
from schedules.runs.outcome import SOURCE_ERRORS, AuditError, EmptyCatalogueError
from schedules.runs.progress import Progress, silent
from schedules.runs.refresh import refresh
from schedules.runs.sentinels import ask_sources
from schedules.timetable.due import Due
from schedules.upkeep.archives import keep_newest, new_archive, write_checked
from schedules.upkeep.backup import BackupError
from schedules.upkeep.prune import prune
from warehouse import ledger
from warehouse.clock import Clock
from warehouse.core import Core
from warehouse.process.watchdog import StalledError
from warehouse.publish import NoSnapshotError
from warehouse.run import running
from warehouse.settings import Settings, SettingsError

# What can go wrong without the program being wrong: said in a sentence, tried again.
KNOWN_ERRORS: tuple[type[Exception], ...] = (
    *SOURCE_ERRORS, AuditError, EmptyCatalogueError, CatalogueError, SettingsError, StalledError, BackupError, OSError,
    duckdb.Error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a slot: done, parked (until `parked_until`, UTC), skipped or failed, and in a sentence why.

    `fault` is the traceback where the program itself was at fault.
    """

    due: Due
    state: str
    run_id: int | None
    message: str
    parked_until: datetime | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """What every task needs; `chart` draws the matrix for messages, `brief` writes the report."""

    core: Core
    settings: Settings
    clock: Clock
    progress: Progress = silent
    chart: Chart | None = None
    brief: Brief | None = None


def perform(tools: Tools, due: Due) -> Outcome:
    """Do what a slot asks for, as a run of the ledger with that slot. Raises what the task raises."""
    if due.task == "refresh":
        return _refresh(tools, due)
    if due.task == "review":
        return _review(tools, due)
    if due.task == "sentinels":
        asked = ask_sources(tools.core, tools.settings, clock=tools.clock, slot=due.slot)
        return Outcome(due, "done", asked.run_id, asked.sentence)
    if due.task == "backup":
        return _backup(tools, due)
    work = {"prune": _prune, "deliver": _deliver, "heartbeat": _heartbeat}[due.task]
    return _recorded(tools, due, work)


def _refresh(tools: Tools, due: Due) -> Outcome:
    """Refresh as of the slot's date. A run that was cut or parked, however it was started, is finished first."""
    while True:
        done = refresh(
            tools.core, tools.settings, clock=tools.clock, as_of=due.as_of, slot=due.slot, progress=tools.progress
        )
        if done.parked_until is not None:
            return Outcome(due, "parked", done.run_id, done.message, done.parked_until)
        if done.snapshot is not None and tools.brief is not None:
            tools.brief()
        if ledger.get(tools.core.con, done.run_id).slot == due.slot:
            return Outcome(due, "done", done.run_id, done.message)


def _review(tools: Tools, due: Due) -> Outcome:
    while True:
        try:
            done = run_review(tools.core, tools.settings, clock=tools.clock, slot=due.slot)
        except (NothingToReviewError, NoSnapshotError) as error:
            return Outcome(due, "skipped", None, str(error))
        run = ledger.get(tools.core.con, done.review_id)
        if run.slot == due.slot:
            return Outcome(due, "done", run.run_id, f"{len(done.proposals)} proposals")


def _recorded(tools: Tools, due: Due, work: Callable[[Tools], str]) -> Outcome:
    """Run `work`, which may be done twice without harm, as a run of kind `due.task`."""
    with running(tools.core, due.task, tools.clock, slot=due.slot) as run:
        run.message = work(tools)
    return Outcome(due, "done", run.run_id, run.message)


def _backup(tools: Tools, due: Due) -> Outcome:
    """Write and check an archive: in the copy the run is over already. Older ones go when the new one is whole."""
    settings = tools.settings.backup
    with running(tools.core, due.task, tools.clock, slot=due.slot) as run:
        folder = tools.core.workspace.root / settings.folder
        file = new_archive(tools.core.workspace, folder, tools.clock.now())
        run.message = f"{file.name} written and checked"
        with run.ended_before():
            done = write_checked(tools.core, file)
        run.counts = {"files": done.files, "bytes": done.byte_count}
        removed = keep_newest(tools.core.workspace, folder, settings.keep)
    return Outcome(due, "done", run.run_id, f"{run.message}, {len(removed)} older removed")


def _prune(tools: Tools) -> str:
    return prune(tools.core, tools.settings, now=tools.clock.now()).sentence


def _deliver(tools: Tools) -> str:
    report = deliver(
        tools.core.con, tools.core.workspace, tools.settings, tools.clock, chart=tools.chart, brief=tools.brief
    )
    problems = f": {' '.join(report.problems)}" if report.problems else ""
    return f"{report.sent} sent, {report.failed} failed, {report.waiting} waiting{problems}"


def _heartbeat(tools: Tools) -> str:
    made = evaluate_operations(tools.core.con, tools.settings, tools.clock.now())
    return f"alive; {len(made)} new alerts about the machine"
