"""R's random permutations, draw by draw and many seeds at once: Mersenne-Twister with rejection sampling.

Matsumoto & Nishimura (1998) for the generator; R ≥ 3.6 scrambles ``set.seed`` by a linear congruence and takes an
index below n from just enough 16-bit chunks, again until it is below n.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WORDS = 624
MIDDLE = 397
UPPER = np.uint32(0x80000000)
LOWER = np.uint32(0x7FFFFFFF)
TWIST = np.uint32(0x9908B0DF)
SEED_STEP = np.uint32(69069)
SEED_ROUNDS = 50
OFFSET_RANGE = 2**24


class RStreams:
    """One R generator per seed, advanced together; rows are generators."""

    def __init__(self, seeds: NDArray[np.uint32]) -> None:
        state = seeds.astype(np.uint32)
        with np.errstate(over="ignore"):
            for _ in range(SEED_ROUNDS + 1):
                state = state * SEED_STEP + np.uint32(1)
            self._state = np.empty((WORDS, len(state)), dtype=np.uint32)
            for word in range(WORDS):
                state = state * SEED_STEP + np.uint32(1)
                self._state[word] = state
        self._chunks = np.empty((len(state), 0), dtype=np.uint16)
        self._at = np.zeros(len(state), dtype=np.intp)

    def _twist(self, start: int, stop: int) -> None:
        s = self._state
        following = s[start + 1 : stop + 1] if stop < WORDS else s[np.r_[start + 1 : WORDS, 0]]
        mixed = (s[start:stop] & UPPER) | (following & LOWER)
        far = s[(np.arange(start, stop) + MIDDLE) % WORDS]
        s[start:stop] = far ^ (mixed >> np.uint32(1)) ^ np.where(mixed & np.uint32(1), TWIST, np.uint32(0))

    def _refill(self) -> None:
        for start, stop in ((0, 227), (227, 454), (454, 623), (623, 624)):
            self._twist(start, stop)
        y = self._state.copy()
        y ^= y >> np.uint32(11)
        y ^= (y << np.uint32(7)) & np.uint32(0x9D2C5680)
        y ^= (y << np.uint32(15)) & np.uint32(0xEFC60000)
        y ^= y >> np.uint32(18)
        fresh = (y >> np.uint32(16)).astype(np.uint16).T
        self._chunks = np.ascontiguousarray(np.concatenate((self._chunks, fresh), axis=1))

    def _chunk(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """The next 16 bits of each of these generators."""
        at = self._at[rows]
        if len(at) and int(at.max()) >= self._chunks.shape[1]:
            self._refill()
        self._at[rows] += 1
        return self._chunks[rows, at].astype(np.int64)

    def index_below(self, n: int) -> NDArray[np.int64]:
        """A uniform index 0..n−1 from each generator."""
        bits = (n - 1).bit_length()
        found = np.zeros(len(self._at), dtype=np.int64)
        rows = np.arange(len(self._at), dtype=np.intp)
        while len(rows):
            value = np.zeros(len(rows), dtype=np.int64)
            for _ in range(bits // 16 + 1):
                value = value * 65536 + self._chunk(rows)
            value &= (1 << bits) - 1
            found[rows] = value
            rows = rows[value >= n]
        return found

    def permutations(self, n: int) -> NDArray[np.intp]:
        """``sample(1:n)`` of each generator, 0-based; rows are permutations."""
        count = len(self._at)
        rows = np.arange(count)
        pool = np.tile(np.arange(n, dtype=np.int32)[:, None], (1, count))
        out = np.empty((n, count), dtype=np.int32)
        for i in range(n):
            left = n - i
            pick = self.index_below(left)
            out[i] = pool[pick, rows]
            pool[pick, rows] = pool[left - 1]
        return out.T.astype(np.intp)


def r_permutations(n: int, seeds: Sequence[int] | NDArray[np.uint32]) -> NDArray[np.intp]:
    """``set.seed(s); sample(1:n)`` for each seed s, 0-based."""
    return RStreams(np.asarray(seeds, dtype=np.uint32)).permutations(n)


def v5_offset(seed: int) -> int:
    """NCA 5.x's offset: ``set.seed(seed); sample.int(2^24, 1)``; repetition i then uses seed offset + i."""
    return int(RStreams(np.asarray([seed], dtype=np.uint32)).index_below(OFFSET_RANGE)[0]) + 1
