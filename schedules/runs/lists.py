"""What a run is about: the technology and topic lists with their editions, and the settings that determine figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from etl.catalogue.editions import record_edition
from etl.catalogue.load import load_catalogue
from etl.catalogue.models import Catalogue
from etl.harvest import HarvestTarget
from etl.load.merged.memberships import IMPORT
from etl.query.ast import Query
from schedules.alerts import apply_inbox
from warehouse.core import Core
from warehouse.indicators import PAPER
from warehouse.run import publish_what_was_cut
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class Lists:
    """The technology list and the topic list of a workspace with their editions."""

    technologies: Catalogue
    topics: Catalogue
    edition_id: int
    topics_edition_id: int

    def editions(self) -> dict[str, int]:
        """Return the editions as the run ledger names them."""
        return {"edition_id": self.edition_id, "topics_edition_id": self.topics_edition_id}

    def queries(self) -> dict[str, Query]:
        """query_hash → parsed query of everything harvested."""
        items = (*self.technologies.harvested, *self.topics.harvested)
        return {i.query_hash: i.parsed for i in items if i.query_hash is not None and i.parsed is not None}

    def targets(self, *, topics: bool) -> list[HarvestTarget]:
        """What is harvested: watched technologies, then topics."""
        items = (*self.technologies.harvested, *(self.topics.harvested if topics else ()))
        return [
            HarvestTarget(i.id, i.parsed, i.query_hash)
            for i in items
            if i.parsed is not None and i.query_hash is not None
        ]

    def placed(self, imported: Sequence[str] = ()) -> list[tuple[str, str]]:
        """(technology, query_hash) pairs that are placed: the watched ones, and whatever a person imported onto."""
        pairs = [(t.id, t.query_hash) for t in self.technologies.harvested if t.query_hash is not None]
        return pairs + [(t, IMPORT) for t in imported]


def read_lists(core: Core, now: datetime) -> Lists:
    """Read both lists of the workspace and record their editions. Raises CatalogueError."""
    workspace = core.workspace
    technologies = load_catalogue(workspace.technologies_file)
    topics = load_catalogue(workspace.topics_file)
    return Lists(
        technologies, topics, record_edition(core.con, technologies, now), record_edition(core.con, topics, now)
    )


def begin(core: Core, now: datetime) -> Lists:
    """Return the lists after doing what every run that publishes does first: what waits from before is finished.

    A snapshot that was cut is published, and what readers asked for meanwhile is applied. Raises CatalogueError.
    """
    lists = read_lists(core, now)
    publish_what_was_cut(core)
    apply_inbox(core.con, core.workspace, now)
    return lists


def imported_onto(core: Core) -> list[str]:
    """Return the technologies that export files were imported onto."""
    rows = core.con.execute(
        "SELECT DISTINCT technology_id FROM source_hits WHERE query_hash = ? ORDER BY 1", [IMPORT]
    ).fetchall()
    return [r[0] for r in rows]


def figure_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that determine figures: what makes two runs comparable."""
    stated = settings.place.model_dump(mode="json")
    for key in ("bootstrap_draws", "keep_run_families", "network"):
        stated.pop(key)
    if stated["baseline"] is None:  # as before there was a choice, so that older runs stay comparable
        stated.pop("baseline")
    if settings.place.indicators == PAPER:  # the only ones there were
        stated.pop("indicators")
    if not stated["cuts"]:
        stated.pop("cuts")
    if stated["self_citations"]:
        stated.pop("self_citations")
    policy = settings.policy().model_dump(mode="json", exclude={"windows"})  # which windows it was is stated by place
    for key, before in (("order", "families"), ("inventor_assignments", False)):  # as before there was a choice
        if policy[key] == before:
            policy.pop(key)
    return {**stated, "policy": policy}
