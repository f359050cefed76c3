"""Robustness of a solution to other cut-offs and anchors (Oana & Schneider 2021; SetMethods' rob.* functions)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analytics.qca.minimise.minimise import Model, complex_solution, intermediate_solution, parsimonious_solution
from analytics.qca.minimise.truth_table import CutOffs, truth_table
from analytics.qca.sets.algebra import Relation, relation
from analytics.qca.sets.calibrate import Anchors
from analytics.qca.sets.errors import QcaError
from analytics.qca.sets.fit import Sufficiency, ratio, sufficiency
from analytics.qca.sets.space import Floats, Space
from analytics.qca.sets.terms import union_membership
from warehouse.process.watchdog import moved

Kind = Literal["complex", "parsimonious", "intermediate"]
Models = frozenset[frozenset[tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class RobustnessFit:
    """Fit-oriented measures, 1 when nothing changes; the robust core is the intersection of all solutions.

    `coverage` RF_cov = core's coverage / initial's. `consistency` RF_cons = initial's consistency / core's.
    `overlap_min`, `overlap_max` RF_SC: Σmin/Σmax of the initial solution with the intersection and with the union of
    the test solutions.
    """

    coverage: float | None
    consistency: float | None
    overlap_min: float | None
    overlap_max: float | None
    core: Sufficiency


@dataclass(frozen=True, slots=True)
class RobustnessCases:
    """Case-oriented measures; cases are indices from 0.

    `typical_ratio` RCR_typ: share of the initial solution's members in the outcome that every test solution keeps;
    `deviant_ratio` RCR_dev: the same for its members outside the outcome. `shaky`: members that some test solution
    loses; `possible`: cases outside the initial solution that some test solution takes in.
    """

    typical_ratio: float | None
    deviant_ratio: float | None
    shaky: tuple[int, ...]
    possible: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rerun:
    """One rerun beside the base result: how its solution's configurations relate to the base's, and its own fit."""

    label: str
    model: Model
    relation: Relation
    fit: Sufficiency


@dataclass(frozen=True, slots=True)
class StableRange:
    """Values around `value` at which the solution stays the same; None where no change was met within the steps."""

    lower: float | None
    value: float
    upper: float | None


@dataclass(frozen=True, slots=True)
class Walk:
    """How a range is searched: by `step`, at most `max_runs` times, within [low, high]."""

    step: float
    max_runs: int
    low: float
    high: float


def robustness_fit(initial: Floats, tests: Sequence[Floats], y: Floats) -> RobustnessFit:
    """Compare memberships (n,) in the initial solution with those in test solutions; raises QcaError without a test."""
    if not tests:
        raise QcaError("Robustness needs at least one test solution to compare with.")
    narrow, wide = np.minimum.reduce(list(tests)), np.maximum.reduce(list(tests))
    base, core = sufficiency(initial, y), sufficiency(np.minimum(initial, narrow), y)
    return RobustnessFit(
        _over(core.coverage, base.coverage),
        _over(base.consistency, core.consistency),
        ratio(float(np.minimum(initial, narrow).sum()), float(np.maximum(initial, narrow).sum())),
        ratio(float(np.minimum(initial, wide).sum()), float(np.maximum(initial, wide).sum())),
        core,
    )


def _over(numerator: float | None, denominator: float | None) -> float | None:
    return None if numerator is None or denominator is None else ratio(numerator, denominator)


def robustness_cases(initial: Floats, tests: Sequence[Floats], y: Floats) -> RobustnessCases:
    """Case-oriented comparison of memberships (n,) in the initial solution with those in test solutions."""
    if not tests:
        raise QcaError("Robustness needs at least one test solution to compare with.")
    inside, out, not_out = initial > 0.5, y > 0.5, y < 0.5
    kept = inside & (np.minimum.reduce(list(tests)) > 0.5)
    reached = np.maximum.reduce(list(tests)) > 0.5
    return RobustnessCases(
        ratio(float((kept & out).sum()), float((inside & out).sum())),
        ratio(float((kept & not_out).sum()), float((inside & not_out).sum())),
        tuple(np.flatnonzero(inside & ~kept).tolist()),
        tuple(np.flatnonzero(~inside & reached).tolist()),
    )


@dataclass(frozen=True)
class Study:
    """One QCA run that can be repeated: calibrated data (n, k), outcome y (n,), cut-offs, and the solution wanted."""

    space: Space
    data: Floats
    y: Floats
    cutoffs: CutOffs
    kind: Kind = "parsimonious"
    expectations: Sequence[int | None] | None = None

    def models(self) -> tuple[Model, ...]:
        """All models of the solution, without duplicates over the C–P pairs."""
        moved()
        table = truth_table(self.space, self.data, self.y, self.cutoffs)
        if self.kind == "complex":
            return complex_solution(table).models
        wide = parsimonious_solution(table)
        if self.kind == "parsimonious":
            return wide.models
        wanted = self.expectations if self.expectations is not None else [None] * len(self.space.names)
        pairs = intermediate_solution(table, complex_solution(table), wide, wanted).pairs.values()
        return tuple(dict.fromkeys(model for pair in pairs for model in pair.models))


def rerun(study: Study, base: Model, settings: dict[str, CutOffs]) -> tuple[Rerun, ...]:
    """Solve the study again at each labelled setting and relate every model found to the base model."""
    runs: list[Rerun] = []
    for label, cutoffs in settings.items():
        for model in replace(study, cutoffs=cutoffs).models():
            fit = sufficiency(union_membership(study.space, study.data, model), study.y)
            runs.append(Rerun(label, model, relation(study.space, model, base), fit))
    return tuple(runs)


def _same(models: Sequence[Model]) -> Models:
    return frozenset(frozenset(model) for model in models)


def stable_range(models_at: Callable[[float], Sequence[Model]], value: float, walk_: Walk) -> StableRange:
    """Walk from `value` in both directions while the models stay the same.

    An end that was not met within the walk's steps and limits is None (SetMethods' NA).
    """
    base = _same(models_at(value))

    def walk(direction: int) -> float | None:
        last = value
        for i in range(1, walk_.max_runs + 1):
            tried = round(value + direction * i * walk_.step, 10)
            if not walk_.low <= tried <= walk_.high:
                return None
            if _same(models_at(tried)) != base:
                return last
            last = tried
        return None

    return StableRange(walk(-1), value, walk(1))


def inclusion_range(study: Study, step: float = 0.01, max_runs: int = 20) -> StableRange:
    """Consistency cut-offs that leave the solution as it is (SetMethods' rob.inclrange)."""

    def at(value: float) -> tuple[Model, ...]:
        return replace(study, cutoffs=replace(study.cutoffs, inclusion=value)).models()

    return stable_range(at, study.cutoffs.inclusion, Walk(step, max_runs, 0.0, 1.0))


def frequency_range(study: Study, max_runs: int = 20) -> StableRange:
    """Frequency cut-offs that leave the solution as it is (SetMethods' rob.ncutrange)."""

    def at(value: float) -> tuple[Model, ...]:
        return replace(study, cutoffs=replace(study.cutoffs, frequency=round(value))).models()

    return stable_range(at, study.cutoffs.frequency, Walk(1, max_runs, 1, study.y.size))


def anchor_ranges(
    study: Study, condition: int, anchors: Anchors, recalibrate: Callable[[Anchors], Floats], max_runs: int = 20
) -> dict[str, StableRange]:
    """For each anchor of one condition, the values that leave the solution as it is (SetMethods' rob.calibrange).

    `condition` is a column of the data, `recalibrate` gives its memberships (n,) at other anchors. A step is a
    twentieth of the way from exclusion to inclusion. Cases moved onto 0.5 belong to no row.
    """
    step = abs(anchors.inclusion - anchors.exclusion) / 20
    bounds = {
        "exclusion": (anchors.crossover,),
        "crossover": (anchors.exclusion, anchors.inclusion),
        "inclusion": (anchors.crossover,),
    }

    def models_with(name: str) -> Callable[[float], Sequence[Model]]:
        def at(value: float) -> tuple[Model, ...]:
            changed = study.data.copy()
            changed[:, condition] = recalibrate(replace(anchors, **{name: value}))
            return replace(study, data=changed).models()

        return at

    ranges: dict[str, StableRange] = {}
    for name, near in bounds.items():
        start = float(getattr(anchors, name))
        low = max((limit + step / 2 for limit in near if limit < start), default=-np.inf)
        high = min((limit - step / 2 for limit in near if limit > start), default=np.inf)
        ranges[name] = stable_range(models_with(name), start, Walk(step, max_runs, low, high))
    return ranges
