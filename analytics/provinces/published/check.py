"""A published study checked: every finding, counted by verdict (``provinces check-published``)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from analytics.provinces.published.check_nca import check_nca
from analytics.provinces.published.check_qca import check_qca
from analytics.provinces.published.findings import Finding
from analytics.provinces.published.tables import Published


@dataclass(frozen=True, slots=True)
class Checked:
    """All findings on one study, in the tables' order."""

    title: str
    findings: tuple[Finding, ...]

    def count(self, verdict: str) -> int:
        """How many findings have this verdict."""
        return sum(f.verdict == verdict for f in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return the answer as plain JSON values."""
        return {
            "title": self.title,
            "agrees": self.count("agrees"),
            "differs": self.count("differs"),
            "cannot_be_true": self.count("cannot be true"),
            "findings": [asdict(f) for f in self.findings],
        }


def check_published(study: Published) -> Checked:
    """Recompute all that the printed figures determine."""
    return Checked(study.title, (*check_nca(study), *check_qca(study)))
