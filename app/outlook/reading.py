"""The forecast of a published snapshot: the newest monthly backfill, its back-test, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from analytics.forecast.backtest import BackTest, back_test, probabilities, scored
from analytics.forecast.tracks import Tracks, on_common_lines, read_tracks
from analytics.matrix.strategy import Cuts
from app.matrix.data import placed_by


@dataclass(frozen=True, slots=True)
class Forecast:
    """A frame's tracks, their back-test (None: too few months for one) and a row a technology.

    Rows hold technology_id, as_of and p_moves, the probability of another quadrant in twelve months; it is None where
    the back-test does not beat "stays where it is".
    """

    tracks: Tracks
    test: BackTest | None
    rows: list[dict[str, Any]]


def forecast_of(con: duckdb.DuckDBPyConnection, frame: str) -> Forecast | None:
    """Return the forecast of a frame; None without a monthly backfill."""
    found = read_tracks(con, frame)
    if found is None:
        return None
    tracks, run_id = found
    place = placed_by(con, run_id)
    cuts, tracks = Cuts.of(place), on_common_lines(tracks, place)
    test = back_test(scored(tracks, cuts))
    beats = test is not None and test.beats
    given = probabilities(tracks, cuts) if beats else np.full(len(tracks.technologies), np.nan)
    rows = [
        {"technology_id": name, "as_of": tracks.months[-1], "p_moves": None if np.isnan(p) else float(p)}
        for name, p in zip(tracks.technologies, given, strict=True)
    ]
    return Forecast(tracks, test, rows)


def bins_of(test: BackTest) -> list[dict[str, Any]]:
    """Return the calibration of a back-test, a row a bin: what was said and what held."""
    return [dict(zip(("from", "to", "statements", "said", "held"), one, strict=True)) for one in test.bins]
