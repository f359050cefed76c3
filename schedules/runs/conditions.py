"""The user's table of conditions into the warehouse: usable rows stored, refused ones kept with their reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from analytics.provinces.derive import Cell, derive
from etl.load.conditions import ConditionTable
from warehouse.clock import Clock
from warehouse.core import Core, transaction
from warehouse.run import running

SOURCE = "conditions"
SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: `stored` cells, of which `replaced` were there before, `derived` ones, and notes."""

    run_id: int
    stored: int
    replaced: int
    derived: int
    notes: tuple[str, ...]


def store_conditions(core: Core, table: ConditionTable, *, clock: Clock) -> Imported:
    """Store a table that was read, as a run of kind ``conditions``: equal cells replaced, derived ones computed again.

    All of it or nothing: a run that was cut has stored nothing and is closed, and the import is done again whole.
    """
    con = core.con
    with running(core, "conditions", clock, settings={"conditions": table.file}) as run:
        cells = [Cell(r.province, r.year, r.variable, r.value, r.source) for r in table.rows]
        with transaction(con):
            replaced = _replace(con, run.run_id, table.file, cells, derived=False)
            con.execute("DELETE FROM province_conditions WHERE is_derived")
            rows = con.execute('SELECT province, "year", variable, value, source FROM province_conditions').fetchall()
            made, notes = derive(Cell(*row) for row in rows)
            _replace(con, run.run_id, table.file, made, derived=True)
            _keep_refused(con, run.run_id, table)
        run.message = f"{table.file}: {len(cells)} values of conditions, {len(table.refused)} rows refused"
    return Imported(run.run_id, len(cells), replaced, len(made), tuple(notes))


def _replace(
    con: duckdb.DuckDBPyConnection, run_id: int, file: str, cells: Sequence[Cell], *, derived: bool
) -> int:  # fmt: skip
    if not cells:
        return 0
    keys = [[c.province, c.year, c.variable] for c in cells]
    before = con.execute("SELECT count(*) FROM province_conditions WHERE NOT is_derived").fetchone()
    con.executemany('DELETE FROM province_conditions WHERE province = ? AND "year" = ? AND variable = ?', keys)
    after = con.execute("SELECT count(*) FROM province_conditions WHERE NOT is_derived").fetchone()
    con.executemany(
        "INSERT INTO province_conditions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                c.province,
                c.year,
                c.variable,
                c.value,
                c.source,
                derived,
                c.source.lower().startswith(SYNTHETIC),
                file,
                run_id,
            ]
            for c in cells
        ],
    )
    return int(before[0] - after[0]) if before and after else 0


def _keep_refused(con: duckdb.DuckDBPyConnection, run_id: int, table: ConditionTable) -> None:
    row = con.execute("SELECT coalesce(max(reject_id), 0) FROM rejects").fetchone()
    first = 0 if row is None else row[0]
    rows = [
        [first + i, run_id, SOURCE, table.file, p.row, p.column, p.expected, p.found[:200], p.reason, "record skipped"]
        for i, p in enumerate(table.refused, 1)
    ]
    if rows:
        con.executemany(
            "INSERT INTO rejects (reject_id, run_id, source, file, row_no, column_name, expected, found, reason,"
            " action) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
