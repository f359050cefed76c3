"""The study over several years: pooled, between and within figures, stored and tabled as computed."""

from __future__ import annotations

import csv
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from made_cases import made_cases

from analytics.provinces.cases import Cases, ProvinceStudyError
from analytics.provinces.panel import PanelStudy, PanelYears, join, read_panel, run_panel
from analytics.provinces.panel_store import store_panel
from analytics.provinces.panel_tables import all_tables, panel_tables, write_long
from analytics.provinces.study import run_study
from analytics.qca.panel import panel_fit
from analytics.qca.sets.terms import membership
from office.plan.provinces import SOLUTION, conditions, outcome_counts
from warehouse.migrate import migrate
from warehouse.sections.provinces import Provinces

QUICK = Provinces(permutations=0)
YEARS = (2020, 2021, 2022)


def of_year(year: int) -> Cases:
    """The made provinces a few years on: the same in kind, each a little off."""
    rng, base = np.random.default_rng(year), made_cases()
    raw = base.raw * (1 + 0.002 * rng.standard_normal(base.raw.shape))
    return replace(base, raw=raw, outcome_year=year, conditions_year=year - 1)


@pytest.fixture(scope="module")
def panel() -> PanelStudy:
    return run_panel(join([of_year(year) for year in YEARS], []), QUICK)


def by_expression(panel: PanelStudy, side: str, relation: str):
    return {row.expression: row.fit for row in panel.rows[side] if row.relation == relation}


def test_planted_paths_hold_pooled_between_and_within(panel):
    paths = by_expression(panel, "high", "sufficiency")
    assert set(paths) == {"*".join(path) for path in SOLUTION} | {"solution"}
    assert paths["solution"].between.groups == ("2020", "2021", "2022")
    assert len(paths["solution"].within.groups) == 28
    assert paths["solution"].consistency >= 0.85
    assert paths["solution"].between.distance < 0.05
    assert len(by_expression(panel, "low", "necessity")) == 12


def test_figures_are_panel_fits_of_the_pooled_memberships(panel):
    done = panel.analyses["high"]
    years = [str(y) for y in panel.cases.years]
    model = next(iter(done.intermediate.pairs.values())).models[0]
    stated = list(by_expression(panel, "high", "sufficiency").values())
    for term, fit in zip(model, stated, strict=False):
        assert fit == panel_fit(membership(done.space, panel.data, term), panel.y, panel.cases.provinces, years)
    at = np.array(panel.cases.years) == 2021
    x, y = panel.data[at, 1], 1 - panel.y[at]
    fit = by_expression(panel, "low", "necessity")["rd_intensity"]
    assert fit.between.consistency[1] == pytest.approx(np.minimum(x, y).sum() / y.sum(), rel=1e-12)
    assert fit.between.coverage[1] == pytest.approx(np.minimum(x, y).sum() / x.sum(), rel=1e-12)


def test_anchors_are_those_of_all_observations_together(panel):
    found = panel.anchors["outcome"]
    assert (found.exclusion, found.crossover, found.inclusion) == pytest.approx(
        tuple(np.quantile(panel.cases.outcome, [0.25, 0.5, 0.75]))
    )


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_tables_six_to_ten(panel, language):
    tables = panel_tables(panel, {"110000": "北京"}, language)
    assert [t.number for t in tables] == [6, 7, 8, 9, 10]
    assert all(len(row) == len(t.columns) for t in tables for row in t.rows)
    assert [len(t.rows) for t in tables[:2]] == [24, 24]
    assert len(tables[3].rows) == 28
    assert any(row[0].text == "北京" for row in tables[3].rows)
    study = run_study(made_cases(), QUICK)
    assert [t.number for t in all_tables(study, {}, language)] == [1, 2, 3, 4, 5]
    assert [t.number for t in all_tables(replace(study, panel=panel), {}, language)] == list(range(1, 11))


def test_stored_and_written_figures_are_the_same(panel, tmp_path):
    con = duckdb.connect()
    migrate(con)
    store_panel(con, 7, panel)
    store_panel(con, 7, panel)
    stored = con.execute(
        "SELECT group_name, consistency, coverage, distance FROM run_province_panel WHERE outcome = 'high'"
        " AND expression = 'solution' AND level = 'between' ORDER BY group_name NULLS FIRST"
    ).fetchall()
    fit = by_expression(panel, "high", "sufficiency")["solution"].between
    groups = zip(fit.groups, fit.consistency, fit.coverage, strict=True)
    assert stored == [(None, None, None, fit.distance), *((*g, None) for g in groups)]
    assert con.execute("SELECT count(*) FROM run_province_panel_cases").fetchone() == (28 * 3 * 7,)
    file = write_long(panel, tmp_path / "panel.csv")
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig")))
    assert con.execute("SELECT count(*) FROM run_province_panel").fetchone() == (len(rows),)
    assert {r["data"] for r in rows} == {"synthetic"}


def warehouse(years: tuple[int, ...]) -> duckdb.DuckDBPyConnection:
    """Conditions of each year before `years`, families of 2021 and 2022 (fewer by one in 2021), all made."""
    con = duckdb.connect()
    migrate(con)
    con.executemany(
        "INSERT INTO province_conditions VALUES (?, ?, ?, ?, 'synthetic', false, true, 'f', 1)",
        [(c.province, y - 1, c.variable, c.value) for y in years for c in conditions()],
    )
    return con


def test_a_panel_of_one_year_says_what_is_needed():
    with pytest.raises(ProvinceStudyError, match=r"at least 2 years.*2022 is not in the panel.*provinces template"):
        read_panel(warehouse((2022,)), QUICK, PanelYears())


def test_years_asked_for_without_conditions_are_named():
    with pytest.raises(ProvinceStudyError, match="2019 is not in the panel: no table of conditions for 2018"):
        read_panel(warehouse((2021, 2022)), QUICK, PanelYears(2019, 2022))


def test_years_that_can_be_studied_are_read(monkeypatch):
    counts = outcome_counts()
    monkeypatch.setattr(
        "analytics.provinces.cases.outcome_by_province",
        lambda _con, _settings, year: ({p: n + year - 2022 for p, n in counts.items()}, True),
    )
    con = warehouse((2020, 2021, 2022))
    con.execute("DELETE FROM province_conditions WHERE province = '630000' AND \"year\" = 2019")
    cases = read_panel(con, QUICK, PanelYears(None, 2022))
    assert len(cases.years) == 28 * 3 - 1
    assert sorted(set(cases.years)) == [2020, 2021, 2022]
    assert any("630000" in note and "not there in every year" in note for note in cases.notes)
    assert cases.data_label == "synthetic"
    assert len(read_panel(con, QUICK, PanelYears(2021, 2022)).years) == 56
    assert run_panel(cases, QUICK).rows["high"][0].fit.within.groups[-1] == "630000"
