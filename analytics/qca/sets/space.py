"""The property space: all configurations of the conditions, numbered as R numbers them."""

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import numpy.typing as npt

from analytics.qca.sets.errors import QcaError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MAX_ROWS = 2**20


@dataclass(frozen=True)
class Space:
    """Conditions with their number of levels (2 for crisp and fuzzy sets).

    `multivalue` selects the notation: `A*~B`, or `A[1]*B[0]`. Configurations are numbered from 0 in mixed radix, first
    condition most significant (R's row id is ours + 1). Raises QcaError for duplicated or absent conditions, a level
    count below 2, and more than 2**20 configurations (20 two-valued conditions).
    """

    names: tuple[str, ...]
    levels: tuple[int, ...]
    multivalue: bool = False

    def __post_init__(self) -> None:
        if not self.names or len(self.names) != len(self.levels):
            raise QcaError("A property space needs at least one condition and one level count for each.")
        if len(set(self.names)) != len(self.names):
            raise QcaError("A condition is named twice; give every condition once.")
        if min(self.levels) < 2:
            raise QcaError("Every condition needs at least two levels.")
        if prod(self.levels) > MAX_ROWS:
            raise QcaError(
                f"{prod(self.levels)} configurations are more than the {MAX_ROWS} this program handles exactly; "
                "use fewer conditions."
            )

    @classmethod
    def binary(cls, names: tuple[str, ...]) -> "Space":
        """The space of crisp or fuzzy conditions."""
        return cls(tuple(names), (2,) * len(names))

    @property
    def total(self) -> int:
        """How many configurations there are."""
        return prod(self.levels)

    @cached_property
    def strides(self) -> Ints:
        """Weight of each condition in a configuration's number, shape (k,)."""
        weights = np.ones(len(self.levels), dtype=np.int64)
        for j in range(len(self.levels) - 2, -1, -1):
            weights[j] = weights[j + 1] * self.levels[j + 1]
        return weights

    @cached_property
    def cells(self) -> Ints:
        """Every configuration's values, shape (total, k)."""
        numbers = np.arange(self.total, dtype=np.int64)[:, None]
        cells: Ints = (numbers // self.strides[None, :]) % np.asarray(self.levels, dtype=np.int64)[None, :]
        return cells

    def number(self, values: npt.ArrayLike) -> Ints:
        """Numbers (from 0) of configurations given as values of shape (…, k)."""
        numbers: Ints = np.asarray(values, dtype=np.int64) @ self.strides
        return numbers
