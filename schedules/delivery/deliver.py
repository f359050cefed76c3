"""Delivering what the outbox holds: at least once, within each channel's limits and hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from pydantic import SecretStr

from schedules.alerts.basis.book import alerts, change
from schedules.alerts.basis.facts import PROGRAM
from schedules.alerts.evaluate import evaluate_operations
from schedules.alerts.inbox import apply_inbox
from schedules.alerts.own_rules import evaluate_own_rules
from schedules.delivery import message as say
from schedules.delivery import outbox
from schedules.delivery.fields import fields_of
from schedules.delivery.notify import AppriseNotifier, Message, Notifier, is_mail, is_webhook
from schedules.delivery.outbox import Item
from schedules.delivery.times import after_quiet
from warehouse.clock import Clock
from warehouse.sections.alerting import Channel
from warehouse.settings import Settings, secret
from warehouse.workspace import Workspace

Chart = Callable[[], Path | None]  # draws the matrix of the published snapshot, once a delivery
Brief = Callable[[], list[Path]]  # writes the report on the published snapshot where it is not there yet


@dataclass(slots=True)
class DeliveryReport:
    """What a delivery came to; `problems` are sentences without addresses."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    problems: list[str] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)


def _address(workspace: Workspace, channel: Channel) -> SecretStr | None:
    return secret(workspace.root, channel.url_env)


def _missing(name: str, channel: Channel) -> str:
    return (
        f"Channel {name}: the variable {channel.url_env} is set neither in the environment nor in .env; "
        "put the Apprise address there."
    )


def _wants_chart(channel: Channel, address: SecretStr) -> bool:
    """Whether the chart is sent along: as stated, else to people and not to a program's webhook."""
    return not is_webhook(address) if channel.attach_chart is None else channel.attach_chart


class _Charts:
    """Draws the chart at most once, and only when a channel wants it; the report likewise, for mails."""

    def __init__(self, draw: Chart | None, brief: Brief | None) -> None:
        self._draw, self._brief = draw, brief
        self._done = False
        self._file: Path | None = None

    def get(self, channel: Channel, address: SecretStr) -> Path | None:
        if self._draw is None or not _wants_chart(channel, address):
            return None
        if not self._done:
            self._file, self._done = self._draw(), True
        return self._file

    def with_report(self, message: Message, address: SecretStr) -> Message:
        """Return the message with the report on it, where it is a mail that sums up."""
        if self._brief is None or message.fields.get("kind") not in ("digest", "nothing_moved") or not is_mail(address):
            return message
        return replace(message, files=tuple(self._brief()))


def _message(
    con: duckdb.DuckDBPyConnection, items: list[Item], channel: Channel, address: SecretStr, charts: _Charts
) -> Message:  # fmt: skip
    repeat = any(i.repeat for i in items)
    numbers = [i.alert_id for i in items if i.alert_id is not None]
    if not numbers:
        run_id = items[0].run_id
        row = con.execute("SELECT as_of, data_label FROM runs WHERE run_id = ?", [run_id]).fetchone()
        as_of, label = row or (None, None)
        return say.nothing_moved(run_id or 0, as_of, label, channel.language, charts.get(channel, address))
    due = alerts(con, "list_contains(?, alert_id)", numbers)
    chart = charts.get(channel, address) if any(a.technology_id for a in due) else None
    return say.compose(due, channel.language, repeat=repeat, chart=chart, fields=fields_of(con, due))


def deliver(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, settings: Settings, clock: Clock,
    notifier: Notifier | None = None, *, chart: Chart | None = None, brief: Brief | None = None,
) -> DeliveryReport:  # fmt: skip
    """Send what is due through every channel of the settings, and return how that went.

    First applies queued acknowledgements, looks after the machine (late, stale, failing) and evaluates the user's own
    rules on the published snapshot. Each message is marked as being sent, and committed, before the network is
    touched: a cut between sending and marking repeats it, marked as a possible repeat, and never loses it. Call it
    outside any transaction, with the warehouse's lock held. `chart` draws the matrix; it is called at most once.
    `brief` writes the report, which digests by mail carry.
    Raises SettingsError (a rule or channel of stuckneck.toml); a channel's failure is kept in the outbox, not raised.
    """
    report = DeliveryReport()
    sender = notifier or AppriseNotifier()
    now = clock.now()
    done = apply_inbox(con, workspace, now)
    report.applied, report.problems = done.applied, list(done.refused)
    evaluate_operations(con, settings, now)
    report.problems += evaluate_own_rules(con, workspace, settings, now)
    outbox.fill(con, settings, now)
    charts = _Charts(chart, brief)
    for name, channel in settings.delivery.channels.items():
        _through(con, workspace, settings, clock, sender, name, channel, charts, report)
    row = con.execute("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')").fetchone()
    report.waiting = int(row[0]) if row else 0
    return report


