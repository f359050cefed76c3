"""The one lifecycle of a run: started or continued, then published, parked, failed, or left for the next start.

The caller holds the lock on the core file, so a run that says ``running`` at a start was cut (Ctrl-C, SIGKILL, a
power cut). Kinds that can go on where they were are continued; every other cut run is closed as failed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from traceback import format_exception
from typing import Any

from warehouse import ledger
from warehouse.clock import Clock
from warehouse.compact import compact
from warehouse.core import Core, transaction
from warehouse.ledger import Run
from warehouse.process.interruption import surfacing
from warehouse.process.watchdog import left_behind, moved
from warehouse.publish import next_version, path_of, point_to, pointed, publish, versions
from warehouse.status.activity import Progress

log = logging.getLogger("stuckneck.run")

# Kinds that a start continues. Those of a schedule's slot only for the same slot: the next slot does the work again.
_CONTINUED = frozenset({"refresh", "import", "review"})
_CONTINUED_IN_SLOT = frozenset({"prune", "deliver", "heartbeat"})
_CUT = "cut before its end; nothing of it was published"


class ParkedError(RuntimeError):
    """The service's quota is spent; work may continue at `resume_after` (UTC)."""

    def __init__(self, resume_after: datetime, reason: str) -> None:
        super().__init__(f"{reason} It continues after {resume_after:%Y-%m-%d %H:%M:%S} UTC.")
        self.resume_after = resume_after
        self.reason = reason


class StopRequestedError(Exception):
    """Somebody asked the program to stop: the run is left as it is, and the next start continues it."""


@dataclass(slots=True)
class OpenRun:
    """The run under way, or several of one kind that end together (`runs`); the body says what became of it.

    `message` is the sentence it ends with, `counts` what its lines in the log count. `parked_until` is set when a quota
    was spent, `snapshot` when published.
    """

    core: Core
    clock: Clock
    runs: Sequence[Run]
    resumed: bool = False
    message: str = ""
    parked_until: datetime | None = None
    snapshot: Path | None = None
    counts: dict[str, int] = field(default_factory=dict)
    _is_left_open: bool = False

    @property
    def run_id(self) -> int:
        """The number of the run (of the first, when several end together)."""
        return self.runs[0].run_id

    @property
    def kind(self) -> str:
        """What kind of run it is."""
        return self.runs[0].kind

    def facts(self, **more: object) -> dict[str, object]:
        """Return what a line of the log says of the run beside its words."""
        return {"run": self.run_id, "kind": self.kind, **more, **({"counts": self.counts} if self.counts else {})}

    def step(self, name: str) -> None:
        """Record that step `name` is reached, and tell readers."""
        moved(step=name)
        for run in self.runs:
            ledger.step(self.core.con, run.run_id, name)
        self.core.tell.step(name)
        log.info("%s: %s", self.kind, name, extra=self.facts(step=name))

    def telling(self, progress: Progress) -> Progress:
        """Return `progress`, telling readers as well."""

        def both(what: str, done: int, total: int | None) -> None:
            self.core.progress(what, done, total)
            progress(what, done, total)

        return both

    def note(self, **columns: int | str | None) -> None:
        """Record edition_id, topics_edition_id or data_label."""
        for run in self.runs:
            ledger.note(self.core.con, run.run_id, **columns)

    def leave_open(self) -> None:
        """End the body without ending the run: the next start continues it."""
        self._is_left_open = True

    def publish(self) -> None:
        """End the run as succeeded and publish: the ledger in the snapshot already says so.

        A core file with much free space is rewritten first, for a snapshot is as large as the file.

        Raises OSError when the disk is full; the run is then running again, and fails with what the body raises.
        """
        self.step("publish")
        compact(self.core)
        version = next_version(self.core.workspace)
        with self.ended_before(snapshot=version):
            self.snapshot = publish(self.core, version)

    @contextmanager
    def ended_before(self, *, snapshot: int | None = None) -> Iterator[None]:
        """End the run as succeeded before the body copies the core file: in the copy it is over too.

        `snapshot` is the number under which the body publishes. Where the body raises, the run is running again.
        """
        before = {run.run_id: run.snapshot for run in self.runs}
        with transaction(self.core.con):
            if snapshot is not None:
                self.note(snapshot=snapshot)
            self._succeed()
        try:
            yield
        except BaseException:
            for run_id, published in before.items():
                ledger.note(self.core.con, run_id, snapshot=published)
                ledger.reopen(self.core.con, run_id)
            raise
        self._is_left_open = True  # nothing is left to do at the end of the body

    def _succeed(self) -> None:
        for run in self.runs:
            ledger.finish(self.core.con, run.run_id, "succeeded", now=self.clock.now(), message=self.message)
        log.info("%s: succeeded: %s", self.kind, self.message, extra=self.facts(state="succeeded"))

    def _park(self, parked: ParkedError) -> None:
        self.parked_until, self.message = parked.resume_after, str(parked)
        log.warning("%s: parked: %s", self.kind, parked, extra=self.facts(state="parked"))
        for run in self.runs:
            ledger.park(
                self.core.con, run.run_id, now=self.clock.now(), resume_after=parked.resume_after, message=str(parked)
            )


