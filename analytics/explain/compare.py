"""Two placements side by side: two runs, two focal countries or two screening policies, and what makes the difference.

By different settings a difference is no move; its parts are Shapley values all the same: how much of it comes from the
shares, from the IPC shift, from the weights and from the range (docs/methods.md, Why it moved).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from analytics.explain.explain import Move, difference
from analytics.explain.run_records import Recorded, recorded
from analytics.matrix.evaluate import Placed, evaluate
from analytics.matrix.frames import Frame
from analytics.matrix.store import baseline
from analytics.measure.measure import Measured, measure
from analytics.measure.query import IMPORT, Connection
from warehouse.settings import Settings


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the technologies as placed in one frame, and the frame itself."""

    rows: dict[str, Recorded]
    frame: Frame | None


def run_side(con: Connection, run_id: int, frame: str) -> Side:
    """Return a run as it was stored. Raises NoSuchRunError."""
    return Side(*recorded(con, run_id, frame))


def _record(placed: Placed, item: Measured, as_of_prefixes: frozenset[tuple[int, str]], like: Recorded) -> Recorded:
    spot = placed.spot
    return replace(
        like,
        query_hash=item.query_hash,
        families=placed.families,
        capability=placed.capability,
        dynamics_raw=placed.dynamics_raw,
        dynamics=placed.dynamics,
        strategy=spot.strategy.value if spot else None,
        distance=spot.distance if spot else None,
        not_placed_why=placed.why_not,
        shares={i.indicator: i.value for i in item.indicators},
        prefixes=as_of_prefixes,
        odds={},
    )


def settings_side(con: Connection, run_id: int, settings: Settings, frame: str) -> Side:
    """Return what run `run_id` would have placed by `settings`, from the tables as they are; nothing is stored.

    The technologies and their queries are the run's own. Raises NoSuchRunError, BaselineError, SettingsError.
    """
    rows, _ = recorded(con, run_id, frame)
    pairs = [(name, h) for name, row in rows.items() for h in (row.query_hash, IMPORT) if h is not None]
    measured = measure(con, settings, next(iter(rows.values())).as_of, pairs)
    base = baseline(con, run_id, settings.place)
    placed = evaluate(measured.technologies, settings.place, base, [frame])
    counted = measured.prefixes.filter("is_counted")
    prefixes: dict[str, set[tuple[int, str]]] = {}
    for name, level, prefix in counted.select("technology_id", "level", "prefix").iter_rows():
        prefixes.setdefault(name, set()).add((level, prefix))
    items = {item.technology_id: item for item in measured.technologies}
    out = {
        p.technology_id: _record(
            p, items[p.technology_id], frozenset(prefixes.get(p.technology_id, set())), rows[p.technology_id]
        )
        for p in placed.placements
    }
    return Side(out, placed.frames[0] if placed.frames else None)


def compare(then: Side, now: Side, frame: str, *, same_settings: bool) -> list[Move]:
    """Return the difference from `then` to `now` of every technology that both placed or tried to."""
    names = sorted(then.rows.keys() & now.rows.keys())
    frames = (then.frame, now.frame)
    return [
        replace(difference(then.rows[name], now.rows[name], frame, frames), settings_changed=not same_settings)
        for name in names
    ]
