"""Every figure of R's QCA 3.23 on five datasets: fit, truth tables, all models, all C–P pairs."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from analytics.qca.minimise.minimise import Model, complex_solution, intermediate_solution, parsimonious_solution
from analytics.qca.minimise.truth_table import CutOffs, TruthTable, truth_table
from analytics.qca.sets.fit import Fitter, necessity, sufficiency
from analytics.qca.sets.terms import covered, format_term, membership, parse_term
from analytics.qca.superset import format_superset, necessary_supersets

ZEROED = 1e-5
"""R sets fits below this to zero; ours are left as they are."""
SOLUTIONS = {"complex": complex_solution, "parsimonious": parsimonious_solution}


def same(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if theirs == 0:
        return 0 <= abs(ours) < ZEROED
    return ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def names(dataset: Any, models: tuple[Model, ...]) -> set[frozenset[str]]:
    return {frozenset(format_term(dataset.space, term) for term in model) for model in models}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def as_set(models: list[list[str]]) -> set[frozenset[str]]:
    return {frozenset(as_list(model)) for model in models}


def runs(dataset: Any) -> Iterator[tuple[str, dict[str, Any], TruthTable]]:
    for sign in ("pos", "neg"):
        for label, run in dataset.figures.get(sign, {}).get("runs", {}).items():
            found = re.fullmatch(r"incl([\d.]+)_pri([\d.]+)_n(\d+)", label)
            assert found
            cut = CutOffs(float(found[1]), float(found[2]), int(found[3]))
            yield sign, run, truth_table(dataset.space, dataset.data, dataset.outcome(sign), cut)


def test_necessity_and_sufficiency_of_every_literal(dataset: Any) -> None:
    for sign in ("pos", "neg"):
        figures, y = dataset.figures.get(sign, {}), dataset.outcome(sign)
        if not isinstance(figures.get("necessity", ""), dict):
            continue  # R itself failed on the multi-value set
        for text, theirs in figures["necessity"].items():
            fit = necessity(membership(dataset.space, dataset.data, parse_term(dataset.space, text)), y)
            assert same(fit.consistency, theirs["inclN"])
            assert same(fit.coverage, theirs["covN"])
            assert same(fit.ron, theirs["RoN"])
        for text, theirs in figures["sufficiency"].items():
            own = sufficiency(membership(dataset.space, dataset.data, parse_term(dataset.space, text)), y)
            assert same(own.consistency, theirs["inclS"])
            assert same(own.pri, theirs["PRI"])
            assert same(own.coverage, theirs["covS"])


def test_superset_search(dataset: Any) -> None:
    for sign in ("pos", "neg"):
        theirs = dataset.figures.get(sign, {}).get("superSubset_necessity_incl0.9_ron0.4")
        if theirs is None:
            continue
        found = necessary_supersets(dataset.space, dataset.data, dataset.outcome(sign))
        ours = {format_superset(dataset.space, item): item.fit for item in found}
        assert list(ours) == list(theirs)
        for text, fit in ours.items():
            assert same(fit.consistency, theirs[text]["inclN"])
            assert same(fit.coverage, theirs[text]["covN"])
            assert same(fit.ron, theirs[text]["RoN"])


def test_truth_tables(dataset: Any) -> None:
    for _, run, table in runs(dataset):
        theirs = run["tt"]
        assert [row.number for row in table.rows] == theirs["id"]
        assert [list(row.values) for row in table.rows] == theirs["conditions"]
        assert [row.outcome for row in table.rows] == theirs["OUT"]
        assert [row.n for row in table.rows] == theirs["n"]
        assert all(same(row.consistency, value) for row, value in zip(table.rows, theirs["incl"], strict=True))
        assert all(same(row.pri, value) for row, value in zip(table.rows, theirs["PRI"], strict=True))
        for row, cases, deviant in zip(table.rows, theirs["cases"], theirs["DCC"].values(), strict=True):
            assert ",".join(dataset.cases[case] for case in row.cases) == cases
            assert ",".join(dataset.cases[case] for case in row.deviant) == deviant


def check_fits(dataset: Any, y: Any, models: tuple[Model, ...], figures: list[dict[str, Any]]) -> None:
    by_terms = {frozenset(model["terms"]): model for model in figures}
    for model in models:
        texts = [format_term(dataset.space, term) for term in model]
        theirs = by_terms[frozenset(texts)]
        fit = Fitter(dataset.space, dataset.data, y).solution(model)
        for text, own in zip(texts, fit.terms, strict=True):
            figure = theirs["terms"][text]
            assert same(own.consistency, figure["inclS"])
            assert same(own.pri, figure["PRI"])
            assert same(own.coverage, figure["covS"])
            assert same(own.unique_coverage, figure["covU"])
        total = next(iter(theirs["solution"].values()))
        assert same(fit.solution.consistency, total["inclS"])
        assert same(fit.solution.pri, total["PRI"])
        assert same(fit.solution.coverage, total["covS"])


@pytest.mark.parametrize("kind", list(SOLUTIONS))
def test_all_models_of_complex_and_parsimonious(dataset: Any, kind: str) -> None:
    for sign, run, table in runs(dataset):
        theirs, ours = run[kind], SOLUTIONS[kind](table)
        if "error" in theirs:
            assert "None of the values in OUT is explained" in theirs["error"]
            assert ours.models == ()
            continue
        assert ours.complete
        assert names(dataset, ours.models) == as_set(theirs["solution"])
        assert names(dataset, (ours.primes,)) == as_set([theirs["PIs"]])
        assert names(dataset, (ours.essential,)) == as_set([theirs["essential"]])
        assert sorted(map(list, ours.simplifying)) == sorted(theirs["SA"].values())
        assert [row.number for row in table.rows if row.outcome == "0"] == as_list(theirs["negatives"])
        check_fits(dataset, dataset.outcome(sign), ours.models, theirs["IC"]["models"])
        chart = theirs["PIchart"]
        for text, marks in chart["m"].items():
            reach = covered(dataset.space, [parse_term(dataset.space, text)])
            assert [int(reach[int(column) - 1]) for column in as_list(chart["cols"])] == as_list(marks)
        counts = {f"OUT{out}": sum(row.n for row in table.rows if row.outcome == out) for out in ("1", "0", "C")}
        assert counts | {"Total": sum(counts.values())} == theirs["numbers"]


def test_overall_unique_coverage_over_the_models(dataset: Any) -> None:
    """With several models R's overall table sets each term against the terms of all models."""
    for sign, run, _ in runs(dataset):
        for kind in SOLUTIONS:
            overall = run[kind].get("IC", {}).get("overall")
            if not overall:
                continue
            terms = [parse_term(dataset.space, text) for text in overall]
            fit = Fitter(dataset.space, dataset.data, dataset.outcome(sign)).solution(terms)
            assert all(
                same(own.unique_coverage, figure["covU"])
                for own, figure in zip(fit.terms, overall.values(), strict=True)
            )


