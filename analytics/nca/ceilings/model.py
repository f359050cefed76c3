"""What an NCA gives back: plain frozen records, one per ceiling and condition (docs/methods.md, Provinces)."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Corner = Literal[1, 2, 3, 4]
Ceiling = Literal["ce_fdh", "cr_fdh", "ce_vrs", "cr_vrs", "c_lp", "cols", "qr", "ols"]

CEILINGS: tuple[Ceiling, ...] = ("ce_fdh", "cr_fdh", "ce_vrs", "cr_vrs", "c_lp", "cols", "qr", "ols")
STEP_CEILINGS: frozenset[Ceiling] = frozenset({"ce_fdh", "ce_vrs"})
DEFAULT_CEILINGS: tuple[Ceiling, ...] = ("ce_fdh", "cr_fdh")
CORNER_NAMES: dict[int, str] = {1: "upper-left", 2: "upper-right", 3: "lower-left", 4: "lower-right"}


def printed(ceiling: Ceiling) -> str:
    """Return a ceiling's name as the method prints it: CE-FDH, C-LP."""
    return ceiling.upper().replace("_", "-")


@dataclass(frozen=True)
class Scope:
    """The rectangle in which cases are possible, in the data's own units."""

    xmin: float
    xmax: float
    ymin: float
    ymax: float

    @property
    def width(self) -> float:
        """xmax − xmin."""
        return self.xmax - self.xmin

    @property
    def height(self) -> float:
        """ymax − ymin."""
        return self.ymax - self.ymin

    @property
    def area(self) -> float:
        """S of the effect size d = zone / S."""
        return self.width * self.height


@dataclass(frozen=True)
class Line:
    """A straight ceiling y = intercept + slope · x."""

    slope: float
    intercept: float

    def at(self, x: Floats) -> Floats:
        """Height of the line at each x."""
        return self.intercept + self.slope * x


@dataclass(frozen=True)
class Peers:
    """Cases that carry the ceiling: positions in the arrays given, and their values. Duplicates are kept."""

    index: NDArray[np.intp]
    x: Floats
    y: Floats


@dataclass(frozen=True)
class CeilingResult:
    """One ceiling of one condition. ``None`` is "not defined here", never zero; ``note`` then says why.

    Zone in squared data units; effect size 0..1; accuracy, fit and the relative, condition and outcome
    inefficiencies in percent; absolute inefficiency in squared data units.
    """

    ceiling: Ceiling
    peers: Peers
    complexity: int = 0
    ceiling_zone: float | None = None
    effect_size: float | None = None
    above: int | None = None
    accuracy: float | None = None
    fit: float | None = None
    slope: float | None = None
    intercept: float | None = None
    condition_inefficiency: float | None = None
    outcome_inefficiency: float | None = None
    relative_inefficiency: float | None = None
    absolute_inefficiency: float | None = None
    p_value: float | None = None
    p_accuracy: float | None = None
    note: str | None = None


@dataclass(frozen=True)
class ConditionResult:
    """One condition against the outcome: complete cases only, the scope used, and each ceiling asked for.

    ``outcome`` also holds the outcomes of cases without the condition: they set a bottleneck table's rows.
    """

    n: int
    corner: Corner
    empirical_scope: Scope
    scope: Scope
    x: Floats
    y: Floats
    kept: NDArray[np.intp]
    outcome: Floats
    ceilings: dict[Ceiling, CeilingResult]
    notes: tuple[str, ...] = field(default=())
