"""What ``stuckneck qca`` adds on request: superset search, theory evaluation, robustness, panel figures."""

from dataclasses import asdict, dataclass, replace
from functools import partial

from analytics.qca.minimise.truth_table import CutOffs, case_names
from analytics.qca.panel_report import PanelRow
from analytics.qca.panel_report import to_json as panel_json
from analytics.qca.report import Analysis, Json
from analytics.qca.robust import (
    Rerun,
    RobustnessCases,
    RobustnessFit,
    StableRange,
    Study,
    anchor_ranges,
    frequency_range,
    inclusion_range,
    rerun,
    robustness_cases,
    robustness_fit,
)
from analytics.qca.sets.calibrate import Anchors
from analytics.qca.sets.terms import Term, format_term, parse_expression, union_membership
from analytics.qca.superset import Superset, format_superset, necessary_supersets
from analytics.qca.theory import Area, theory_evaluation
from app.studies.qca.inputs import Prepared, recalibrated

NECESSITY_CUT = 0.9
RON_CUT = 0.4
SEARCH_LIMIT = 9
"""With more conditions, expressions of up to three literals are searched: their number grows as 3 to the conditions."""
STEP = 0.05


@dataclass(frozen=True)
class Robustness:
    """The first intermediate model, its reruns, settings without a solution, comparison and stable ranges."""

    base: tuple[Term, ...]
    reruns: tuple[Rerun, ...]
    unsolved: tuple[str, ...]
    fit: RobustnessFit | None
    cases: RobustnessCases | None
    inclusion: StableRange
    frequency: StableRange
    anchors: dict[str, dict[str, StableRange]]


@dataclass(frozen=True)
class Extras:
    """Each None where it was not asked for; robustness also where there is no solution to test."""

    supersets: tuple[tuple[str, Superset], ...] | None = None
    theory: dict[str, dict[str, Area]] | None = None
    robustness: Robustness | None = None
    panel: tuple[PanelRow, ...] | None = None


def supersets(done: Analysis) -> tuple[tuple[str, Superset], ...]:
    """Necessary conjunctions and minimal disjunctions at consistency 0.9 and RoN 0.4."""
    depth = None if len(done.space.names) <= SEARCH_LIMIT else 3
    found = necessary_supersets(done.space, done.data, done.y, consistency=NECESSITY_CUT, ron=RON_CUT, depth=depth)
    return tuple((format_superset(done.space, item), item) for item in found)


def theory(done: Analysis, expression: str) -> dict[str, dict[str, Area]]:
    """The four areas of the theory against the first model of each C–P pair; raises QcaError for another notation."""
    expected = parse_expression(done.space, expression)
    return {
        name: theory_evaluation(done.space, done.data, done.y, expected, pair.models[0])
        for name, pair in done.intermediate.pairs.items()
    }


def _settings(cut: CutOffs) -> dict[str, CutOffs]:
    settings = {"n-cut +1": replace(cut, frequency=cut.frequency + 1)}
    for step in (-STEP, STEP):
        inclusion = min(1.0, max(0.0, cut.inclusion + step))
        if cut.exclusion is None or inclusion >= cut.exclusion:
            settings[f"incl-cut {step:+}"] = replace(cut, inclusion=inclusion)
        settings[f"pri-cut {step:+}"] = replace(cut, pri=min(1.0, max(0.0, cut.pri + step)))
    return settings


def robustness(done: Analysis, prepared: Prepared) -> Robustness | None:
    """The intermediate solution rerun at cut-offs looser and stricter by 0.05 (consistency, PRI) and 1 (frequency).

    Ranges of the anchors are those of each condition that was calibrated at three anchors here.
    """
    cut = done.settings.cutoffs
    study = Study(done.space, done.data, done.y, cut, "intermediate", done.settings.expectations)
    models = study.models()
    if not models:
        return None
    base, settings = models[0], _settings(cut)
    runs = rerun(study, base, settings)
    initial = union_membership(done.space, done.data, base)
    tests = [union_membership(done.space, done.data, run.model) for run in runs]
    return Robustness(
        base,
        runs,
        tuple(label for label in settings if label not in {run.label for run in runs}),
        robustness_fit(initial, tests, done.y) if tests else None,
        robustness_cases(initial, tests, done.y) if tests else None,
        inclusion_range(study),
        frequency_range(study),
        _anchors(study, prepared),
    )


def _anchors(study: Study, prepared: Prepared) -> dict[str, dict[str, StableRange]]:
    found = {}
    for j, name in enumerate(study.space.names):
        at = prepared.descriptions[name][1]
        if isinstance(at, Anchors) and not study.space.multivalue:
            again = partial(recalibrated, prepared.raw[:, j], options=prepared.calibration)
            found[name] = anchor_ranges(study, j, at, again)
    return found


def to_json(done: Analysis, extras: Extras) -> Json:
    """The extras that were asked for as plain values."""
    answer: Json = {}
    if extras.supersets is not None:
        answer["supersets"] = {name: asdict(item.fit) for name, item in extras.supersets}
    if extras.theory is not None:
        answer["theory"] = {
            pair: {name: _area(done, area) for name, area in areas.items()} for pair, areas in extras.theory.items()
        }
    if extras.robustness is not None:
        answer["robustness"] = _robustness(done, extras.robustness)
    if extras.panel is not None:
        answer["panel"] = panel_json(extras.panel)
    return answer


def _terms(done: Analysis, terms: tuple[Term, ...]) -> list[str]:
    return [format_term(done.space, term) for term in terms]


def _area(done: Analysis, area: Area) -> Json:
    return {
        "terms": _terms(done, area.terms),
        "consistency": area.fit.consistency,
        "pri": area.fit.pri,
        "coverage": area.fit.coverage,
        "in_outcome": case_names(done.cases, area.in_outcome),
        "not_in_outcome": case_names(done.cases, area.not_in_outcome),
    }


def _robustness(done: Analysis, found: Robustness) -> Json:
    fit, cases = found.fit, found.cases
    return {
        "base": _terms(done, found.base),
        "reruns": [
            {
                "setting": run.label,
                "terms": _terms(done, run.model),
                "relation": run.relation,
                "consistency": run.fit.consistency,
                "pri": run.fit.pri,
                "coverage": run.fit.coverage,
            }
            for run in found.reruns
        ],
        "unsolved": list(found.unsolved),
        "fit": None
        if fit is None or cases is None
        else {
            "rf_cov": fit.coverage,
            "rf_cons": fit.consistency,
            "rf_sc_min": fit.overlap_min,
            "rf_sc_max": fit.overlap_max,
            "rcr_typ": cases.typical_ratio,
            "rcr_dev": cases.deviant_ratio,
            "shaky": case_names(done.cases, cases.shaky),
            "possible": case_names(done.cases, cases.possible),
        },
        "ranges": {
            "incl_cut": [found.inclusion.lower, found.inclusion.upper],
            "n_cut": [found.frequency.lower, found.frequency.upper],
            "anchors": {
                name: {anchor: [one.lower, one.upper] for anchor, one in ranges.items()}
                for name, ranges in found.anchors.items()
            },
        },
    }
