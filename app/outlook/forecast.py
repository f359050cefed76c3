"""`stuckneck forecast`: another quadrant in twelve months? The back-test first, probabilities only where it helps."""

from __future__ import annotations

from pathlib import Path

import typer

from analytics.forecast.backtest import HORIZON
from app.common import Format, JsonOption, WorkspaceOption, fail, out, print_json, print_rows
from app.matrix.options import FrameOption
from app.outlook.reading import Forecast, forecast_of
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace
from words.language import say

_NARROW = ("number", "technology_id", "name_zh", "name_en", "strategy", "p_moves", "towards")


def forecast(workspace: WorkspaceOption = Path(), as_json: JsonOption = False, frame: FrameOption = "relative") -> None:
    """How likely another quadrant is in 12 months, with its back-test.

    Every past month of a monthly backfill is tested, with every run and backfill. Probabilities are given only where
    the back-test beats "it stays where it is".
    """
    with connect_snapshot(current(Workspace.open(workspace))) as con:
        found = forecast_of(con, frame)
    if found is None:
        raise fail(
            "There is no monthly backfill by the settings in force; `stuckneck backfill --from YEAR --to YEAR` makes"
            " one."
        )
    if as_json:
        print_json(
            {
                "frame": frame, "months": HORIZON, "back_test": found.test | {"bins": found.bins},
                "forecast": found.rows,
            }
        )  # fmt: skip
    elif not found.test["statements"]:
        raise fail(
            f"{found.test['first_month']} to {found.test['last_month']} is too short for a back-test; it takes four "
            "years or so."
        )
    else:
        _print(found, frame)


def _print(found: Forecast, frame: str) -> None:
    test = found.test
    lines = (
        f"Back-test, {frame} frame, {test['first_month']} to {test['last_month']}: {test['statements']} statements,"
        f" {test['moved']:.1%} moved within 12 months.",
        f"Brier score: forecast {test['brier_forecast']:.4f}, stays where it is {test['brier_stays']:.4f}, mere"
        f" frequency {test['brier_frequency']:.4f}; gain {test['gain']:.4f} ± {test['gain_error']:.4f} (standard error"
        " between technologies).",
    )
    for line in lines:
        out.print(say(line), markup=False, soft_wrap=True)
    print_rows(found.bins, Format.table, forms=dict.fromkeys(("from", "to", "said", "held"), "share"))
    if test["beats"]:
        said = [r for r in found.rows if r["p_moves"] is not None]
        print_rows(said, Format.table, columns=_NARROW, forms={"p_moves": "share"})
    else:
        out.print(say("It does not beat 'stays where it is' here: no probability is given."), markup=False)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("forecast")(forecast)
