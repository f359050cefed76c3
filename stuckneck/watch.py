"""One workspace, read from its published snapshot as polars frames."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from etl.sources.settings import load_settings
from warehouse.frames import frame_of
from warehouse.indicators import BY_ID, SIDES
from warehouse.publish import connect_snapshot, current
from warehouse.sandbox.queries import run_sql
from warehouse.workspace import Workspace

Frame = Literal["relative", "anchored"]
Side = Literal["all", "focal", "others", "unknown"]


_FAMILIES = """
SELECT rf.family_id, f.title, f.title_zh, f.title_en, f.first_applicant, rf.country, rf.country_method, rf.focal_weight,
       f.filing_date, f.first_publication_date, rf.main_subclass, rf.claim_count, rf.forward_citations, rf.is_pct,
       f.members, f.is_synthetic
FROM (FROM run_families WHERE run_id = (SELECT max(run_id) FROM matrix_latest) AND technology_id = $technology
      AND TRUE /* kept */) AS rf
LEFT JOIN families AS f ON f.family_id = rf.family_id
WHERE $since IS NULL OR f.first_publication_date >= $since
ORDER BY rf.family_id
"""


@dataclass(frozen=True, slots=True)
class Watch:
    """A workspace. Every method reads the snapshot that is published when it is called, and never writes."""

    workspace: Workspace

    @property
    def snapshot(self) -> str:
        """Name of the published snapshot, to be cited beside a figure. Raises NoSnapshotError."""
        return current(self.workspace).name

    def matrix(self, *, frame: Frame = "relative") -> pl.DataFrame:
        """Return the latest strategy matrix: one row a technology, columns as the view ``matrix_latest``.

        K and D lie in 0..1; an unknown is null. Raises NoSnapshotError when nothing is published.
        """
        query = "SELECT * FROM matrix_latest WHERE frame = $frame ORDER BY number NULLS LAST, technology_id"
        return self._read(query, {"frame": frame})

    def history(self, technology: str, *, frame: Frame = "relative") -> pl.DataFrame:
        """Return every placement of one technology in order of date, columns as the view ``matrix_history``."""
        query = (
            "SELECT * FROM matrix_history WHERE technology_id = $technology AND frame = $frame ORDER BY as_of, run_id"
        )
        return self._read(query, {"technology": technology, "frame": frame})

    def indicators(self, technology: str | None = None) -> pl.DataFrame:
        """Return the shares of the latest run with numerator, denominator, coverage: the view ``indicators``."""
        query = (
            "SELECT * FROM indicators WHERE run_id = (SELECT max(run_id) FROM matrix_latest)"
            " AND ($technology IS NULL OR technology_id = $technology) ORDER BY technology_id, indicator"
        )
        return self._read(query, {"technology": technology})

    def bounds(self, *, frame: Frame = "relative") -> pl.DataFrame:
        """Return how far K and D could lie whatever the unknown is: the view ``bounds`` of the latest run."""
        query = (
            "SELECT * FROM bounds WHERE frame = $frame AND run_id = (SELECT max(run_id) FROM matrix_latest)"
            " ORDER BY technology_id"
        )
        return self._read(query, {"frame": frame})

    def sensitivity(self, *, frame: Frame = "relative") -> pl.DataFrame:
        """Return which places survive every other choice: the view ``sensitivity`` of its newest run.

        Empty until `stuckneck sensitivity` was run.
        """
        query = (
            "SELECT * FROM sensitivity WHERE frame = $frame AND run_id = (SELECT max(run_id) FROM run_sensitivity)"
            " ORDER BY number NULLS LAST, technology_id"
        )
        return self._read(query, {"frame": frame})

    def forecast(self, *, frame: Frame = "relative") -> pl.DataFrame:
        """Return how likely each technology is in another quadrant in twelve months: the view ``forecast``.

        Of the newest run that stored one; empty without a monthly backfill by the settings in force.
        """
        query = (
            "SELECT * FROM forecast WHERE frame = $frame AND run_id = (SELECT arg_max(b.run_id, (r.kind <> 'backfill',"
            " b.run_id)) FROM run_backtests AS b JOIN runs AS r ON r.run_id = b.run_id)"
            " ORDER BY number NULLS LAST, technology_id"
        )
        return self._read(query, {"frame": frame})

    def families(
        self, technology: str, *, indicator: str = "applications", side: Side = "all", new_since: date | None = None
    ) -> pl.DataFrame:
        """Return the families behind a figure of the latest run, one row each.

        `indicator` keeps those that count for it (applications, citations, claims, pct), `side` those of the focal
        country, of others, or of unknown country, `new_since` those first published on or after that day.
        Raises ValueError for an indicator or side that is none.
        """
        if indicator not in BY_ID or side not in SIDES:
            msg = f"indicator is one of {', '.join(BY_ID)}, side one of {', '.join(SIDES)}."
            raise ValueError(msg)
        kept = f"{SIDES[side]} AND {BY_ID[indicator].counting}"  # from the table of indicators, not from the caller
        return self._read(_FAMILIES.replace("TRUE /* kept */", kept), {"technology": technology, "since": new_since})

    def search_quality(self, technology: str | None = None) -> pl.DataFrame:
        """Return precision and recall of the queries with 90 % intervals: the view ``search_quality``.

        What each estimate assumes is in its column `assumption` (docs/methods.md, Is the search right).
        """
        query = (
            "SELECT * FROM search_quality WHERE $technology IS NULL OR technology_id = $technology"
            " ORDER BY technology_id, measure, basis, dimension, value_of"
        )
        return self._read(query, {"technology": technology})

    def corrected_shares(self, technology: str | None = None) -> pl.DataFrame:
        """Return the latest run's shares corrected for precision and recall, the raw ones beside them.

        One row a technology and indicator, of those whose search was judged on both sides; shares are 0..1.
        """
        query = (
            "SELECT * FROM corrected_shares WHERE run_id = (SELECT max(run_id) FROM matrix_latest)"
            " AND ($technology IS NULL OR technology_id = $technology) ORDER BY technology_id, indicator"
        )
        return self._read(query, {"technology": technology})

    def completeness(self, source: str | None = None) -> pl.DataFrame:
        """Return what is there of what should be, by source, office and month: the view ``completeness``."""
        query = (
            "SELECT * FROM completeness WHERE $source IS NULL OR source = $source"
            " ORDER BY source, office, published_month"
        )
        return self._read(query, {"source": source})

    def holders(self, technology: str | None = None) -> pl.DataFrame:
        """Return concentration and risk of a monopoly of the latest run: the view ``holder_concentration``."""
        query = (
            "SELECT * FROM holder_concentration WHERE run_id = (SELECT max(run_id) FROM matrix_latest)"
            " AND ($technology IS NULL OR technology_id = $technology) ORDER BY technology_id"
        )
        return self._read(query, {"technology": technology})

    def sql(self, statement: str) -> pl.DataFrame:
        """Return the rows of one SELECT (DuckDB's dialect), run in the sandbox within the workspace's limits.

        Raises SqlRefusedError for what is no SELECT or wrong, SqlStoppedError at a limit.
        """
        limits = load_settings(self.workspace.settings_file).sql
        return run_sql(current(self.workspace), statement, limits).table

    def _read(self, query: str, values: dict[str, object]) -> pl.DataFrame:
        with connect_snapshot(current(self.workspace)) as con:
            return frame_of(con.sql(query, params=values))


def open_workspace(folder: str | Path = ".") -> Watch:
    """Return the workspace at `folder` or in the nearest folder above. Raises NotAWorkspaceError."""
    return Watch(Workspace.open(Path(folder)))
