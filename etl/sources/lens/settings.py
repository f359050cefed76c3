"""The table ``[sources.lens]`` of stuckneck.toml."""

from __future__ import annotations

from pydantic import Field

from etl.fetch.budgets.quotas import Quota
from etl.fetch.section import SourceSection


class Section(SourceSection):
    """Lens.org patent API. Credential: STUCKNECK_LENS_TOKEN."""

    base_url: str = "https://api.lens.org"
    page_size: int = Field(default=100, ge=1, le=500)
    requests_per_minute: int = Field(default=10, ge=1)
    requests_per_month: int | None = Field(default=None, examples=[1000])
    timeout_seconds: float = 60.0

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """Requests in a month, where the settings state how many."""
        month = self.requests_per_month
        return () if month is None else (Quota("month", "requests", month),)
