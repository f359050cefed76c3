"""One QCA from data to a plain structure: what `stuckneck qca FILE.csv` computes and prints as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from analytics.qca.cases import SolutionCases, solution_cases
from analytics.qca.minimise.core import Roles, roles
from analytics.qca.minimise.minimise import (
    Intermediate,
    Model,
    Solution,
    complex_solution,
    intermediate_solution,
    parsimonious_solution,
)
from analytics.qca.minimise.truth_table import CutOffs, TruthTable, case_names, truth_table
from analytics.qca.sets.fit import Fitter, Necessity, SolutionFit, Sufficiency, necessity
from analytics.qca.sets.space import Floats, Space
from analytics.qca.sets.terms import ABSENT, Term, format_term, literals, membership

Json = dict[str, object]
MAX_MODELS = 1000
MAX_PAIRS = 1000


@dataclass(frozen=True)
class Settings:
    """Cut-offs, the expected level of each condition (None: none, for all when not given), and how much to list.

    `negate` analyses the absence of the outcome.
    """

    cutoffs: CutOffs = field(default_factory=CutOffs)
    expectations: Sequence[int | None] | None = None
    negate: bool = False
    max_models: int = MAX_MODELS
    max_pairs: int = MAX_PAIRS


@dataclass(frozen=True)
class Analysis:
    """Everything one run gives; `y` is the outcome analysed (negated where asked), `cases` their names."""

    space: Space
    data: Floats
    y: Floats
    outcome: str
    cases: tuple[str, ...]
    settings: Settings
    necessity: dict[str, Necessity]
    table: TruthTable
    complex: Solution
    parsimonious: Solution
    intermediate: Intermediate
    fits: dict[Model, SolutionFit]

    @property
    def complete(self) -> bool:
        """Whether all models of all pairs are listed, not only the first of them."""
        pairs = self.intermediate.pairs.values()
        return all([self.complex.complete, self.parsimonious.complete, self.intermediate.complete]) and all(
            pair.complete for pair in pairs
        )

    def model_cases(self, model: Model) -> SolutionCases:
        """Cases by path of one model."""
        return solution_cases(self.space, self.data, self.y, model)


def single_terms(space: Space) -> list[Term]:
    """Each condition present and absent (or at each level), condition by condition."""
    k = len(space.names)
    values = [range(levels) if space.multivalue else (1, 0) for levels in space.levels]
    return [tuple(v if i == j else ABSENT for i in range(k)) for j in range(k) for v in values[j]]


def analyse(
    space: Space, data: Floats, y: Floats, outcome: str, cases: Sequence[str], *, settings: Settings | None = None
) -> Analysis:
    """Run necessity, truth table and the three solutions on data (n, k) and outcome memberships y (n,).

    Raises QcaError for data or settings that cannot be used.
    """
    chosen = settings or Settings()
    target = 1.0 - y if chosen.negate else y
    table = truth_table(space, data, target, chosen.cutoffs)
    expectations = chosen.expectations if chosen.expectations is not None else [None] * len(space.names)
    narrow = complex_solution(table, chosen.max_models)
    wide = parsimonious_solution(table, chosen.max_models)
    between = intermediate_solution(
        table, narrow, wide, expectations, max_models=chosen.max_models, max_pairs=chosen.max_pairs
    )
    models = [*narrow.models, *wide.models, *(m for pair in between.pairs.values() for m in pair.models)]
    fitter = Fitter(space, data, target)
    return Analysis(
        space=space,
        data=data,
        y=target,
        outcome=f"~{outcome}" if chosen.negate else outcome,
        cases=tuple(cases),
        settings=chosen,
        necessity={
            format_term(space, term): necessity(membership(space, data, term), target) for term in single_terms(space)
        },
        table=table,
        complex=narrow,
        parsimonious=wide,
        intermediate=between,
        fits={model: fitter.solution(model) for model in dict.fromkeys(models)},
    )


def to_json(done: Analysis, details: bool = False) -> Json:
    """The analysis as plain values; unknown is None.

    `details` adds, beside the agreed keys, core and peripheral literals and cases by path, simplifying assumptions,
    easy and difficult counterfactuals, cases at 0.5, and whether all models are listed.
    """
    pairs = {
        name: {
            "models": [_model(done, model, pair.parsimonious_model if details else None) for model in pair.models],
            **(
                {
                    "complex_model": _terms(done, pair.complex_model),
                    "parsimonious_model": _terms(done, pair.parsimonious_model),
                    "easy_counterfactuals": list(pair.easy),
                    "difficult_counterfactuals": list(pair.difficult),
                }
                if details
                else {}
            ),
        }
        for name, pair in done.intermediate.pairs.items()
    }
    answer: Json = {
        "necessity": {
            name: {"consistency": fit.consistency, "coverage": fit.coverage, "ron": fit.ron}
            for name, fit in done.necessity.items()
        },
        "truth_table": _truth_table(done),
        "complex": _solution(done, done.complex, details),
        "parsimonious": _solution(done, done.parsimonious, details),
        "intermediate": pairs,
    }
    if details:
        answer["outcome"] = done.outcome
        answer["cases_at_half"] = case_names(done.cases, done.table.unassigned)
        answer["all_models_listed"] = done.complete
    return answer


def _terms(done: Analysis, model: Model) -> list[str]:
    return [format_term(done.space, term) for term in model]


def _truth_table(done: Analysis) -> list[Json]:
    return [
        {
            "row": row.number,
            "values": list(row.values),
            "n": row.n,
            "consistency": row.consistency,
            "pri": row.pri,
            "outcome": int(row.outcome) if row.outcome in ("0", "1") else row.outcome,
            "cases": case_names(done.cases, row.cases),
        }
        for row in done.table.rows
    ]


def _solution(done: Analysis, solution: Solution, details: bool) -> Json:
    answer: Json = {"models": [_model(done, model, None, details) for model in solution.models]}
    if details:
        answer["prime_implicants"] = [format_term(done.space, term) for term in solution.primes]
        answer["simplifying_assumptions"] = [list(rows) for rows in solution.simplifying]
    return answer


def _term_fit(fit: Sufficiency) -> Json:
    return {
        "consistency": fit.consistency,
        "pri": fit.pri,
        "raw_coverage": fit.coverage,
        "unique_coverage": fit.unique_coverage,
    }


def _model(done: Analysis, model: Model, parsimonious: Model | None, details: bool = False) -> Json:
    fit = done.fits[model]
    terms: dict[str, Json] = {
        format_term(done.space, term): _term_fit(own) for term, own in zip(model, fit.terms, strict=True)
    }
    total = fit.solution
    answer: Json = {
        "terms": terms,
        "solution": {"consistency": total.consistency, "pri": total.pri, "coverage": total.coverage},
    }
    if details or parsimonious is not None:
        _add_cases(done, model, answer, terms)
    if parsimonious is not None:
        for term in model:
            split: Roles = roles(term, parsimonious)
            terms[format_term(done.space, term)] |= {
                "core": literals(done.space, split.core),
                "peripheral": literals(done.space, split.peripheral),
            }
    return answer


def _add_cases(done: Analysis, model: Model, answer: Json, terms: dict[str, Json]) -> None:
    found = done.model_cases(model)
    for term, path in zip(model, found.paths, strict=True):
        terms[format_term(done.space, term)] |= {
            "cases": case_names(done.cases, path.members),
            "unique_cases": case_names(done.cases, path.unique),
            "deviant_consistency": case_names(done.cases, path.deviant),
        }
    answer["deviant_coverage"] = case_names(done.cases, found.uncovered)
