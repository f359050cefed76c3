"""`stuckneck demo`: the whole house once, against the simulated office."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from app.common import err, fail, out
from app.progress import bars
from app.watch.init import write_workspace
from app.watch.office_process import OfficeProcess
from etl.sources.settings import load_settings
from schedules.runs.outcome import Refreshed
from schedules.runs.refresh import refresh
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.extras import lacking
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace
from words import language
from words.language import say

FIRST = date(2021, 5, 31)
SECOND = date(2022, 5, 31)
_MARK = "# Made by `stuckneck demo`: synthetic data from the simulated office.\n"


def _settings(office: OfficeProcess) -> str:
    return f"{_MARK}[sources]\nsynthetic = true\n{office.addresses.tables()}[harvest]\nenrichment_requests = 300\n"


def _fresh_folder(folder: Path) -> None:
    settings = folder / "stuckneck.toml"
    if settings.is_file() and settings.read_text(encoding="utf-8").startswith(_MARK):
        shutil.rmtree(folder)
    elif folder.exists() and (folder.is_file() or any(folder.iterdir())):
        raise fail(f"{folder}: is not empty and was not made by the demo; name another with --folder.")


@contextmanager
def _credentials() -> Iterator[None]:
    """Lend the simulated office's credentials to this process; the user's own are not sent to it, and come back."""
    from etl.sources.registry import configs

    names = [name for config in configs() for name in config.secrets]
    kept = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "demo"))
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _run(workspace: Workspace, as_of: date) -> Refreshed:
    settings = load_settings(workspace.settings_file)
    with Core(workspace, purpose="demo") as core, bars() as progress:
        return refresh(core, settings, clock=SystemClock(), as_of=as_of, progress=progress)


def _agreement(done: Refreshed) -> tuple[int, int]:
    """Return (technologies placed as in the paper's Figure 3, all)."""
    from analytics.matrix.printed import paper_rows
    from etl.catalogue.load import packaged_catalogue
    from etl.catalogue.models import Technology

    printed = {row.number: row.printed_strategy for row in paper_rows()}
    numbers = {t.id: t.number for t in packaged_catalogue().harvested if isinstance(t, Technology)}
    assert done.placement is not None
    same = sum(
        1
        for p in done.placement.evaluation.placements
        if p.frame == "relative"
        and p.spot is not None
        and p.spot.strategy == printed.get(numbers.get(p.technology_id) or 0)
    )
    return same, len(printed)


def _draw(workspace: Workspace, name: str) -> Path | None:
    """Draw the matrix into ``reports/`` and return the files' common name; None: charts are not installed."""
    lacks = lacking("charts")
    if lacks is not None:
        err.print(lacks, markup=False, soft_wrap=True)
        return None
    from app.matrix.data import read_picture
    from app.matrix.page import write_matrix_page
    from app.matrix.sheet import draw_matrix

    picture = read_picture(connect_snapshot(current(workspace)))
    assert picture is not None
    files = [workspace.reports / f"{name}{ending}" for ending in (".svg", ".png")]
    draw_matrix(picture, *files)
    write_matrix_page(picture, workspace.reports / f"{name}.html")
    return workspace.reports / name


def _tell(done: Refreshed) -> None:
    pages = sum(s.pages_landed for s in done.harvested.sources.values())
    out.print(
        f"  {pages} answers landed, {done.loaded.new} new records, {done.loaded.changed} changed, "
        f"{done.loaded.unchanged} known already",
        markup=False,
    )


def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Workspace to make.")] = Path("demo"),
    families: Annotated[int, typer.Option("--families", min=60, help="Families per technology.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the synthetic corpus.")] = 20210531,
) -> None:
    """Run everything once against the simulated office (synthetic data, no credentials, no network)."""
    _fresh_folder(folder)
    began = time.monotonic()
    err.print("Everything below is SYNTHETIC: a simulated patent office on this machine.", style="yellow")
    out.print(f"1  Simulated office opens ({families} families a technology, seed {seed})", markup=False)
    with OfficeProcess(seed=seed, families=families, clock_date=FIRST) as office, _credentials():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "stuckneck.toml").write_text(_settings(office), encoding="utf-8")
        workspace, _ = write_workspace(folder)
        out.print(f"2  First refresh, {FIRST}: 20 technologies and the IC topics from both services (OPS, Lens)")
        first = _run(workspace, FIRST)
        _tell(first)
        same, all_of_them = _agreement(first)
        out.print(f"   placed: {same} of {all_of_them} as in the paper's Figure 3", markup=False)
        _draw(workspace, f"matrix-{FIRST}")
        out.print(f"3  The office's clock moves to {SECOND}; second refresh fetches only what is new", markup=False)
        office.advance(SECOND)
        second = _run(workspace, SECOND)
        _tell(second)
        chart = _draw(workspace, f"matrix-{SECOND}")
        out.print("4  What moved, and why", markup=False)
        _say_moves(workspace, first.run_id, second.run_id)
    out.print(f"5  Done in {time.monotonic() - began:.0f} s. Look at:", markup=False)
    program = _program()
    drawn = [] if chart is None else [f"{chart}.html  ({say('interactive')})   {chart}.svg   {chart}.png"]
    for line in (
        *drawn,
        f"{program} serve -w {folder}         ({say('the workbench: open the address it prints')})",
        f"{program} matrix -w {folder}        {program} show battery-separator -w {folder}",
        f'{program} sql -w {folder} "FROM ipc_shift_detail LIMIT 20"',
    ):
        out.print(f"     {line}", markup=False, soft_wrap=True)
    out.print(
        f"   With your own sources: `{program} init my-watch`, put a free EPO OPS key and a Lens token into\n"
        f"   my-watch/.env, then `{program} refresh -w my-watch`.\n"
        "   With files you have (Lens CSV, 智慧芽, incoPat …):\n"
        f"   `{program} import -w my-watch FILES --technology chip`, then `{program} place -w my-watch`.",
        markup=False,
        soft_wrap=True,
    )


def _program() -> str:
    """Return how this program is called from here: by its name where the shell finds it, else by its path."""
    called = Path(sys.argv[0])
    if shutil.which("stuckneck") is not None or not called.is_file() or called.stem != "stuckneck":
        return "stuckneck"
    return os.path.relpath(called)


def _say_moves(workspace: Workspace, earlier: int, later: int) -> None:
    from app.matrix.explain_text import sentences

    settings = load_settings(workspace.settings_file)
    found = sentences(connect_snapshot(current(workspace)), earlier, later, settings, moved_only=True)
    lines = [said.zh if language.current() == "zh" else said.en for said in found]
    for line in lines or ["Nothing moved to another quadrant."]:
        out.print(f"   {line}", markup=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("demo")(demo)
