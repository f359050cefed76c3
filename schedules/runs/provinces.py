"""The provincial study as a run: read, computed, stored, published; alone or as part of a refresh.

Source: docs/methods.md, Provinces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from analytics.provinces.cases import ProvinceStudyError, read_cases
from analytics.provinces.panel import PanelYears, read_panel, run_panel
from analytics.provinces.panel_store import store_panel
from analytics.provinces.store import store_study
from analytics.provinces.study import ProvincialStudy, run_study
from schedules.alerts.provinces import alert_province_changes
from warehouse.clock import Clock
from warehouse.core import Core, transaction
from warehouse.extras import lacking
from warehouse.process.watchdog import moved
from warehouse.publish import current
from warehouse.run import running
from warehouse.sections.provinces import Provinces
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class StudyRun:
    """A study with its run, the changes found since the one before, and the snapshot it was published in."""

    run_id: int
    study: ProvincialStudy
    changes: int
    snapshot: Path


def study_into(con: duckdb.DuckDBPyConnection, run_id: int, settings: Provinces) -> tuple[ProvincialStudy, int]:
    """Compute the study from the warehouse and store it under `run_id`. Raises ProvinceStudyError."""
    study = run_study(read_cases(con, settings), settings)
    with transaction(con):
        return study, store_study(con, run_id, study)


def study_on_refresh(con: duckdb.DuckDBPyConnection, run_id: int, settings: Provinces) -> str:
    """Repeat the study within a refresh when there is a table of conditions; return one sentence, empty without one."""
    if not settings.on_refresh:
        return ""
    row = con.execute("SELECT count(*) FROM province_conditions").fetchone()
    if row is None or not row[0]:
        return ""
    lacks = lacking("studies")
    if lacks is not None:
        return f"provincial study not made: {lacks}"
    try:
        _, changed = study_into(con, run_id, settings)
    except ProvinceStudyError as error:
        return f"provincial study not made: {error}"
    return f"provincial study made, {changed} changes"


def run_provinces(core: Core, settings: Settings, *, clock: Clock, panel: PanelYears | None = None) -> StudyRun:
    """Make a study a run of its own (kind ``provinces``) and publish; with `panel` also over several years.

    Raises ProvinceStudyError before anything is stored.
    """
    wanted = settings.provinces
    study = run_study(read_cases(core.con, wanted), wanted)
    if panel is not None:
        moved(about="panel")
        study = replace(study, panel=run_panel(read_panel(core.con, wanted, panel), wanted))
    stated = wanted.model_dump(mode="json")
    with running(core, "provinces", clock, settings=stated) as run:
        with transaction(core.con):
            changed = store_study(core.con, run.run_id, study)
            if study.panel is not None:
                store_panel(core.con, run.run_id, study.panel)
        alert_province_changes(core.con, run.run_id, settings, clock.now())
        run.note(data_label=study.cases.data_label)
        cases = len(study.cases.provinces)
        run.message = f"provincial study of {study.cases.outcome_year}: {cases} cases, {changed} changes"
        run.publish()
    return StudyRun(run.run_id, study, changed, current(core.workspace))
