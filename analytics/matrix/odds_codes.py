"""Where classes not seen yet would fall: codes that share prefixes with the seen ones as those do among themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

_SYMBOLS = ("ABCDEFGH", "0123456789", "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")  # IPC: section, two digits, letter
_NEW = 1.0  # weight of a branch nobody has taken yet, against the codes on the taken ones


def _branch(taken: Counter[str], symbols: str, rng: np.random.Generator) -> str:
    """Return the next symbol: a taken branch by how many codes are on it, or any symbol with weight `_NEW`."""
    point = rng.random() * (taken.total() + _NEW)
    if point >= taken.total():
        return symbols[int(rng.integers(len(symbols)))]
    return list(taken.elements())[int(point)]


def unseen_codes(seen: Sequence[str], wanted: int, rng: np.random.Generator) -> list[str]:
    """Return `wanted` four-character codes other than `seen`, drawn one by one (a Pólya urn over prefixes).

    A prefix with many codes receives more; fewer than `wanted` only when nearly every possible code is taken.
    """
    children: dict[str, Counter[str]] = {}
    have: set[str] = set()

    def take(code: str) -> None:
        have.add(code)
        for level in range(len(_SYMBOLS)):
            children.setdefault(code[:level], Counter())[code[level : level + 1]] += 1

    for code in seen:
        take(code)
    out: list[str] = []
    for _ in range(50 * wanted):
        if len(out) == wanted:
            break
        prefix = ""
        for symbols in _SYMBOLS[:-1]:
            prefix += _branch(children.get(prefix, Counter()), symbols, rng)
        code = prefix + _SYMBOLS[-1][int(rng.integers(len(_SYMBOLS[-1])))]
        if code not in have:
            take(code)
            out.append(code)
    return out
