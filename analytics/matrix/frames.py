"""Frames: the weights and ranges a placement is read against, this run's own or a baseline's.

Source: docs/methods.md, Frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import mul

import numpy as np

from analytics.matrix.entropy import entropy_weights
from analytics.measure.dynamics import standardise
from warehouse.indicators import PAPER

RELATIVE = "relative"
ANCHORED = "anchored"
FRAMES = (RELATIVE, ANCHORED)


@dataclass(frozen=True, slots=True)
class Frame:
    """Weights per indicator (order of `indicators`), their entropies and ranges, and the range of raw dynamics.

    `all_constant`: no indicator varied over the technologies, so the weights are equal by convention.
    `technologies`: how many the frame rests on.
    """

    name: str
    indicators: tuple[str, ...]
    weights: tuple[float, ...]
    entropy: tuple[float, ...]
    minimum: tuple[float, ...]
    maximum: tuple[float, ...]
    dynamics_minimum: float
    dynamics_maximum: float
    all_constant: bool
    technologies: int

    def capability(self, values: Sequence[float]) -> float:
        """Return `K = Σ_j U_j x_j` of raw shares in the order of `indicators` (docs/methods.md, Capability)."""
        return float(sum(map(mul, self.weights, values)))

    def dynamics(self, raw: float) -> float | None:
        """Return raw dynamics standardised by this frame's range (may leave 0..1 when anchored); None: empty range."""
        return standardise(raw, self.dynamics_minimum, self.dynamics_maximum)


def relative_frame(
    values: Sequence[Sequence[float]], raw: Sequence[float], indicators: Sequence[str] = PAPER
) -> Frame | None:
    """Return the frame of this very set, None when it is empty.

    `values`: n rows of shares in the order of `indicators`; `raw`: n raw dynamics.
    """
    if not values:
        return None
    fit = entropy_weights(np.array(values, dtype=np.float64).reshape(len(values), len(indicators)))
    return Frame(
        RELATIVE,
        tuple(indicators),
        tuple(fit.weights.tolist()),
        tuple(fit.entropy.tolist()),
        tuple(fit.minimum.tolist()),
        tuple(fit.maximum.tolist()),
        float(min(raw)),
        float(max(raw)),
        bool(fit.all_constant),
        len(values),
    )


def anchored(frame: Frame) -> Frame:
    """Return `frame`, taken from the baseline run, under the name `anchored`."""
    return replace(frame, name=ANCHORED)
