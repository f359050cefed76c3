"""Direct calibration against R's calibrate, quantile types, and the rule for 0.5."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.qca.sets.calibrate import (
    R_IDM,
    RAGIN_IDM,
    Anchors,
    TwoSided,
    at_half,
    calibrate,
    calibrate_linear,
    calibrate_two_sided,
    quantile,
    quartile_anchors,
    resolve_half,
)
from analytics.qca.sets.describe import describe
from analytics.qca.sets.errors import QcaError


def recomputed(case: dict[str, Any]) -> Any:
    x, at = np.array(case["x"], dtype=float), case.get("thresholds", [-1, 0, 1])
    arguments = case.get("args") or {}
    if len(at) == 6:
        return calibrate_two_sided(x, TwoSided(Anchors(*at[:3]), Anchors(at[5], at[4], at[3])))
    if arguments.get("logistic") is False:
        return calibrate_linear(x, Anchors(*at), arguments.get("below", 1), arguments.get("above", 1))
    return calibrate(x, Anchors(*at), arguments.get("idm", R_IDM))


def test_every_calibration_of_r(reference: Path) -> None:
    cases = json.loads((reference / "qca" / "calibration.json").read_text(encoding="utf-8"))
    del cases["package"]
    assert len(cases) > 60
    for name, case in cases.items():
        np.testing.assert_allclose(recomputed(case), case["value"], rtol=0, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("kind", [2, 6, 7])
def test_quartile_anchors_by_quantile_type(reference: Path, read_columns: Any, kind: Any) -> None:
    cases = json.loads((reference / "qca" / "calibration.json").read_text(encoding="utf-8"))
    for column in ("DEV", "URB", "LIT", "IND", "STB", "SURV"):
        raw, _ = read_columns(reference / "qca" / "data" / "LR_raw.csv", [column])
        at = quartile_anchors(raw[:, 0], kind)
        assert [at.exclusion, at.crossover, at.inclusion] == pytest.approx(
            cases[f"LR_{column}_quart{kind}_idm.95"]["thresholds"], abs=1e-9
        )


def test_anchors_get_their_memberships() -> None:
    x = np.array([1.0, 3.0, 10.0])
    assert calibrate(x, Anchors(1, 3, 10)) == pytest.approx([0.05, 0.5, 0.95])
    assert calibrate(x, Anchors(1, 3, 10), idm=RAGIN_IDM)[2] == pytest.approx(0.9525741268)
    assert calibrate(x, Anchors(10, 3, 1)) == pytest.approx([0.95, 0.5, 0.05])


def test_tails_are_cut_like_r_unless_asked_otherwise() -> None:
    x = np.array([-100.0, 100.0])
    assert calibrate(x, Anchors(-1, 0, 1)).tolist() == [0.0, 1.0]
    kept = calibrate(np.array([-3.5]), Anchors(-1, 0, 1), trim=0.0)
    assert 0 < kept[0] < 1e-4


def test_missing_stays_missing() -> None:
    x = np.array([np.nan, 2.0])
    for memberships in (
        calibrate(x, Anchors(1, 2, 3)),
        calibrate_linear(x, Anchors(1, 2, 3)),
    ):
        assert np.isnan(memberships[0])
        assert np.isfinite(memberships[1])


@pytest.mark.parametrize("anchors", [(1, 1, 2), (1, 3, 2), (2, 2, 2)])
def test_unordered_anchors_are_refused(anchors: tuple[float, float, float]) -> None:
    with pytest.raises(QcaError, match="not strictly ordered"):
        Anchors(*anchors)


@pytest.mark.parametrize("idm", [0.5, 1.0, -1.0])
def test_impossible_idm_is_refused(idm: float) -> None:
    with pytest.raises(QcaError, match="idm"):
        calibrate(np.array([1.0]), Anchors(0, 1, 2), idm)


def test_a_constant_column_has_no_quartile_anchors() -> None:
    with pytest.raises(QcaError, match="not strictly ordered"):
        quartile_anchors(np.full(5, 3.0))


def test_cases_at_half_are_told_and_placed_only_on_request() -> None:
    m = calibrate(np.array([1.0, 2.0, 3.0]), Anchors(1, 2, 3))
    assert at_half(m) == (1,)
    assert resolve_half(m)[1] == 0.5
    assert resolve_half(m, "raise")[1] == pytest.approx(0.501)
    assert resolve_half(m, "lower")[1] == pytest.approx(0.499)


@settings(derandomize=True, max_examples=100)
@given(
    st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3, unique=True).map(sorted),
    st.lists(st.floats(-2e3, 2e3), min_size=2, max_size=20),
)
def test_memberships_rise_with_the_raw_value(at: list[float], values: list[float]) -> None:
    if min(at[1] - at[0], at[2] - at[1]) < 1e-6:
        return
    m = calibrate(np.array(sorted(values)), Anchors(*at))
    assert ((m >= 0) & (m <= 1)).all()
    assert (np.diff(m) >= 0).all()
    mirrored = calibrate(np.array(sorted(values)), Anchors(*at[::-1]))
    np.testing.assert_allclose(m + mirrored, 1.0, atol=1e-9)


def test_description_knows_what_is_missing() -> None:
    d = describe(np.array([1.0, 2.0, np.nan, 4.0]))
    assert (d.n, d.missing, d.minimum, d.maximum) == (3, 1, 1.0, 4.0)
    assert d.mean == pytest.approx(7 / 3)
    assert d.sd == pytest.approx(np.std([1, 2, 4], ddof=1))
    assert describe(np.array([5.0])).sd is None
    with pytest.raises(QcaError):
        describe(np.array([np.nan]))
    with pytest.raises(QcaError):
        quantile(np.array([]), 0.5)
