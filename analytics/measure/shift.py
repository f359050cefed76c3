"""The shift of one technology: both top lists and every new prefix, reclassified ones apart.

Source: docs/methods.md, Dynamics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.measure.dynamics import AMPLITUDES, TOP, Counts, Mask, new_prefix_counts, top_mask, top_ranks

Pairs = Mapping[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class NewPrefix:
    """One new IPC prefix: level 1..4, amplitude w_k, the later list's subclasses that carry it.

    Not counted (with a reason) when only reclassification explains it.
    """

    level: int
    prefix: str
    amplitude: int
    is_counted: bool
    reason: str | None
    carriers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a window's top list: window 1 earlier, 2 later; rank 1 = most families."""

    window: int
    rank: int
    subclass: str
    families: int


@dataclass(frozen=True, slots=True)
class Shift:
    """Raw dynamics D with what it is made of; `raw` is None when a window holds no family with a known subclass."""

    raw: int | None
    earlier_families: int
    later_families: int
    top: tuple[Ranked, ...]
    prefixes: tuple[NewPrefix, ...]


def _counts(pairs: Pairs, which: int) -> tuple[list[str], Counts, Counts]:
    """Return (codes, earlier, later) of mapped (`which` 0) or stated (1) subclasses; counts have shape (1, c)."""
    codes = sorted({pair[which] for pair in pairs})
    column = {code: i for i, code in enumerate(codes)}
    table = np.zeros((2, 1, len(codes)), dtype=np.int64)
    for pair, (earlier, later) in pairs.items():
        table[0, 0, column[pair[which]]] += earlier
        table[1, 0, column[pair[which]]] += later
    return codes, table[0], table[1]


def ranked(codes: list[str], counts: Counts, other: Counts, window: int, top: int) -> list[Ranked]:
    """Return the top list of one window (`counts`, `other`: shape (1, c)), subclasses without a family left out."""
    if not codes:
        return []
    columns = top_ranks(counts, other, top)[0]
    return [Ranked(window, i + 1, codes[c], int(counts[0, c])) for i, c in enumerate(columns) if counts[0, c] > 0]


def prefix_carriers(codes: list[str], earlier: Mask, later: Mask) -> dict[tuple[int, str], tuple[str, ...]]:
    """Return the new prefixes (level, prefix) with the subclasses that carry them; masks have shape (c,)."""
    before = [code for code, there in zip(codes, earlier, strict=True) if there]
    now = [code for code, there in zip(codes, later, strict=True) if there]
    out: dict[tuple[int, str], tuple[str, ...]] = {}
    for level in range(1, len(AMPLITUDES) + 1):
        known = {code[:level] for code in before}
        for prefix in sorted({code[:level] for code in now} - known):
            out[level, prefix] = tuple(code for code in now if code[:level] == prefix)
    return out


def new_prefixes(
    counted: dict[tuple[int, str], tuple[str, ...]],
    stated: dict[tuple[int, str], tuple[str, ...]],
    pairs: Pairs,
) -> tuple[NewPrefix, ...]:
    """Return counted prefixes (new once mapped) and those new only as stated, which reclassification explains."""
    out = [NewPrefix(lv, p, AMPLITUDES[lv - 1], True, None, c) for (lv, p), c in counted.items()]
    for (level, prefix), carriers in stated.items():
        if (level, prefix) not in counted:
            moves = sorted({f"{s}→{m}" for m, s in pairs if s in carriers and s != m})
            reason = "reclassification 重新分类" + (f": {', '.join(moves)}" if moves else "")
            out.append(NewPrefix(level, prefix, AMPLITUDES[level - 1], False, reason, carriers))
    return tuple(sorted(out, key=lambda p: (p.level, p.prefix)))


def shift_of(pairs: Pairs, top: int = TOP) -> Shift:
    """Return the shift of one technology from families per (mapped, stated) main subclass: (earlier, later) counts.

    D rests on the mapped subclasses alone. A prefix that is new in the lists as stated but not once codes are mapped
    to one edition is listed, not counted (docs/methods.md, Reclassification is not a shift).
    """
    codes, earlier, later = _counts(pairs, 0)
    before, now = int(earlier.sum()), int(later.sum())
    masks = top_mask(earlier, later, top), top_mask(later, earlier, top)
    raw = int((new_prefix_counts(*masks, codes) @ np.array(AMPLITUDES))[0])
    counted = prefix_carriers(codes, masks[0][0], masks[1][0])
    stated = counted
    if any(m != s for m, s in pairs):
        s_codes, s_earlier, s_later = _counts(pairs, 1)
        s_masks = top_mask(s_earlier, s_later, top), top_mask(s_later, s_earlier, top)
        stated = prefix_carriers(s_codes, s_masks[0][0], s_masks[1][0])
    lists = ranked(codes, earlier, later, 1, top) + ranked(codes, later, earlier, 2, top)
    return Shift(raw if before and now else None, before, now, tuple(lists), new_prefixes(counted, stated, pairs))
