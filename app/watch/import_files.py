"""`stuckneck import FILES… --technology T`: what analysts already have, onto a technology of their choice."""

from __future__ import annotations

import glob
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.common import Exit, Format, JsonOption, WorkspaceOption, err, fail, out, print_json, print_rows
from app.progress import bars
from app.technologies import technology_id
from app.watch.imports.vendor import keep_vendor, own_vendor
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace

if TYPE_CHECKING:
    from app.watch.bulk_import import Bulk
    from etl.exports import Vendor
    from etl.load.bulk.target import ImportTarget
    from etl.load.files.imports import Imported


Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILES...",
        help="Exports (CSV, XLSX, XLS, JSON, ZIP), office bulk files (docs/sources.md), answers; or a folder.",
        show_default=False,
    ),
]


def _expand(files: list[str]) -> list[Path]:
    """Expand patterns (shells on Windows do not) and check that every file or folder is there."""
    found: list[Path] = []
    for name in files:
        matches = sorted(glob.glob(name)) if any(c in name for c in "*?[") else [name]  # noqa: PTH207
        found += [Path(m) for m in matches]
    missing = [str(f) for f in found if not (f.is_file() or f.is_dir())]
    if not files:
        raise fail("Name at least one file or folder to import.")
    if missing or not found:
        raise fail(f"No such file: {', '.join(missing or files)}. Nothing was imported.")
    return found


def _dry_run(
    exports: list[Path],
    bulk: Bulk,
    target: ImportTarget,
    kind: str | None,
    vendors: dict[str, Vendor],
    *,
    as_json: bool,
) -> None:
    from app.watch.bulk_import import dry_run_all, print_matches, print_notes, print_usable
    from app.watch.import_report import gave_nothing, print_report
    from etl.load.files.answers import dry_run_files
    from etl.load.files.inventory import is_record_of_ipc, try_inventory

    with bars() as progress:
        rows = dry_run_all(bulk, target, progress)
    records = [path for path in exports if kind is None and is_record_of_ipc(path)]
    reports = [try_inventory(path) for path in records]
    reports += dry_run_files([path for path in exports if path not in records], kind, vendors)
    if as_json:
        print_json([r.to_dict() for r in reports] + rows)
    elif reports:
        print_report(reports, as_json=False)
    if rows and not as_json:
        print_rows(rows, Format.table, columns=["file", "kind", "rows", "records", "rejects", "refused"])
        print_usable(rows)
        print_matches(rows)
        print_notes(rows)
    if any(r.refused or not r.records for r in reports) or any(gave_nothing(row) for row in rows):
        raise typer.Exit(int(Exit.BAD_INPUT))


