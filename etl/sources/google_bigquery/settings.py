"""The table ``[sources.google_bigquery]`` of stuckneck.toml."""

from __future__ import annotations

from pydantic import Field

from etl.fetch.section import SourceSection

TIB = 1 << 40


class Section(SourceSection):
    """Google Patents Public Data through BigQuery. Credential: STUCKNECK_BIGQUERY_CREDENTIALS."""

    enabled: bool = False  # what is read is billed to the user's own project
    base_url: str = "https://bigquery.googleapis.com"
    project: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9.:\-]{4,99}$", examples=["my-project-123456"])
    table: str = Field(default="patents-public-data.patents.publications", pattern=r"^[\w\-]+(\.[\w\-]+){2}$")
    location: str = Field(default="US", pattern=r"^[A-Za-z0-9\-]{2,40}$")
    maximum_bytes_billed: int = Field(default=TIB, ge=0)
    price_per_tib: float = Field(default=6.25, ge=0)
    claims: bool = True
    page_size: int = Field(default=2000, ge=1, le=50_000)
    timeout_seconds: float = 60.0
