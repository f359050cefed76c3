"""Screening: the steps of a named policy, each with the verdict it gives (docs/methods.md, Counting)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from warehouse.sections.measuring import Policy

POPULATION = "population"
CITED = "cited"
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
    """One step: `verdict` is true (stays), false (goes) or null (cannot be decided)."""

    name: str
    verdict: pl.Expr


def _types(policy: Policy) -> pl.Expr | None:
    patent, model = pl.col("has_patent"), pl.col("has_utility_model")
    if policy.applications_and_grants:
        return (patent | model) if policy.include_utility_models else patent
    return None if policy.include_utility_models else (patent | ~model)


def steps_of(policy: Policy) -> list[Step]:
    """Return the policy's steps in the paper's order (S §2.2), the citation step last.

    The date is that of the family's first publication that satisfies the query (`member_from`); `as_of` keeps every
    family that belongs at T. Columns needed: member_from, has_patent, has_utility_model, in_force, has_legal_event and,
    for the last step, forward_citations.
    """
    steps: list[Step] = []
    if policy.published_before == "as_of":
        steps.append(Step("published_before", pl.lit(value=True)))
    elif policy.published_before is not None:
        steps.append(Step("published_before", pl.col("member_from") < policy.published_before))
    types = _types(policy)
    if types is not None:
        steps.append(Step("applications_and_grants", types))
    if policy.in_force:
        steps.append(Step("in_force", pl.col("in_force")))
    if policy.no_legal_event:
        steps.append(Step("no_legal_event", ~pl.col("has_legal_event")))
    if policy.min_citations > 0:
        steps.append(Step(CITED, pl.col("forward_citations") >= policy.min_citations))
    return steps
