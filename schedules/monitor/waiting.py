"""What waits for a person: each item a sentence and the command that helps."""

from __future__ import annotations

from dataclasses import dataclass

from schedules.monitor.state import State

# Rules that tell of the machine and its sources: until somebody acts, figures stand still or are held.
_OF_THE_MACHINE = frozenset(
    {"incident", "source_failing", "task_failing", "source_stale", "run_late", "source_changed", "sentinel"}
)


@dataclass(frozen=True, slots=True)
class Item:
    """Something only a person can settle: a sentence of the program, and the command that shows or mends it."""

    sentence: str
    command: str


def waiting_for_a_person(state: State) -> list[Item]:
    """Return what waits for a person, the most pressing first."""
    return [*_failures(state), *_unattended(state), *_alerts(state), *_messages(state), *_requests(state)]


def _failures(state: State) -> list[Item]:
    run = state.latest("refresh")
    if run is None or run.state != "failed" or (state.work is not None and state.work.activity.kind == "refresh"):
        return []
    message = f"The latest refresh (run {run.run_id}) failed: {run.message}"
    return [Item(message, "stuckneck doctor")]


def _unattended(state: State) -> list[Item]:
    """Runs that were cut or parked and that nothing continues by itself."""
    if state.is_daemon_running or state.work is not None:
        return []
    found = []
    for run in state.cut:
        message = f"Run {run.run_id} ({run.kind}) was cut in step {run.step or 'begin'}; the command continues it."
        found.append(Item(message, f"stuckneck {_COMMANDS.get(run.kind, 'schedule run-due')}"))
    for run in state.parked:
        again = "" if run.resume_after is None else f"{run.resume_after:%Y-%m-%d %H:%M}"
        message = f"Run {run.run_id} ({run.kind}) is parked until {again} UTC; no daemon runs that would continue it."
        found.append(Item(message, f"stuckneck {_COMMANDS.get(run.kind, 'schedule run-due')}"))
    return found


_COMMANDS = {"refresh": "refresh", "import": "import FILES", "review": "review"}


def _alerts(state: State) -> list[Item]:
    found = []
    unseen = [alert for alert in state.facts.alerts if alert.state in ("new", "sent")]
    for alert in unseen:
        if alert.rule in _OF_THE_MACHINE:
            found.append(Item(alert.title_en, f"stuckneck alerts show {alert.alert_id}"))
    others = sum(alert.rule not in _OF_THE_MACHINE for alert in unseen)
    if others:
        message = f"{others} alerts that nobody has acknowledged"
        found.append(Item(message, "stuckneck alerts list"))
    return found


def _messages(state: State) -> list[Item]:
    given_up = state.deliveries.get("given_up", 0)
    if not given_up:
        return []
    message = f"{given_up} messages were given up after many attempts"
    return [Item(message, "stuckneck alerts deliveries --state given_up")]


def _requests(state: State) -> list[Item]:
    refused = len(list(state.workspace.inbox.glob("*.refused")))
    if not refused:
        return []
    message = f"{refused} queued requests could not be applied; the .reason beside each says why"
    return [Item(message, f"ls {state.workspace.inbox}")]
