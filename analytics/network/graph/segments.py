"""Helpers over compressed rows: which array positions belong to a list of rows."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
IndexArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]


def float_view(values: FloatArray) -> memoryview[float]:
    """Memory view of float64 numbers, read and written one by one in a third of the time of numpy indexing."""
    return cast("memoryview[float]", values.data)


def row_positions(ptr: IntArray, rows: NDArray[np.integer]) -> IntArray:
    """Positions of all entries of `rows`, row by row, in the compressed index array that `ptr` describes."""
    starts = ptr[rows]
    counts = ptr[rows + 1] - starts
    ends = np.cumsum(counts)
    total = int(ends[-1]) if ends.size else 0
    positions: IntArray = np.repeat(starts - (ends - counts), counts) + np.arange(total, dtype=np.int64)
    return positions


def pointers(sorted_rows: NDArray[np.integer], n_rows: int) -> IntArray:
    """Row pointers (length n_rows + 1) of entries whose row numbers are given."""
    ptr = np.zeros(n_rows + 1, dtype=np.int64)
    np.cumsum(np.bincount(sorted_rows, minlength=n_rows), out=ptr[1:])
    return ptr