def import_(
    files: Files = None,
    technology: Annotated[
        str | None, typer.Option("--technology", "-t", help="Technology: id or name (bulk files: all records onto it).")
    ] = None,
    workspace: WorkspaceOption = Path(),
    kind: Annotated[str | None, typer.Option("--kind", help="Force the vendor (else detected).")] = None,
    exported_on: Annotated[
        datetime | None, typer.Option("--exported-on", formats=["%Y-%m-%d"], help="Date of the export (its counts).")
    ] = None,
    whole_table: Annotated[
        bool, typer.Option("--whole-table", help="The Google files are the whole table: count who cites.")
    ] = False,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="Of a folder: a table of two columns, file and technology.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Of a folder: do not ask whether the matching is right.")
    ] = False,
    vendor: Annotated[
        Path | None, typer.Option("--vendor", help="Read the files by this vendor table (kept in vendors/).")
    ] = None,
    draft_vendor: Annotated[
        bool, typer.Option("--draft-vendor", help="Write a vendor table for a file of no known kind, to be corrected.")
    ] = False,
    undo: Annotated[int | None, typer.Option("--undo", metavar="RUN", help="Take an import back.")] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say how each column would be understood.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import export files of incoPat, 智慧芽, CNIPA, Lens … and bulk files."""
    if undo is not None:
        from app.watch.imports.undo import take_back

        take_back(Workspace.open(workspace), undo, as_json=as_json)
        return
    paths = _expand(files or [])
    if draft_vendor:
        from app.watch.imports.draft import write_drafts

        write_drafts(_single_files(paths))
        return
    own = own_vendor(vendor) if vendor is not None else None
    kind = own.key if own is not None else kind
    if dry:
        _try(paths, workspace, technology, kind, own, as_json=as_json)
        return
    ws = Workspace.open(workspace)
    if vendor is not None and own is not None:
        keep_vendor(ws, vendor, own.key)
    technology = technology_id(ws, technology) if technology is not None else None
    wanted = _wanted(ws, paths, technology, mapping, yes=yes)
    rows = _import(ws, wanted, technology, kind, exported_on.date() if exported_on else None, whole_table=whole_table)
    _say(ws, rows, technology, as_json=as_json, dated=exported_on is not None)


def _is_folder(path: Path) -> bool:
    """Whether `path` is a folder of files, not one that is a bulk file in parts (PATSTAT's tables)."""
    from etl.bulk.detect import bulk_kind

    return path.is_dir() and not bulk_kind(path)


def _single_files(paths: Sequence[Path]) -> list[Path]:
    from app.watch.imports.folder import files_below

    return [file for path in paths for file in (files_below(path) if _is_folder(path) else [path])]


def _wanted(
    ws: Workspace, paths: Sequence[Path], technology: str | None, mapping: Path | None, *, yes: bool
) -> dict[Path, str | None]:
    """Each file with its technology (None: whatever the watched queries say); of a folder as the person agreed."""
    from app.watch.bulk_import import separate
    from app.watch.imports.folder import agreed, files_below, match_files

    wanted: dict[Path, str | None] = {}
    for path in paths:
        if not _is_folder(path):
            wanted[path] = technology
        elif technology is not None:
            wanted |= dict.fromkeys(files_below(path), technology)
        else:
            bulk, exports = separate(files_below(path), None)
            wanted |= {file: None for file, _ in bulk}  # the watched queries choose
            if exports:
                wanted |= agreed(match_files(ws, path, exports, mapping), path, yes=yes, ask=sys.stdin.isatty())
    return wanted


def _try(
    paths: list[Path], workspace: Path, technology: str | None, kind: str | None, own: Vendor | None, *, as_json: bool
) -> None:
    from app.watch.bulk_import import dry_target, separate
    from etl.exports import vendors_with
    from etl.load.bulk.target import ImportTarget

    found = Workspace(workspace)
    if technology is not None and found.settings_file.is_file():
        technology = technology_id(found, technology)
    bulk, exports = separate(_single_files(paths), kind)
    target = dry_target(workspace, technology) if bulk else ImportTarget(technology)
    vendors = vendors_with(found.root / "vendors") | ({own.key: own} if own is not None else {})
    _dry_run(exports, bulk, target, kind, vendors, as_json=as_json)


def _import(
    ws: Workspace, wanted: dict[Path, str | None], technology: str | None, kind: str | None, day: date | None, *,
    whole_table: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    """Import the files of each technology, in one run; give a row a file."""
    from app.watch.bulk_import import separate, target_of
    from etl.load.bulk.target import ImportTarget
    from etl.load.files.inventory import is_record_of_ipc

    bulk, exports = separate(list(wanted), kind)
    records = [path for path in exports if kind is None and is_record_of_ipc(path)]
    nowhere = [path.name for path in exports if wanted[path] is None and path not in records]
    if nowhere:
        raise fail(
            f"Which technology is {nowhere[0]} about? Give --technology ID or name (`stuckneck catalogue list`)."
        )
    groups: dict[str, list[Path]] = {}
    for path in exports:
        if path not in records:
            groups.setdefault(wanted[path] or "", []).append(path)
    target = target_of(ws, technology) if bulk else ImportTarget(technology)
    return _load(ws, groups, bulk, target, records, kind=kind, day=day, whole_table=whole_table)


def _load(
    ws: Workspace, exports: dict[str, list[Path]], bulk: Bulk, target: ImportTarget, inventories: list[Path], *,
    kind: str | None, day: date | None, whole_table: bool,
) -> list[dict[str, Any]]:  # fmt: skip
    """Import everything in one run, continuing one that was cut; give a row a file."""
    from app.watch.bulk_import import import_all, row
    from etl.load.files.imports import import_files
    from etl.load.files.inventory import import_inventory
    from etl.load.files.rollback import forget_untouched, remember_hits
    from warehouse.run import running

    clock = SystemClock()
    done: list[Imported] = []
    with (
        Core(ws, purpose="import") as core,
        bars() as progress,
        running(core, "import", clock) as run,
    ):
        done += [import_inventory(core.con, ws, run.run_id, path, now=clock.now()) for path in inventories]
        for technology, files in exports.items():
            done += import_files(
                core.con, ws, run.run_id, files, technology, now=clock.now(), exported_on=day,
                kind=kind, progress=lambda name: progress(f"import {name}", 0, None),
            )  # fmt: skip
        for source in sorted({kind for _, kind in bulk}):
            remember_hits(core.con, run.run_id, source)
        streamed = import_all(
            core.con, run.run_id, bulk, target, now=clock.now(), exported_on=day, whole_table=whole_table,
            progress=progress,
        )  # fmt: skip
        forget_untouched(core.con, run.run_id)
        records = sum(d.records for d in done) + sum(d.records for d in streamed)
        run.message = f"{records} records from {len(done) + len(streamed)} files"
        last = core.con.execute(
            "SELECT as_of FROM runs WHERE as_of < started_at::DATE AND state = 'succeeded' AND run_id = ("
            "SELECT max(run_id) FROM runs WHERE as_of IS NOT NULL AND state = 'succeeded')"
        ).fetchone()
        about = {"run": run.run_id, "placed_at": last[0] if last else None}
    return [_row(d) | about for d in done] + [row(d) | about for d in streamed]


def _row(done: Imported) -> dict[str, Any]:
    return {
        "file": done.file, "kind": done.kind, "technology": done.technology, "rows": done.rows, "records": done.records,
        "lost": done.lost, "new": done.count.new, "changed": done.count.changed, "unchanged": done.count.unchanged,
        "rejects": done.rejects, "refused": done.refused, "lost_why": done.lost_why, "notes": done.notes,
        "states_today": done.states_today,
        **({"not_understood": done.leftover, "feeds": done.feeds} if done.technology else {}),
    }  # fmt: skip


def _say(ws: Workspace, rows: list[dict[str, Any]], technology: str | None, *, as_json: bool, dated: bool) -> None:
    """Print what came of each file and raise the exit code of bad input where one gave nothing."""
    from app.watch.bulk_import import print_matches, print_notes
    from app.watch.import_report import gave_nothing, print_imported, warn_of_dates

    if as_json:
        print_json(rows)
    else:
        columns = ["file", "kind", "technology", "rows", "records", "lost", "new", "changed", "unchanged"]
        said = f"onto {technology}" if technology else "technology by file or by the watched queries"
        print_rows(rows, Format.table, title=said, columns=columns)
        print_matches(rows)
        print_imported(rows)
        print_notes(rows)
        if any(r["records"] for r in rows):
            out.print(
                "Next: `stuckneck place` measures and places; `stuckneck sql` asks (table rejects: what was refused);"
                f" `stuckneck import --undo {rows[0]['run']}` takes it back.",
                soft_wrap=True,
            )
    if not dated:
        warn_of_dates(ws, rows)
    for row in rows:
        if row["refused"]:
            err.print(row["refused"], style="red", markup=False, soft_wrap=True)
    if any(gave_nothing(row) for row in rows):
        raise typer.Exit(int(Exit.BAD_INPUT))


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("import")(import_)
