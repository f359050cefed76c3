"""The report that every run of the record leaves in ``reports/``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from app.display import drawn
from app.matrix.head import latest, of_run
from etl.sources.settings import load_settings
from warehouse.extras import missing
from warehouse.publish import NoSnapshotError, connect_snapshot, current
from warehouse.workspace import Workspace

_LOG = logging.getLogger(__name__)


def _lacks(error: ImportError) -> str:
    sentence = missing(error)
    if sentence is None:
        raise error
    return sentence


def report_keeper(workspace: Workspace) -> Callable[[], list[Path]]:
    """Return what writes the report on the newest run of the record, in the forms of ``[report]``; see `_keep`."""
    return lambda: _keep(workspace)


def _keep(workspace: Workspace) -> list[Path]:
    """Write the forms that are not there yet and return all that are; empty when nothing is placed.

    A report that cannot be written (no room, an extra that is missing) is said in the log: the run it is about is
    published and stays so.
    """
    from app.report.make import run_before, write_report

    settings = load_settings(workspace.settings_file)
    try:
        snapshot = current(workspace)
    except NoSnapshotError:
        return []
    with connect_snapshot(snapshot) as con:
        head = latest(con)
        if head is None or not settings.report.formats:
            return []
        files = [
            workspace.reports / f"report-{head.as_of}-run-{head.run_id}.{form}" for form in settings.report.formats
        ]
        before = run_before(con, head)
        for file in files:
            if file.is_file():
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                write_report(
                    con, snapshot, head, None if before is None else of_run(con, before), settings, [file],
                    language=settings.report.language or drawn(), pages=settings.report.pages,
                )  # fmt: skip
            except ImportError as error:
                _LOG.warning("%s was not written: %s", file.name, _lacks(error))
            except OSError as error:
                _LOG.warning("%s could not be written: %s.", file, error.strerror or error)
    return [file for file in files if file.is_file()]
