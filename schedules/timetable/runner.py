"""One pass over what is due: settle, run slot after slot, note what became of each."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from traceback import format_exception

from schedules.alerts import evaluate_operations
from schedules.monitor.ping import What, ping
from schedules.timetable import due as slots_due
from schedules.timetable.due import Due
from schedules.timetable.tasks import KNOWN_ERRORS, Outcome, Tools, perform
from warehouse.process.interruption import surfacing
from warehouse.run import StopRequestedError

log = logging.getLogger("stuckneck.runner")


@dataclass(slots=True)
class Pass:
    """What one pass did, and when the next is needed (UTC; None: nothing is scheduled)."""

    outcomes: list[Outcome] = field(default_factory=list)
    wake: datetime | None = None


def run_due(tools: Tools) -> Pass:
    """Run every slot whose turn it is. A slot that fails is tried again later, its run is failed; the rest goes on.

    A programming error ends its own slot only (`Outcome.fault`). Raises StopRequestedError and SettingsError.
    """
    done = Pass()
    tried: set[tuple[str, datetime]] = set()
    while True:
        now = tools.clock.now()
        slots_due.settle(tools.core.con, tools.settings, now)
        waiting = [d for d in slots_due.ready(tools.core.con, now) if (d.schedule, d.slot) not in tried]
        if not waiting:
            done.wake = slots_due.next_wake(tools.core.con, tools.settings, now)
            return done
        tools.progress(waiting[0].task, 0, None)
        tried.add((waiting[0].schedule, waiting[0].slot))
        done.outcomes.append(_told(tools, waiting[0]))


# What a dead man's switch receives for an outcome; a parked run has neither succeeded nor failed: its log says so.
_PINGS: dict[str, What] = {"done": "success", "skipped": "success", "failed": "fail", "parked": "log"}


def _told(tools: Tools, due: Due) -> Outcome:
    """Run one slot, and ping the address of the schedule when it begins and when it ends."""
    workspace, settings = tools.core.workspace, tools.settings
    ping(workspace, settings, due.schedule, "start")
    outcome = _run_one(tools, due)
    ping(workspace, settings, due.schedule, _PINGS[outcome.state], f"{due.task}: {outcome.state}: {outcome.message}")
    tools.core.keep_facts()
    return outcome


def _tell(tools: Tools, due: Due, now: datetime) -> None:
    """Look for what must be reported after a failure; this failing too must not cost the next slot."""
    try:
        evaluate_operations(tools.core.con, tools.settings, now)
    except Exception:
        log.exception("The alerts could not be looked through after %s had failed.", due.task)


def _run_one(tools: Tools, due: Due) -> Outcome:
    try:
        with surfacing():
            outcome = perform(tools, due)
    except StopRequestedError:
        raise
    except Exception as error:  # noqa: BLE001 - one slot's fault must not cost the next one
        reason = f"{type(error).__name__}: {error}"
        now = tools.clock.now()
        slots_due.failed(tools.core.con, due, now=now, reason=reason)
        fault = None
        if not isinstance(error, KNOWN_ERRORS):
            fault = "".join(format_exception(error))
            log.error("%s failed by a fault of the program:\n%s", due.task, fault)
        _tell(tools, due, now)
        return Outcome(due, "failed", None, reason, fault=fault)
    now = tools.clock.now()
    if outcome.parked_until is not None:
        slots_due.wait(tools.core.con, due, until=outcome.parked_until, reason=outcome.message)
    else:
        why = outcome.message if outcome.state == "skipped" else None
        slots_due.end(tools.core.con, due, outcome.state, now=now, run_id=outcome.run_id, reason=why)
    return outcome
