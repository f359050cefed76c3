"""`stuckneck forecast`: another quadrant in twelve months? The back-test first, probabilities only where it helps."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import typer

from analytics.forecast.backtest import HORIZON, BackTest, Tracks, back_test, probabilities, scored
from analytics.matrix.strategy import Cuts
from app.common import Format, JsonOption, WorkspaceOption, fail, out, print_json, print_rows
from app.matrix.data import placed_by
from app.matrix.options import FrameOption
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace
from words.language import say

_SERIES = """
SELECT technology_id, as_of, run_id, capability, dynamics, strategy FROM matrix_history
WHERE frame = $frame AND origin = 'backfill'
AND settings_hash = (SELECT arg_max(settings_hash, run_id) FROM matrix_history WHERE origin = 'backfill')
ORDER BY technology_id, as_of
"""


def _is_month_end(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


def read_tracks(con: duckdb.DuckDBPyConnection, frame: str) -> tuple[Tracks, int] | None:
    """Return the newest backfill's month ends of a frame, up to the first month left out, and one of its runs."""
    rows = [r for r in con.execute(_SERIES, {"frame": frame}).fetchall() if _is_month_end(r[1])]
    if not rows:
        return None
    numbers = sorted({12 * r[1].year + r[1].month for r in rows})
    last = numbers[-1]
    first = last - next((i for i, n in enumerate(reversed(numbers)) if n != last - i), len(numbers)) + 1
    names = sorted({r[0] for r in rows})
    capability = np.full((len(names), last - first + 1), np.nan)
    dynamics, days = capability.copy(), dict[int, date]()
    for name, day, _, k, d, strategy in rows:
        at = 12 * day.year + day.month - first
        if at >= 0:
            days[at] = day
        if at >= 0 and strategy is not None:
            capability[names.index(name), at], dynamics[names.index(name), at] = k, d
    return Tracks(tuple(names), tuple(days[i] for i in sorted(days)), capability, dynamics), rows[-1][2]


def forecast(workspace: WorkspaceOption = Path(), as_json: JsonOption = False, frame: FrameOption = "relative") -> None:
    """How likely another quadrant is in 12 months, with its back-test.

    Every past month of a monthly backfill is tested. Probabilities are given only where the back-test beats "it stays
    where it is".
    """
    con = connect_snapshot(current(Workspace.open(workspace)))
    found = read_tracks(con, frame)
    if found is None:
        raise fail("There is no monthly backfill; `stuckneck backfill --from YEAR --to YEAR` makes one.")
    tracks, run_id = found
    place = placed_by(con, run_id)
    cuts, own = Cuts.of(place), [Cuts.of(place, name) for name in tracks.technologies]
    tracks = replace(  # lines of a technology's own are moved to the common ones, and its track with them
        tracks,
        capability=tracks.capability + np.array([[cuts.capability - one.capability] for one in own]),
        dynamics=tracks.dynamics + np.array([[cuts.dynamics - one.dynamics] for one in own]),
    )
    test = back_test(scored(tracks, cuts))
    if test is None:
        raise fail(f"{len(tracks.months)} months are too few for a back-test; it takes four years or so.")
    given = probabilities(tracks, cuts) if test.beats else np.full(len(tracks.technologies), np.nan)
    rows = [
        {"technology_id": name, "as_of": tracks.months[-1], "p_moves": None if np.isnan(p) else float(p)}
        for name, p in zip(tracks.technologies, given, strict=True)
    ]
    if as_json:
        print_json(
            {"frame": frame, "months": HORIZON, "back_test": asdict(test) | {"beats": test.beats}, "forecast": rows}
        )
    else:
        _print(test, tracks, frame, rows)


def _print(test: BackTest, tracks: Tracks, frame: str, rows: list[dict[str, Any]]) -> None:
    lines = (
        f"Back-test, {frame} frame, {tracks.months[0]} to {tracks.months[-1]}: {test.statements} statements,"
        f" {test.moved:.1%} moved within 12 months.",
        f"Brier score: forecast {test.forecast:.4f}, stays where it is {test.stays:.4f}, mere frequency"
        f" {test.frequency:.4f}; gain {test.gain:.4f} ± {test.error:.4f} (standard error between technologies).",
    )
    for line in lines:
        out.print(say(line), markup=False, soft_wrap=True)
    bins = [dict(zip(("from", "to", "statements", "said", "held"), one, strict=True)) for one in test.bins]
    print_rows(bins, Format.table, forms=dict.fromkeys(("from", "to", "said", "held"), "share"))
    if test.beats:
        ordered = sorted((r for r in rows if r["p_moves"] is not None), key=lambda r: -r["p_moves"])
        print_rows(ordered, Format.table)
    else:
        out.print(say("It does not beat 'stays where it is' here: no probability is given."), markup=False)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("forecast")(forecast)
