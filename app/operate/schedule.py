"""`stuckneck schedule list|next|run-due` and `stuckneck daemon`: the monitor that runs by itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.ask.core_rows import core_rows
from app.common import Exit, Format, FormatOption, JsonOption, WorkspaceOption, chosen, err, fail, out, print_rows
from app.logs import begin_logs
from app.matrix.chart import draw_latest
from app.progress import bars
from app.report.kept import report_keeper
from etl.sources.settings import load_settings
from schedules.monitor.listen import AddressError
from schedules.monitor.textfile import Textfile
from schedules.slots import to_wall
from schedules.timetable.daemon import Daemon, DaemonRunningError
from schedules.timetable.due import definition, parse_all
from schedules.timetable.runner import run_due
from schedules.timetable.tasks import Tools
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.workspace import Workspace

schedule_app = typer.Typer(help="What is due, what was, what will be.", no_args_is_help=True)


@schedule_app.command("list")
def list_slots(
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many slots.")] = 20,
    task: Annotated[
        str | None, typer.Option("--task", help="Only refresh, review, sentinels, prune, backup, deliver or heartbeat.")
    ] = None,
) -> None:
    """The latest slots and what became of each: its run, or the reason why there was none."""
    found = core_rows(
        Workspace.open(workspace),
        "SELECT slot, schedule, task, as_of, state, run_id, attempts, retry_after, reason FROM schedule_slots"
        " WHERE ? IS NULL OR task = ? ORDER BY slot DESC, schedule LIMIT ?",
        task, task, limit, purpose="schedule list",
    )  # fmt: skip
    form = chosen(how, as_json)
    if not found and form is Format.table:
        out.print("No slot has come yet. `stuckneck schedule next` shows what is to come.")
        return
    print_rows(found, form, title="times in UTC")


@schedule_app.command("next")
def next_slots(
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    count: Annotated[int, typer.Option("--count", min=1, max=1000, help="Slots per schedule.")] = 1,
) -> None:
    """When each schedule is due next, by its own clock and in UTC."""
    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    table = []
    for name, slots in parse_all(settings).items():
        at = SystemClock().now()
        for _ in range(count):
            following = slots.next(at)
            if following is None:
                break
            at = following
            schedule = settings.schedule[name]
            wall = f"{to_wall(at, slots.zone):%Y-%m-%d %H:%M} {slots.zone.key}"
            table.append(
                {"schedule": name, "task": schedule.task, "when": wall, "utc": at, "definition": definition(schedule)}
            )
    if not table and chosen(how, as_json) is Format.table:
        out.print("stuckneck.toml has no [schedule.NAME] that is enabled.")
        return
    print_rows(sorted(table, key=lambda row: row["utc"]), chosen(how, as_json))


@schedule_app.command("run-due")
def run_what_is_due(
    workspace: WorkspaceOption = Path(), how: FormatOption = Format.table, as_json: JsonOption = False
) -> None:
    """Run what is due now and end: for cron and systemd timers (exit 5: a failure, 3: parked)."""
    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    parse_all(settings)  # a mistake is said before anything starts
    begin_logs(ws, settings.logs, to_stderr=False)
    with Core(ws, purpose="schedule run-due") as core, bars() as progress:
        done = run_due(Tools(core, settings, SystemClock(), progress, partial(draw_latest, ws), report_keeper(ws)))
    Textfile(ws).write(now=True)
    table = [
        {"schedule": o.due.schedule, "task": o.due.task, "slot": o.due.slot, "state": o.state, "run_id": o.run_id,
         "message": o.message} for o in done.outcomes
    ]  # fmt: skip
    if table or as_json:
        print_rows(table, chosen(how, as_json), columns=("schedule", "task", "slot", "state", "run_id", "message"))
    else:
        wake = f"{done.wake:%Y-%m-%d %H:%M} UTC" if done.wake else "never: no schedule is enabled"
        out.print(f"Nothing is due. Next: {wake}.")
    faults = [o.fault for o in done.outcomes if o.fault is not None]
    if faults:
        err.print("\n".join(faults), markup=False, soft_wrap=True)
        raise typer.Exit(int(Exit.FAULT))
    states = {o.state for o in done.outcomes}
    if "failed" in states:
        raise typer.Exit(int(Exit.SOURCE))
    if "parked" in states:
        raise typer.Exit(int(Exit.PARKED))


def daemon(
    workspace: WorkspaceOption = Path(),
    listen: Annotated[
        str | None,
        typer.Option("--listen", help="Answer /health and /metrics here: a port of this machine, or HOST:PORT."),
    ] = None,
) -> None:
    """Stay and run what is due, until SIGTERM; continues what was cut."""
    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    parse_all(settings)  # a mistake is said before it goes into the background
    begin_logs(ws, settings.logs, to_stderr=True)
    try:
        code = Daemon(
            ws, chart=partial(draw_latest, ws), brief=report_keeper(ws), listen=listen or settings.monitor.listen
        ).run()
    except DaemonRunningError as error:
        raise fail(str(error), Exit.BUSY) from None
    except AddressError as error:
        raise fail(str(error)) from None
    raise typer.Exit(code)


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(schedule_app, name="schedule")
    app.command("daemon")(daemon)
