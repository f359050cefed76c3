"""The provincial study's printed tables: its CR lines and effect sizes follow from its bottleneck table."""

import csv

import numpy as np
import pytest

from analytics.nca.ceilings.area import line_zone
from analytics.nca.ceilings.lines import ols
from analytics.nca.ceilings.model import Scope
from tests.analytics.nca.conftest import REFERENCE

HUNDRED = Scope(0.0, 100.0, 0.0, 100.0)
TABLES = REFERENCE / "paper_ic"


def rows(name: str) -> list[dict[str, str]]:
    path = TABLES / name
    if not path.exists():
        pytest.skip(f"reference table not here: {name}")
    with path.open() as handle:
        return list(csv.DictReader(handle))


def test_bottlenecks_give_the_printed_cr_effect_sizes():
    bottlenecks, figures = rows("table3_bottleneck_cr.csv"), rows("table2_nca.csv")
    printed = next(row for row in figures if (row["measure"], row["method"]) == ("effect_size", "CR"))
    for name in list(bottlenecks[0])[1:]:
        points = [(float(row[name]), float(row["outcome_level_percent"])) for row in bottlenecks if row[name] != "NN"]
        x, y = np.asarray(points).T
        inverse = ols(y, x)  # the table gives x of y: x carries the rounding
        assert inverse is not None
        assert np.max(np.abs(inverse.at(y) - x)) <= 0.06
        line = ols(x, y)
        assert line is not None
        zone = line_zone(line, HUNDRED)
        assert zone is not None
        assert zone / HUNDRED.area == pytest.approx(float(printed[name]), abs=0.0051)


def test_zone_is_effect_size_times_scope_and_accuracy_counts_28():
    figures = {(row["measure"], row["method"]): row for row in rows("table2_nca.csv")}
    for method in ("CE", "CR"):
        for name in list(figures["scope", method])[2:]:
            zone = float(figures["effect_size", method][name]) * float(figures["scope", method][name])
            assert float(figures["ceiling_zone", method][name]) == pytest.approx(zone, abs=0.011)
            share = float(figures["accuracy", method][name].rstrip("%"))
            assert min(abs(share - 100.0 * k / 28) for k in range(29)) <= 0.3
