"""What the printed provincial tables determine: the reference's own recomputation, and the contradictions it found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.provinces.published.check import check_published
from analytics.provinces.published.check_nca import ceiling_line
from analytics.provinces.published.check_qca import outcome_sums
from analytics.provinces.published.tables import PublishedFileError, packaged_study, parse_published

REFERENCE = Path(__file__).parents[3] / ".." / "shared" / "reference" / "paper_ic" / "consistency.json"


@pytest.fixture(scope="module")
def reference() -> dict:
    if not REFERENCE.is_file():
        pytest.skip("the reference figures are not beside this checkout")
    return json.loads(REFERENCE.read_text(encoding="utf-8"))


def test_ceiling_lines_equal_the_reference(reference):
    study = packaged_study()
    for name, expected in reference["table3_vs_table2"].items():
        line = ceiling_line(study.levels, study.bottleneck[name])
        assert line.effect_size == pytest.approx(expected["d_from_T3"], abs=1e-9)
        assert line.slope == pytest.approx(expected["slope_dx_dy"], abs=1e-9)
        assert 100 * line.starts == pytest.approx(expected["y_first_bottleneck_pct"], abs=1e-6)
        assert line.residual == pytest.approx(expected["max_fit_resid_pp"], abs=1e-9)


def test_set_sums_hold_the_reference_in_their_range(reference):
    study = packaged_study()
    for side, key in (("high", "sum_y"), ("low", "sum_noty")):
        for name, (low, high) in outcome_sums(study, side).items():
            assert low <= reference["table4_implied_sums"][name][key] <= high
            assert high - low < 2e-4


def test_the_papers_contradictions_are_found_and_nothing_else():
    found = check_published(packaged_study())
    wrong = [f for f in found.findings if f.verdict == "cannot be true"]
    assert [f.where for f in wrong] == ["configurations H3", "solution high"]
    assert "~IND" in wrong[0].en
    assert "0.709369" in wrong[0].en
    assert "0.343454" in wrong[0].en or "0.343453" in wrong[0].en
    assert "0.525976" in wrong[1].en
    assert "0.449822" in wrong[1].en
    assert [f.where for f in found.findings if f.verdict == "differs"] == ["NCA GOV CR accuracy"]
    assert found.count("agrees") > 60


def test_accuracies_are_counts_of_28():
    found = check_published(packaged_study())
    counts = [f.recomputed.split("/")[0] for f in found.findings if f.where.endswith("CR accuracy")]
    assert counts == ["25", "24", "25", "23", "25", "24"]


def test_a_zone_that_is_not_d_times_scope_cannot_be_true():
    text = "cases = 10\n[nca.A.ce]\neffect_size = 0.30\nscope = 0.9\nceiling_zone = 0.40\n"
    verdicts = [f.verdict for f in check_published(parse_published(text, "a.toml")).findings]
    assert verdicts == ["cannot be true"]


CSV = """table,item,field,value
study,cases,,28
nca,DIG,cr.effect_size,0.35
nca,DIG,cr.scope,0.97
nca,DIG,cr.ceiling_zone,0.338
bottleneck,DIG,30,10.4
bottleneck,DIG,40,21.4
bottleneck,DIG,100,87.8
bottleneck,DIG,20,NN
necessity,IND,high.consistency,0.834795
necessity,~IND,high.consistency,0.343453
path,H3,outcome,high
path,H3,term,DIG*~IND
path,H3,raw_coverage,0.709369
"""


def test_csv_states_the_same_as_toml():
    study = parse_published(CSV, "study.csv")
    assert study.levels == [20, 30, 40, 100]
    assert study.bottleneck["DIG"][0] == "NN"
    found = check_published(study)
    assert [f.where for f in found.findings if f.verdict == "cannot be true"] == ["configurations H3"]
    assert any(f.check.startswith("d from the bottleneck") and f.verdict == "agrees" for f in found.findings)


@pytest.mark.parametrize(
    ("text", "file", "said"),
    [
        ("cases = 28", "a.toml", "none of nca, bottleneck"),
        ("cases = 0\n[nca.A.ce]\nscope = 1", "a.toml", "whole number above 0"),
        ("[nca.A.ce]\nscope = 'much'", "a.toml", "a.toml: nca.A.ce.scope: 'much' is no number"),
        ("not toml", "a.toml", "not valid TOML"),
        ("a,b\n", "a.csv", "header must be table,item,field,value"),
        ("table,item,field,value\nx,y,z,1\n", "a.csv", "row 2"),
        ("[[path]]\nname = 'H1'\n", "a.toml", "a path needs name, outcome and term"),
        ("[bottleneck]\nlevels = [0, 10]\nA = ['NN']\n", "a.toml", "1 cells for 2 levels"),
        ("[necessity.middle]\nA = { consistency = 1.0 }\n", "a.toml", "write high or low"),
    ],
)
def test_a_file_of_another_form_is_named_with_what_is_expected(text, file, said):
    with pytest.raises(PublishedFileError, match=said.replace("(", r"\(")):
        parse_published(text, file)
