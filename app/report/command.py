"""`stuckneck report`: what a director is handed, as Word, PDF, PowerPoint, a page or a workbook."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from app.common import Exit, WorkspaceOption, err, fail
from app.display import drawn
from app.matrix.head import Head, NoRunError, at, of_run
from app.matrix.options import AsOfOption, FrameOption, LabelOption, RunOption, asked_run
from etl.sources.settings import load_settings
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace

_ENDINGS = (".docx", ".pdf", ".pptx", ".html", ".xlsx")


def report(
    files: Annotated[
        list[Path] | None,
        typer.Option("--output", "-o", help="File to write: .docx, .pdf, .pptx, .html or .xlsx; repeat it."),
    ] = None,
    site: Annotated[
        Path | None, typer.Option("--site", help="Folder to write the workbench's pages into: figures, no records.")
    ] = None,
    workspace: WorkspaceOption = Path(),
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", formats=["%Y-%m-%d"], help="Changes since the record of this date (default: the run before)."
        ),
    ] = None,
    pages: Annotated[
        int | None,
        typer.Option("--pages", min=1, help="At most so many pages, or slides; the least important parts go."),
    ] = None,
    frame: FrameOption = "relative",
    run: RunOption = None,
    as_of: AsOfOption = None,
    label: LabelOption = None,
) -> None:
    """Write the report: headlines, matrix, moves and why, all technologies, what is unsettled, sources, method."""
    from app.report.make import write_report

    if site is not None:
        _write_site(workspace, site)
    if not files:
        if site is None:
            raise fail("Name what to write: --output FILE, or --site FOLDER.")
        return
    wrong = [f.name for f in files if f.suffix not in _ENDINGS]
    if wrong:
        raise fail(f"{', '.join(wrong)}: the ending decides the form; use {', '.join(_ENDINGS)}.")
    ws = Workspace.open(workspace)
    snapshot = current(ws)
    con = connect_snapshot(snapshot)
    head = asked_run(con, run, as_of, label)
    if head is None:
        raise fail("Nothing is placed yet; run `stuckneck refresh` or `stuckneck place`.", Exit.NOTHING)
    done = write_report(
        con, snapshot, head, _before(con, head, since), load_settings(ws.settings_file), files,
        frame=frame, language=drawn(), pages=pages,
    )  # fmt: skip
    if not done:
        raise fail(f"Nothing is placed in the {frame} frame yet.", Exit.NOTHING)
    err.print(f"{', '.join(str(f) for f in files)}  ({head.line(frame)})", markup=False)


def _write_site(workspace: Path, folder: Path) -> None:
    """Write the static pages and say where they lie."""
    from app.web.base.snapshots import SnapshotUnreadableError
    from app.web.published import SiteFolderError, write_site

    try:
        pages = write_site(Workspace.open(workspace), folder)
    except (SiteFolderError, SnapshotUnreadableError) as error:
        raise fail(str(error)) from None
    err.print(f"{folder / 'index.html'}  ({pages} pages)", markup=False, soft_wrap=True)


def _before(con: duckdb.DuckDBPyConnection, head: Head, since: datetime | None) -> Head | None:
    """Return the run that changes are counted from: the record at `since`, else the run before by the same settings."""
    from app.report.make import run_before

    if since is None:
        found = run_before(con, head) if head.origin == "live" else None
        return None if found is None else of_run(con, found)
    try:
        before = at(con, since.date())
    except NoRunError as error:
        raise fail(str(error)) from None
    if before.run_id == head.run_id:
        raise fail(f"Run {head.run_id} is itself the record as of {since.date()}: nothing lies between.")
    return before


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("report")(report)
