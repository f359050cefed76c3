"""Robustness measures against SetMethods' rob.* on PAYF, and theory evaluation."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.qca.minimise.truth_table import CutOffs
from analytics.qca.robust import (
    Study,
    anchor_ranges,
    frequency_range,
    inclusion_range,
    rerun,
    robustness_cases,
    robustness_fit,
)
from analytics.qca.sets.algebra import absorb, intersect, negate, relation
from analytics.qca.sets.calibrate import Anchors, calibrate
from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.fit import necessity
from analytics.qca.sets.space import Space
from analytics.qca.sets.terms import covered, format_term, parse_expression, parse_term, union_membership
from analytics.qca.theory import theory_evaluation

CONDITIONS = ("HE", "GG", "AH", "HI", "HW")


@pytest.fixture(scope="module")
def study(reference: Path, read_columns: Any) -> Study:
    both, _ = read_columns(reference / "setmethods" / "PAYF.csv", [*CONDITIONS, "HL"])
    return Study(Space.binary(CONDITIONS), both[:, :-1], both[:, -1], CutOffs(0.87, 0.0, 1))


@pytest.fixture(scope="module")
def figures(reference: Path) -> Any:
    return json.loads((reference / "setmethods" / "robustness_PAYF.json").read_text(encoding="utf-8"))


def model(study: Study, texts: list[str]) -> Any:
    return tuple(parse_term(study.space, text) for text in texts)


def members(study: Study, texts: list[str]) -> Any:
    return union_membership(study.space, study.data, model(study, texts))


def test_initial_and_test_solutions_are_found_again(study: Study, figures: Any) -> None:
    def texts(cut: CutOffs) -> list[set[str]]:
        models = Study(study.space, study.data, study.y, cut).models()
        return [{format_term(study.space, term) for term in one} for one in models]

    assert texts(study.cutoffs) == [set(terms) for terms in figures["IS"]]
    assert texts(CutOffs(0.7, 0.0, 1)) == [set(terms) for terms in figures["TS"][0]]


def test_fit_oriented_robustness(study: Study, figures: Any) -> None:
    initial = members(study, figures["IS"][0])
    fit = robustness_fit(initial, [members(study, models[0]) for models in figures["TS"]], study.y)
    ours = [fit.coverage, fit.consistency, fit.overlap_min, fit.overlap_max]
    assert [round(value, 3) for value in ours if value is not None] == figures["rob.fit"]
    core = [fit.core.consistency, fit.core.coverage, fit.core.pri]
    assert [round(value, 3) for value in core if value is not None] == figures["rob.corefit"]["cf"]


def test_ranges_of_cut_offs(study: Study) -> None:
    at = Study(study.space, study.data, study.y, CutOffs(0.87, 0.0, 2))
    inclusion, frequency = inclusion_range(at), frequency_range(at)
    assert (inclusion.lower, inclusion.upper) == (0.85, 0.87)
    assert (frequency.lower, frequency.upper) == (2, 2)


def test_necessity_fit(study: Study, reference: Path) -> None:
    path = reference / "setmethods" / "QCAfit_PAYF_necessity.json"
    for text, theirs in json.loads(path.read_text(encoding="utf-8"))["m"].items():
        fit = necessity(members(study, [text]), study.y)
        assert fit.consistency == pytest.approx(theirs["Cons.Nec"], abs=5.01e-4)
        assert fit.coverage == pytest.approx(theirs["Cov.Nec"], abs=5.01e-4)
        assert fit.ron == pytest.approx(theirs["RoN"], abs=5.01e-4)


def test_every_test_solution_counts_not_only_first_and_last(study: Study, figures: Any) -> None:
    initial = members(study, figures["IS"][0])
    ends = [initial, initial]
    odd = members(study, ["HI"])
    with_middle = robustness_fit(initial, [ends[0], odd, ends[1]], study.y)
    assert with_middle.overlap_min is not None
    assert with_middle.overlap_min < 1.0 == robustness_fit(initial, ends, study.y).overlap_min


def test_cases_shaky_and_possible() -> None:
    initial, y = np.array([0.9, 0.8, 0.2, 0.7]), np.array([0.9, 0.7, 0.8, 0.1])
    found = robustness_cases(initial, [np.array([0.9, 0.3, 0.6, 0.7])], y)
    assert (found.typical_ratio, found.deviant_ratio) == (0.5, 1.0)
    assert (found.shaky, found.possible) == ((1,), (2,))
    with pytest.raises(QcaError):
        robustness_fit(initial, [], y)


def test_reruns_tell_the_set_relation(study: Study, figures: Any) -> None:
    base = model(study, figures["IS"][0])
    runs = rerun(study, base, {"looser": CutOffs(0.7, 0.0, 1), "same": study.cutoffs})
    assert [(run.label, run.relation) for run in runs] == [
        ("looser", "superset"),
        ("looser", "superset"),
        ("same", "equal"),
    ]


def test_anchor_ranges_hold_what_they_say() -> None:
    rng = np.random.default_rng(4)
    raw, y = rng.random((30, 2)) * 10, rng.random(30)
    at = Anchors(2.0, 5.0, 8.0)
    data = np.column_stack([calibrate(raw[:, j], at) for j in range(2)])
    study = Study(Space.binary(("A", "B")), data, y, CutOffs(0.75, 0.0, 1))
    found = anchor_ranges(study, 0, at, partial(calibrate, raw[:, 0]))
    assert set(found) == {"exclusion", "crossover", "inclusion"}

    def models_at(crossover: float) -> Any:
        moved = data.copy()
        moved[:, 0] = calibrate(raw[:, 0], Anchors(2.0, crossover, 8.0))
        return Study(study.space, moved, y, study.cutoffs).models()

    lower, upper = found["crossover"].lower, found["crossover"].upper
    assert lower is not None
    assert upper is not None
    assert lower <= 5.0 <= upper
    step = 0.3  # a twentieth of the way from 2 to 8
    assert models_at(lower) == models_at(upper) == study.models()
    assert models_at(lower - step) != study.models()
    assert models_at(upper + step) != study.models()


def test_algebra_agrees_with_the_configurations() -> None:
    space = Space(("A", "B", "C"), (2, 3, 2), multivalue=True)
    left, right = (parse_expression(space, text) for text in ("A[1]*B[2] + C[0]", "B[1] + A[0]*C[0]"))
    both = covered(space, left) & covered(space, right)
    assert (covered(space, intersect(left, right)) == both).all()
    assert (covered(space, negate(space, left)) == ~covered(space, left)).all()
    assert absorb([*left, parse_term(space, "A[1]*B[2]*C[1]")]) == absorb(left)
    assert relation(space, left, negate(space, left)) == "disjoint"
    assert relation(space, intersect(left, right), left) == "subset"
    assert relation(space, left, right) == "overlap"


def test_theory_evaluation_splits_the_cases_in_four() -> None:
    space = Space.binary(("A", "B"))
    data = np.array([[0.9, 0.9], [0.9, 0.2], [0.1, 0.8], [0.2, 0.1], [0.8, 0.7]])
    y = np.array([0.9, 0.8, 0.3, 0.1, 0.2])
    theory, solution = parse_expression(space, "A"), parse_expression(space, "B")
    areas = theory_evaluation(space, data, y, theory, solution)
    assert {name: area.in_outcome + area.not_in_outcome for name, area in areas.items()} == {
        "T*S": (0, 4),
        "~T*S": (2,),
        "T*~S": (1,),
        "~T*~S": (3,),
    }
    assert [format_term(space, term) for term in areas["T*~S"].terms] == ["A*~B"]
