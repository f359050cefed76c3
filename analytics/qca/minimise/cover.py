"""All minimum-cardinality covers of a prime implicant chart, exactly.

The chart is shrunk by what loses no minimum cover (essential implicants, columns implied by others, implicants with the
same coverage taken as one), split into independent parts, and each part is enumerated by branch and bound from the
optimum that an integer programme proves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from analytics.qca.minimise.cover_search import optimal_search
from analytics.qca.sets.space import Bools, Ints


@dataclass(frozen=True, slots=True)
class Covers:
    """Minimum covers, each a sorted tuple of row numbers, in lexicographic order.

    `essential` rows are in every cover listed. `complete` is false when there are more covers than were asked
    for (those listed are still of minimum cardinality).
    """

    models: tuple[tuple[int, ...], ...]
    essential: tuple[int, ...]
    complete: bool


def _columns(chart: Bools) -> list[int]:
    """Each column as a bit set of the rows that cover it; duplicates and implied columns left out."""
    packed = np.packbits(chart, axis=0, bitorder="little")
    sets = {int.from_bytes(packed[:, j].tobytes(), "little") for j in range(chart.shape[1])}
    kept: list[int] = []
    for column in sorted(sets, key=lambda bits: (bits.bit_count(), bits)):
        if not any(small & column == small for small in kept):
            kept.append(column)
    return kept


def _bits(value: int) -> list[int]:
    return [i for i, bit in enumerate(bin(value)[:1:-1]) if bit == "1"]


def _parts(columns: list[int]) -> list[list[int]]:
    """Columns grouped so that no row covers columns of two groups."""
    groups: list[tuple[int, list[int]]] = []
    for column in columns:
        union, members, rest = column, [column], []
        for rows, group in groups:
            if rows & union:
                union, members = union | rows, members + group
            else:
                rest.append((rows, group))
        groups = [*rest, (union, members)]
    return [group for _, group in groups]


def _alike(columns: list[int]) -> tuple[Bools, list[list[int]]]:
    """Rows with the same coverage taken as one: coverage (groups, columns) and the rows behind each group."""
    reach: dict[int, int] = {}
    for c, column in enumerate(columns):
        for row in _bits(column):
            reach[row] = reach.get(row, 0) | 1 << c
    groups: dict[int, list[int]] = {}
    for row in sorted(reach):
        groups.setdefault(reach[row], []).append(row)
    matrix: Bools = np.array([[bits >> c & 1 for c in range(len(columns))] for bits in groups], dtype=np.bool_)
    return matrix, list(groups.values())


def _part_covers(columns: list[int], limit: int) -> tuple[list[tuple[int, ...]], bool]:
    """Minimum covers of one independent part, as row numbers of the chart, and whether they are all."""
    matrix, alike = _alike(columns)
    search = optimal_search(matrix)
    models = (model for cover in search.run() for model in product(*(alike[g] for g in cover)))
    listed = list(islice(models, limit + 1))
    return listed[:limit], len(listed) <= limit and not search.exhausted


def minimum_covers(chart: Bools, limit: int = 10_000) -> Covers:
    """All covers of the chart's columns by the fewest rows; chart (rows, columns), every column covered by some row.

    At most `limit` covers are listed. A chart without columns has one cover, the empty one. Raises ValueError for a
    column that no row covers.
    """
    if not chart.any(axis=0).all():
        raise ValueError("a column of the chart is covered by no row")
    columns = _columns(chart)
    forced = {_bits(column)[0] for column in columns if column.bit_count() == 1}
    fixed = sum(1 << row for row in forced)
    columns = [column for column in columns if not column & fixed]
    parts = [_part_covers(part, limit) for part in _parts(columns)]
    joined = islice(product(*(covers for covers, _ in parts)), limit + 1)
    models = [tuple(sorted({*forced, *(row for piece in pieces for row in piece)})) for pieces in joined]
    complete = len(models) <= limit and all(done for _, done in parts)
    models = sorted(models[:limit])
    essential = set(models[0]).intersection(*models[1:])
    return Covers(tuple(models), tuple(sorted(essential)), complete)


def undominated(chart: Bools) -> Ints:
    """Rows whose coverage lies in no other row's as a proper part (R's row dominance); row numbers."""
    size = chart.sum(axis=1)
    shared = chart.astype(np.int64) @ chart.T.astype(np.int64)
    dominated = ((shared == size[:, None]) & (size[None, :] > size[:, None])).any(axis=1)
    return np.flatnonzero(~dominated).astype(np.int64)


def irredundant_covers(chart: Bools, limit: int = 10_000) -> Covers:
    """All covers from which no row can be taken, whatever their size (R's all.sol), fewest rows first."""
    rows_of = [int.from_bytes(np.packbits(column, bitorder="little").tobytes(), "little") for column in chart.T]
    reach = [frozenset(np.flatnonzero(row).tolist()) for row in chart]
    found = sorted(islice(_irredundant(rows_of, reach, (), 0), limit + 1), key=lambda m: (len(m), m))
    models = found[:limit]
    essential = set(models[0]).intersection(*models[1:])
    return Covers(tuple(models), tuple(sorted(essential)), len(found) <= limit)


def _irredundant(
    rows_of: list[int], reach: list[frozenset[int]], chosen: tuple[int, ...], closed: int
) -> Iterator[tuple[int, ...]]:
    open_columns = [c for c, rows in enumerate(rows_of) if not any(rows >> g & 1 for g in chosen)]
    if not open_columns:
        yield tuple(sorted(chosen))
        return
    options = min((rows_of[c] & ~closed for c in open_columns), key=int.bit_count)
    for g in _bits(options):
        picked = (*chosen, g)
        if all(_alone(reach, picked, h) for h in picked):
            yield from _irredundant(rows_of, reach, picked, closed)
        closed |= 1 << g


def _alone(reach: list[frozenset[int]], picked: tuple[int, ...], row: int) -> bool:
    """Whether the row covers a column that no other picked row covers."""
    return bool(reach[row].difference(*(reach[other] for other in picked if other != row)))
