"""The capability indicators, declared once: what each counts, what feeds it, and what it is called.

Measuring, the bootstrap, explanations, alerts, import reports, `doctor` and the pages iterate this table, and the SQL
under ``sql/`` is held to it by a test. Each indicator is a share of the focal country: the amount of its families over
the amount of all families, among the families for which country and amount are known (docs/methods.md,
Capability).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

DYNAMICS = "dynamics"


@dataclass(frozen=True, slots=True)
class CapabilityIndicator:
    """One indicator.

    `column`: the column of ``run_families`` that holds a family's amount (a flag counts 1 or 0, NULL is unknown); None:
    every family counts one and is always known. `total`, `known`: the columns of ``sql/indicators/shares.sql`` that sum
    the amount and count the families for which it is known. `fields`: fields of a record, any one of which states it
    (none: every record does). `unit`: of the amounts. `feed`: what sources call the fact it is counted from, where
    that is not its id. More of it is more capability, for every one of them.
    """

    id: str
    zh: str
    en: str
    column: str | None
    total: str
    known: str
    fields: tuple[str, ...]
    unit: str
    feed: str = ""

    @property
    def fed_by(self) -> str:
        """The word under which sources and vendors say whether they can feed it."""
        return self.feed or self.id

    @property
    def amount(self) -> str:
        """What a row of ``run_families`` adds to the indicator's total, in SQL; NULL is unknown."""
        return "1" if self.column is None else f"CAST({self.column} AS DOUBLE)"

    @property
    def counting(self) -> str:
        """Condition on a row of ``run_families``: the family adds to the indicator's totals."""
        return f"coalesce({self.amount}, 0) > 0"

    @property
    def label(self) -> str:
        """Chinese name and id, as people see them side by side."""
        return f"{self.zh} {self.id}"


DECLARED = (
    CapabilityIndicator("applications", "专利申请数", "families", None, "families", "families", (), "families"),
    CapabilityIndicator(
        "citations", "被引次数", "forward citations", "forward_citations", "citations", "citations_known",
        ("citation_count", "cited_by"), "citations",
    ),
    CapabilityIndicator(
        "claims", "权利要求数", "claims", "claim_count", "claims", "claims_known", ("claim_count",), "claims"
    ),
    CapabilityIndicator("pct", "PCT申请数", "PCT families", "is_pct", "pct", "pct_known", ("is_pct",), "families"),
    CapabilityIndicator(
        "grants", "有效发明专利数", "granted patents in force", "grant_in_force", "grants", "grants_known",
        ("legal_status",), "families", feed="legal_status",
    ),
)  # fmt: skip
# Conditions on a row of ``run_families``: whose family it is (an unknown country is nobody's).
SIDES = {
    "all": "TRUE", "focal": "focal_weight > 0", "others": "focal_weight = 0", "unknown": "focal_weight IS NULL",
}  # fmt: skip
CITED = "citations"  # counted from citations as of the date, by the basis that knows most
BY_ID = {indicator.id: indicator for indicator in DECLARED}
PAPER = ("applications", "citations", "claims", "pct")  # the four of the paper's Table 1, in its order


def in_order(ids: Iterable[str]) -> tuple[str, ...]:
    """Return the indicators `ids` in the order of the table; those it does not know are left out."""
    asked = set(ids)
    return tuple(one.id for one in DECLARED if one.id in asked)
