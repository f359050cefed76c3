"""Importing WIPO's inventory of IPC symbols ever used: the record of the classification itself, of no technology."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from etl.exports.report import FileReport
from etl.load.files.imports import Imported, keep, page_of
from etl.load.write import LoadCount, write_rejects
from etl.normalise.ipc_inventory import Life, is_inventory, read_inventory
from etl.records import Reject
from warehouse.core import transaction
from warehouse.frames import registered
from warehouse.workspace import Workspace

KIND = "ipc_inventory"
TITLE = "WIPO inventory of IPC symbols ever used"
_HEAD = 256


def is_record_of_ipc(path: Path) -> bool:
    """Whether a file is the inventory, by its first lines."""
    with path.open("rb") as stream:
        return is_inventory(stream.read(_HEAD))


def try_inventory(path: Path) -> FileReport:
    """What an import of the inventory would do."""
    symbols, strays = _read(path)
    notes = [f"{TITLE}: up to the edition of {_edition(symbols)}", *(f"no symbol: {line[:60]}" for line in strays[:5])]
    return FileReport(
        path.name, KIND, TITLE, rows=len(symbols) + len(strays), records=len(symbols), notes=notes, usable={}
    )


def import_inventory(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, run_id: int, path: Path, *, now: datetime
) -> Imported:
    """Land the inventory and keep its symbols; what was imported before stays, and the latest counts."""
    digest, copy = keep(workspace, path)
    symbols, strays = _read(path)
    table = pl.DataFrame(
        {
            "symbol": pl.Series([symbol for symbol, _ in symbols], dtype=pl.String),
            "began": pl.Series([life.began for _, life in symbols], dtype=pl.Date),
            "ended": pl.Series([life.ended for _, life in symbols], dtype=pl.Date),
        }
    )
    rejects = [Reject(f"{path.name}: {line[:60]!r} is no symbol with its days.", file=path.name) for line in strays]
    with transaction(con):
        page_id = page_of(con, run_id, KIND, path, digest, copy, now, now.date(), "landed", "")
        with registered(con, inventory=table):
            con.execute(f"INSERT INTO ipc_symbols SELECT symbol, began, ended, {page_id:d} FROM inventory")  # noqa: S608
        if rejects:
            write_rejects(con, run_id, KIND, rejects, page_id=page_id)
    note = f"{TITLE}: up to the edition of {_edition(symbols)}; the audit ipc_out_of_time asks it from now on"
    return Imported(
        path.name, KIND, len(symbols) + len(strays), len(symbols), len(rejects), LoadCount(new=len(symbols)),
        lost=len(strays), lost_why={"": (len(strays), rejects[0].reason)} if rejects else {}, notes=[note],
    )  # fmt: skip


def _read(path: Path) -> tuple[list[tuple[str, Life]], list[str]]:
    symbols: list[tuple[str, Life]] = []
    strays: list[str] = []
    with path.open("rb") as stream:
        for found in read_inventory(io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace")):
            if isinstance(found, str):
                strays.append(found)
            else:
                symbols.append(found)
    return symbols, strays


def _edition(symbols: list[tuple[str, Life]]) -> str:
    return f"{max(life.began for _, life in symbols):%Y.%m}"
