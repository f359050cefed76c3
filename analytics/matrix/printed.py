"""The paper's printed Tables 2 and 3 and Figure 3, packaged as facts.

Yu et al. 2023, DOI 10.16418/j.issn.1000-3045.20221020003 ("the paper" in docs/methods.md).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO

from analytics.matrix.frames import Frame, relative_frame
from analytics.matrix.strategy import Strategy
from analytics.measure.dynamics import AMPLITUDES

PRINTED_WEIGHTS = (0.25, 0.23, 0.22, 0.30)


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One technology as printed: the four shares, |A_k| for k = 1..4, then Table 3's (K, D) and Figure 3's strategy."""

    number: int
    name_zh: str
    name_en: str
    shares: tuple[float, float, float, float]
    new_prefixes: tuple[int, int, int, int]
    dynamics_as_printed: str
    printed_capability: float
    printed_dynamics: float
    printed_strategy: Strategy

    @property
    def dynamics_raw(self) -> int:
        """`Σ_k w_k |A_k|` (docs/methods.md, Dynamics)."""
        return sum(w * n for w, n in zip(AMPLITUDES, self.new_prefixes, strict=True))


def _read(name: str) -> list[dict[str, str]]:
    text = files("analytics").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text)))


def paper_rows() -> list[PaperRow]:
    """Return the paper's 20 technologies in the order of Table 2."""
    situation = {row["number"]: row for row in _read("table3_situation.csv")}
    rows = []
    for row in _read("table2_indicators.csv"):
        printed = situation[row["number"]]
        rows.append(
            PaperRow(
                int(row["number"]),
                row["name_zh"],
                row["name_en"],
                (
                    float(row["applications_share"]),
                    float(row["citations_share"]),
                    float(row["claims_share"]),
                    float(row["pct_share"]),
                ),
                (
                    int(row["new_sections"]),
                    int(row["new_class_tens"]),
                    int(row["new_class_units"]),
                    int(row["new_subclasses"]),
                ),
                row["dynamics_printed"],
                float(printed["capability"]),
                float(printed["dynamics"]),
                Strategy(printed["strategy_figure3"]),
            )
        )
    return rows


def paper_frame() -> Frame:
    """Return the weights and ranges of the paper's Table 2: entropy weights on the printed shares, raw dynamics."""
    rows = paper_rows()
    frame = relative_frame([row.shares for row in rows], [row.dynamics_raw for row in rows])
    if frame is None:
        msg = "the packaged Table 2 is empty"
        raise ValueError(msg)
    return frame
