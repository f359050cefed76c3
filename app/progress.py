"""Progress bars on stderr, off when it is not a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from app.common import err
from schedules.runs.progress import Progress as Report
from warehouse.process.watchdog import moved


@contextmanager
def bars() -> Iterator[Report]:
    """Yield a function (what, done, of how many) that keeps one bar per `what`; None as total: only a spinner."""
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=err, disable=not err.is_terminal, transient=False,
    ) as progress:  # fmt: skip
        tasks: dict[str, TaskID] = {}

        def report(what: str, done: int, total: int | None) -> None:
            moved()
            if what not in tasks:
                for task in tasks.values():  # what was open-ended is over when the next thing begins
                    if progress.tasks[task].total is None:
                        progress.update(task, total=1, completed=1)
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield report
        for task in tasks.values():
            if progress.tasks[task].total is None:
                progress.update(task, total=1, completed=1)
