"""The methods on a table of one's own: necessary conditions, sufficient configurations, the strategy matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from analytics.matrix.frames import relative_frame
from analytics.matrix.strategy import Cuts, spot, strategy_at
from analytics.nca.ceilings.model import DEFAULT_CEILINGS, Ceiling
from analytics.nca.report import Settings as NcaSettings
from analytics.nca.report import Study, study
from analytics.qca.minimise.truth_table import CutOffs
from analytics.qca.report import Analysis, analyse
from analytics.qca.report import Settings as QcaSettings
from analytics.qca.sets.calibrate import Anchors, calibrate
from analytics.qca.sets.space import Space
from warehouse.sections.measuring import Place


def nca(
    table: pl.DataFrame,
    outcome: str,
    conditions: Sequence[str],
    *,
    ceilings: Sequence[Ceiling] = DEFAULT_CEILINGS,
    permutations: int = 0,
    seed: int = 0,
) -> Study:
    """Return the necessary condition analysis of each condition (docs/nca.md).

    `table` holds numbers, one row a case; a missing value leaves that condition's analysis only. The result holds the
    ceilings, effect sizes, p values (with `permutations`) and bottleneck tables, and repeats what was asked.
    Raises ValueError for a column that is not there or not numeric.
    """
    asked = NcaSettings(ceilings=tuple(ceilings), permutations=permutations, seed=seed)
    return study(table, outcome, conditions, asked)


def qca(
    table: pl.DataFrame,
    outcome: str,
    conditions: Sequence[str],
    *,
    cases: str | None = None,
    anchors: Mapping[str, tuple[float, float, float]] | None = None,
    consistency: float = 0.85,
    pri: float = 0.75,
    frequency: int = 1,
    negate: bool = False,
) -> Analysis:
    """Return the fuzzy-set analysis: necessity, truth table, complex, parsimonious and intermediate solutions.

    Columns are memberships in 0..1; a column named in `anchors` is calibrated first by the direct method with
    (full exclusion, crossover, full inclusion). `cases` names the column of case names (default: row numbers).
    Raises ValueError for a column that is not there, QcaError for memberships that cannot be used (docs/qca.md).
    """
    columns = [*conditions, outcome]
    missing = [name for name in columns if name not in table.columns]
    if missing:
        msg = f"no column {missing[0]!r}: the table has {', '.join(table.columns)}."
        raise ValueError(msg)
    values = {name: table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in columns}
    for name, points in (anchors or {}).items():
        values[name] = calibrate(values[name], Anchors(*points))
    names = table[cases].cast(pl.String).to_list() if cases else [str(i + 1) for i in range(table.height)]
    data = np.column_stack([values[name] for name in conditions])
    space = Space(tuple(conditions), (2,) * len(conditions))
    settings = QcaSettings(cutoffs=CutOffs(inclusion=consistency, pri=pri, frequency=frequency), negate=negate)
    return analyse(space, data, values[outcome], outcome, [str(n) for n in names], settings=settings)


def place(table: pl.DataFrame, *, settings: Place | None = None) -> pl.DataFrame:
    """Return `table` with capability, dynamics, strategy, distance to the nearest cut, is_watch and watch_towards.

    `table` has a row per technology with dynamics_raw and the shares that `settings` names (0..1; by default
    applications, citations, claims and pct). Weights and ranges are those of this very set (docs/methods.md, Capability
    and Dynamics); a row with an unknown share or dynamics is left out of them and not placed. Raises ValueError for a
    column that is not there.
    """
    by = settings or Place()
    columns = [*by.indicators, "dynamics_raw"]
    missing = [name for name in columns if name not in table.columns]
    if missing:
        msg = f"no column {missing[0]!r}: a table to place has {', '.join(columns)}."
        raise ValueError(msg)
    rows = table.select(columns).rows()
    known = [row for row in rows if all(value is not None for value in row)]
    frame = relative_frame([row[:-1] for row in known], [row[-1] for row in known], by.indicators)
    cuts = Cuts.of(by)
    placed: list[tuple[float | str | bool | None, ...]] = []
    for row in rows:
        dynamics = None if frame is None or None in row else frame.dynamics(row[-1])
        if frame is None or dynamics is None:
            placed.append((None, None, None, None, None, None))
            continue
        capability = frame.capability(row[:-1])
        where = spot(capability, dynamics, cuts)
        strategy = strategy_at(capability, dynamics, cuts).value
        placed.append((capability, dynamics, strategy, where.distance, where.is_watch, where.towards.value))
    schema = {
        "capability": pl.Float64, "dynamics": pl.Float64, "strategy": pl.String, "distance": pl.Float64,
        "is_watch": pl.Boolean, "watch_towards": pl.String,
    }  # fmt: skip
    return table.hstack(pl.DataFrame(placed, schema=schema, orient="row"))
