"""`stuckneck import FILES… --technology T`: what analysts already have, onto a technology of their choice."""

from __future__ import annotations

import glob
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.common import Exit, Format, JsonOption, WorkspaceOption, err, fail, out, print_json, print_rows
from app.progress import bars
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace


def _expand(files: list[str]) -> list[Path]:
    """Expand patterns (shells on Windows do not) and check that every file is there."""
    found: list[Path] = []
    for name in files:
        matches = sorted(glob.glob(name)) if any(c in name for c in "*?[") else [name]  # noqa: PTH207
        found += [Path(m) for m in matches]
    missing = [str(f) for f in found if not f.is_file()]
    if missing or not found:
        raise fail(f"No such file: {', '.join(missing or files)}. Nothing was imported.")
    return found


def _dry_run(files: list[Path], kind: str | None, as_json: bool) -> None:
    from app.import_report import print_report
    from etl.exports.report import dry_run

    report = dry_run(files, kind)
    print_report(report, as_json=as_json)


def import_(
    files: Annotated[list[str], typer.Argument(metavar="FILES...", help="CSV, XLSX, XLS, or ZIP of them.")],
    technology: Annotated[str | None, typer.Option("--technology", "-t", help="Technology id.")] = None,
    workspace: WorkspaceOption = Path(),
    kind: Annotated[str | None, typer.Option("--kind", help="Force the vendor (else detected).")] = None,
    exported_on: Annotated[
        datetime | None, typer.Option("--exported-on", formats=["%Y-%m-%d"], help="Date of the export (its counts).")
    ] = None,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say how each column would be understood.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Import export files of incoPat, 智慧芽, CNIPA, Lens, PATENTSCOPE … 导入已有的导出文件。"""
    paths = _expand(files)
    if dry:
        _dry_run(paths, kind, as_json)
        return
    ws = Workspace.open(workspace)
    if technology is None:
        raise fail("Which technology are these files about? Give --technology ID (`stuckneck catalogue list`).")
    _check_technology(ws, technology)
    from etl.load.imports import import_files
    from warehouse import ledger

    clock = SystemClock()
    day = exported_on.date() if exported_on else None
    with Core(ws, purpose="import") as core, bars() as progress:
        run = ledger.start(core.con, "import", now=clock.now())
        done = import_files(
            core.con, ws, run.run_id, paths, technology, now=clock.now(), exported_on=day, kind=kind,
            progress=lambda name: progress(f"import {name}", 0, None),
        )  # fmt: skip
        records = sum(d.records for d in done)
        message = f"{records} records from {len(done)} files onto {technology}"
        ledger.finish(core.con, run.run_id, "succeeded", now=clock.now(), message=message)
    rows = [
        {"file": d.file, "kind": d.kind, "rows": d.rows, "records": d.records, "new": d.count.new,
         "changed": d.count.changed, "unchanged": d.count.unchanged, "rejects": d.rejects, "refused": d.refused}
        for d in done
    ]  # fmt: skip
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, Format.table, title=f"onto {technology}")
        out.print(
            "Next: `stuckneck place` measures and places; `stuckneck sql` asks (table rejects: what was refused)."
        )
    if any(d.refused for d in done):
        for d in done:
            if d.refused:
                err.print(d.refused, style="red", markup=False, soft_wrap=True)
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
