"""What holds for all sources, and how their queries are harvested."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from warehouse.sections.base import Section


class Sources(Section):
    """What holds for all sources; each has a table of its own (`etl.sources.settings` adds them).

    `synthetic` marks a workspace that harvests the simulated office.
    """

    synthetic: bool = False


class Harvest(Section):
    """How queries are harvested.

    `expected` says of a technology about how many families there are: under a tenth of it, it is held and reported.
    """

    published_from: date = date(1900, 1, 1)
    lag_days: int = Field(default=90, ge=0)
    enrichment_requests: int = Field(default=500, ge=0)
    topics: bool = True
    expected: dict[str, Annotated[int, Field(ge=1)]] = Field(default={})
