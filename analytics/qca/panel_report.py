"""The panel figures of a whole analysis: every condition as necessary, every path of its solution as sufficient."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.qca.minimise.minimise import Model
from analytics.qca.panel import Grouped, PanelFit, Relation, panel_fit
from analytics.qca.report import Analysis, Json, single_terms
from analytics.qca.sets.terms import format_term, membership, union_membership

SOLUTION = "solution"


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One set relation over the panel; `expression` is a literal, a path, or ``solution``."""

    relation: Relation
    expression: str
    fit: PanelFit


def first_model(done: Analysis) -> Model | None:
    """Return the first intermediate model of the first C–P pair; None when no row passes the cut-offs."""
    return next((pair.models[0] for pair in done.intermediate.pairs.values() if pair.models), None)


def analysis_panel(
    done: Analysis, units: Sequence[str], periods: Sequence[str], *, epsilon: float = 0.0
) -> tuple[PanelRow, ...]:
    """Return necessity of each condition and its absence, sufficiency of the first intermediate model and its paths.

    `units` and `periods` label the analysis' n cases. Raises QcaError when a cell is filled twice (see panel_fit).
    """
    space, data, y = done.space, done.data, done.y
    rows = [
        PanelRow(
            "necessity", format_term(space, term),
            panel_fit(membership(space, data, term), y, units, periods, relation="necessity", epsilon=epsilon),
        )
        for term in single_terms(space)
    ]  # fmt: skip
    model = first_model(done)
    if model is None:
        return tuple(rows)
    sets = [(format_term(space, term), membership(space, data, term)) for term in model]
    for name, x in [*sets, (SOLUTION, union_membership(space, data, model))]:
        rows.append(PanelRow("sufficiency", name, panel_fit(x, y, units, periods, epsilon=epsilon)))
    return tuple(rows)


def to_json(rows: Sequence[PanelRow]) -> Json:
    """Return relation → expression → pooled, between and within figures; unknown is None."""
    answer: dict[str, dict[str, Json]] = {"necessity": {}, "sufficiency": {}}
    for row in rows:
        fit = row.fit
        answer[row.relation][row.expression] = {
            "pooled": {"consistency": fit.consistency, "coverage": fit.coverage},
            "between": _grouped(fit.between),
            "within": _grouped(fit.within),
        }
    return dict(answer)


def _grouped(found: Grouped) -> Json:
    figures = zip(found.groups, found.consistency, found.coverage, strict=True)
    groups = {name: {"consistency": consistency, "coverage": coverage} for name, consistency, coverage in figures}
    return {"distance": found.distance, "groups": groups}
