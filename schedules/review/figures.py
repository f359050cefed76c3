"""The figures a list review judges by, from the warehouse's tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb

from analytics.measure.query import IMPORT, frame, wanted
from analytics.measure.windows import bounds
from etl.catalogue.models import Catalogue
from warehouse.settings import Settings

TRACK = 12  # runs looked back on for stability


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one technology; None is unknown. Meanings: the column comments of ``review_items``."""

    is_screened: bool | None = None
    families_found: int | None = None
    families: int | None = None
    families_earlier: int | None = None
    families_later: int | None = None
    not_placed_why: str | None = None
    least_coverage: float | None = None
    least_coverage_indicator: str | None = None
    confirmed_share: float | None = None
    refused_publications: int | None = None
    growth: float | None = None
    overlap_share: float | None = None
    overlap_with: str | None = None
    stability: float | None = None
    runs_compared: int | None = None


def figures(
    con: duckdb.DuckDBPyConnection, run_id: int, as_of: date, settings: Settings, catalogue: Catalogue
) -> dict[str, Figures]:
    """Return the figures of every technology of `catalogue` as run `run_id` (as of `as_of`) measured them.

    What the run did not measure, a candidate that files were imported onto, is counted before screening.
    """
    out = {item.id: Figures() for item in catalogue.technologies}
    hashes = {item.id: item.query_hash for item in catalogue.technologies}
    for item, found in _unmeasured(con, as_of, settings, hashes).items():
        out[item] = replace(out[item], is_screened=False, **found)
    for row in frame(con, "review_measured", {"run_id": run_id}).iter_rows(named=True):
        if row["technology_id"] in out and row["families_found"]:
            stated = {name: row[name] for name in row if name not in {"technology_id", "query_hash"}}
            out[row["technology_id"]] = Figures(is_screened=True, **stated)
    for add in (_coverage, _overlap, _track):
        for item, found in add(con, run_id).items():
            if item in out:
                out[item] = replace(out[item], **found)
    for item, found in _confirmed(con, hashes).items():
        out[item] = replace(out[item], **found)
    return out


def _unmeasured(
    con: duckdb.DuckDBPyConnection, as_of: date, settings: Settings, hashes: dict[str, str | None]
) -> dict[str, dict[str, Any]]:
    earlier, later = bounds(settings.place, as_of)
    days = {"earlier_from": earlier[0], "earlier_to": earlier[1], "later_from": later[0], "later_to": later[1]}
    by_filing = settings.place.window_date == "filing"
    pairs = [(item, key) for item, found in hashes.items() for key in (found, IMPORT) if key is not None]
    with wanted(con, pairs):
        rows = frame(con, "review_unmeasured", {"as_of": as_of, "by_filing": by_filing, **days})
    return {
        row["technology_id"]: {
            "families_found": row["families"],
            "families": row["families"],
            "families_earlier": int(row["families_earlier"]),
            "families_later": int(row["families_later"]),
        }
        for row in rows.iter_rows(named=True)
    }


def _coverage(con: duckdb.DuckDBPyConnection, run_id: int) -> dict[str, dict[str, Any]]:
    least: dict[str, tuple[float, str]] = {}
    for item, indicator, coverage in frame(con, "review_coverage", {"run_id": run_id}).iter_rows():
        least[item] = min(least.get(item, (coverage, indicator)), (coverage, indicator))
    return {k: {"least_coverage": v[0], "least_coverage_indicator": v[1]} for k, v in least.items()}


def _overlap(con: duckdb.DuckDBPyConnection, run_id: int) -> dict[str, dict[str, Any]]:
    most: dict[str, tuple[float, str]] = {}
    for item, other, shared, families in frame(con, "review_overlap", {"run_id": run_id}).iter_rows():
        most[item] = max(most.get(item, (0.0, "")), (shared / families, other))
    return {item: {"overlap_share": share, "overlap_with": other} for item, (share, other) in most.items()}


def _track(con: duckdb.DuckDBPyConnection, run_id: int) -> dict[str, dict[str, Any]]:
    """Growth over the run before and stability, over the runs that used the same query as this one."""
    tracks: dict[str, list[tuple[int, str | None, str | None, int | None]]] = {}
    for item, *row in frame(con, "review_track", {"run_id": run_id}).iter_rows():
        tracks.setdefault(item, []).append((row[0], row[1], row[2], row[3]))
    out: dict[str, dict[str, Any]] = {}
    for item, rows in tracks.items():
        (newest, query_hash, strategy, found), *earlier = rows
        if newest != run_id:
            continue
        same = [row for row in earlier if row[1] == query_hash]
        before = same[0][3] if same else None
        places = [strategy, *(row[2] for row in same[: TRACK - 1])]
        out[item] = {
            "growth": found / before if found is not None and before else None,
            "stability": places.count(strategy) / len(places) if strategy and len(places) > 1 else None,
            "runs_compared": len(places),
        }
    return out


def _confirmed(con: duckdb.DuckDBPyConnection, hashes: dict[str, str | None]) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {}
    for item, query_hash, harvested, confirmed, refused in frame(con, "review_confirmed").iter_rows():
        if hashes.get(item) == query_hash:
            share = confirmed / harvested if harvested else None
            out[item] = {"confirmed_share": share, "refused_publications": refused}
    return out
