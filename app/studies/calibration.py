"""`stuckneck calibration`: whether the odds hold, in made-up worlds with a known truth."""

from __future__ import annotations

from typing import Annotated

import typer

from app.common import Format, FormatOption, JsonOption, chosen, print_json, print_rows
from app.progress import bars


def calibration(
    worlds: Annotated[int, typer.Option("--worlds", min=1, help="Made-up worlds.")] = 200,
    technologies: Annotated[int, typer.Option("--technologies", min=5, help="Technologies in each.")] = 20,
    draws: Annotated[int, typer.Option("--draws", min=20, help="Draws a technology.")] = 300,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same table.")] = 2026,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """Whether the odds hold: intervals and probabilities against worlds with a known truth."""
    from analytics.calibration.judge import coverage, judge, reliability
    from warehouse.sections.measuring import Place

    with bars() as progress:
        judged = judge(
            worlds, technologies, Place(bootstrap_draws=draws), seed, lambda n: progress("worlds", n, worlds)
        )
    tables = {"coverage": coverage(judged).to_dicts(), "reliability": reliability(judged).to_dicts()}
    form = chosen(how, as_json)
    if form is Format.json:
        print_json({"worlds": worlds, "technologies": technologies, "draws": draws, "seed": seed, **tables})
        return
    print_rows(tables["coverage"], form, title="90 % intervals: how many cover the truth")
    print_rows(tables["reliability"], form, title="Quadrant probabilities: how many hold")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("calibration")(calibration)
