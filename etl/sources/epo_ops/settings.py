"""The table ``[sources.epo_ops]`` of stuckneck.toml."""

from __future__ import annotations

from etl.fetch.budgets.quotas import Quota
from etl.fetch.section import SourceSection


class Section(SourceSection):
    """EPO Open Patent Services. Credentials: STUCKNECK_OPS_KEY and STUCKNECK_OPS_SECRET."""

    base_url: str = "https://ops.epo.org/3.2"
    hourly_bytes: int = 450_000_000
    weekly_bytes: int = 4_000_000_000
    timeout_seconds: float = 60.0

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """Bytes in any 60 minutes and in a calendar week."""
        return (Quota("hour", "bytes", self.hourly_bytes), Quota("week", "bytes", self.weekly_bytes))