@pytest.mark.parametrize(
    ("key", "choice"), [("parsimonious_all.sol", "irredundant"), ("parsimonious_row.dom", "row dominance")]
)
def test_other_choices_of_models(dataset: Any, key: str, choice: Any) -> None:
    for _, run, table in runs(dataset):
        if run.get(key) is not None:
            assert names(dataset, parsimonious_solution(table, choice=choice).models) == as_set(run[key])


def test_intermediate_solutions_of_all_pairs(dataset: Any) -> None:
    """Pairs are matched by content: R numbers ambiguous models in the order of its own search."""
    seen = 0
    for sign, run, table in runs(dataset):
        narrow, wide = complex_solution(table), parsimonious_solution(table)
        for key in (key for key in run if key.startswith("intermediate")):
            if "error" in run[key]:
                continue
            expectations = [None if value == "-" else int(value) for value in run[key]["dir.exp"]]
            ours = intermediate_solution(table, narrow, wide, expectations)
            theirs = {
                (frozenset(as_list(pair["c.sol"])), frozenset(as_list(pair["p.sol"]))): pair
                for pair in run[key]["i.sol"].values()
            }
            assert len(ours.pairs) == len(theirs) == len(run[key]["i.sol"])
            assert set(ours.pairs) == set(run[key]["i.sol"])
            for pair in ours.pairs.values():
                (c,), (p,) = names(dataset, (pair.complex_model,)), names(dataset, (pair.parsimonious_model,))
                check_pair(dataset, dataset.outcome(sign), pair, theirs[c, p])
                seen += 1
    assert seen or dataset.name == "LM"  # the multi-value reference holds no intermediate solution


def check_pair(dataset: Any, y: Any, ours: Any, theirs: dict[str, Any]) -> None:
    easy = as_list(theirs.get("EC") or [])
    assert list(ours.easy) == easy
    assert ours.complete
    if not easy:  # R keeps the complex model then, as a flat list of terms, and leaves its difficult ones out
        assert names(dataset, ours.models) == {frozenset(term for terms in theirs["solution"] for term in terms)}
        return
    assert list(ours.difficult) == as_list(theirs.get("DC") or [])
    assert names(dataset, ours.models) == as_set(theirs["solution"])
    if "IC" in theirs:
        check_fits(dataset, y, ours.models, theirs["IC"]["models"])
