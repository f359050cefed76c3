"""What a refresh or a placement came to, and the ways in which it can fail without the program being wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from analytics.bounds.bounds import PlaceBounds
from analytics.matrix.place import Placement
from etl.fetch.http import CredentialsMissingError, QueryRefusedError, StoppedError, TransportError
from etl.harvest import HarvestSummary
from etl.harvest.enrich import EnrichmentSummary
from etl.load.write import LoadCount
from schedules.alerts import Alert
from schedules.runs.answers import Held, NothingCameError
from warehouse.audits import AuditResult
from warehouse.run import OpenRun

# Failures of a source or of what we need for it: one sentence for the user, the run is marked failed.
SOURCE_ERRORS = (NothingCameError, StoppedError, QueryRefusedError, CredentialsMissingError, TransportError)

# After these a refresh begins again: what has landed would lead to the same end. After a full disk, a fault of the
# network or of the program it goes on where it was.
BEGIN_AGAIN = ("AuditError", "NothingCameError", "NothingReceivedError", "QueryRefusedError")


class AuditError(RuntimeError):
    """A blocking audit found rows: nothing was published, the snapshot before remains. The message says which."""


class EmptyCatalogueError(ValueError):
    """There is nothing to watch; the message says where to change it."""


@dataclass(slots=True)
class Refreshed:
    """What a refresh or placement came to. `parked_until` is set when a quota is spent and the run waits.

    `left_out`: why networks were not measured, where they were to be.
    """

    run_id: int
    as_of: date
    resumed: bool
    harvested: HarvestSummary = field(default_factory=HarvestSummary)
    enriched: EnrichmentSummary | None = None
    loaded: LoadCount = field(default_factory=LoadCount)
    placement: Placement | None = None
    bounds: list[PlaceBounds] = field(default_factory=list)
    audits: list[AuditResult] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    snapshot: Path | None = None
    parked_until: datetime | None = None
    provinces: str = ""
    left_out: str = ""
    held: list[Held] = field(default_factory=list)
    message: str = ""

    def ended(self, run: OpenRun) -> Refreshed:
        """Return this with how its run ended."""
        self.snapshot, self.parked_until, self.message = run.snapshot, run.parked_until, run.message
        return self
