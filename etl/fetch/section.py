"""What every source has in its table of stuckneck.toml. In a module of its own: settings are read by every command."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from etl.fetch.budgets.quotas import Quota
from warehouse.sections.base import like

# What keys that all sources have alike mean (English, Chinese); a source's own words for one go before these.
MEANINGS = {
    "sentinels": (
        "Known publications asked for in every run; none stated: the packaged ones, [] none at all",
        "每次运行都要查询的已知文献；不写则用内置清单，[] 表示不查",
    ),
}
KnownNumber = Annotated[
    str, like(r"[A-Z]{2}-[A-Z0-9]{1,20}(-[A-Z][0-9]?)?", "a publication number, such as EP-1000000-A1")
]


class SourceSection(BaseModel):
    """The table ``[sources.NAME]``; each source adds its own keys and states its address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    base_url: str
    timeout_seconds: float = 60.0
    sentinels: tuple[KnownNumber, ...] | None = Field(default=None, examples=[["EP-1000000-A1"]])

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """What the service allows in an hour, a calendar week or a month; empty: nothing is counted."""
        return ()
