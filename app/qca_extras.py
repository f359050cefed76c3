"""What ``stuckneck qca`` adds on request: superset search, theory evaluation, robustness; as plain values."""

from dataclasses import replace

from analytics.qca.fit import Necessity, Sufficiency
from analytics.qca.report import Analysis, Json
from analytics.qca.robust import Study, frequency_range, inclusion_range, rerun, robustness_cases, robustness_fit
from analytics.qca.superset import format_superset, necessary_supersets
from analytics.qca.terms import format_term, parse_expression, union_membership
from analytics.qca.theory import theory_evaluation

NECESSITY_CUT = 0.9
RON_CUT = 0.4
SEARCH_LIMIT = 9
"""With more conditions, expressions of up to three literals are searched: their number grows as 3 to the conditions."""
STRICTER, LOOSER = 0.05, -0.05


def supersets(done: Analysis) -> dict[str, Json]:
    """Necessary conjunctions and minimal disjunctions at consistency 0.9 and RoN 0.4."""
    depth = None if len(done.space.names) <= SEARCH_LIMIT else 3
    found = necessary_supersets(done.space, done.data, done.y, consistency=NECESSITY_CUT, ron=RON_CUT, depth=depth)
    return {format_superset(done.space, item): _necessity(item.fit) for item in found}


def theory(done: Analysis, expression: str) -> dict[str, Json]:
    """The four areas of the theory against the first model of each C–P pair."""
    expected = parse_expression(done.space, expression)
    answer: dict[str, Json] = {}
    for name, pair in done.intermediate.pairs.items():
        areas = theory_evaluation(done.space, done.data, done.y, expected, pair.models[0])
        answer[name] = {
            area.name: {
                "terms": [format_term(done.space, term) for term in area.terms],
                **_sufficiency(area.fit),
                "in_outcome": [done.cases[c] for c in area.in_outcome],
                "not_in_outcome": [done.cases[c] for c in area.not_in_outcome],
            }
            for area in areas.values()
        }
    return answer


def robustness(done: Analysis) -> Json:
    """The intermediate solution rerun at cut-offs looser and stricter by 0.05 (consistency, PRI) and 1 (frequency)."""
    cut = done.settings.cutoffs
    study = Study(done.space, done.data, done.y, cut, "intermediate", done.settings.expectations)
    base = study.models()
    if not base:
        return {}
    settings = {"n-cut +1": replace(cut, frequency=cut.frequency + 1)}
    for step in (LOOSER, STRICTER):
        if cut.exclusion is None or cut.inclusion + step >= cut.exclusion:
            settings[f"incl-cut {step:+}"] = replace(cut, inclusion=min(1.0, max(0.0, cut.inclusion + step)))
        settings[f"pri-cut {step:+}"] = replace(cut, pri=min(1.0, max(0.0, cut.pri + step)))
    runs = rerun(study, base[0], settings)
    answer: Json = {
        "base": [format_term(done.space, term) for term in base[0]],
        "reruns": [
            {
                "setting": run.label,
                "terms": [format_term(done.space, term) for term in run.model],
                "relation": run.relation,
                **_sufficiency(run.fit),
            }
            for run in runs
        ],
        "unsolved": [label for label in settings if label not in {run.label for run in runs}],
    }
    if runs:
        initial = union_membership(done.space, done.data, base[0])
        tests = [union_membership(done.space, done.data, run.model) for run in runs]
        fit, cases = robustness_fit(initial, tests, done.y), robustness_cases(initial, tests, done.y)
        answer["fit"] = {
            "rf_cov": fit.coverage,
            "rf_cons": fit.consistency,
            "rf_sc_min": fit.overlap_min,
            "rf_sc_max": fit.overlap_max,
            "rcr_typ": cases.typical_ratio,
            "rcr_dev": cases.deviant_ratio,
        }
    inclusion, frequency = inclusion_range(study), frequency_range(study)
    answer["ranges"] = {
        "incl_cut": [inclusion.lower, inclusion.upper],
        "n_cut": [frequency.lower, frequency.upper],
    }
    return answer


def _necessity(fit: Necessity) -> Json:
    return {"consistency": fit.consistency, "coverage": fit.coverage, "ron": fit.ron}


def _sufficiency(fit: Sufficiency) -> Json:
    return {"consistency": fit.consistency, "pri": fit.pri, "coverage": fit.coverage}