@contextmanager
def running(
    core: Core,
    kind: str,
    clock: Clock,
    *,
    as_of: date | None = None,
    settings: dict[str, Any] | None = None,
    slot: datetime | None = None,
) -> Iterator[OpenRun]:
    """Start a run of `kind`, or continue the one that was cut or parked, and see it to its end.

    The body ends the run: normally (succeeded with `message`), with `publish`, with `leave_open`, or by raising.
    ParkedError parks it and is not raised further; a stop (Ctrl-C, StopRequestedError) leaves it to the next start;
    any other exception is recorded with the run, its figures are dropped, and it is raised. A run without progress for
    ``runs.stalled_minutes`` fails with StalledError.
    """
    close_stalled(core, clock)
    close_cut(core, clock, kind=kind, slot=slot)
    cut = next((run for run in ledger.unfinished(core.con) if run.kind == kind), None)
    if cut is None:
        run = ledger.start(core.con, kind, now=clock.now(), as_of=as_of, settings=settings, slot=slot)
    else:
        run = cut
        ledger.resume(core.con, cut.run_id)
    with seen_to_its_end(OpenRun(core, clock, [run], resumed=cut is not None)) as opened:
        yield opened


@contextmanager
def seen_to_its_end(opened: OpenRun) -> Iterator[OpenRun]:
    """End runs that are open, as `running` does, whatever becomes of the body."""
    moved(step=opened.kind)
    opened.core.tell.run(opened.run_id, opened.kind, opened.runs[0].as_of)
    opened.core.keep_facts()
    log.info("%s: %s", opened.kind, "continued" if opened.resumed else "begun", extra=opened.facts(state="running"))
    try:
        yield from _body(opened)
    finally:
        opened.core.tell.run(None)
        opened.core.keep_facts()


def _body(opened: OpenRun) -> Iterator[OpenRun]:
    try:
        with surfacing(), opened.core.attended(opened.core.workspace.stalled):
            yield opened
    except ParkedError as parked:
        opened._park(parked)
    except StopRequestedError:
        raise
    except Exception as error:  # recorded, then raised: a failed run must be seen in the ledger
        log.error("%s: failed: %s: %s", opened.kind, type(error).__name__, error, extra=opened.facts(state="failed"))
        for run in opened.runs:
            _fail(opened.core, run, opened.clock, f"{type(error).__name__}: {error}", "".join(format_exception(error)))
        raise
    else:
        if not opened._is_left_open:
            opened._succeed()


def close_stalled(core: Core, clock: Clock) -> None:
    """Fail the run of a process that the watchdog had to end, with what it left as its sentence."""
    said = left_behind(core.workspace.stalled)
    cut = [run for run in ledger.unfinished(core.con) if run.state == "running"] if said else []
    for run in cut[:1]:
        _fail(core, run, clock, f"StalledError: {said}")


def close_cut(core: Core, clock: Clock, *, kind: str, slot: datetime | None = None) -> None:
    """Close the runs that were cut and that no start continues, before a run of `kind` begins for `slot`."""
    for run in ledger.unfinished(core.con):
        kept = run.kind in _CONTINUED_IN_SLOT and (run.kind != kind or run.slot == slot)
        if run.state == "running" and run.kind not in _CONTINUED and not kept:
            _fail(core, run, clock, _CUT)


def _fail(core: Core, run: Run, clock: Clock, message: str, traceback: str | None = None) -> None:
    """Mark a run failed and drop its figures: what was not published must not be anybody's "run before".

    A run that had been published, and was open only to be made again, keeps its place and what it had.
    """
    if run.snapshot is not None:
        ledger.restore(core.con, run.run_id)
        return
    ledger.finish(core.con, run.run_id, "failed", now=clock.now(), message=message, traceback=traceback)
    for table, column in figure_tables(core).items():
        core.con.execute(f'DELETE FROM "{table}" WHERE "{column}" = ?', [run.run_id])  # noqa: S608 - our own names


def figure_tables(core: Core) -> dict[str, str]:
    """Return the tables that hold figures of runs (named run_* or network_*) with the column that names the run."""
    rows = core.con.execute(
        "SELECT table_name, column_name"
        " FROM duckdb_columns() JOIN duckdb_tables() USING (database_name, schema_name, table_name)"
        " WHERE column_name IN ('run_id', 'to_run')"
        " AND (starts_with(table_name, 'run_') OR starts_with(table_name, 'network_')) ORDER BY table_name"
    ).fetchall()
    return dict(rows)


def publish_what_was_cut(core: Core) -> None:
    """Publish the snapshot of a run that succeeded but was killed before its copy was in place, or was pointed to."""
    row = core.con.execute("SELECT max(snapshot) FROM runs WHERE state = 'succeeded'").fetchone()
    if not row or row[0] is None:
        return
    if row[0] > max(versions(core.workspace), default=0):
        publish(core, row[0])
    elif (file := path_of(core.workspace, row[0])).exists() and pointed(core.workspace) != file:
        point_to(core.workspace, file)
