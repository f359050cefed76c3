"""The provincial study over several years: one pooled calibration and solution, judged by year and by province.

docs/methods.md, Provinces: pooled, between and within consistency. An observation is a province in a year.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from analytics.provinces.cases import Cases, ProvinceStudyError, read_cases, what_is_needed
from analytics.provinces.solve import analysis, calibrated
from analytics.provinces.variables import NATION, OUTCOME
from analytics.qca.panel_report import PanelRow, analysis_panel
from analytics.qca.report import Analysis
from analytics.qca.sets.calibrate import Anchors
from analytics.qca.sets.space import Floats
from warehouse.sections.provinces import Provinces

LEAST_YEARS = 2


@dataclass(frozen=True, slots=True)
class PanelYears:
    """First and last year of the outcome, both included; None: as far as the table of conditions goes."""

    first: int | None = None
    last: int | None = None


@dataclass(frozen=True)
class PanelCases:
    """Observations (n) with province code, outcome year, raw outcome (n,) and conditions (n, k)."""

    provinces: tuple[str, ...]
    years: tuple[int, ...]
    conditions: tuple[str, ...]
    outcome: Floats
    raw: Floats
    data_label: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PanelStudy:
    """The study over years: memberships `data` (n, k), `y` (n,); analyses and their panel figures by high and low."""

    cases: PanelCases
    anchors: dict[str, Anchors]
    data: Floats
    y: Floats
    analyses: dict[str, Analysis]
    rows: dict[str, tuple[PanelRow, ...]]
    notes: tuple[str, ...]


def _years(con: duckdb.DuckDBPyConnection, settings: Provinces, wanted: PanelYears) -> list[int]:
    """Return the outcome years for which the table has every condition at all."""
    rows = con.execute(
        'SELECT "year" FROM province_conditions WHERE list_contains(?, variable) AND province <> ?'
        ' GROUP BY "year" HAVING count(DISTINCT variable) = ? ORDER BY 1',
        [list(settings.conditions), NATION, len(settings.conditions)],
    ).fetchall()
    years = [row[0] + settings.lag_years for row in rows]
    return [y for y in years if (wanted.first or y) <= y <= (wanted.last or y)]


def read_panel(con: duckdb.DuckDBPyConnection, settings: Provinces, wanted: PanelYears) -> PanelCases:
    """Read the observations; a year that cannot be studied is left out with a note.

    Raises ProvinceStudyError when fewer than two years are left.
    """
    found: list[Cases] = []
    notes: list[str] = []
    for year in _years(con, settings, wanted):
        try:
            one = read_cases(con, settings.model_copy(update={"outcome_year": year}))
        except ProvinceStudyError as error:
            notes.append(f"{year} is not in the panel: {error}")
            continue
        found.append(one)
        notes += [f"Year {year}: {note}" for note in one.notes]
    if wanted.first is not None and wanted.last is not None:
        there = {one.outcome_year for one in found}
        notes += [
            f"{y} is not in the panel: no table of conditions for {y - settings.lag_years}."
            for y in range(wanted.first, wanted.last + 1)
            if y not in there and not any(note.startswith(f"{y} is not") for note in notes)
        ]
    if len(found) < LEAST_YEARS:
        have = ", ".join(str(one.outcome_year) for one in found) or "none"
        lead = " ".join([f"A panel needs at least {LEAST_YEARS} years; these can be studied: {have}.", *notes])
        raise ProvinceStudyError(f"{lead} {what_is_needed(settings)}")
    return join(found, notes)


def join(years: list[Cases], notes: list[str]) -> PanelCases:
    """Put the cases of several years under each other; provinces not there in every year are named in a note."""
    provinces = tuple(p for one in years for p in one.provinces)
    partial = sorted({p for p in provinces if provinces.count(p) < len(years)})
    if partial:
        notes = [*notes, f"Provinces not there in every year of the panel: {', '.join(partial)}."]
    labels = {one.data_label for one in years}
    return PanelCases(
        provinces, tuple(one.outcome_year for one in years for _ in one.provinces), years[0].conditions,
        np.concatenate([one.outcome for one in years]), np.vstack([one.raw for one in years]),
        labels.pop() if len(labels) == 1 else "mixed", tuple(notes),
    )  # fmt: skip


def run_panel(cases: PanelCases, settings: Provinces) -> PanelStudy:
    """Calibrate all observations together, solve them together, and judge every relation by year and by province.

    Raises ProvinceStudyError when a variable cannot be calibrated.
    """
    names = [f"{p} {y}" for p, y in zip(cases.provinces, cases.years, strict=True)]
    columns = {OUTCOME: cases.outcome, **{n: cases.raw[:, j] for j, n in enumerate(cases.conditions)}}
    anchors, sets, halves = calibrated(columns, names, settings)
    y, data = sets[OUTCOME], np.column_stack([sets[name] for name in cases.conditions])
    analyses = {
        side: analysis(names, cases.conditions, data, y, settings, negate=side == "low") for side in ("high", "low")
    }
    periods = [str(year) for year in cases.years]
    rows = {side: analysis_panel(done, cases.provinces, periods) for side, done in analyses.items()}
    return PanelStudy(cases, anchors, data, y, analyses, rows, (*cases.notes, *halves))
