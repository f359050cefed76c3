"""Pooled, between and within consistency against SetMethods' cluster."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.qca.panel import SETMETHODS_EPSILON, PanelFit, distance, panel_fit
from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.space import Space
from analytics.qca.sets.terms import parse_expression, union_membership


@pytest.fixture(scope="module")
def panel(reference: Path, read_columns: Any) -> Any:
    path = reference / "setmethods" / "SCHLF.csv"
    conditions = ["EMP", "BARGAIN", "UNI", "OCCUP", "STOCK", "MA"]
    both, _ = read_columns(path, [*conditions, "EXPORT"])
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    space = Space.binary(tuple(conditions))
    labels = [row["COUNTRY"] for row in rows], [row["YEAR"] for row in rows]

    def fit(expression: str, outcome: str, relation: Any, epsilon: float) -> PanelFit:
        x = union_membership(space, both[:, :-1], parse_expression(space, expression))
        y = 1 - both[:, -1] if outcome.startswith("~") else both[:, -1]
        return panel_fit(x, y, *labels, relation=relation, epsilon=epsilon)

    return fit


@pytest.fixture(scope="module")
def figures(reference: Path) -> Any:
    return json.loads((reference / "setmethods" / "cluster_SCHLF.json").read_text(encoding="utf-8"))


def close(fit: PanelFit, theirs: dict[str, Any], tolerance: float) -> None:
    assert fit.consistency == pytest.approx(theirs["pooled"], abs=tolerance)
    assert fit.coverage == pytest.approx(theirs["cov_pooled"], abs=tolerance)
    assert fit.between.distance == pytest.approx(theirs["dBP"], abs=tolerance)
    assert fit.within.distance == pytest.approx(theirs["dWP"], abs=tolerance)
    assert fit.between.consistency == pytest.approx(theirs["between"], abs=tolerance)
    assert fit.within.consistency == pytest.approx(theirs["within"], abs=tolerance)
    assert fit.between.coverage == pytest.approx(theirs["cov_between"], abs=tolerance)
    assert fit.within.coverage == pytest.approx(theirs["cov_within"], abs=tolerance)
    assert [name.strip() for name in fit.between.groups] == [i.split(" (")[0] for i in theirs["cluster_ids"]]
    assert [name.strip() for name in fit.within.groups] == [i.split(" (")[0] for i in theirs["unit_ids"]]


def test_every_expression(panel: Any, figures: Any) -> None:
    assert len(figures["expr"]) == 24
    for key, theirs in figures["expr"].items():
        relation, expression, outcome = key.split("|")
        close(panel(expression, outcome, relation, SETMETHODS_EPSILON), theirs, 1e-9)


def test_every_path_of_the_intermediate_solution(panel: Any, figures: Any) -> None:
    for expression, theirs in figures["intermediate"].items():
        close(panel(expression, "EXPORT", "sufficiency", SETMETHODS_EPSILON), theirs, 1e-9)


def test_the_clean_formula_differs_only_by_the_packages_epsilon(panel: Any, figures: Any) -> None:
    close(panel("EMP", "EXPORT", "sufficiency", 0.0), figures["expr"]["sufficiency|EMP|EXPORT"], 1e-8)


def test_a_group_without_membership_is_unknown_not_perfect() -> None:
    x, y = np.array([0.0, 0.0, 0.8, 0.9]), np.array([0.4, 0.6, 0.9, 0.9])
    units, years = ["a", "a", "b", "b"], ["1", "2", "1", "2"]
    fit = panel_fit(x, y, units, years)
    assert fit.within.consistency == (None, 1.0)
    assert fit.within.distance == 0.0
    assert panel_fit(x, y, units, years, epsilon=SETMETHODS_EPSILON).within.consistency[0] == 1.0


def test_a_doubled_cell_is_refused() -> None:
    with pytest.raises(QcaError, match="two observations"):
        panel_fit(np.array([0.1, 0.2]), np.array([0.1, 0.2]), ["a", "a"], ["1", "1"])


def test_distance_of_nothing_is_unknown() -> None:
    assert distance([None]) is None
    assert distance([0.0, 0.0]) is None
    assert distance([0.5, 0.5, None]) == 0.0
