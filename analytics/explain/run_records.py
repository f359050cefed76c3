"""Reading back what runs stored: places, shares and new prefixes of one run, per technology."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from analytics.explain.attribution import Situation
from analytics.matrix.frames import Frame
from analytics.matrix.store import load_frame
from analytics.measure.query import Connection
from warehouse.indicators import in_order


class NoSuchRunError(ValueError):
    """The run stored no places in that frame; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One technology as one run stored it in one frame. `prefixes`: counted new IPC prefixes (level, prefix).

    `odds`: the probability of each quadrant; empty when none were drawn.
    """

    technology_id: str
    as_of: date
    query_hash: str | None
    families: int | None
    capability: float | None
    dynamics_raw: float | None
    dynamics: float | None
    strategy: str | None
    distance: float | None
    not_placed_why: str | None
    shares: dict[str, float | None]
    prefixes: frozenset[tuple[int, str]]
    odds: dict[str, float]

    @property
    def likelier(self) -> str | None:
        """The quadrant that is more probable than the one it is placed in; None: none is, the place is settled."""
        first = max(self.odds, key=lambda name: self.odds[name], default=None)
        return first if first and self.strategy and self.odds[first] > self.odds[self.strategy] else None

    def situation(self, frame: Frame | None) -> Situation | None:
        """Return what (K, D) followed from, None when the technology had no place."""
        if frame is None or self.strategy is None or self.dynamics_raw is None:
            return None
        known = tuple(x for name in frame.indicators if (x := self.shares.get(name)) is not None)
        if len(known) < len(frame.indicators):
            return None
        return Situation(known, self.dynamics_raw, frame)


def _rows(con: Connection, query: str, **params: Any) -> list[tuple[Any, ...]]:
    return con.execute(query, params).fetchall()


def recorded(con: Connection, run_id: int, frame: str) -> tuple[dict[str, Recorded], Frame | None]:
    """Return the technologies of a run in `frame`, and the frame itself. Raises NoSuchRunError when it stored none."""
    placements = _rows(
        con,
        "SELECT technology_id, as_of, query_hash, families, capability, dynamics_raw, dynamics, strategy, distance, "
        "not_placed_why FROM run_placements WHERE run_id = $run AND frame = $frame ORDER BY technology_id",
        run=run_id,
        frame=frame,
    )
    if not placements:
        msg = f"run {run_id} stored no place in the {frame} frame; choose a run that placed (`stuckneck runs`)."
        raise NoSuchRunError(msg)
    values: dict[str, dict[str, float | None]] = {}
    query = "SELECT technology_id, indicator, value FROM run_indicators WHERE run_id = $run"
    for technology, indicator, value in _rows(con, query, run=run_id):
        values.setdefault(technology, {})[indicator] = value
    prefixes: dict[str, set[tuple[int, str]]] = {}
    query = "SELECT technology_id, level, prefix FROM run_shift WHERE run_id = $run AND is_counted"
    for technology, level, prefix in _rows(con, query, run=run_id):
        prefixes.setdefault(technology, set()).add((level, prefix))
    query = (
        "SELECT technology_id, p_assault, p_disrupt, p_entrench, p_position FROM run_certainty "
        "WHERE run_id = $run AND frame = $frame AND p_assault IS NOT NULL"
    )
    odds = {
        technology: dict(zip(("assault", "disrupt", "entrench", "position"), chances, strict=True))
        for technology, *chances in _rows(con, query, run=run_id, frame=frame)
    }
    stored = [field.name for field in fields(Recorded)][:-3]
    out = {
        row[0]: Recorded(
            **dict(zip(stored, row, strict=True)),
            shares={name: values[row[0]][name] for name in in_order(values.get(row[0], {}))},
            prefixes=frozenset(prefixes.get(row[0], set())),
            odds=odds.get(row[0], {}),
        )
        for row in placements
    }
    return out, load_frame(con, run_id, frame)


def technology_names(con: Connection) -> dict[str, tuple[str, str]]:
    """Return (Chinese, English) name of every technology of the latest edition that lists it."""
    query = "SELECT technology_id, name_zh, name_en FROM edition_items ORDER BY edition_id"
    return {technology: (zh, en) for technology, zh, en in _rows(con, query)}


def settings_hash(con: Connection, run_id: int) -> str | None:
    """Return the hash of the settings a run was made by; None when the ledger does not say."""
    rows = _rows(con, "SELECT settings_hash FROM runs WHERE run_id = $run", run=run_id)
    return rows[0][0] if rows else None
