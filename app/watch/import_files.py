"""`stuckneck import FILES… --technology T`: what analysts already have, onto a technology of their choice."""

from __future__ import annotations

import glob
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.common import Exit, Format, JsonOption, WorkspaceOption, err, fail, out, print_json, print_rows
from app.progress import bars
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace

if TYPE_CHECKING:
    from app.watch.bulk_import import Bulk
    from etl.load.aims import Aim
    from etl.load.imports import Imported


def _expand(files: list[str]) -> list[Path]:
    """Expand patterns (shells on Windows do not) and check that every file, or folder of PATSTAT tables, is there."""
    from etl.bulk.detect import bulk_kind

    found: list[Path] = []
    for name in files:
        matches = sorted(glob.glob(name)) if any(c in name for c in "*?[") else [name]  # noqa: PTH207
        found += [Path(m) for m in matches]
    missing = [str(f) for f in found if not (f.is_file() or (f.is_dir() and bulk_kind(f)))]
    if missing or not found:
        raise fail(f"No such file: {', '.join(missing or files)}. Nothing was imported.")
    return found


def _dry_run(exports: list[Path], bulk: Bulk, target: Aim, kind: str | None, *, as_json: bool) -> None:
    from app.watch.bulk_import import dry_run_all, print_matches, print_notes, print_usable
    from app.watch.import_report import print_report
    from etl.load.answers import dry_run_files

    with bars() as progress:
        rows = dry_run_all(bulk, target, progress)
    if as_json:
        print_json([r.to_dict() for r in dry_run_files(exports, kind)] + rows)
        return
    if exports:
        print_report(dry_run_files(exports, kind), as_json=False)
    if rows:
        print_rows(rows, Format.table, columns=["file", "kind", "rows", "records", "rejects", "refused"])
        print_usable(rows)
        print_matches(rows)
        print_notes(rows)


def import_(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILES...",
            help="Exports (CSV, XLSX, XLS, ZIP), office bulk files (docs/sources.md), saved answers.",
        ),
    ],
    technology: Annotated[
        str | None, typer.Option("--technology", "-t", help="Technology id (bulk files: all records onto it).")
    ] = None,
    workspace: WorkspaceOption = Path(),
    kind: Annotated[str | None, typer.Option("--kind", help="Force the vendor (else detected).")] = None,
    exported_on: Annotated[
        datetime | None, typer.Option("--exported-on", formats=["%Y-%m-%d"], help="Date of the export (its counts).")
    ] = None,
    whole_table: Annotated[
        bool, typer.Option("--whole-table", help="The Google files are the whole table: count who cites.")
    ] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say how each column would be understood.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import export files of incoPat, 智慧芽, CNIPA, Lens … and bulk files."""
    from app.watch.bulk_import import aim, dry_aim, parted
    from etl.load.aims import Aim

    paths = _expand(files)
    bulk, exports = parted(paths, kind)
    if dry:
        target = dry_aim(workspace, technology) if bulk else Aim(technology)
        _dry_run(exports, bulk, target, kind, as_json=as_json)
        return
    ws = Workspace.open(workspace)
    if exports and technology is None:
        raise fail("Which technology are these files about? Give --technology ID (`stuckneck catalogue list`).")
    if technology is not None:
        _check_technology(ws, technology)
    day = exported_on.date() if exported_on else None
    target = aim(ws, technology) if bulk else Aim(technology)
    rows = _load(ws, exports, bulk, target, kind=kind, day=day, whole_table=whole_table)
    _say(rows, technology, as_json=as_json)


def _load(
    ws: Workspace, exports: list[Path], bulk: Bulk, target: Aim, *, kind: str | None, day: date | None,
    whole_table: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    """Import everything in one run, continuing one that was cut; give a row a file."""
    from app.watch.bulk_import import import_all, row
    from etl.load.imports import import_files
    from warehouse.run import running

    clock = SystemClock()
    with Core(ws, purpose="import") as core, bars() as progress, running(core, "import", clock) as run:
        done = import_files(
            core.con, ws, run.run_id, exports, target.technology_id or "", now=clock.now(), exported_on=day,
            kind=kind, progress=lambda name: progress(f"import {name}", 0, None),
        )  # fmt: skip
        streamed = import_all(
            core.con, run.run_id, bulk, target, now=clock.now(), exported_on=day, whole_table=whole_table,
            progress=progress,
        )  # fmt: skip
        records = sum(d.records for d in done) + sum(d.records for d in streamed)
        run.message = f"{records} records from {len(done) + len(streamed)} files"
    return [_row(d) for d in done] + [row(d) for d in streamed]


def _row(done: Imported) -> dict[str, Any]:
    return {
        "file": done.file, "kind": done.kind, "rows": done.rows, "records": done.records, "new": done.count.new,
        "changed": done.count.changed, "unchanged": done.count.unchanged, "rejects": done.rejects,
        "refused": done.refused,
    }  # fmt: skip


def _say(rows: list[dict[str, Any]], technology: str | None, *, as_json: bool) -> None:
    """Print the rows and raise the exit code of bad input where a file was refused."""
    from app.watch.bulk_import import print_matches, print_notes

    if as_json:
        print_json(rows)
    else:
        columns = ["file", "kind", "rows", "records", "new", "changed", "unchanged", "rejects", "refused"]
        title = f"onto {technology}" if technology else "by the watched queries"
        print_rows(rows, Format.table, title=title, columns=columns)
        print_matches(rows)
        print_notes(rows)
        loaded = "`stuckneck place` measures and places; " if any(r["records"] for r in rows) else ""
        out.print(f"Next: {loaded}`stuckneck sql` asks (table rejects: what was refused).", soft_wrap=True)
    refused = [r["refused"] for r in rows if r["refused"]]
    for sentence in refused:
        err.print(sentence, style="red", markup=False, soft_wrap=True)
    if refused:
        raise typer.Exit(int(Exit.BAD_INPUT))


def _check_technology(ws: Workspace, technology: str) -> None:
    import difflib

    from etl.catalogue.load import load_catalogue

    known = [t.id for t in load_catalogue(ws.technologies_file).items]
    if technology not in known:
        near = difflib.get_close_matches(technology, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise fail(f"{ws.technologies_file.name} has no technology {technology!r}.{hint} `stuckneck catalogue list`.")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("import")(import_)
