"""Prime implicants by bit-parallel transversals, without enumerating the 3^k implicants.

A term that contains the configuration p keeps some of p's literals, a subset S of the conditions. It is an implicant
exactly when S meets, for every forbidden configuration x, the set D(p, x) of conditions in which p and x differ; it is
prime when S is minimal among those. The 2^k subsets are the index of one array of 64-bit words, a bit for each of 64
configurations p, so k sweeps over the array settle all subsets for 64 configurations at once. The same holds for
multi-value conditions, as a literal asks for one value.
"""

import numpy as np
import numpy.typing as npt

from analytics.qca.sets.space import Bools, Ints, Space
from analytics.qca.sets.terms import ABSENT, Term
from warehouse.process.watchdog import moved

_WORD = 64
Words = npt.NDArray[np.uint64]


def _difference_marks(space: Space, positives: Ints, off: Ints, cells: Ints) -> Words:
    """Words over the 2^k subsets: bit i is set at the complement of D(p_i, x) for every forbidden x."""
    k = len(space.levels)
    full = 2**k - 1
    weights = 2 ** np.arange(k - 1, -1, -1, dtype=np.int64)
    marks: Words = np.zeros(full + 1, dtype=np.uint64)
    two_valued = max(space.levels) == 2
    for i, p in enumerate(positives):
        if two_valued:
            agree = full ^ (off ^ p)
        else:
            agree = np.zeros(off.size, dtype=np.int64)
            for j in range(k):
                agree += weights[j] * (cells[off, j] == cells[p, j])
        marks[agree] |= np.uint64(1 << i)
    return marks


def _prime_words(marks: Words, k: int) -> Words:
    """Words over subsets: bit i is set where the subset's literals of p_i form a prime implicant."""
    fail = marks
    for j in range(k):
        halves = fail.reshape(-1, 2, 2**j)
        halves[:, 0, :] |= halves[:, 1, :]
    implicant = ~fail
    reducible: Words = np.zeros_like(implicant)
    for j in range(k):
        target, source = reducible.reshape(-1, 2, 2**j), implicant.reshape(-1, 2, 2**j)
        target[:, 1, :] |= source[:, 0, :]
    primes: Words = implicant & ~reducible
    return primes


def _in_order(space: Space, codes: Ints) -> list[Term]:
    """Terms from codes (subset of conditions, and the number of the values they keep), sorted as `sort_key` does."""
    k = len(space.levels)
    subsets, numbers = np.divmod(codes, space.total)
    used = _used(subsets, k)
    order = np.lexsort((-numbers, -subsets, used.sum(axis=1)))
    terms = np.where(used, space.cells[numbers], ABSENT)[order]
    return list(map(tuple, terms.tolist()))


def _used(subsets: Ints, k: int) -> Bools:
    used: Bools = (subsets[:, None] >> np.arange(k - 1, -1, -1)) & 1 == 1
    return used


def prime_implicants(space: Space, positives: Ints, allowed: Bools) -> list[Term]:
    """All prime implicants that contain a positive configuration, in the order of `terms.sort_key`.

    `positives` are configuration numbers (from 0); `allowed` (total,) is true where a term may reach: the positives and
    the remainders that may be assumed. Everything else is forbidden.
    """
    k = len(space.levels)
    off: Ints = np.flatnonzero(~allowed).astype(np.int64)
    found: list[Ints] = [np.zeros(0, dtype=np.int64)]
    for start in range(0, positives.size, _WORD):
        moved()
        chunk = positives[start : start + _WORD]
        words = _prime_words(_difference_marks(space, chunk, off, space.cells), k)
        words &= np.uint64(2**chunk.size - 1)
        subsets: Ints = np.flatnonzero(words).astype(np.int64)
        used, held = _used(subsets, k), words[subsets]
        for i, p in enumerate(chunk):
            mine = (held >> np.uint64(i)) & np.uint64(1) == 1
            found.append(subsets[mine] * space.total + used[mine] @ (space.cells[p] * space.strides))
    return _in_order(space, np.unique(np.concatenate(found)))
