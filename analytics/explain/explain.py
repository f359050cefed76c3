"""What changed between two runs, and why, per technology (docs/methods.md, Why it moved).

A change of the figures is not always a move of the technology: a revision of past data or a changed query is found by
measuring the earlier date again with today's data, and is named as such, never as progress.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import polars as pl

from analytics.explain.attribution import OWN_SHARES, OWN_SHIFT, NotComparableError, Part, attribute
from analytics.explain.run_records import Recorded, recorded, settings_hash
from analytics.matrix.evaluate import Placed, evaluate
from analytics.matrix.frames import RELATIVE, Frame
from analytics.matrix.store import append, baseline
from analytics.matrix.strategy import AXES, Cuts, Strategy, is_high
from analytics.measure.measure import measure
from analytics.measure.query import IMPORT, Connection, Technologies
from warehouse.core import transaction
from warehouse.settings import Settings


class Cause(StrEnum):
    """What a change is: `own` the technology's own, `neighbours` the set's weights or range, `revision` of past data.

    `query`: its query changed; `settings`: the runs were made by different settings; `evidence`: it could not be placed
    in one of the runs; `none`: same strategy in both.
    """

    NONE = "none"
    OWN = "own"
    NEIGHBOURS = "neighbours"
    REVISION = "revision"
    QUERY = "query"
    SETTINGS = "settings"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Move:
    """One technology between two runs in one frame.

    `parts` add up to the change of (K, D) within 1e-12; empty when it was not placed in both. `indicators`: own shares'
    part of the change of K by indicator (they add up to that part). `new_prefixes`, `gone_prefixes`: counted IPC
    prefixes that came or went. `revision`: change of (K, D) as of the earlier date when measured again with today's
    data and queries, i.e. what is not due to time; None when not recomputed. `settings_changed`: the runs were made by
    different settings, so a difference is neither a rise nor a fall.
    """

    technology_id: str
    frame: str
    before: Recorded
    after: Recorded
    parts: tuple[Part, ...]
    indicators: dict[str, float]
    new_prefixes: tuple[str, ...]
    gone_prefixes: tuple[str, ...]
    revision: tuple[float, float] | None
    query_changed: bool
    cause: Cause
    settings_changed: bool = False

    @property
    def moved(self) -> bool:
        """Whether the strategy differs."""
        return self.before.strategy != self.after.strategy


def _by_indicator(before: Recorded, after: Recorded, frames: tuple[Frame, Frame]) -> dict[str, float]:
    """Return own shares' Shapley part by indicator: the change of the share times the mean of its two weights."""
    columns = zip(frames[0].indicators, frames[0].weights, frames[1].weights, strict=True)
    shares = ((name, before.shares[name], after.shares[name], u0, u1) for name, u0, u1 in columns)
    return {name: (x1 - x0) * (u0 + u1) / 2 for name, x0, x1, u0, u1 in shares if x0 is not None and x1 is not None}


def _recomputed(
    con: Connection, to_run: int, settings: Settings, before: dict[str, Recorded], pairs: Technologies, frame: str
) -> dict[str, Placed]:
    """Return the places as of the earlier run's date by today's data and queries."""
    as_of = next(iter(before.values())).as_of
    items = measure(con, settings, as_of, pairs).technologies
    base = baseline(con, to_run, settings.place)
    return {p.technology_id: p for p in evaluate(items, settings.place, base, [frame]).placements}


def _is_own(parts: Sequence[Part], before: Recorded, after: Recorded, settings: Settings) -> bool:
    """Whether the technology's own parts alone carry it across every cut it crossed."""
    own = [p for p in parts if p.part in (OWN_SHARES, OWN_SHIFT)]
    for axis, cut in zip(AXES, Cuts.of(settings.place, before.technology_id).values, strict=True):
        old, new = getattr(before, axis), getattr(after, axis)
        if is_high(old, cut) != is_high(new, cut):
            alone = old + sum(getattr(p, f"{axis}_change") for p in own)
            if is_high(alone, cut) != is_high(new, cut):
                return False
    return True


