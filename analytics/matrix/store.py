"""Writing and reading the run_* tables; a run is written whole, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from analytics.matrix.bootstrap import Certainty
from analytics.matrix.frames import RELATIVE, Frame, anchored
from analytics.matrix.printed import paper_frame
from analytics.matrix.rows import FRAME_TABLES, ROW_TABLES, TABLES, RunFigures, certainty_row, rows_of
from analytics.measure.query import Connection, relation
from warehouse.indicators import in_order
from warehouse.sections.measuring import Place


class BaselineError(ValueError):
    """The baseline run that the settings name holds no weights; the message says which and what to do."""


def append(con: Connection, table: str, rows: pl.DataFrame) -> None:
    """Add `rows` to `table`, column by name."""
    if rows.height:
        with relation(con, "rows_to_store", rows):
            con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows_to_store")  # noqa: S608 - our own table names


def forget(con: Connection, run_ids: Sequence[int], tables: Sequence[str]) -> None:
    """Delete what earlier attempts of these runs stored, so that a resumed run is written once."""
    for table in tables:
        con.execute(f"DELETE FROM {table} WHERE run_id IN (SELECT unnest($ids))", {"ids": list(run_ids)})  # noqa: S608


def store(con: Connection, runs: Sequence[RunFigures], top: pl.DataFrame, prefixes: pl.DataFrame) -> None:
    """Write the figures of `runs` in place of whatever was stored under the same run ids.

    `top`, `prefixes`: rows of run_window_top and of run_shift of all the runs.
    """
    forget(con, [run.run_id for run in runs], TABLES)
    for table in ROW_TABLES:
        rows = [row for run in runs for row in rows_of(table, run)]
        append(con, table, pl.DataFrame(rows, infer_schema_length=None))
    for table, frame in zip(FRAME_TABLES, (top, prefixes), strict=True):
        append(con, table, frame)


def store_families(con: Connection, run_id: int, families: pl.DataFrame, keep: int) -> None:
    """Write the families behind a run and drop those of all but the latest `keep` runs.

    The record and the what-ifs are counted apart: a what-if takes no families from the record.
    """
    forget(con, [run_id], ["run_families"])
    append(con, "run_families", families.with_columns(pl.lit(run_id).alias("run_id")))
    con.execute(
        "DELETE FROM run_families WHERE run_id NOT IN (SELECT run_id FROM ("
        "SELECT f.run_id, row_number() OVER (PARTITION BY coalesce(p.is_live, false) ORDER BY f.run_id DESC) AS n "
        "FROM (SELECT DISTINCT run_id FROM run_families) AS f LEFT JOIN "
        "(SELECT run_id, bool_or(origin = 'live') AS is_live FROM run_placements GROUP BY run_id) AS p "
        "ON p.run_id = f.run_id) WHERE n <= $keep)",
        {"keep": keep},
    )


def store_certainty(con: Connection, run_id: int, found: Sequence[Certainty]) -> None:
    """Write the intervals and quadrant probabilities of a run in place of what it had stored."""
    forget(con, [run_id], ["run_certainty"])
    append(
        con, "run_certainty", pl.DataFrame([certainty_row(run_id, item) for item in found], infer_schema_length=None)
    )


def load_frame(con: Connection, run_id: int, name: str = RELATIVE) -> Frame | None:
    """Return a stored frame of a run, None when it has none."""
    query = (
        "SELECT indicator, entropy, weight, minimum, maximum FROM run_weights WHERE run_id = $run AND frame = $frame"
    )
    rows: dict[str, tuple[Any, ...]] = {
        row[0]: row[1:] for row in con.execute(query, {"run": run_id, "frame": name}).fetchall()
    }
    indicators = in_order(rows)
    if not indicators or "dynamics" not in rows:
        return None
    entropy, weights, minimum, maximum = (tuple(float(rows[i][k]) for i in indicators) for k in range(4))
    constant = all(low == high for low, high in zip(minimum, maximum, strict=True))
    placed = con.execute(
        "SELECT count(*) FROM run_placements WHERE run_id = $run AND frame = $frame AND capability IS NOT NULL",
        {"run": run_id, "frame": name},
    ).fetchall()
    low, high = rows["dynamics"][2:]
    return Frame(name, indicators, weights, entropy, minimum, maximum, low, high, constant, int(placed[0][0]))


def _first_live_run(con: Connection, run_id: int) -> int | None:
    """Return the earliest live run measured by the same settings as `run_id`, other than itself."""
    rows = con.execute(
        "SELECT min(p.run_id) FROM run_placements AS p LEFT JOIN runs AS r ON r.run_id = p.run_id "
        "WHERE p.origin = 'live' AND p.frame = 'relative' AND p.capability IS NOT NULL AND p.run_id < $run "
        "AND r.settings_hash IS NOT DISTINCT FROM (SELECT max(settings_hash) FROM runs WHERE run_id = $run)",
        {"run": run_id},
    ).fetchall()
    return rows[0][0] if rows else None


def baseline(con: Connection, run_id: int, place: Place) -> Frame | None:
    """Return the frame that `run_id` is anchored on: the paper's, the named run's, else the first live run's.

    None when nothing is named and there is no earlier live run of the same settings: the run is then its own baseline.
    Raises BaselineError when a run is named that holds no weights.
    """
    if place.baseline == "paper":
        return anchored(paper_frame())
    named = place.baseline_run
    chosen = named if named is not None else _first_live_run(con, run_id)
    if chosen is None or chosen == run_id:
        return None
    found = load_frame(con, chosen)
    if found is None and named is not None:
        msg = (
            f"place.baseline_run = {named}: that run stored no weights, so nothing can be anchored on it; "
            "choose a run that placed technologies (`stuckneck runs`)."
        )
        raise BaselineError(msg)
    if found is not None and found.indicators != place.indicators:
        msg = (
            f"run {chosen}, the baseline, weighed {', '.join(found.indicators)}, and place.indicators names "
            f"{', '.join(place.indicators)}; name a run that measured the same (`stuckneck runs`)."
        )
        raise BaselineError(msg)
    return None if found is None else anchored(found)
