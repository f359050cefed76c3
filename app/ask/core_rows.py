"""Rows of the core warehouse for commands that report how runs went: also of runs that published nothing."""

from __future__ import annotations

from typing import Any

import duckdb

from app.common import err
from warehouse.core import Core, WarehouseBusyError
from warehouse.publish import NoSnapshotError, connect_snapshot, current
from warehouse.rows import rows
from warehouse.workspace import Workspace


def core_rows(workspace: Workspace, query: str, *values: Any, purpose: str) -> list[dict[str, Any]]:
    """Return rows of the warehouse, or of the published snapshot where a run holds the warehouse (said on stderr)."""
    try:
        with Core(workspace, purpose=purpose) as core:
            return rows(core.con, query, *values)
    except WarehouseBusyError:
        err.print("A run holds the warehouse: shown as of the last published snapshot.", style="yellow")
    try:
        con = connect_snapshot(current(workspace))
    except NoSnapshotError:
        return []
    try:
        return rows(con, query, *values)
    except duckdb.CatalogException:  # a snapshot of a version that had not this table yet
        return []
    finally:
        con.close()
