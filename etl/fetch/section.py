"""What every source has in its table of stuckneck.toml. In a module of its own: settings are read by every command."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class SourceSection(BaseModel):
    """The table ``[sources.NAME]``; each source adds its own keys and states its address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    base_url: str
    timeout_seconds: float = 60.0