def _cause(move: Move, again: Placed | None, settings: Settings, same_settings: bool) -> Cause:
    if not move.moved:
        return Cause.NONE
    if not same_settings:
        return Cause.SETTINGS
    if move.query_changed:
        return Cause.QUERY
    if move.before.strategy is None or move.after.strategy is None:
        return Cause.EVIDENCE
    if again is not None and again.spot is not None and again.spot.strategy == Strategy(move.after.strategy):
        return Cause.REVISION
    return Cause.OWN if _is_own(move.parts, move.before, move.after, settings) else Cause.NEIGHBOURS


def _prefixes(some: frozenset[tuple[int, str]], others: frozenset[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(prefix for _, prefix in sorted(some - others))


def difference(
    before: Recorded,
    after: Recorded,
    frame: str,
    frames: tuple[Frame | None, Frame | None],
    again: Placed | None = None,
) -> Move:
    """Return what differs between two places of a technology, with its parts; whose move it is, is not judged here.

    `frames`: those of the two places. `again`: the earlier place by today's data, when it was measured again.
    """
    parts: tuple[Part, ...] = ()
    indicators: dict[str, float] = {}
    one, two = before.situation(frames[0]), after.situation(frames[1])
    if one is not None and two is not None:
        try:
            parts, indicators = attribute(one, two), _by_indicator(before, after, (one.frame, two.frame))
        except NotComparableError:
            parts = ()
    revision = None
    if again is not None and again.spot is not None and before.strategy is not None:
        k0, d0 = before.capability, before.dynamics
        if None not in (k0, d0, again.capability, again.dynamics):
            revision = (again.capability - k0, again.dynamics - d0)  # type: ignore[operator]
    return Move(
        before.technology_id,
        frame,
        before,
        after,
        parts,
        indicators,
        _prefixes(after.prefixes, before.prefixes),
        _prefixes(before.prefixes, after.prefixes),
        revision,
        before.query_hash != after.query_hash,
        Cause.NONE,
    )


def explain(
    con: Connection,
    from_run: int,
    to_run: int,
    settings: Settings,
    *,
    technologies: Technologies | None = None,
    frame: str = RELATIVE,
    recompute: bool = True,
) -> list[Move]:
    """Return what changed from `from_run` to `to_run` for every technology that both measured.

    With `recompute` the earlier date is measured again (writes nothing, works on a snapshot) with `technologies`, by
    default the later run's queries and hand imports. Raises NoSuchRunError, BaselineError, SettingsError.
    """
    with con.cursor() as own:
        before, frame_before = recorded(own, from_run, frame)
        after, frame_after = recorded(own, to_run, frame)
        pairs = technologies or [
            (name, h) for name, row in after.items() for h in (row.query_hash, IMPORT) if h is not None
        ]
        same = settings_hash(own, from_run) == settings_hash(own, to_run)
        again = _recomputed(own, to_run, settings, before, pairs, frame) if recompute and same else {}
    moves = []
    for name in sorted(before.keys() & after.keys()):
        move = difference(before[name], after[name], frame, (frame_before, frame_after), again.get(name))
        moves.append(replace(move, cause=_cause(move, again.get(name), settings, same), settings_changed=not same))
    return moves


def store_attributions(con: Connection, from_run: int, to_run: int, moves: Sequence[Move]) -> None:
    """Write the parts of `moves` to run_attributions in place of what the pair of runs had stored."""
    rows = [
        {
            "from_run": from_run,
            "to_run": to_run,
            "technology_id": move.technology_id,
            "frame": move.frame,
            "part": part.part,
            "capability_change": part.capability_change,
            "dynamics_change": part.dynamics_change,
        }
        for move in moves
        for part in move.parts
    ]
    with con.cursor() as own, transaction(own):
        own.execute("DELETE FROM run_attributions WHERE from_run = ? AND to_run = ?", [from_run, to_run])
        append(own, "run_attributions", pl.DataFrame(rows, infer_schema_length=None))