def _through(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, settings: Settings, clock: Clock, sender: Notifier,
    name: str, channel: Channel, charts: _Charts, report: DeliveryReport,
) -> None:  # fmt: skip
    now = clock.now()
    items = outbox.due(con, name, now)
    if not items:
        return
    open_from = after_quiet(channel, now)
    if open_from > now:
        outbox.put_off(con, name, open_from)
        return
    address = _address(workspace, channel)
    if address is None:
        report.problems.append(_missing(name, channel))
        return
    used, frees = outbox.sent_last_hour(con, name, now)
    if used >= channel.per_hour:
        outbox.put_off(con, name, frees or now)
        return
    for group in outbox.batches(items, channel.per_hour - used):
        text = charts.with_report(_message(con, group, channel, address, charts), address)
        batch = outbox.begin(con, group)
        result = sender.send(address, text)
        if not result.ok:
            reason = _scrubbed(result.reason or "refused", address)
            outbox.failed(con, batch, clock.now(), reason, result.wait, settings.delivery.max_attempts)
            if result.wait is not None:
                outbox.put_off(con, name, clock.now() + timedelta(seconds=result.wait))
            report.failed += 1
            report.problems.append(f"Channel {name}: {reason}")
            return  # the channel is down or wants a pause: the rest waits for the next delivery
        outbox.succeeded(con, batch, clock.now())
        report.sent += 1
        _mark_sent(con, group, name, clock.now())


def _scrubbed(reason: str, address: SecretStr) -> str:
    """Return `reason` without the address, should a notifier have put it there."""
    value = address.get_secret_value()
    return "refused (the reason held the address and was left out)" if value in reason else reason


def _mark_sent(con: duckdb.DuckDBPyConnection, group: list[Item], channel: str, now: datetime) -> None:
    for item in group:
        if item.alert_id is not None:
            change(con, item.alert_id, "sent", who=PROGRAM, now=now, note=f"channel {channel}")


def send_test(
    workspace: Workspace, settings: Settings, names: list[str] | None = None, notifier: Notifier | None = None,
    *, label: str | None = None, chart: Path | None = None,
) -> dict[str, str | None]:  # fmt: skip
    """Send a test message through the channels `names` (default: all) and return channel → None or what went wrong.

    Needs no warehouse. `label`: what the data of the workspace is. Raises LookupError for an unknown channel.
    """
    return _send_now(
        workspace, settings, names, notifier,
        lambda name, channel, address: say.trial_message(
            name, label, channel.language, chart if _wants_chart(channel, address) else None
        ),
    )  # fmt: skip


def tell(
    workspace: Workspace, settings: Settings, text: str, names: list[str] | None = None,
    notifier: Notifier | None = None,
) -> dict[str, str | None]:  # fmt: skip
    """Send a sentence about the machine through the channels `names` (default: all), now and without the warehouse.

    For what must be told when the program itself cannot run (a unit that failed). Returns channel → None or what went
    wrong. Raises LookupError for an unknown channel.
    """
    return _send_now(
        workspace,
        settings,
        names,
        notifier,
        lambda _name, channel, _address: say.machine_message(text, channel.language),
    )


_Make = Callable[[str, Channel, SecretStr], Message]


def _send_now(
    workspace: Workspace, settings: Settings, names: list[str] | None, notifier: Notifier | None, make: _Make
) -> dict[str, str | None]:
    channels = settings.delivery.channels
    unknown = [n for n in names or [] if n not in channels]
    if unknown:
        msg = f"There is no channel {unknown[0]!r}; stuckneck.toml has: {', '.join(channels) or 'none'}."
        raise LookupError(msg)
    sender = notifier or AppriseNotifier()
    out: dict[str, str | None] = {}
    for name in names or list(channels):
        channel = channels[name]
        address = _address(workspace, channel)
        if address is None:
            out[name] = _missing(name, channel)
            continue
        result = sender.send(address, make(name, channel, address))
        out[name] = None if result.ok else _scrubbed(result.reason or "refused", address)
    return out
