"""`stuckneck alerts`: what moved or failed, what became of it, and which messages went to whom."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from app.common import (
    Exit,
    Format,
    FormatOption,
    JsonOption,
    WorkspaceOption,
    chosen,
    err,
    fail,
    out,
    print_json,
    print_rows,
)
from app.display import DISPLAY, moment
from app.matrix.chart import draw_latest
from app.technologies import technology_id_or_text
from etl.sources.settings import load_settings
from schedules.alerts import apply_inbox, queue_request
from schedules.alerts.inbox import Wanted
from warehouse.clock import SystemClock
from warehouse.core import Core, WarehouseBusyError
from warehouse.publish import NoSnapshotError, connect_snapshot, current
from warehouse.rows import rows
from warehouse.workspace import Workspace
from words.language import current as spoken

alerts_app = typer.Typer(help="Alerts: what moved, and who knows.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ALERT", help="Number of the alert.")]
Note = Annotated[str | None, typer.Option("--note", help="Why, for the log.")]
By = Annotated[str | None, typer.Option("--by", help="Who (default: the user of this machine).")]

_LIST = (
    "alert_id", "state", "rule", "certainty", "technology_id", "name_zh", "source", "as_of", "from_strategy",
    "to_strategy", "frames", "probability", "title_zh", "title_en", "data_label", "created_at", "state_by",
)  # fmt: skip
_NARROW = ("alert_id", "state", "rule", "as_of", "title_zh", "title_en", "frames", "probability", "data_label")


@contextmanager
def _book(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give the warehouse, or the published snapshot where a run holds the warehouse (it says so on stderr)."""
    try:
        with Core(workspace, purpose="alerts") as core:
            apply_inbox(core.con, workspace, SystemClock().now())
            yield core.con
            return
    except WarehouseBusyError:
        pass
    err.print("A run holds the warehouse: shown as of the last published snapshot.", style="yellow")
    con = connect_snapshot(current(workspace))
    try:
        yield con
    finally:
        con.close()


@alerts_app.command("list")
def list_alerts(
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    every: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    technology: Annotated[str | None, typer.Option("--technology", help="Only this technology.")] = None,
) -> None:
    """Open alerts, newest first."""
    where = "true" if every else "state <> 'resolved'"
    ws = Workspace.open(workspace)
    technology = technology_id_or_text(ws, technology) if technology is not None else None
    with _book(ws) as con:
        found = rows(
            con,
            f"SELECT {', '.join(_LIST)} FROM alerts WHERE {where} AND (? IS NULL OR technology_id = ?)"  # noqa: S608
            " ORDER BY alert_id DESC",
            technology, technology,
        )  # fmt: skip
    form = chosen(how, as_json)
    if not found and form is Format.table:
        out.print("No open alert." if not every else "No alert yet.")
        return
    print_rows(found, form, columns=_NARROW if form is Format.table else _LIST)


@alerts_app.command("show")
def show_alert(number: Number, workspace: WorkspaceOption = Path(), as_json: JsonOption = False) -> None:
    """One alert with its evidence, its log and its deliveries."""
    with _book(Workspace.open(workspace)) as con:
        found = rows(con, "FROM alerts WHERE alert_id = ?", number)
        parts: dict[str, Any] = {
            "alert": found[0] if found else None,
            "evidence": rows(
                con, "SELECT kind, label, value_before, value_after, query FROM alert_evidence WHERE alert_id = ?"
                " ORDER BY item_no", number,
            ),
            "log": rows(
                con, "SELECT happened_at, who, from_state, to_state, note FROM alert_log WHERE alert_id = ?"
                " ORDER BY happened_at", number,
            ),
            "deliveries": rows(
                con, "SELECT channel, recipient, kind, state, attempts, sent_at, next_attempt_at, last_error"
                " FROM deliveries WHERE alert_id = ? ORDER BY message_id", number,
            ),
        }  # fmt: skip
    if not found:
        raise fail(f"There is no alert {number}; `stuckneck alerts list --all` shows all.", Exit.NOTHING)
    if as_json:
        print_json(parts)
        return
    alert = found[0]
    for one in ("zh", "en") if DISPLAY.both else (spoken(),):
        out.print(alert[f"title_{one}"], markup=False, style="bold")
        for text in filter(None, (alert[f"text_{one}"], alert[f"why_{one}"])):
            out.print(text, markup=False)
    out.print(
        f"{alert['rule']}  {alert['severity']}  state: {alert['state']}"
        f" ({alert['state_by']}, {moment(alert['state_at'])})"
        f"  as of {alert['as_of'] or '—'}  data: {alert['data_label'] or '—'}", markup=False,
    )  # fmt: skip
    for name in ("evidence", "log", "deliveries"):
        if parts[name]:
            print_rows(parts[name], Format.table, title=name)


def _request(workspace: Path, number: int, wanted: Wanted, note: str | None, by: str | None) -> None:
    ws = Workspace.open(workspace)
    name = queue_request(ws, number, wanted, who=by or getpass.getuser(), now=SystemClock().now(), note=note)
    try:
        with Core(ws, purpose="alerts") as core:
            done = apply_inbox(core.con, ws, SystemClock().now())
    except WarehouseBusyError:
        out.print(f"A run holds the warehouse: queued, and applied as soon as it is free. ({wanted})", markup=False)
        return
    mine = [r for r in done.refused if r.startswith(name)]
    if mine:
        raise fail(mine[0].split(": ", 1)[1])
    out.print(f"Alert {number}: {wanted}.", markup=False)


