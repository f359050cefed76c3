"""The meter of completeness of a run in the warehouse (tables run_completeness and run_fields)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

import sql
from analytics.completeness.fields import Filled, Key, fell, filled
from analytics.completeness.months import final_shares, monthly, together, with_expected
from analytics.matrix.store import append, forget
from analytics.measure.query import Connection
from warehouse.core import transaction
from warehouse.frames import frame_of

TABLES = ("run_completeness", "run_fields")
_KEPT_MONTHS = 36  # of older runs
Sound = Callable[[int, str, str], bool]


def _frame(con: Connection, query: str, values: Mapping[str, object] | None = None) -> pl.DataFrame:
    return frame_of(con.sql(query, params=dict(values or {})))


def meter(con: Connection, run_id: int, as_of: date, least_fall: float, is_accepted: Sound) -> None:
    """Write what run `run_id` has of each source, office and month, and which fields of which technologies fell.

    `is_accepted(run, source, field)`: a person has said that the fall seen in that run is real. Whatever the run had
    stored is replaced. Source: docs/methods.md, Completeness.
    """
    publications = together(_frame(con, sql.text("completeness/publications.sql")))
    months = _months(con, run_id, publications, as_of)
    fields = _fields(con, run_id, publications, as_of, least_fall, is_accepted)
    with transaction(con):
        forget(con, [run_id], TABLES)
        append(con, "run_completeness", months.with_columns(run_id=pl.lit(run_id)))
        append(con, "run_fields", pl.DataFrame(fields, infer_schema_length=None))
        con.execute("DELETE FROM run_completeness WHERE run_id <> ? AND age >= ?", [run_id, _KEPT_MONTHS])


def _months(con: Connection, run_id: int, publications: pl.DataFrame, as_of: date) -> pl.DataFrame:
    months = with_expected(monthly(publications, as_of))
    query = (
        "SELECT source, office, published_month, age::BIGINT AS age, records FROM run_completeness WHERE run_id < $r"
    )
    shares = final_shares(_frame(con, query, {"r": run_id}), months)
    known = [shares.get(key) for key in months.select("source", "office", "age").rows()]
    return months.with_columns(pl.Series("final_share", known, dtype=pl.Float64))


def _fields(
    con: Connection, run_id: int, publications: pl.DataFrame, as_of: date, least_fall: float, is_accepted: Sound
) -> list[dict[str, object]]:
    hits = _frame(
        con,
        "SELECT DISTINCT h.technology_id, s.source, h.publication_number FROM source_hits AS h"
        " CROSS JOIN LATERAL (SELECT h.source UNION ALL SELECT '*') AS s"
        " JOIN (SELECT DISTINCT technology_id, query_hash FROM run_placements WHERE run_id = $run) AS p"
        " ON p.technology_id = h.technology_id AND (p.query_hash = h.query_hash OR h.query_hash = 'import')"
        " WHERE h.withdrawn_run IS NULL",
        {"run": run_id},
    )
    now = filled(publications, hits, as_of)
    before = _before(con, run_id, is_accepted)
    out = []
    for key, one in now.items():
        was = before.get(key)
        technology, source, name, span = key
        out.append(
            {
                "run_id": run_id, "technology_id": technology, "source": source, "field": name, "span": span,
                "records": one.records, "filled": one.filled, "before_run": was[0] if was else None,
                "share_before": was[1].share if was else None,
                "fell": was is not None and fell(was[1], one, least_fall),
            }
        )  # fmt: skip
    return out


def _before(con: Connection, run_id: int, is_accepted: Sound) -> dict[Key, tuple[int, Filled]]:
    """Return, per field, the latest earlier run of the record and the same query in which it had not fallen."""
    rows = con.execute(
        "SELECT f.technology_id, f.source, f.field, f.span, f.run_id, f.records, f.filled, f.fell FROM run_fields AS f"
        " JOIN run_placements AS p ON p.run_id = f.run_id AND p.technology_id = f.technology_id"
        " AND p.frame = 'relative' AND p.origin = 'live'"
        " JOIN run_placements AS n ON n.run_id = ? AND n.technology_id = f.technology_id AND n.frame = 'relative'"
        " WHERE f.run_id < ? AND n.query_hash IS NOT DISTINCT FROM p.query_hash ORDER BY f.run_id",
        [run_id, run_id],
    ).fetchall()
    out: dict[Key, tuple[int, Filled]] = {}
    for technology, source, name, span, run, records, count, had_fallen in rows:
        if not had_fallen or is_accepted(run, source, name):
            out[technology, source, name, span] = (run, Filled(records, count))
    return out


def fallen_at(con: Connection, run_id: int, field: str) -> list[str]:
    """Return the sources whose own records lost the field in `run_id`."""
    rows = con.execute(
        "SELECT DISTINCT source FROM run_fields WHERE run_id = ? AND field = ? AND source <> '*' AND fell ORDER BY 1",
        [run_id, field],
    ).fetchall()
    return [row[0] for row in rows]


def fallen(con: Connection, run_id: int) -> dict[tuple[str, str, int], list[str]]:
    """Return (``*``, field, run it is compared with) → technologies whose publications lost the field in `run_id`.

    Only what all sources together no longer state: a field that another source has is not lost.
    """
    out: dict[tuple[str, str, int], list[str]] = {}
    for source, name, before, technology in con.execute(
        "SELECT DISTINCT source, field, before_run, technology_id FROM run_fields"
        " WHERE run_id = ? AND source = '*' AND fell"
        " ORDER BY ALL",
        [run_id],
    ).fetchall():
        out.setdefault((source, name, before), []).append(technology)
    return out
