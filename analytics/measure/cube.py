"""Dense cubes over as-of dates: interval facts added up once, for every date (difference, then cumulative sum)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def _at(group: Ints, groups: int, index: Ints, dates: int, amount: Ints | None) -> Ints:
    flat = group * (dates + 1) + index
    counts = np.bincount(flat, amount, groups * (dates + 1))  # float64 when amounts are given: exact below 2^53
    return counts.astype(np.int64).reshape(groups, dates + 1)


def accumulate(group: Ints, groups: int, start: Ints, end: Ints, dates: int, amount: Ints | None = None) -> Ints:
    """Return the total of `amount` (default 1) per group and as-of date, shape (groups, dates).

    A row counts from as-of index `start` (inclusive) to `end` (exclusive); rows with start = end never do.
    """
    change = _at(group, groups, start, dates, amount) - _at(group, groups, end, dates, amount)
    return np.cumsum(change, axis=1)[:, :dates]


def accumulate_changing(
    group: Ints, groups: int, start: Ints, end: Ints, dates: int,
    first: Ints, last: Ints, event_group: Ints, event: Ints, growth: Ints,
) -> Ints:  # fmt: skip
    """Return the total of a count that grows at each event, per group and as-of date, shape (groups, dates).

    `first` and `last` are a row's counts at its first and last date; `event_group`, `event`, `growth`: group, as-of
    index and size of the events strictly after a row's first date and up to its last.
    """
    change = _at(group, groups, start, dates, first) - _at(group, groups, end, dates, last)
    change += _at(event_group, groups, event, dates, growth)
    return np.cumsum(change, axis=1)[:, :dates]
