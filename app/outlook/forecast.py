"""`stuckneck forecast`: another quadrant in twelve months? The back-test first, probabilities only where it helps."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from analytics.forecast.backtest import HORIZON, BackTest
from analytics.forecast.tracks import Tracks
from app.common import Format, JsonOption, WorkspaceOption, fail, out, print_json, print_rows
from app.matrix.options import FrameOption
from app.outlook.reading import bins_of, forecast_of
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace
from words.language import say


def forecast(workspace: WorkspaceOption = Path(), as_json: JsonOption = False, frame: FrameOption = "relative") -> None:
    """How likely another quadrant is in 12 months, with its back-test.

    Every past month of a monthly backfill is tested. Probabilities are given only where the back-test beats "it stays
    where it is".
    """
    with connect_snapshot(current(Workspace.open(workspace))) as con:
        found = forecast_of(con, frame)
    if found is None:
        raise fail("There is no monthly backfill; `stuckneck backfill --from YEAR --to YEAR` makes one.")
    if found.test is None:
        raise fail(f"{len(found.tracks.months)} months are too few for a back-test; it takes four years or so.")
    if as_json:
        test = asdict(found.test) | {"beats": found.test.beats}
        print_json({"frame": frame, "months": HORIZON, "back_test": test, "forecast": found.rows})
    else:
        _print(found.test, found.tracks, frame, found.rows)


def _print(test: BackTest, tracks: Tracks, frame: str, rows: list[dict[str, Any]]) -> None:
    lines = (
        f"Back-test, {frame} frame, {tracks.months[0]} to {tracks.months[-1]}: {test.statements} statements,"
        f" {test.moved:.1%} moved within 12 months.",
        f"Brier score: forecast {test.forecast:.4f}, stays where it is {test.stays:.4f}, mere frequency"
        f" {test.frequency:.4f}; gain {test.gain:.4f} ± {test.error:.4f} (standard error between technologies).",
    )
    for line in lines:
        out.print(say(line), markup=False, soft_wrap=True)
    print_rows(bins_of(test), Format.table, forms=dict.fromkeys(("from", "to", "said", "held"), "share"))
    if test.beats:
        ordered = sorted((r for r in rows if r["p_moves"] is not None), key=lambda r: -r["p_moves"])
        print_rows(ordered, Format.table)
    else:
        out.print(say("It does not beat 'stays where it is' here: no probability is given."), markup=False)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("forecast")(forecast)
