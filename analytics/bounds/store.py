"""The bounds of a run into ``run_bounds`` and ``run_share_bounds``, in place of what it had stored."""

from __future__ import annotations

import polars as pl

from analytics.bounds.bounds import PlaceBounds, TechnologyBounds, bounds_of
from analytics.bounds.lists import RawBounds
from analytics.matrix.place import Placement
from analytics.matrix.store import append, forget
from analytics.measure.query import Connection, frame
from warehouse.core import transaction
from warehouse.sections.measuring import Place

TABLES = ("run_bounds", "run_share_bounds", "run_bounds_inputs")

_FORGET_OLD = (
    "DELETE FROM run_bounds_inputs WHERE run_id <"
    " (SELECT min(run_id) FROM (SELECT DISTINCT run_id FROM run_bounds_inputs ORDER BY run_id DESC LIMIT $keep))"
)


def store_bounds(con: Connection, placement: Placement, place: Place) -> list[PlaceBounds]:
    """Compute the bounds of a run that was just placed, store them and return those of its places.

    Bounds of raw dynamics that rest on the same families as an earlier run's are that run's.
    """
    measured = placement.measurement
    universe = frame(con, "known_classes", {"as_of": measured.as_of})["subclass"].to_list()
    found, places = bounds_of(measured, placement.evaluation, universe, place, _earlier(con))
    with con.cursor() as own, transaction(own):
        forget(own, [placement.run_id], TABLES)
        append(own, "run_bounds", _places(placement.run_id, places, found))
        append(own, "run_share_bounds", _shares(placement.run_id, found))
        append(own, "run_bounds_inputs", _inputs(placement.run_id, found))
        own.execute(_FORGET_OLD, {"keep": place.keep_run_families})
    return places


def _earlier(con: Connection) -> dict[str, RawBounds]:
    rows = con.execute("SELECT DISTINCT digest, least, most, is_sharp FROM run_bounds_inputs").fetchall()
    return {digest: RawBounds(least, most, is_sharp) for digest, least, most, is_sharp in rows}


def _inputs(run_id: int, found: dict[str, TechnologyBounds]) -> pl.DataFrame:
    rows = [
        {
            "run_id": run_id, "technology_id": name, "digest": bounds.digest, "least": bounds.raw.least,
            "most": bounds.raw.most, "is_sharp": bounds.raw.is_sharp,
        }
        for name, bounds in found.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def _places(run_id: int, places: list[PlaceBounds], found: dict[str, TechnologyBounds]) -> pl.DataFrame:
    rows = []
    for item in places:
        raw = found[item.technology_id].raw
        row = {"run_id": run_id, "technology_id": item.technology_id, "frame": item.frame}
        row |= dict(zip(("capability_least", "capability_most"), item.capability or (None, None), strict=True))
        row |= dict(zip(("dynamics_least", "dynamics_most"), item.dynamics or (None, None), strict=True))
        row |= {"dynamics_raw_least": raw.least, "dynamics_raw_most": raw.most}
        rows.append(row | {"holds": item.holds, "is_sharp": item.is_sharp})
    return pl.DataFrame(rows, infer_schema_length=None)


def _shares(run_id: int, found: dict[str, TechnologyBounds]) -> pl.DataFrame:
    rows = [
        {
            "run_id": run_id, "technology_id": name, "indicator": s.indicator, "least": s.least, "most": s.most,
            "largest": s.largest, "unknown_country": s.unknown_country, "unknown_amount": s.unknown_amount,
            "undecided": s.undecided,
        }
        for name, bounds in found.items() for s in bounds.shares
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)
