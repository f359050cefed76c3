"""What a run foresees: its places twelve months on, with the back-test, worked out and stored.

Source: docs/methods.md, Before it moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from analytics.forecast.backtest import QUADRANTS, BackTest, back_test, outlook, scored
from analytics.forecast.tracks import Floats, Tracks, on_common_lines, read_tracks
from analytics.matrix.frames import FRAMES
from analytics.matrix.store import append, forget
from analytics.matrix.strategy import Cuts, Strategy
from warehouse.core import transaction
from warehouse.sections.measuring import Place

TABLES = ("run_backtests", "run_backtest_bins", "run_forecast")
NOT_BEATEN = "does not beat staying"
TOO_SHORT = "backfill too short"
OTHER_QUERY = "query changed since the backfill"
TOO_FEW = "too few moves known"

_SAME_SETTINGS = "SELECT count(DISTINCT coalesce(settings_hash, '')) = 1 FROM runs WHERE run_id IN (?, ?)"
_PLACES = """
SELECT p.technology_id, p.capability, p.dynamics, p.strategy, b.query_hash IS NOT DISTINCT FROM p.query_hash
FROM run_placements AS p
LEFT JOIN run_placements AS b ON b.run_id = ? AND b.technology_id = p.technology_id AND b.frame = p.frame
WHERE p.run_id = ? AND p.frame = ? AND p.strategy IS NOT NULL ORDER BY p.technology_id
"""


@dataclass(frozen=True, slots=True)
class Chance:
    """One technology: where it is and the probability of each strategy in a year; None: `why` nothing is said."""

    technology_id: str
    strategy: Strategy
    odds: dict[Strategy, float] | None
    why: str | None

    @property
    def moves(self) -> float | None:
        """The probability of another quadrant."""
        return None if self.odds is None else sum(p for s, p in self.odds.items() if s != self.strategy)

    @property
    def towards(self) -> Strategy | None:
        """The likeliest other quadrant."""
        return max((s for s in self.odds if s != self.strategy), key=self.odds.__getitem__) if self.odds else None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The forecast of a run in one frame: tracks, a run of the backfill behind them, the back-test, a row a technology.

    `test` is None when the backfill is too short for one.
    """

    tracks: Tracks
    backfill_run: int
    test: BackTest | None
    chances: tuple[Chance, ...]


def foresee(con: duckdb.DuckDBPyConnection, run_id: int, frame: str, place: Place) -> Foreseen | None:
    """Return what run `run_id`, placed by `place`, foresees in a frame.

    None without a monthly backfill by the run's own settings.
    """
    found = read_tracks(con, frame)
    if found is None or not con.execute(_SAME_SETTINGS, [run_id, found[1]]).fetchall()[0][0]:
        return None
    tracks, backfill = on_common_lines(found[0], place), found[1]
    cuts = Cuts.of(place)
    test = back_test(scored(tracks, cuts))
    rows = con.execute(_PLACES, [backfill, run_id, frame]).fetchall()
    now: Floats = np.full((2, len(tracks.technologies)), np.nan)
    for name, k, d, _, same in rows:
        if same and name in tracks.technologies:
            own = Cuts.of(place, name)
            moved = k + cuts.capability - own.capability, d + cuts.dynamics - own.dynamics
            now[:, tracks.technologies.index(name)] = moved
    odds = dict(zip(tracks.technologies, outlook(tracks, cuts, now), strict=True))
    chances = [_chance(name, Strategy(strategy), same, odds.get(name), test) for name, _, _, strategy, same in rows]
    return Foreseen(tracks, backfill, test, tuple(chances))


def _chance(name: str, here: Strategy, same: bool, odds: Floats | None, test: BackTest | None) -> Chance:
    if test is None:
        return Chance(name, here, None, TOO_SHORT)
    if not test.beats:
        return Chance(name, here, None, NOT_BEATEN)
    if not same or odds is None:
        return Chance(name, here, None, OTHER_QUERY)
    if np.isnan(odds).any():
        return Chance(name, here, None, TOO_FEW)
    return Chance(name, here, dict(zip(QUADRANTS, odds.tolist(), strict=True)), None)


def store_forecast(con: duckdb.DuckDBPyConnection, run_id: int, place: Place) -> None:
    """Work out what a run foresees in each frame and store it in place of what it had stored."""
    found = {frame: one for frame in FRAMES if (one := foresee(con, run_id, frame, place)) is not None}
    with transaction(con):
        forget(con, [run_id], TABLES)
        for frame, one in found.items():
            head = {"run_id": run_id, "frame": frame}
            append(con, "run_backtests", pl.DataFrame([head | _test(one)], infer_schema_length=None))
            bins = [
                head | dict(zip(("low", "high", "statements", "said", "held"), b, strict=True))
                for b in (one.test.bins if one.test else ())
            ]
            append(con, "run_backtest_bins", pl.DataFrame(bins))
            append(con, "run_forecast", pl.DataFrame([head | _row(c) for c in one.chances], infer_schema_length=None))


def _test(found: Foreseen) -> dict[str, object]:
    months, test = found.tracks.months, found.test
    row: dict[str, object] = {
        "backfill_run": found.backfill_run, "first_month": months[0], "last_month": months[-1], "statements": 0,
        "beats": False,
    }  # fmt: skip
    if test is None:
        return row
    return row | {
        "statements": test.statements, "moved": test.moved, "brier_forecast": test.forecast, "brier_stays": test.stays,
        "brier_frequency": test.frequency, "gain": test.gain, "gain_error": test.error, "beats": test.beats,
    }  # fmt: skip


def _row(chance: Chance) -> dict[str, object]:
    odds = {f"p_{s.value}": None if chance.odds is None else chance.odds[s] for s in QUADRANTS}
    return {
        "technology_id": chance.technology_id, "strategy": chance.strategy.value, "p_moves": chance.moves,
        "towards": None if chance.towards is None else chance.towards.value, "not_said_why": chance.why, **odds,
    }  # fmt: skip
