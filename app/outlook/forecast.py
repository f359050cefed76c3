"""`stuckneck forecast`: another quadrant in twelve months? The back-test first, probabilities only where it helps."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import typer

from analytics.forecast.backtest import HORIZON, BackTest, back_test, probabilities, scored
from analytics.forecast.tracks import Tracks, on_common_lines, read_tracks
from analytics.matrix.strategy import Cuts
from app.common import Format, JsonOption, WorkspaceOption, fail, out, print_json, print_rows
from app.matrix.data import placed_by
from app.matrix.options import FrameOption
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace
from words.language import say


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
    cuts, tracks = Cuts.of(place), on_common_lines(tracks, place)
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
