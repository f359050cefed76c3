"""The forecast of a published snapshot as the newest run stored it: the back-test, its bins and a row a technology."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.rows import rows

_NEWEST = """
SELECT b.* EXCLUDE (run_id, frame), b.run_id FROM run_backtests AS b JOIN runs AS r ON r.run_id = b.run_id
WHERE b.frame = ? ORDER BY r.kind = 'backfill', b.run_id DESC LIMIT 1
"""
_BINS = (
    'SELECT low AS "from", high AS "to", statements, said, held FROM run_backtest_bins'
    " WHERE run_id = ? AND frame = ? ORDER BY low"
)
_ROWS = """
SELECT number, technology_id, name_zh, name_en, as_of, strategy, p_moves, towards, p_assault, p_disrupt, p_entrench, p_position, not_said_why, data_label
FROM forecast WHERE run_id = ? AND frame = ? ORDER BY p_moves DESC NULLS LAST, number NULLS LAST, technology_id
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is stored of a frame: `test` is a row of run_backtests, `bins` its calibration, `rows` the view's rows.

    `test["statements"]` is 0 where the backfill is too short for a back-test. Rows hold p_moves, the probability of
    another quadrant in twelve months; None where nothing is said, and why.
    """

    test: dict[str, Any]
    bins: list[dict[str, Any]]
    rows: list[dict[str, Any]]


def forecast_of(con: duckdb.DuckDBPyConnection, frame: str) -> Forecast | None:
    """Return the forecast of a frame; None where none is stored (no monthly backfill by the settings in force)."""
    newest = rows(con, _NEWEST, frame)
    if not newest:
        return None
    test = newest[0]
    return Forecast(test, rows(con, _BINS, test["run_id"], frame), rows(con, _ROWS, test["run_id"], frame))
