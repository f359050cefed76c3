"""From a frame to the published JSON."""

import json

import polars as pl
import pytest

from analytics.nca.report import Settings, number, study, to_json

FRAME = pl.DataFrame({"A": [1, 2, 3, None], "B": [2.0, 1.0, 4.0, 3.0], "Y": [1.0, 3.0, 2.0, 4.0], "name": list("abcd")})


def test_missing_is_per_condition_and_rows_are_shared():
    done = study(FRAME, "Y", ["A", "B"], Settings(y_unit="actual"))
    assert (done.conditions["A"].n, done.conditions["B"].n) == (3, 4)
    assert done.bottlenecks["ce_fdh"].outcome == pytest.approx([1 + 0.3 * i for i in range(11)])
    assert done.bottlenecks["ce_fdh"].columns["A"][-1] == "NA"  # outcome 4 occurs only without A


def test_json_is_plain():
    ceilings = ("ce_fdh", "cr_fdh", "ce_vrs", "cr_vrs", "c_lp", "cols", "qr", "ols")
    text = json.dumps(to_json(study(FRAME, "Y", ["A", "B"], Settings(ceilings=ceilings))), allow_nan=False)
    assert set(json.loads(text)["bottleneck"]) == set(ceilings) - {"ols"}


def test_no_common_cases_is_a_result():
    frame = pl.DataFrame({"A": [1.0, None], "Y": [None, 2.0]})
    done = to_json(study(frame, "Y", ["A"], Settings(permutations=3, y_unit="actual")))
    assert done["conditions"]["A"]["n"] == 0
    assert done["conditions"]["A"]["scope"] is None
    assert done["bottleneck"]["ce_fdh"]["A"] == ["NA"] * 11


def test_unknown_and_textual_columns_are_refused():
    with pytest.raises(ValueError, match="no column 'Z'"):
        study(FRAME, "Y", ["Z"])
    with pytest.raises(ValueError, match="not numeric"):
        study(FRAME, "Y", ["name"])


def test_numbers_are_finite_or_none():
    assert number(float("nan")) is None
    assert number(float("inf")) is None
    assert str(number(-0.0)) == "0.0"
