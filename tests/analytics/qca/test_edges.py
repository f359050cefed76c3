"""Edge data have a defined result, as docs/qca.md states."""

import json

import numpy as np
import pytest

from analytics.qca.cases import solution_cases
from analytics.qca.minimise.core import roles
from analytics.qca.minimise.minimise import complex_solution, intermediate_solution, parsimonious_solution
from analytics.qca.minimise.truth_table import CutOffs, truth_table
from analytics.qca.report import Settings, analyse, to_json
from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.fit import Fitter, necessity, sufficiency
from analytics.qca.sets.space import Space
from analytics.qca.sets.terms import format_term, parse_expression, parse_term

AB = Space.binary(("A", "B"))
DATA = np.array([[0.9, 0.8], [0.7, 0.2], [0.1, 0.9], [0.3, 0.3]])


def test_a_constant_outcome_of_zero_has_no_necessity_and_no_coverage() -> None:
    y = np.zeros(4)
    fit = necessity(DATA[:, 0], y)
    assert (fit.consistency, fit.coverage) == (None, 0.0)
    own = sufficiency(DATA[:, 0], y)
    assert (own.consistency, own.pri, own.coverage) == (0.0, 0.0, None)
    assert complex_solution(truth_table(AB, DATA, y)).models == ()


def test_a_constant_outcome_of_one_is_explained_by_anything() -> None:
    table = truth_table(AB, DATA, np.ones(4))
    found = parsimonious_solution(table)
    assert [[format_term(AB, term) for term in model] for model in found.models] == [["1"]]
    fit = Fitter(AB, DATA, np.ones(4)).solution(found.models[0])
    assert (fit.solution.consistency, fit.solution.coverage) == (1.0, 1.0)
    assert fit.terms[0].unique_coverage is None


def test_ron_is_unknown_when_everything_is_in() -> None:
    assert necessity(np.ones(3), np.ones(3)).ron is None


def test_pri_is_unknown_when_all_membership_is_shared() -> None:
    fit = sufficiency(np.array([0.4, 0.3]), np.array([0.5, 0.5]))
    assert fit.consistency == 1.0
    assert fit.pri is None


def test_a_case_at_half_belongs_to_no_row_but_counts_in_consistency() -> None:
    data, y = np.vstack([DATA, [0.5, 0.9]]), np.array([0.9, 0.2, 0.1, 0.2, 0.0])
    table = truth_table(AB, data, y, CutOffs(0.5, 0.0, 1))
    assert table.unassigned == (4,)
    assert sum(row.n for row in table.rows) == 4
    without = truth_table(AB, DATA, y[:4], CutOffs(0.5, 0.0, 1))
    row, same = table.rows[-1], without.rows[-1]
    assert row.number == same.number
    assert row.consistency is not None
    assert same.consistency is not None
    assert row.consistency < same.consistency


def test_rows_under_the_frequency_cut_are_remainders_even_if_consistent() -> None:
    y = np.array([0.9, 0.2, 0.1, 0.2])
    table = truth_table(AB, DATA, y, CutOffs(0.5, 0.0, 2))
    assert {row.outcome for row in table.rows} == {"?"}
    assert complex_solution(table).models == ()


def test_contradictions_are_neither_explained_nor_assumed() -> None:
    data = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    y = np.array([1.0, 0.0, 1.0, 0.0])
    table = truth_table(AB, data, y, CutOffs(0.8, 0.0, 1, exclusion=0.4))
    assert {row.number: row.outcome for row in table.rows} == {1: "0", 3: "1", 4: "C"}
    assert [format_term(AB, term) for term in parsimonious_solution(table).models[0]] == ["A*~B"]


def test_a_cut_off_is_met_by_equality_despite_floats() -> None:
    data, y = np.ones((10, 1)), np.array([1.0] * 7 + [0.0] * 3)
    table = truth_table(Space.binary(("A",)), data, y, CutOffs(0.1 + 0.6, 0.0, 1))
    assert table.rows[0].outcome == "1"


@pytest.mark.parametrize(
    ("data", "y", "message"),
    [
        (np.array([[0.5, np.nan]]), np.array([1.0]), "missing"),
        (np.array([[0.2, 1.5]]), np.array([1.0]), "Condition B"),
        (np.array([[-0.2, 0.5]]), np.array([1.0]), "Condition A"),
        (np.array([[0.2, 0.5]]), np.array([7.0]), "outcome"),
        (np.zeros((0, 2)), np.zeros(0), "no case"),
        (np.array([[0.2]]), np.array([1.0]), "one column per condition"),
    ],
)
def test_unusable_data_are_refused_in_a_sentence(data: object, y: object, message: str) -> None:
    with pytest.raises(QcaError, match=message):
        truth_table(AB, np.asarray(data), np.asarray(y))


