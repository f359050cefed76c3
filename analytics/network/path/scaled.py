"""Positive numbers far beyond float64, as mantissa and binary exponent: value = mantissa * 2**exponent.

Path counts of real citation networks pass 10^1900, where float64 ends at 10^308. Plain logarithms would do,
but round every count to about 1e-16 * ln(count), and two equal sums of counts then differ, so that a tie
between paths is settled by noise. A mantissa in [0.5, 1) with its own exponent keeps every count below 2^53
exact and every larger one to a few 1e-16; its logarithm is taken once, at the end.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.network.graph.segments import FloatArray, IndexArray

TIE = 1e-12  # two values nearer than this, relative to the larger, are a tie


def ln(mantissa: float, exponent: int) -> float:
    """Natural logarithm of mantissa * 2**exponent, from the number itself as long as it fits a float64."""
    if exponent <= sys.float_info.max_exp:
        return math.log(math.ldexp(mantissa, exponent))
    return math.log(mantissa) + exponent * math.log(2.0)


@dataclass(frozen=True, slots=True)
class Scaled:
    """Arrays of n positive numbers: `mantissa` (n, in [0.5, 1)) and `exponent` (n, of two)."""

    mantissa: FloatArray
    exponent: IndexArray

    @classmethod
    def ones(cls, n: int) -> Scaled:
        """Return n ones: 0.5 * 2**1."""
        return cls(np.full(n, 0.5), np.ones(n, dtype=np.int32))

    @classmethod
    def zeros(cls, n: int) -> Scaled:
        """Return n zeros: mantissa 0, and an exponent under that of any count."""
        return cls(np.zeros(n), np.zeros(n, dtype=np.int32))

    def take(self, at: NDArray[np.integer]) -> Scaled:
        """Return some of the numbers, in the order asked for."""
        return Scaled(self.mantissa[at], self.exponent[at])

    def ln(self) -> FloatArray:
        """Natural logarithms; -inf where the value is zero."""
        with np.errstate(divide="ignore"):
            logs: FloatArray = np.log(self.mantissa) + self.exponent * math.log(2.0)
        return logs
