"""Are the odds right: intervals and probabilities against known truths (docs/methods.md, How sure)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from analytics.calibration.worlds import Array, World, make_world, sample
from analytics.matrix.bootstrap import Certainty, bootstrap
from analytics.matrix.frames import ANCHORED, RELATIVE, Frame, anchored, relative_frame
from analytics.matrix.odds import Counts, dynamics_draws
from analytics.matrix.strategy import Cuts, strategy_at
from analytics.measure.dynamics import raw_dynamics
from warehouse.sections.measuring import Place

SIZES = (50, 100, 300, 1000, 10_000)
METHODS = ("resampled", "corrected")  # the plain bootstrap of families, and the estimator in use
BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """All statements made in the worlds.

    `intervals`: method, frame, axis, size, covers (the truth), excludes (its own estimate), width.
    `statements`: world, method, frame, size, probability, holds: one row for each technology, frame and quadrant.
    """

    intervals: pl.DataFrame
    statements: pl.DataFrame


def resampled_dynamics(
    earlier: Counts, later: Counts, codes: Sequence[str], top: int, draws: int, rng: np.random.Generator
) -> Array:
    """Return the plain Poisson bootstrap of raw dynamics: what the estimator in use is measured against.

    A sum of Poisson(1) weights over a class's families is Poisson of their number.
    """
    tables = [rng.poisson(counts, (draws, len(counts))) for counts in (earlier, later)]
    raw = raw_dynamics(tables[0], tables[1], codes, top).astype(np.float64)
    raw[(tables[0].sum(axis=1) == 0) | (tables[1].sum(axis=1) == 0)] = np.nan
    return raw


def _frame(world: World) -> Frame:
    frame = relative_frame(world.shares().tolist(), world.raw().tolist())
    assert frame is not None
    return frame


def true_places(world: World, frame: Frame) -> list[tuple[float, float]]:
    """Return the true (K, D) of each technology in `frame`."""
    spread = frame.dynamics_maximum - frame.dynamics_minimum
    dynamics = (world.raw() - frame.dynamics_minimum) / spread
    return list(zip([frame.capability(x) for x in world.shares().tolist()], dynamics.tolist(), strict=True))


def _rows(
    method: str,
    found: Sequence[Certainty],
    truth: dict[str, list[tuple[float, float]]],
    sizes: Sequence[int],
    cuts: Place,
) -> Iterator[tuple[list[dict[str, object]], list[dict[str, object]]]]:
    for item in found:
        number = int(item.technology_id)
        place = truth[item.frame][number]
        head = {"method": method, "frame": item.frame, "size": sizes[number]}
        intervals = [
            head | {"axis": axis, "covers": ends[0] <= true <= ends[1], "width": ends[1] - ends[0]}
            for axis, ends, true in (("K", item.capability, place[0]), ("D", item.dynamics, place[1]))
            if ends is not None
        ]
        quadrant = strategy_at(*place, Cuts.of(cuts))
        said = [
            head | {"probability": p, "holds": strategy is quadrant}
            for strategy, p in (item.probabilities or {}).items()
        ]
        yield intervals, said


def judge(
    worlds: int, technologies: int, place: Place, seed: int, on_world: Callable[[int], None] = lambda _: None
) -> Judged:
    """Return what both methods say in `worlds` worlds of `technologies` technologies, sizes taken in turn from SIZES.

    The anchored frame is the true frame of another world, as a baseline run's is of another date.
    Same seed, same result.
    """
    rng = np.random.default_rng(seed)
    sizes = [SIZES[i % len(SIZES)] for i in range(technologies)]
    intervals: list[dict[str, object]] = []
    statements: list[dict[str, object]] = []
    baseline = _frame(make_world(technologies, rng))
    for done in range(1, worlds + 1):
        world = make_world(technologies, rng)
        families = sample(world, sizes, rng)
        own = _frame(world)
        truth = {RELATIVE: true_places(world, own), ANCHORED: true_places(world, baseline)}
        names = [str(i) for i in range(technologies)]
        for method in METHODS:
            drawn = dynamics_draws if method == "corrected" else resampled_dynamics
            found = bootstrap(families, names, place, anchored(baseline), drawn)
            for some, said in _rows(method, found, truth, sizes, place):
                intervals += some
                statements += [{"world": done} | one for one in said]
        baseline = own
        on_world(done)
    return Judged(pl.DataFrame(intervals), pl.DataFrame(statements))


def coverage(judged: Judged) -> pl.DataFrame:
    """Return per method, frame, axis and size: intervals, share that covers the truth, its error, mean width."""
    table = judged.intervals.group_by("method", "frame", "axis", "size").agg(
        pl.len().alias("intervals"), pl.col("covers").mean().alias("covered"), pl.col("width").mean()
    )
    error = (pl.col("covered") * (1 - pl.col("covered")) / pl.col("intervals")).sqrt()
    return table.with_columns(error.alias("error")).sort(
        "method", "frame", "axis", "size", descending=[True, True, True, False]
    )


def reliability(judged: Judged) -> pl.DataFrame:
    """Return per method and frame in ten bins of probability: statements, mean probability, share that holds, z.

    z: the difference over its Monte Carlo error, which is taken between worlds (statements of one world hang together).
    """
    p = pl.col("probability")
    table = judged.statements.with_columns((p * BINS).floor().clip(0, BINS - 1).cast(pl.Int8).alias("bin"))
    keys = ["method", "frame", "bin"]
    worlds = table.group_by(*keys, "world").agg(
        pl.len().alias("statements"), p.sum(), pl.col("holds").sum(), (pl.col("holds") - p).sum().alias("_off")
    )
    table = worlds.group_by(keys).agg(
        pl.col("statements").sum(),
        p.sum() / pl.col("statements").sum(),
        pl.col("holds").sum() / pl.col("statements").sum(),
        (pl.col("_off").sum() / (pl.col("_off") ** 2).sum().sqrt()).alias("z"),
    )
    return table.sort(keys, descending=[True, True, False])
