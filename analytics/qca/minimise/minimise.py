"""Boolean minimisation to the complex, parsimonious and intermediate solutions (QCA's minimize)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from analytics.qca.minimise.cover import irredundant_covers, minimum_covers, undominated
from analytics.qca.minimise.primes import prime_implicants
from analytics.qca.minimise.truth_table import TruthTable
from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.space import Bools, Ints, Space
from analytics.qca.sets.terms import ABSENT, Term, covered, is_subset, sort_key

Model = tuple[Term, ...]
MAX_MODELS = 10_000
MAX_PAIRS = 10_000
Choice = Literal["minimum", "irredundant", "row dominance"]
"""Which covers are models: all of fewest terms, all from which no term can go, or the fewest after row dominance."""


@dataclass(frozen=True)
class Solution:
    """All models (minimum-cardinality covers of the observed positives by prime implicants), in R's order.

    `simplifying` holds per model the remainders it assumes (R's SA), as row numbers from 1. `complete` is false when
    more models exist than the limit asked for.
    """

    primes: tuple[Term, ...]
    essential: tuple[Term, ...]
    models: tuple[Model, ...]
    complete: bool
    space: Space
    observed_positive: Ints

    @cached_property
    def simplifying(self) -> tuple[tuple[int, ...], ...]:
        """Per model: the row numbers (from 1) of the simplifying assumptions."""
        return tuple(tuple((np.flatnonzero(self.assumed(model)) + 1).tolist()) for model in self.models)

    def assumed(self, model: Model) -> Bools:
        """Configurations in the model that are not observed positives, shape (total,)."""
        cells = covered(self.space, model)
        cells[self.observed_positive] = False
        return cells


@dataclass(frozen=True)
class IntermediatePair:
    """Intermediate models of one pair of a complex and a parsimonious model.

    `easy` are the easy counterfactuals used, `difficult` the other simplifying assumptions of the parsimonious model
    (row numbers from 1).
    """

    complex_model: Model
    parsimonious_model: Model
    models: tuple[Model, ...]
    complete: bool
    easy: tuple[int, ...]
    difficult: tuple[int, ...]


@dataclass(frozen=True)
class Intermediate:
    """Pairs by R's names: C1P1, C1P2, … `complete` is false when pairs were left out for the limit."""

    expectations: tuple[int | None, ...]
    pairs: dict[str, IntermediatePair]
    complete: bool


def _solve(space: Space, positives: Ints, allowed: Bools, limit: int, choice: Choice = "minimum") -> Solution:
    if not positives.size:
        return Solution((), (), (), True, space, positives)
    primes = prime_implicants(space, positives, allowed)
    values = space.cells[positives]
    terms = np.array(primes, dtype=np.int64)
    chart: Bools = np.ones((terms.shape[0], positives.size), dtype=np.bool_)
    for j in range(values.shape[1]):
        chart &= (terms[:, j, None] == ABSENT) | (terms[:, j, None] == values[None, :, j])
    if choice == "row dominance":
        kept = undominated(chart)
        primes, chart = [primes[i] for i in kept], chart[kept]
    covers = irredundant_covers(chart, limit) if choice == "irredundant" else minimum_covers(chart, limit)
    return Solution(
        tuple(primes),
        tuple(primes[i] for i in covers.essential),
        tuple(tuple(primes[i] for i in model) for model in covers.models),
        covers.complete,
        space,
        positives,
    )


def complex_solution(table: TruthTable, max_models: int = MAX_MODELS, choice: Choice = "minimum") -> Solution:
    """The conservative solution: no remainder is assumed. No model when no row is positive."""
    positives = table.numbers("1")
    allowed: Bools = np.zeros(table.space.total, dtype=np.bool_)
    allowed[positives] = True
    return _solve(table.space, positives, allowed, max_models, choice)


def parsimonious_solution(table: TruthTable, max_models: int = MAX_MODELS, choice: Choice = "minimum") -> Solution:
    """Every remainder may be assumed; observed rows with outcome 0 or C never."""
    allowed: Bools = np.ones(table.space.total, dtype=np.bool_)
    allowed[table.numbers("0", "C")] = False
    return _solve(table.space, table.numbers("1"), allowed, max_models, choice)


def _filtered(complex_model: Model, parsimonious_model: Model, expectations: Sequence[int | None]) -> list[Term]:
    """Complex terms without the literals that the expectations and the parsimonious term allow to drop."""
    found: set[Term] = set()
    for term in complex_model:
        for wide in parsimonious_model:
            if is_subset(term, wide):
                found.add(
                    tuple(
                        ABSENT if w == ABSENT and e is not None and v not in (ABSENT, e) else v
                        for v, w, e in zip(term, wide, expectations, strict=True)
                    )
                )
    return sorted(found, key=sort_key)


def check_expectations(space: Space, expectations: Sequence[int | None]) -> tuple[int | None, ...]:
    """Raise QcaError unless there is one expected level, or None, for every condition."""
    if len(expectations) != len(space.names):
        raise QcaError(
            f"There are {len(expectations)} directional expectations for {len(space.names)} conditions; "
            "give one for each (a level, or - for none)."
        )
    for name, levels, value in zip(space.names, space.levels, expectations, strict=True):
        if value is not None and not 0 <= value < levels:
            raise QcaError(f"The directional expectation of {name} must be a level from 0 to {levels - 1}, or -.")
    return tuple(expectations)


def intermediate_solution(
    table: TruthTable,
    complex_: Solution,
    parsimonious: Solution,
    expectations: Sequence[int | None],
    *,
    max_models: int = MAX_MODELS,
    max_pairs: int = MAX_PAIRS,
) -> Intermediate:
    """Intermediate solutions of all pairs; `expectations` gives the expected level of each condition, None for none.

    QCA 3.23's reading: of a complex term inside a parsimonious one, a literal goes when the parsimonious term has it
    not and the expectation is the other value; what the parsimonious model assumes inside the terms so widened are the
    easy counterfactuals, and the observed positives with these are minimised again. Raises QcaError for expectations
    that do not fit the conditions.
    """
    wanted = check_expectations(table.space, expectations)
    pairs: dict[str, IntermediatePair] = {}
    solved: dict[bytes, Solution] = {}
    for i, c in enumerate(complex_.models, 1):
        for j, p in enumerate(parsimonious.models, 1):
            if len(pairs) >= max_pairs:
                return Intermediate(wanted, pairs, False)
            assumed = parsimonious.assumed(p)
            easy = assumed & covered(table.space, _filtered(c, p, wanted))
            difficult = tuple((np.flatnonzero(assumed & ~easy) + 1).tolist())
            models: tuple[Model, ...] = (c,)
            complete = True
            if easy.any():
                key = np.packbits(easy).tobytes()
                if key not in solved:
                    allowed = easy.copy()
                    allowed[complex_.observed_positive] = True
                    solved[key] = _solve(table.space, complex_.observed_positive, allowed, max_models)
                models, complete = solved[key].models, solved[key].complete
            numbers = tuple((np.flatnonzero(easy) + 1).tolist())
            pairs[f"C{i}P{j}"] = IntermediatePair(c, p, models, complete, numbers, difficult)
    return Intermediate(wanted, pairs, True)
