"""Options shared by the commands that show a placement: which frame, and which run."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import duckdb
import typer

from app.common import fail
from app.matrix.head import Head, NoRunError, chosen_run

FrameOption = Annotated[str, typer.Option("--frame", help="relative or anchored.")]
RunOption = Annotated[int | None, typer.Option("--run", help="This run, what-ifs included (default: the latest).")]
AsOfOption = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The record as it was at this date.")
]
LabelOption = Annotated[str | None, typer.Option("--label", help="The what-if of this name.")]


def asked_run(
    con: duckdb.DuckDBPyConnection, run: int | None, as_of: datetime | None, label: str | None
) -> Head | None:
    """Return the run asked for (None: nothing is placed yet); ends the command when no run answers."""
    if sum(value is not None for value in (run, as_of, label)) > 1:
        raise fail("--run, --as-of and --label each choose a run; give one of them.")
    try:
        return chosen_run(con, run, as_of.date() if as_of else None, label)
    except NoRunError as error:
        raise fail(str(error)) from None
