"""Screening: the steps of a named policy and what each leaves (docs/methods.md, Counting, Screening)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse.sections.measuring import Policy

POPULATION = "population"
CITED = "cited"
FACTS = ("has_patent", "has_utility_model", "in_force", "has_legal_event", "has_inventor_assignment")
Mask = NDArray[np.bool_]
STEP_ZH = {
    POPULATION: "简单同族",
    "published_before": "公开日截止",
    "applications_and_grants": "发明申请与授权",
    "in_force": "有效",
    "no_legal_event": "无法律事件",
    CITED: "被引次数下限",
}


class FunnelStep(NamedTuple):
    """Families of one technology left after a step, and those for which the step could not be decided."""

    step_no: int
    step: str
    families_left: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `verdict` of one unit (`units_of`) is true (stays), false (goes) or null (cannot be decided)."""

    name: str
    verdict: pl.Expr


def _types(policy: Policy) -> pl.Expr | None:
    patent, model = pl.col("has_patent"), pl.col("has_utility_model")
    if policy.applications_and_grants:
        return (patent | model) if policy.include_utility_models else patent
    return None if policy.include_utility_models else (patent | ~model)


def steps_of(policy: Policy) -> list[Step]:
    """Return the policy's steps in the paper's order (the paper, §2.2), the citation step last.

    The date is that of the family's first publication that satisfies the query (`member_from`) and the unit's own;
    `as_of` keeps all that belong at T. Columns needed: those of `units_of` and, for the last step, of families
    whatever the order, forward_citations.
    """
    steps: list[Step] = []
    if policy.published_before == "as_of":
        steps.append(Step("published_before", pl.lit(value=True)))
    elif policy.published_before is not None:
        steps.append(Step("published_before", pl.max_horizontal("member_from", "published") < policy.published_before))
    types = _types(policy)
    if types is not None:
        steps.append(Step("applications_and_grants", types))
    if policy.in_force:
        steps.append(Step("in_force", pl.col("in_force")))
    if policy.no_legal_event:
        own = pl.col("has_inventor_assignment") if policy.inventor_assignments else pl.lit(value=False)
        steps.append(Step("no_legal_event", ~(pl.col("has_legal_event") | own)))
    if policy.min_citations > 0:
        steps.append(Step(CITED, pl.col("forward_citations") >= policy.min_citations))
    return steps


def units_of(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return what the steps before the citations judge: the publications of each row, or each row as one.

    A row is a family, or an interval of one. Columns: row (index into `rows`, ascending, each at least once),
    member_from, published and `FACTS`. Where publication_states is NULL nothing is known of the publications.
    """
    if policy.order == "families":
        return rows.select("member_from", pl.col("member_from").alias("published"), *FACTS).with_row_index("row")
    listed = rows.select("member_from", "publication_states").with_row_index("row").explode("publication_states")
    return listed.select("row", "member_from", pl.col("publication_states").struct.field("published", *FACTS))


def _any(row: NDArray[np.int64], mask: Mask, height: int) -> Mask:
    """Return for each row whether `mask` holds for one of its units."""
    out = np.zeros(height, dtype=np.bool_)
    out[row[mask]] = True
    return out


class Screened(NamedTuple):
    """Per step before the citation step the rows left, and undecided (nested; step 0 is the population).

    `possible`: no step refuses the row; `certain`: each surely lets it through. Between them it may be in or out.
    """

    alive: list[Mask]
    undecided: list[Mask]
    possible: Mask
    certain: Mask


def screened(rows: pl.DataFrame, policy: Policy) -> Screened:
    """Return what the steps before the citation step leave of `rows`.

    A row is left when one of its units passes all steps so far, and undecided when it was left, may pass but no unit
    surely does, and this step is the reason. Source: docs/methods.md, Counting, Screening.
    """
    units, height = units_of(rows, policy), rows.height
    row = units["row"].to_numpy().astype(np.int64)
    sure = possible = left = np.ones(len(row), dtype=np.bool_)
    alive, undecided = [np.ones(height, dtype=np.bool_)], [np.zeros(height, dtype=np.bool_)]
    was_certain = could = alive[0]
    for step in steps_of(policy):
        if step.name == CITED:
            continue
        verdict = units.with_columns(v=step.verdict)["v"]
        yes, maybe = verdict.fill_null(value=False).to_numpy(), verdict.fill_null(value=True).to_numpy()
        sure, possible = sure & yes, possible & maybe
        is_certain, passes = _any(row, sure, height), _any(row, left & yes, height)
        could = _any(row, possible, height)
        undecided.append(alive[-1] & ~is_certain & could & (was_certain | ~passes))
        left = left & (maybe if policy.unknown_passes else yes)
        alive.append(_any(row, left, height))
        was_certain = is_certain
    return Screened(alive, undecided, could, was_certain)


def left_out_by(rows: pl.DataFrame, policy: Policy) -> pl.Expr:
    """Return the name of the first step that surely left a row out; "not decided" where none did."""
    masks = screened(rows, policy.model_copy(update={"unknown_passes": True})).alive
    steps = steps_of(policy)
    why = pl.lit("not decided")
    if steps and steps[-1].name == CITED:
        why = pl.when(steps.pop().verdict.not_()).then(pl.lit(CITED)).otherwise(why)
    for step, left in reversed(list(zip(steps, masks[1:], strict=True))):
        why = pl.when(pl.lit(pl.Series(left))).then(why).otherwise(pl.lit(step.name))
    return why
