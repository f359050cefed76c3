"""K and D between the least and the most that everything unknown can make of them, and whether the place holds.

Source: docs/methods.md, Bounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from analytics.bounds.free import free_of
from analytics.bounds.lists import RawBounds, raw_bounds
from analytics.bounds.shares import ShareBounds, known_of, largest_amounts, share_bounds, together
from analytics.matrix.evaluate import Evaluation, Placed
from analytics.matrix.frames import RELATIVE, Frame
from analytics.matrix.strategy import Cuts, is_high
from analytics.measure.dynamics import standardise
from analytics.measure.measure import Measurement
from warehouse.sections.measuring import Place

Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlaceBounds:
    """K and D of one technology in one frame at their least and most; None where there are none.

    `holds`: both lie on one side of their cut whatever the unknown is. `is_sharp`: each end is reached by some way the
    unknown could be; else the ends are never too narrow, but may be wider than needed.
    """

    technology_id: str
    frame: str
    capability: Ends | None
    dynamics: Ends | None
    holds: bool
    is_sharp: bool


@dataclass(frozen=True, slots=True)
class TechnologyBounds:
    """What the unknown can make of one technology's figures. `sharp_shares`: the shares reach their ends together.

    `digest`: of what the bounds of raw dynamics rest on.
    """

    technology_id: str
    shares: tuple[ShareBounds, ...]
    sharp_shares: bool
    raw: RawBounds
    digest: str


def technology_bounds(
    measured: Measurement, universe: Sequence[str], place: Place, earlier: Mapping[str, RawBounds]
) -> dict[str, TechnologyBounds]:
    """Return the bounds of shares and raw dynamics of each technology with families; `universe`: classes there are.

    `earlier`: bounds of raw dynamics by digest; those that rest on the same are not computed again.
    """
    indicators = [i.indicator for item in measured.technologies[:1] for i in item.indicators]
    every = largest_amounts(measured.candidates, indicators, {})
    out = {}
    for (name,), rows in measured.candidates.partition_by("technology_id", as_dict=True).items():
        known = known_of(rows, indicators)
        shares = share_bounds(known, largest_amounts(rows, indicators, every))
        free = free_of(rows, universe, place.top)
        digest = free.digest(place.top)
        raw = earlier[digest] if digest in earlier else raw_bounds(free, place.top)
        out[str(name)] = TechnologyBounds(str(name), shares, together(known, shares), raw, digest)
    return out


def _capability(found: TechnologyBounds, frame: Frame) -> Ends | None:
    least, most = ([getattr(s, end) for s in found.shares] for end in ("least", "most"))
    return None if None in least + most else (frame.capability(least), frame.capability(most))


def _against(raw: float, others: Sequence[int], otherwise: float) -> float:
    """Return `raw` standardised in the range of itself and `others`; `otherwise` where that range is empty."""
    value = standardise(raw, min(raw, *others), max(raw, *others)) if others else None
    return otherwise if value is None else value


def _dynamics(name: str, frame: Frame, raws: Mapping[str, Ends]) -> Ends | None:
    """Return D at its least and most: in the relative frame with the raw dynamics of all technologies free.

    D rises with a technology's own raw dynamics and falls, if anything, with each other's.
    """
    if name not in raws:
        return None
    least, most = raws[name]
    if frame.name != RELATIVE:
        ends = frame.dynamics(least), frame.dynamics(most)
        return None if ends[0] is None or ends[1] is None else (ends[0], ends[1])
    lows, highs = (
        zip(*(ends for other, ends in raws.items() if other != name), strict=True) if len(raws) > 1 else ((), ())
    )
    return _against(least, highs, 0.0), _against(most, lows, 1.0)


def _reaching(ends: Ends | None, value: float | None) -> Ends | None:
    """Return `ends` so that the printed value lies in them to the last digit."""
    return ends if ends is None or value is None else (min(ends[0], value), max(ends[1], value))


def _one(
    placed: Placed,
    frame: Frame,
    found: Mapping[str, TechnologyBounds],
    raws: Mapping[str, Ends],
    cuts: Cuts,
    alone: bool,
) -> PlaceBounds:
    mine = found[placed.technology_id]
    capability = _reaching(_capability(mine, frame), placed.capability)
    dynamics = _reaching(_dynamics(placed.technology_id, frame, raws), placed.dynamics)
    holds = all(
        ends is not None and is_high(ends[0], cut) == is_high(ends[1], cut)
        for ends, cut in zip((capability, dynamics), cuts.values, strict=True)
    )
    rests_on = found.values() if frame.name == RELATIVE else (mine,)
    sharp = mine.sharp_shares and all(b.raw.is_sharp for b in rests_on if b.technology_id in raws)
    return PlaceBounds(
        placed.technology_id, frame.name, capability, dynamics, holds, sharp and (alone or frame.name != RELATIVE)
    )


def _alone(candidates: pl.DataFrame) -> bool:
    """Return whether no family that is free in the lists belongs to two technologies: theirs can then move apart."""
    free = candidates.filter(pl.col("is_open") | pl.col("main_subclass").is_null() | pl.col("filing_year").is_null())
    return free["family_key"].n_unique() == free.height


def bounds_of(
    measured: Measurement,
    evaluation: Evaluation,
    universe: Sequence[str],
    place: Place,
    earlier: Mapping[str, RawBounds] = MappingProxyType({}),
) -> tuple[dict[str, TechnologyBounds], list[PlaceBounds]]:
    """Return the bounds of every technology with families, and of K and D of every placed one in each frame.

    The weights are those printed (entropy weights neither rise nor fall with a share, so nothing closed can be said of
    them); the range of D is, in the relative frame, free with everything else. `earlier`: as in `technology_bounds`.
    """
    found = technology_bounds(measured, universe, place, earlier)
    placements = [p for p in evaluation.placements if p.spot is not None]
    frames = {frame.name: frame for frame in evaluation.frames}
    inside = {p.technology_id for p in placements if p.frame == RELATIVE}
    raws = {
        name: (float(b.raw.least), float(b.raw.most))
        for name, b in found.items()
        if b.raw.least is not None and b.raw.most is not None
    }
    together_raws = {name: ends for name, ends in raws.items() if name in inside}
    alone = _alone(measured.candidates)
    out = [
        _one(
            p, frames[p.frame], found, together_raws if p.frame == RELATIVE else raws,
            Cuts.of(place, p.technology_id), alone,
        )
        for p in placements
    ]  # fmt: skip
    return found, out
