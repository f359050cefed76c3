"""Recompute the paper's Table 3 and Figure 3 from its Table 2, and say where they differ (docs/methods.md)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from analytics.matrix.frames import Frame
from analytics.matrix.printed import PRINTED_WEIGHTS, PaperRow, paper_frame, paper_rows
from analytics.matrix.strategy import DEFAULT_CUTS, Cuts, Strategy, spot, strategy_at
from analytics.paper.disagreements import Disagreement, disagreements
from warehouse.indicators import PAPER as INDICATORS


@dataclass(frozen=True, slots=True)
class Reproduced:
    """One technology recomputed, beside what the paper prints. K and D in 0..1."""

    number: int
    name_zh: str
    name_en: str
    capability: float
    dynamics: float
    strategy: Strategy
    printed_capability: float
    printed_dynamics: float
    printed_strategy: Strategy
    is_watch: bool
    watch_towards: Strategy
    distance: float

    def public(self) -> dict[str, Any]:
        """Return the nine fields of the machine-readable answer."""
        names = ("number", "name_zh", "name_en", "capability", "dynamics", "strategy")
        printed = ("printed_capability", "printed_dynamics", "printed_strategy")
        values = asdict(self)
        return {name: values[name] for name in (*names, *printed)}


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The whole: technologies in the paper's order, the frame, and where the paper disagrees with itself."""

    technologies: tuple[Reproduced, ...]
    frame: Frame
    disagreements: tuple[Disagreement, ...]

    @property
    def largest_difference(self) -> tuple[float, float]:
        """Largest |recomputed − printed| of K and of D."""
        rows = self.technologies
        return (
            max(abs(row.capability - row.printed_capability) for row in rows),
            max(abs(row.dynamics - row.printed_dynamics) for row in rows),
        )

    @property
    def strategies_equal(self) -> int:
        """How many of the 20 strategies equal Figure 3."""
        return sum(row.strategy == row.printed_strategy for row in self.technologies)

    def to_json(self) -> dict[str, Any]:
        """Return the answer as plain JSON values."""
        capability, dynamics = self.largest_difference
        return {
            "technologies": [row.public() for row in self.technologies],
            "weights": dict(zip(INDICATORS, self.frame.weights, strict=True)),
            "printed_weights": dict(zip(INDICATORS, PRINTED_WEIGHTS, strict=True)),
            "largest_difference": {"capability": capability, "dynamics": dynamics},
            "strategies_equal": self.strategies_equal,
            "strategies": len(self.technologies),
            "disagreements": [asdict(item) for item in self.disagreements],
        }


def _place(row: PaperRow, frame: Frame, cuts: Cuts) -> Reproduced:
    capability, dynamics = frame.capability(row.shares), frame.dynamics(row.dynamics_raw)
    if dynamics is None:  # cannot be: Table 2's raw dynamics range from 0 to 37
        msg = "Table 2 gives one value of raw dynamics for all technologies"
        raise ValueError(msg)
    where = spot(capability, dynamics, cuts)
    return Reproduced(
        row.number,
        row.name_zh,
        row.name_en,
        capability,
        dynamics,
        strategy_at(capability, dynamics, cuts),
        row.printed_capability,
        row.printed_dynamics,
        row.printed_strategy,
        where.is_watch,
        where.towards,
        where.distance,
    )


def reproduce(cuts: Cuts | None = None) -> Reproduction:
    """Return the paper's Table 3 and Figure 3 recomputed from its Table 2 with entropy weights on raw shares."""
    rows = paper_rows()
    frame = paper_frame()
    placed = tuple(_place(row, frame, cuts or DEFAULT_CUTS) for row in rows)
    return Reproduction(placed, frame, disagreements(rows, frame))
