"""`stuckneck chart`: the strategy matrix as SVG, PNG, PDF or an interactive page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import duckdb
import typer

from app.common import Exit, JsonOption, WorkspaceOption, err, fail, print_json
from app.matrix.options import AsOfOption, FrameOption, LabelOption, RunOption, asked_run
from warehouse.extras import lacking
from warehouse.publish import NoSnapshotError, connect_snapshot, current
from warehouse.workspace import Workspace


def chart(
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help=".svg, .png, .pdf or .html")],
    workspace: WorkspaceOption = Path(),
    frame: FrameOption = "relative",
    run: RunOption = None,
    as_of: AsOfOption = None,
    label: LabelOption = None,
    trail: Annotated[int, typer.Option("--trail", min=0, help="Earlier places shown per technology.")] = 8,
    intervals: Annotated[bool, typer.Option("--intervals", help="Draw the 90 % intervals of K and D.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Draw the full axes, 0 to 1, not fitted to the data.")] = False,
    history: Annotated[
        bool, typer.Option("--history", help="Draw every technology through time instead, a small panel each.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Draw the strategy matrix of the published snapshot."""
    from app.matrix.data import read_picture

    wrong = [f.name for f in files if f.suffix not in {".svg", ".png", ".pdf", ".html"}]
    if wrong:
        raise fail(f"{', '.join(wrong)}: the ending decides the form; use .svg, .png, .pdf or .html.")
    con = connect_snapshot(current(Workspace.open(workspace)))
    if history:
        _histories(con, files, frame, label, as_json)
        return
    head = asked_run(con, run, as_of, label)
    picture = None if head is None else read_picture(con, frame, trail, head)
    if picture is None or head is None:
        raise fail(f"Nothing is placed in the {frame} frame yet.", Exit.NOTHING)
    pictures = [f for f in files if f.suffix != ".html"]
    if pictures:
        from app.matrix.sheet import draw_matrix

        draw_matrix(picture, *pictures, intervals=intervals, whole=whole)
    for page in (f for f in files if f.suffix == ".html"):
        from app.matrix.page import write_matrix_page

        write_matrix_page(picture, page, intervals=intervals)
    if as_json:
        made = {"run_id": head.run_id, "as_of": head.as_of, "frame": frame, "data_label": head.data_label}
        print_json([{"file": str(f), **made, "stamp": head.stamp} for f in files])
        return
    err.print(f"{', '.join(str(f) for f in files)}  ({head.line(frame)})", markup=False)


def _histories(con: duckdb.DuckDBPyConnection, files: list[Path], frame: str, label: str | None, as_json: bool) -> None:
    """Draw the small multiples of all technologies to each file."""
    from app.matrix.track import draw_histories
    from app.stamp import newest_stamp

    if any(f.suffix == ".html" for f in files):
        raise fail("--history draws pictures: use .svg, .png or .pdf.")
    for file in files:
        if not draw_histories(con, frame, file, label):
            raise fail(f"Nothing is placed in the {frame} frame yet.", Exit.NOTHING)
    if as_json:
        print_json([{"file": str(f), "frame": frame, "stamp": newest_stamp(con)} for f in files])
        return
    err.print(", ".join(str(f) for f in files), markup=False)


def draw_latest(workspace: Workspace) -> Path | None:
    """Draw the matrix of the published snapshot to ``reports/matrix-latest.png`` for messages; None: nothing placed.

    None as well where charts are not installed: a message goes out without one.
    """
    from app.matrix.data import read_picture
    from app.matrix.sheet import draw_matrix

    if lacking("charts") is not None:
        return None
    try:
        with connect_snapshot(current(workspace)) as con:
            picture = read_picture(con)
    except NoSnapshotError:
        return None
    if picture is None:
        return None
    file = workspace.reports / "matrix-latest.png"
    partial = file.with_name(f"partial-{file.name}")
    draw_matrix(picture, partial)
    partial.replace(file)
    return file


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("chart")(chart)
