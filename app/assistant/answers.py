"""What each tool answers: rows of a view, with the run, its settings, the data's label and the SQL they came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from app.common import plain
from app.matrix.head import Head, latest, of_run
from warehouse.indicators import BY_ID, SIDES
from warehouse.publish import connect_snapshot, current
from warehouse.rows import rows
from warehouse.sandbox.queries import SqlRefusedError, SqlStoppedError, run_sql
from warehouse.settings import Settings
from warehouse.workspace import Workspace

Frame = Literal["relative", "anchored"]
MOST = 200
Answer = dict[str, Any]
_MATRIX = "SELECT * FROM matrix_latest WHERE frame = $frame ORDER BY number NULLS LAST, technology_id"
_HISTORY = "SELECT * FROM matrix_history WHERE technology_id = $technology AND frame = $frame ORDER BY as_of, run_id"
_CHANGES = (
    "SELECT a.from_run, a.to_run, a.frame, a.part, a.capability_change, a.dynamics_change FROM run_attributions AS a"
    " WHERE a.technology_id = $technology AND a.frame = $frame AND a.to_run = (SELECT max(run_id) FROM matrix_latest)"
    " ORDER BY a.from_run, a.part"
)
_INDICATORS = (
    "SELECT * FROM indicators WHERE technology_id = $technology AND run_id = (SELECT max(run_id) FROM matrix_latest)"
    " ORDER BY indicator"
)
_FAMILIES = (
    "SELECT rf.family_id, f.title_zh, f.title_en, f.first_applicant, rf.country, f.filing_date,"
    " f.first_publication_date, rf.main_subclass, rf.claim_count, rf.forward_citations, rf.is_pct, f.is_synthetic"
    " FROM (FROM run_families WHERE run_id = (SELECT max(run_id) FROM matrix_latest)"
    " AND technology_id = $technology AND /* kept */) AS rf"
    " LEFT JOIN families AS f USING (family_id) ORDER BY rf.family_id LIMIT $most"
)
_COVERAGE = "SELECT * FROM coverage WHERE $technology IS NULL OR technology_id = $technology ORDER BY ALL"
_QUALITY = (
    "SELECT * FROM search_quality WHERE $technology IS NULL OR technology_id = $technology"
    " ORDER BY technology_id, measure, basis, dimension, value_of"
)
_SOURCES = (
    "SELECT s.source, s.title, s.licence, s.is_synthetic, count(p.page_id) AS answers,"
    " max(p.received_at) AS last_answer FROM sources AS s LEFT JOIN pages AS p USING (source)"
    " GROUP BY ALL ORDER BY s.source"
)


class QuestionError(ValueError):
    """A question cannot be answered; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The eight questions over one workspace; each call reads the snapshot that is published then, and never writes."""

    workspace: Workspace
    settings: Settings

    def matrix(self, frame: Frame = "relative") -> Answer:
        """Return the strategy matrix of the latest run of the record: K, D, strategy, odds, intervals and bounds."""
        return self._asked(_MATRIX, {"frame": frame})

    def explain(self, technology: str, frame: Frame = "relative") -> Answer:
        """Return what made one technology's K and D change since the run before, and the indicators behind them."""
        found = self._asked(_CHANGES, {"technology": technology, "frame": frame}, technology)
        return found | {"indicators": self._asked(_INDICATORS, {"technology": technology})["rows"]}

    def history(self, technology: str, frame: Frame = "relative") -> Answer:
        """Return every placement of one technology by date; where `is_break` is true a new series begins."""
        return self._asked(_HISTORY, {"technology": technology, "frame": frame}, technology)

    def families(self, technology: str, indicator: str = "applications", side: str = "all", most: int = 50) -> Answer:
        """Return up to `most` patent families that an indicator of one technology counts, by side."""
        if indicator not in BY_ID or side not in SIDES or not 1 <= most <= MOST:
            msg = (
                f"indicator is one of {', '.join(BY_ID)}, side one of {', '.join(SIDES)}, most a number from 1 to "
                f"{MOST}."
            )
            raise QuestionError(msg)
        kept = f"{SIDES[side]} AND {BY_ID[indicator].counting}"
        statement = _FAMILIES.replace("/* kept */", kept)
        return self._asked(statement, {"technology": technology, "most": most}, technology)

    def coverage(self, technology: str | None = None) -> Answer:
        """Return for how many families each indicator is known, and the bounds that the unknown allows."""
        return self._asked(_COVERAGE, {"technology": technology}, technology)

    def quality(self, technology: str | None = None) -> Answer:
        """Return precision and recall of the searches with 90 % intervals and what each estimate assumes."""
        return self._asked(_QUALITY, {"technology": technology}, technology)

    def sources(self) -> Answer:
        """Return the sources of the records, their licences and their last answer."""
        return self._asked(_SOURCES, {})

    def sql(self, statement: str) -> Answer:
        """Return the rows of one SELECT over the views, run in the sandbox process within its limits."""
        snapshot = current(self.workspace)
        try:
            result = run_sql(snapshot, statement, self.settings.sql)
        except (SqlRefusedError, SqlStoppedError) as error:
            raise QuestionError(str(error)) from error
        with connect_snapshot(snapshot) as con:
            head = _head(con, snapshot.name, statement, {})
        rows = plain(result.table.head(MOST).to_dicts())
        return head | {"rows": rows, "is_cut": result.truncated or result.table.height > MOST}

    def _asked(self, statement: str, values: dict[str, object], technology: str | None = None) -> Answer:
        snapshot = current(self.workspace)
        with connect_snapshot(snapshot) as con:
            if technology is not None:
                _known(con, technology)
            found = rows(con, statement, **values)
            runs = {row["run_id"] for row in found if row.get("run_id") is not None}
            run = of_run(con, runs.pop()) if len(runs) == 1 else latest(con)
            return _head(con, snapshot.name, statement, values, run) | {"rows": plain(found)}


def _known(con: duckdb.DuckDBPyConnection, technology: str) -> None:
    names = [r[0] for r in con.execute("SELECT DISTINCT technology_id FROM run_placements ORDER BY 1").fetchall()]
    if technology not in names:
        msg = f"{technology!r} is no technology of this workspace; expected one of {', '.join(names)}."
        raise QuestionError(msg)


def _head(
    con: duckdb.DuckDBPyConnection, snapshot: str, statement: str, values: dict[str, object], run: Head | None = None
) -> Answer:
    """Return what every answer carries: snapshot, run, settings, label, SQL with its parameters."""
    head = run or latest(con)
    about: Answer = {"snapshot": snapshot, "sql": statement, "parameters": plain(values), "run": None}
    if head is not None:
        about["run"] = {"run_id": head.run_id, "as_of": head.as_of.isoformat(), "origin": head.origin}
        about["settings"] = {
            "focal_country": head.focal_country, "screening": head.screening, "windows": head.windows,
            "settings_hash": head.settings_hash,
        }  # fmt: skip
        about["data_label"] = head.data_label
    return about