@pytest.mark.parametrize(
    "arguments", [{"inclusion": 1.2}, {"pri": -0.1}, {"frequency": 0}, {"inclusion": 0.8, "exclusion": 0.9}]
)
def test_impossible_cut_offs_are_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(QcaError, match=r"cut-off"):
        CutOffs(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("names", "levels"),
    [((), ()), (("A", "A"), (2, 2)), (("A",), (1,)), (tuple(f"C{i}" for i in range(21)), (2,) * 21)],
)
def test_impossible_spaces_are_refused(names: tuple[str, ...], levels: tuple[int, ...]) -> None:
    with pytest.raises(QcaError):
        Space(names, levels)


@pytest.mark.parametrize("text", ["A*C", "A**B", "A*~A", "A[2]", ""])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(QcaError):
        parse_term(AB, text)


def test_notation_reads_back_what_it_writes() -> None:
    many = Space(("A", "B"), (3, 2), multivalue=True)
    for space, text in ((AB, "A*~B"), (AB, "1"), (many, "A[2]*B[0]")):
        assert format_term(space, parse_term(space, text)) == text
    assert parse_expression(AB, "A*~B + B") == ((1, 0), (-1, 1))


@pytest.mark.parametrize("expectations", [[1], [1, 2], [1, -1]])
def test_expectations_that_do_not_fit_are_refused(expectations: list[int]) -> None:
    table = truth_table(AB, DATA, np.array([0.9, 0.2, 0.1, 0.2]), CutOffs(0.5, 0.0, 1))
    with pytest.raises(QcaError, match="directional expectation"):
        intermediate_solution(table, complex_solution(table), parsimonious_solution(table), expectations)


def test_core_is_what_the_parsimonious_term_around_it_has() -> None:
    space = Space.binary(("A", "B", "C"))
    wide = parse_expression(space, "A + C")
    split = roles(parse_term(space, "A*~B"), wide)
    assert (format_term(space, split.core), format_term(space, split.peripheral)) == ("A", "~B")
    both = roles(parse_term(space, "A*B*C"), wide)
    assert (format_term(space, both.core), format_term(space, both.peripheral)) == ("A*C", "B")
    alone = roles(parse_term(space, "~A*B"), wide)
    assert format_term(space, alone.peripheral) == "~A*B"


def test_every_literal_of_a_pair_is_core_or_peripheral() -> None:
    rng = np.random.default_rng(3)
    space = Space.binary(tuple("ABCD"))
    data, y = rng.random((40, 4)), rng.random(40)
    table = truth_table(space, data, y, CutOffs(0.7, 0.2, 1))
    found = intermediate_solution(table, complex_solution(table), parsimonious_solution(table), [1, 1, 1, 1])
    assert found.pairs
    for pair in found.pairs.values():
        for model in pair.models:
            for term in model:
                part = roles(term, pair.parsimonious_model)
                assert all(
                    (c == -1) != (p == -1) for t, c, p in zip(term, part.core, part.peripheral, strict=True) if t != -1
                )


def test_cases_by_path() -> None:
    y = np.array([0.9, 0.8, 0.1, 0.5])
    found = solution_cases(AB, DATA, y, parse_expression(AB, "A*B + B"))
    assert found.paths[0].members == (0,)
    assert found.paths[0].unique == ()
    assert found.paths[1].unique == (2,)
    assert (found.covered, found.deviant, found.uncovered) == ((0,), (2,), (1,))
    assert 3 not in found.irrelevant
    assert solution_cases(AB, DATA, y, []).uncovered == (0, 1)


def test_identical_cases_change_frequencies_not_consistency() -> None:
    y = np.array([0.9, 0.2, 0.1, 0.2])
    once = truth_table(AB, DATA, y)
    twice = truth_table(AB, np.vstack([DATA, DATA]), np.concatenate([y, y]))
    for a, b in zip(once.rows, twice.rows, strict=True):
        assert b.n == 2 * a.n
        assert b.consistency == pytest.approx(a.consistency)


def test_the_agreed_shape_holds_unknowns_as_null() -> None:
    done = analyse(AB, DATA, np.zeros(4), "Y", "pqrs", settings=Settings(negate=False))
    answer = json.loads(json.dumps(to_json(done), allow_nan=False))
    assert list(answer) == ["necessity", "truth_table", "complex", "parsimonious", "intermediate"]
    assert answer["necessity"]["A"] == {"consistency": None, "coverage": 0.0, "ron": pytest.approx(0.5)}
    assert answer["complex"] == {"models": []}
    assert answer["intermediate"] == {}
    row = answer["truth_table"][0]
    assert list(row) == ["row", "values", "n", "consistency", "pri", "outcome", "cases"]
