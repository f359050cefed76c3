"""Whether a workspace can be read, and whether who should watch it does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import duckdb

from warehouse.publish import NoSnapshotError, connect_snapshot, current
from warehouse.status import activity
from warehouse.workspace import Workspace

Probe = Callable[[], str]  # opens what is published and returns its name; NoSnapshotError, duckdb.Error


def open_published(workspace: Workspace) -> str:
    """Open the published snapshot, read a row and return its name. Raises NoSnapshotError and duckdb.Error."""
    file = current(workspace)
    with closing(connect_snapshot(file, any_version=True)) as con:
        con.execute("SELECT count(*) FROM runs").fetchone()
    return file.name


def health(workspace: Workspace, probe: Probe | None = None, *, problems: list[str] | None = None) -> dict[str, Any]:
    """Return `status` (ok, starting, failing), the snapshot and every problem in a sentence.

    starting: nothing is published yet, and a run is under way. failing: what is published cannot be read, or nothing is
    published and nobody works on it, or `problems` are known already.
    """
    found = list(problems or [])
    snapshot, status = None, "ok"
    try:
        snapshot = (probe or (lambda: open_published(workspace)))()
    except NoSnapshotError as error:
        status = "starting" if activity.current(workspace) is not None else "no snapshot"
        if status != "starting":
            found.append(str(error))
    except (duckdb.Error, OSError) as error:
        message = f"The published snapshot cannot be opened ({type(error).__name__}); `stuckneck doctor` says more."
        found.append(message)
    if found and status == "ok":
        status = "failing"
    return {"status": status, "snapshot": snapshot, "problems": found}


def http_status(found: dict[str, Any]) -> int:
    """Return 200 where the workspace is well or starting, else 503."""
    return 200 if found["status"] in ("ok", "starting") else 503
