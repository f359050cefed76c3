"""The study finds what was planted; its tables say what the analyses say; runs are compared."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from made_cases import made_cases

from analytics.provinces.cases import ProvinceStudyError, read_cases
from analytics.provinces.derive import Cell, co_agglomeration, derive
from analytics.provinces.solve import expectations
from analytics.provinces.store import store_study
from analytics.provinces.study import ProvincialStudy, run_study, shown_model
from analytics.provinces.tables import five_tables, is_necessary
from analytics.qca.sets.terms import format_term, literals
from office.plan.provinces import NECESSARY, SOLUTION, outcome_counts
from warehouse.migrate import migrate, refresh_views
from warehouse.sections.provinces import Provinces

QUICK = Provinces(permutations=500)


@pytest.fixture(scope="module")
def study() -> ProvincialStudy:
    return run_study(made_cases(), QUICK)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    migrate(con)
    refresh_views(con)
    return con


def test_planted_configuration_is_the_only_intermediate_solution(study):
    pairs = list(study.high.intermediate.pairs.values())
    assert len(pairs) == 1
    assert len(pairs[0].models) == 1
    found = {frozenset(literals(study.high.space, t)) for t in pairs[0].models[0]}
    assert found == {frozenset(path) for path in SOLUTION}
    assert {format_term(study.high.space, t) for t in study.high.parsimonious.models[0]} == {
        "*".join(path) for path in SOLUTION
    }


def test_planted_necessary_condition_is_found_and_the_others_are_not(study):
    necessary = {
        name
        for name, result in study.nca.conditions.items()
        if is_necessary(result.ceilings["ce_fdh"], QUICK.nca_effect, QUICK.nca_p)
    }
    assert necessary == set(NECESSARY)


def test_calibration_is_the_direct_method_at_quartiles(study):
    counts = np.array(list(outcome_counts().values()), dtype=float)
    lower, middle, upper = np.quantile(counts, [0.25, 0.5, 0.75])
    anchors = study.anchors["outcome"]
    assert (anchors.exclusion, anchors.crossover, anchors.inclusion) == (lower, middle, upper)
    span = np.where(counts >= middle, upper - middle, middle - lower)
    expected = 1 / (1 + np.exp(-np.log(19) * (counts - middle) / span))
    np.testing.assert_allclose(study.y, expected, rtol=1e-12)


def test_low_outcome_expects_absence_unless_stated():
    names = made_cases().conditions
    stated = Provinces(expectations={names[0]: "none", names[1]: "absent"})
    assert expectations(names, QUICK, negate=True) == [0] * 6
    assert expectations(names, stated, negate=False)[:3] == [None, 0, 1]
    assert expectations(names, stated, negate=True)[:3] == [None, 1, 0]


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_five_tables_have_the_papers_shape(study, language):
    tables = five_tables(study, {"110000": "北京"}, language)
    assert [t.number for t in tables] == [1, 2, 3, 4, 5]
    assert all(len(row) == len(t.columns) for t in tables for row in t.rows)
    assert [len(t.rows) for t in tables[:4]] == [7, 12, 11, 12]
    marks = {row[0].text: [c.text for c in row[1:]] for row in tables[4].rows[:6]}
    columns = tables[4].columns[1:]
    assert columns[:2] == ("H1", "H2")
    assert [sum(m[i] == "●" for m in marks.values()) for i in (0, 1)] == [2, 3]
    assert {c for m in marks.values() for c in m} <= {"●", "•", "⊗", "⊘", ""}
    assert any("北京" in c.text for c in tables[4].rows[-2])


def test_unpassed_cut_offs_leave_table_five_without_paths():
    none = run_study(made_cases(), QUICK.model_copy(update={"consistency": 1.0, "pri": 1.0}))
    assert shown_model(none.high) is None
    table = five_tables(none, {}, "en")[4]
    assert table.columns == ("condition",)
    assert "No configuration" in table.notes[0]


def test_constant_condition_names_itself_and_the_way_out():
    cases = made_cases()
    raw = cases.raw.copy()
    raw[:, 2] = 1.0
    with pytest.raises(ProvinceStudyError, match=r"organizational_agglomeration cannot be calibrated.*anchors"):
        run_study(replace(cases, raw=raw), QUICK)


def test_a_misspelt_name_in_the_settings_is_refused():
    with pytest.raises(ProvinceStudyError, match=r"expectations\] names 'rd_intensty'.*rd_intensity"):
        run_study(made_cases(), Provinces(expectations={"rd_intensty": "none"}))


def test_a_membership_of_half_is_reported_and_handled():
    cases = made_cases()
    raw = cases.raw.copy()
    order = np.argsort(raw[:, 0])
    raw[order[14], 0] = raw[order[13], 0]  # two cases at the median
    done = run_study(replace(cases, raw=raw), QUICK)
    assert any("digital_technology: membership of exactly 0.5" in note for note in done.notes)
    assert not (done.data == 0.5).any()
    kept = run_study(replace(cases, raw=raw), QUICK.model_copy(update={"half": "keep"}))
    assert (kept.data[:, 0] == 0.5).sum() == 2


def test_stored_study_tells_what_changed_since_the_one_before(con, study):
    con.execute("INSERT INTO province_names VALUES ('110000', '北京', 'Beijing')")
    assert store_study(con, 1, study) == 0
    assert store_study(con, 2, study) == 0
    counts = outcome_counts() | {"110000": 4}  # Beijing falls out of the outcome, the necessity of R&D stays
    other = run_study(made_cases(counts), QUICK)
    assert store_study(con, 3, other) > 0
    rows = con.execute(
        "SELECT previous_run, was, is_now, text_en FROM run_province_changes"
        " WHERE run_id = 3 AND kind = 'path' AND outcome = 'high' AND province = '110000'"
    ).fetchall()
    stored = con.execute("SELECT count(*) FROM run_province_members WHERE run_id = 3 AND outcome = 'high'").fetchone()
    assert stored[0] > 0
    assert all(r[0] == 2 for r in con.execute("SELECT previous_run FROM run_province_changes").fetchall())
    for _, was, is_now, text in rows:
        assert was != is_now
        assert text.startswith("Beijing changes path")


def test_lost_necessity_is_a_change(con, study):
    store_study(con, 1, study)
    reversed_counts = dict(zip(outcome_counts(), list(outcome_counts().values())[::-1], strict=True))
    store_study(con, 2, run_study(made_cases(reversed_counts), QUICK))
    lost = con.execute(
        "SELECT variable, text_en FROM run_province_changes WHERE kind = 'necessity_lost' AND variable = 'rd_intensity'"
    ).fetchall()
    assert lost
    assert "is no longer necessary" in lost[0][1]


def test_other_settings_are_not_compared(con, study):
    store_study(con, 1, study)
    assert store_study(con, 2, run_study(made_cases(), QUICK.model_copy(update={"quantile_type": 6}))) == 0
    assert store_study(con, 1, study) == 0
    assert con.execute("SELECT count(*) FROM run_provinces").fetchone() == (2,)


def test_without_a_table_the_study_says_what_is_needed(con):
    with pytest.raises(ProvinceStudyError, match=r"needs your table of conditions.*provinces template"):
        read_cases(con, QUICK)


def test_co_agglomeration_is_the_papers_formula():
    s, m = (30 / 200) / (300 / 4000), (50 / 200) / (800 / 4000)
    assert co_agglomeration(30, 50, 200, 300, 800, 4000) == pytest.approx(1 - abs(s - m) / (s + m) + s + m)
    assert co_agglomeration(1, 1, 0, 300, 800, 4000) is None


def test_derived_conditions_use_national_totals_and_leave_given_ones():
    cells = [
        Cell("110000", 2021, "rd_expenditure", 2.0, "yearbook"), Cell("110000", 2021, "gdp", 100.0, "yearbook"),
        Cell("110000", 2021, "parks", 5.0, "p"), Cell("120000", 2021, "parks", 15.0, "p"),
        Cell("000000", 2021, "parks", 100.0, "p"), Cell("120000", 2021, "organizational_agglomeration", 0.3, "own"),
    ]  # fmt: skip
    made, notes = derive(cells)
    assert {(c.province, c.variable): c.value for c in made} == {
        ("110000", "rd_intensity"): 0.02,
        ("110000", "organizational_agglomeration"): 0.05,
    }
    assert notes == []
    made, notes = derive(cells[2:4])
    assert [c.value for c in made] == [0.25, 0.75]
    assert "no national total" in notes[0]
