"""The table ``[sources.invented]`` of stuckneck.toml."""

from __future__ import annotations

from etl.fetch.section import SourceSection


class Section(SourceSection):
    """An invented service. Credential: STUCKNECK_INVENTED_TOKEN."""

    base_url: str = "http://127.0.0.1:9"
    rows: int = 2
