"""`stuckneck backup`, `restore` and `prune`: a workspace kept whole and small."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.common import Exit, JsonOption, WorkspaceOption, fail, out, print_json
from etl.sources.settings import load_settings
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="Archive to write.")],
    workspace: WorkspaceOption = Path(),
    check: Annotated[bool, typer.Option("--check", help="Write nothing: read this archive whole.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the warehouse, what had landed and the lists to one tar (no secrets)."""
    from schedules.upkeep import backup as archive
    from schedules.upkeep.backup import BackupError

    try:
        if check:
            done = archive.check(file)
        else:
            with Core(Workspace.open(workspace), purpose="backup") as core:
                done = archive.backup(core, file)
    except (BackupError, OSError) as error:
        raise fail(str(error)) from None
    if as_json:
        print_json({"file": str(done.file), "files": done.files, "bytes": done.byte_count})
        return
    if check:
        out.print(f"{done.file}: whole, {done.files} files as stated, and its warehouse opens.")
        return
    out.print(f"{done.file}: {done.files} files, {done.byte_count / 1e6:.1f} MB. Secrets (.env) are not in it.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE.tar", help="Archive that `stuckneck backup` wrote.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New or empty folder to make the workspace in.")],
    as_json: JsonOption = False,
) -> None:
    """Make a workspace from a backup, checked file by file and brought up to this version."""
    from schedules.upkeep.backup import BackupError
    from schedules.upkeep.backup import restore as unpack

    try:
        done = unpack(file, folder)
    except (BackupError, OSError) as error:
        raise fail(str(error)) from None
    if as_json:
        print_json({"folder": str(folder), "files": done.files, "bytes": done.byte_count})
        return
    out.print(f"{folder}: {done.files} files restored and published. Put the credentials back into {folder}/.env.")


def prune(workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """Remove what the retention policy no longer keeps, and shrink the core file."""
    from dataclasses import asdict

    from schedules.upkeep.prune import prune as remove

    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    try:
        with Core(ws, purpose="prune") as core:
            done = remove(core, settings, now=SystemClock().now())
    except OSError as error:
        raise fail(str(error), Exit.FAULT) from None
    if as_json:
        print_json(asdict(done))
        return
    out.print(f"{done.sentence[0].upper()}{done.sentence[1:]}.", markup=False)


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("prune")(prune)
