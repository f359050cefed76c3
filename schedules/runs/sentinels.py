"""Asking the sources about known publications without a harvest: a service that ends is noticed within a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from etl.harvest.sentinels import ask_all
from schedules.alerts import Alert, evaluate_sources
from warehouse.clock import Clock
from warehouse.core import Core
from warehouse.run import running
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it: answers and differences, the new alerts, the sources that were not asked with the reason."""

    run_id: int
    answers: int
    findings: int
    alerts: list[Alert]
    skipped: dict[str, str]

    @property
    def sentence(self) -> str:
        """The run's message."""
        words = f"{self.answers} known answers, {self.findings} differences"
        return words + (f"; not asked: {', '.join(self.skipped)}" if self.skipped else "")


def ask_sources(core: Core, settings: Settings, *, clock: Clock, slot: datetime | None = None) -> Asked:
    """Ask every source that is switched on, compare, and tell; a run of kind ``sentinels``."""
    with running(core, "sentinels", clock, slot=slot) as run:
        run.step("harvest")
        skipped = ask_all(core.con, core.workspace, settings, run_id=run.run_id, clock=clock)
        alerts = evaluate_sources(core.con, run.run_id, settings, clock.now())
        answers = _count(core, "sentinel_answers WHERE outcome <> 'away' AND run_id = ?", run.run_id)
        findings = _count(core, "sentinel_findings WHERE run_id = ?", run.run_id)
        asked = Asked(run.run_id, answers, findings, alerts, skipped)
        run.message = asked.sentence
    return asked


def _count(core: Core, rows: str, run_id: int) -> int:
    found = core.con.execute(f"SELECT count(*) FROM {rows}", [run_id]).fetchone()  # noqa: S608 - our own clauses
    return int(found[0]) if found else 0
