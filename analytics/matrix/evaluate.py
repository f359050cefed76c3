"""From figures to places: frames, (K, D), strategy, watch, evidence, and why not placed.

Source: docs/methods.md, Strategy matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.matrix.frames import ANCHORED, RELATIVE, Frame, anchored, relative_frame
from analytics.matrix.strategy import Cuts, Spot, spot
from analytics.measure.measure import Measured
from analytics.measure.shares import Indicator
from warehouse.sections.measuring import Place


@dataclass(frozen=True, slots=True)
class Placed:
    """One technology in one frame: K, D and where that is; `why_not` says why there is no place."""

    technology_id: str
    frame: str
    families: int
    capability: float | None
    dynamics_raw: float | None
    dynamics: float | None
    spot: Spot | None
    low_evidence_why: str | None
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The frames that could be built and the place of every technology in each frame asked for."""

    frames: tuple[Frame, ...]
    placements: tuple[Placed, ...]


def _share_gap(item: Indicator) -> str:
    name = item.indicator
    if item.known_families == 0:
        return f"{name}: known for none of {item.families} families"
    return f"{name}: the global total over {item.known_families} known families is 0"


def why_not_measured(item: Measured) -> str | None:
    """Return why a technology has no (K, D) at all, None when it has: an empty denominator or window.

    Source: docs/methods.md, Counting.
    """
    if item.families == 0:
        return "no family is left after screening"
    gaps = [_share_gap(i) for i in item.indicators if i.value is None]
    if item.shift.earlier_families == 0:
        gaps.append("no family with a known main IPC in the earlier window")
    if item.shift.later_families == 0:
        gaps.append("no family with a known main IPC in the later window")
    return "; ".join(gaps) or None


def thin_evidence(item: Measured, floor: float, frame: Frame | None) -> str | None:
    """Return why the evidence is low (a coverage under the floor, too small a set), None when it is not."""
    reasons = [f"{i.indicator}: coverage {i.coverage:.3f} < {floor:.3f}" for i in item.indicators if i.coverage < floor]
    if item.classed / item.families < floor:
        reasons.append(f"dynamics: main IPC and date known for {item.classed} of {item.families} families")
    if frame is not None and frame.all_constant:
        reasons.append("no indicator varies over the technologies: equal weights")
    if frame is not None and frame.name == RELATIVE and frame.technologies == 2:
        reasons.append("two technologies only: relative dynamics can only be 0 or 1")
    return "; ".join(reasons) or None


def _empty_range(frame: Frame) -> str:
    span = f"raw dynamics of all {frame.technologies} technologies in the frame is {frame.dynamics_minimum:g}"
    advice = (
        "; name a baseline run (place.baseline_run) to place it in the anchored frame"
        if frame.name == RELATIVE
        else "; name another baseline run"
    )
    return f"{span}: no range to standardise by{advice}"


def place_one(item: Measured, frame_name: str, frame: Frame | None, place: Place, why: str | None) -> Placed:
    """Return the place of one technology in one frame (None: it could not be built); `why`: why it has no figures."""
    thin = thin_evidence(item, place.coverage_floor, frame) if item.families else None
    raw = None if item.shift.raw is None else float(item.shift.raw)
    values = [i.value for i in item.indicators if i.value is not None]
    capability = dynamics = None
    where = None
    if frame is None:
        why = why or "no technology could be measured, so there is no frame"
    elif why is None and raw is not None:
        capability, dynamics = frame.capability(values), frame.dynamics(raw)
        if dynamics is None:
            why = _empty_range(frame)
        else:
            where = spot(capability, dynamics, Cuts.of(place, item.technology_id))
    return Placed(item.technology_id, frame_name, item.families, capability, raw, dynamics, where, thin, why)


def frame_of(able: Sequence[Measured]) -> Frame | None:
    """Return the relative frame of technologies that can all be measured; None when there is none."""
    values = [[i.value for i in item.indicators if i.value is not None] for item in able]
    raw = [float(item.shift.raw) for item in able if item.shift.raw is not None]
    return relative_frame(values, raw, [i.indicator for i in able[0].indicators] if able else [])


def evaluate(
    items: Sequence[Measured], place: Place, baseline: Frame | None, frames: Sequence[str] = (RELATIVE, ANCHORED)
) -> Evaluation:
    """Return the places of `items` in `frames`.

    The anchored frame is `baseline`; with no baseline this very set is its own (a first run is the baseline of those to
    come). Technologies that cannot be measured are in no frame. Source: docs/methods.md, Strategy matrix.
    """
    why = {item.technology_id: why_not_measured(item) for item in items}
    relative = frame_of([item for item in items if why[item.technology_id] is None])
    base = baseline or relative
    built = {RELATIVE: relative, ANCHORED: None if base is None else anchored(base)}
    placements = [
        place_one(item, name, built[name], place, why[item.technology_id]) for name in frames for item in items
    ]
    return Evaluation(tuple(f for n in frames if (f := built[n]) is not None), tuple(placements))