@alerts_app.command("ack")
def acknowledge(number: Number, workspace: WorkspaceOption = Path(), note: Note = None, by: By = None) -> None:
    """Say that somebody knows; works while a run holds the warehouse."""
    _request(workspace, number, "acknowledged", note, by)


@alerts_app.command("resolve")
def resolve(number: Number, workspace: WorkspaceOption = Path(), note: Note = None, by: By = None) -> None:
    """Close an alert; works while a run holds the warehouse."""
    _request(workspace, number, "resolved", note, by)


@alerts_app.command("deliveries")
def list_deliveries(
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    state: Annotated[
        str | None, typer.Option("--state", help="Only sent, waiting, failed, given_up or dropped.")
    ] = None,
    channel: Annotated[str | None, typer.Option("--channel", help="Only this channel.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many messages.")] = 30,
) -> None:
    """What was sent to whom, what waits, what failed and why; newest first."""
    if state is not None and state not in _DELIVERY_STATES:
        raise fail(f"--state {state}: choose one of {', '.join(_DELIVERY_STATES)}.")
    where = _DELIVERY_STATES[state] if state is not None else "true"
    with _book(Workspace.open(workspace)) as con:
        found = rows(
            con, "SELECT message_id, channel, recipient, kind, alert_id, title_zh, title_en, state, attempts,"  # noqa: S608
            f" created_at, sent_at, next_attempt_at, last_error FROM deliveries WHERE {where}"
            " AND (? IS NULL OR channel = ?) ORDER BY message_id DESC LIMIT ?", channel, channel, limit,
        )  # fmt: skip
    form = chosen(how, as_json)
    if not found and form is Format.table:
        out.print("No such message." if state or channel else "No message yet: there was nothing to report.")
        return
    print_rows(found, form, columns=_DELIVERIES if form is Format.table else None)


# What people ask for → rows of the outbox.
_DELIVERY_STATES = {
    "sent": "state = 'sent'",
    "waiting": "state IN ('pending', 'sending')",
    "failed": "(state = 'given_up' OR state IN ('pending', 'sending') AND attempts > 0)",
    "given_up": "state = 'given_up'",
    "dropped": "state = 'dropped'",
}
_DELIVERIES = (
    "message_id", "channel", "state", "title_zh", "title_en", "attempts", "sent_at", "next_attempt_at", "last_error",
)  # fmt: skip


@alerts_app.command("retry")
def retry(
    messages: Annotated[list[int] | None, typer.Argument(metavar="[MESSAGE]...", help="Default: all.")] = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Let messages that wait, or were given up, be tried at the next delivery."""
    from schedules.delivery.outbox import again

    with Core(Workspace.open(workspace), purpose="alerts retry") as core:
        found = again(core.con, messages or [], SystemClock().now())
    missing = sorted(set(messages or []) - set(found))
    if missing:
        raise fail(f"Message {missing[0]} does not wait: `stuckneck alerts deliveries` lists them.", Exit.NOTHING)
    out.print(f"{len(found)} messages are tried at the next delivery.")


@alerts_app.command("tell")
def tell_channels(
    text: Annotated[str, typer.Argument(help="The sentence.")],
    channels: Annotated[list[str] | None, typer.Option("--channel", help="Only this channel; default: all.")] = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Send a sentence through the channels now, without the warehouse: for units that failed."""
    from schedules.delivery import tell

    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    try:
        results = tell(ws, settings, text, channels)
    except LookupError as error:
        raise fail(str(error)) from None
    for name, problem in results.items():
        out.print(f"{name}: {problem or 'delivered'}", markup=False)
    if any(results.values()):
        raise typer.Exit(int(Exit.SOURCE))


@alerts_app.command("test")
def try_channels(
    channels: Annotated[list[str] | None, typer.Argument(metavar="[CHANNEL]...", help="Default: all.")] = None,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Send a test message through the channels of stuckneck.toml."""
    from schedules.alerts.rules import rules_of
    from schedules.delivery import send_test

    ws = Workspace.open(workspace)
    settings = load_settings(ws.settings_file)
    rules_of(settings)
    if not settings.delivery.channels:
        raise fail("stuckneck.toml names no channel: add [delivery.channels.NAME] (docs/alerts.md).")
    label = None
    try:
        found = rows(connect_snapshot(current(ws)), "SELECT data_label FROM matrix_latest LIMIT 1")
        label = found[0]["data_label"] if found else None
    except NoSnapshotError:
        label = "synthetic" if settings.sources.synthetic else None
    try:
        results = send_test(ws, settings, channels, label=label, chart=draw_latest(ws))
    except LookupError as error:
        raise fail(str(error)) from None
    for name, problem in results.items():
        out.print(f"{name}: {problem or 'delivered'}", markup=False)
    if any(results.values()):
        raise typer.Exit(int(Exit.SOURCE))


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.add_typer(alerts_app, name="alerts")
