"""Rule approaching: who is likelier than not to be in another quadrant in twelve months, where that can be foreseen.

Nothing is said unless the back-test on the workspace's own backfill beats "it stays where it is"
(docs/methods.md, Before it moves).
"""

# ruff: noqa: S608 - evidence queries are shown to people and run in the sandbox; names are quoted

from __future__ import annotations

from datetime import datetime

import numpy as np

from analytics.forecast.backtest import HORIZON, QUADRANTS, BackTest, back_test, outlook, scored
from analytics.forecast.tracks import Floats, Tracks, on_common_lines, read_tracks
from analytics.matrix.frames import ANCHORED
from analytics.matrix.strategy import Cuts, Strategy
from schedules.alerts.basis.book import alerts, resolve_where
from schedules.alerts.basis.context import Context, Spot
from schedules.alerts.basis.facts import Evidence, Fact, placed_query, quoted

RULE = "approaching"
_BACKFILL = """
SELECT p.technology_id, p.query_hash FROM run_placements AS p JOIN runs AS r ON r.run_id = p.run_id
WHERE p.run_id = ? AND p.frame = 'anchored' AND r.settings_hash IS NOT DISTINCT FROM ?
"""


def approaching_facts(context: Context, now: datetime, *, look_only: bool = False) -> list[Fact]:
    """Return who is about to move in the anchored frame; resolves the alerts of those that no longer are.

    A technology that has moved already, or whose alert is still open, makes no second one. Tracks made with other
    settings or another query than this run's count for nothing.
    """
    found = read_tracks(context.con, ANCHORED)
    if found is None:
        return []
    tracks, run_id = on_common_lines(found[0], context.settings.place), found[1]
    spots = _comparable(context, run_id)
    test = back_test(scored(tracks, Cuts.of(context.settings.place))) if spots else None
    likely = _likely(context, tracks, spots) if test is not None and test.beats else {}
    floor = context.settings.alerts.approaching_probability
    near = {name: p for name, p in likely.items() if p[1] > floor}
    open_ones = {
        a.technology_id: a.from_strategy for a in alerts(context.con, f"rule = '{RULE}' AND state <> 'resolved'")
    }
    over = [n for n, was in open_ones.items() if n not in near or was != spots[n].strategy]
    if not look_only:
        resolve_where(
            context.con, f"rule = '{RULE}' AND list_contains(?, technology_id)", [over], now=now,
            note="已变动或不再临近变动 it has moved, or is no longer about to",
        )  # fmt: skip
    new = {name: p for name, p in near.items() if name not in open_ones or name in over}
    return [_fact(context, spots[name], *p, test, tracks) for name, p in sorted(new.items()) if test is not None]


def _comparable(context: Context, backfill: int) -> dict[str, Spot]:
    """Return the anchored places of this run whose query and settings are those of the backfill, by technology."""
    queries = dict(context.con.execute(_BACKFILL, [backfill, context.run.settings_hash]).fetchall())
    out = {}
    for name in context.technologies():
        spot, before = context.now_and_before(name, ANCHORED)
        if spot is None or before is None or spot.strategy is None:
            continue  # the first run of a series is a baseline
        if name in queries and queries[name] == spot.query_hash:
            out[name] = spot
    return out


def _likely(context: Context, tracks: Tracks, spots: dict[str, Spot]) -> dict[str, tuple[Strategy, float]]:
    """Return by technology the likeliest other quadrant and the probability of being in any other."""
    place = context.settings.place
    cuts, out = Cuts.of(place), dict[str, tuple[Strategy, float]]()
    places: Floats = np.full((2, len(tracks.technologies)), np.nan)
    for i, name in enumerate(tracks.technologies):
        if name in spots:
            own, spot = Cuts.of(place, name), spots[name]
            assert spot.capability is not None
            assert spot.dynamics is not None
            places[:, i] = (
                spot.capability + cuts.capability - own.capability,
                spot.dynamics + cuts.dynamics - own.dynamics,
            )
    for name, chances in zip(tracks.technologies, outlook(tracks, cuts, places), strict=True):
        if name in spots and not np.isnan(chances).any():
            here = QUADRANTS.index(Strategy(str(spots[name].strategy)))
            others = np.where(np.arange(len(QUADRANTS)) == here, -1.0, chances)
            out[name] = QUADRANTS[int(others.argmax())], float(1 - chances[here])
    return out


def _fact(context: Context, spot: Spot, towards: Strategy, chance: float, test: BackTest, tracks: Tracks) -> Fact:
    zh, en = context.name(spot.technology_id)
    here = Strategy(str(spot.strategy))
    between = f"{tracks.months[0]}–{tracks.months[-1]}"
    scores = f"{test.forecast:.3f} / {test.stays:.3f}"
    series = (
        "SELECT as_of, capability, dynamics, strategy FROM matrix_history WHERE origin = 'backfill' "
        f"AND frame = 'anchored' AND technology_id = {quoted(spot.technology_id)} ORDER BY as_of"
    )
    return Fact(
        RULE,
        (spot.technology_id, str(spot.query_hash), context.run.as_of.isoformat()),
        (f"{zh}：可能转向{towards.zh}", f"{en}: about to move towards {towards.en}"),
        (
            f"{zh}（{here.zh}）{HORIZON} 个月后处于其他象限的概率为 {chance:.0%}，最可能为{towards.zh}。"
            f"回测（{between}，{test.statements} 次）：布里尔分数 {scores}（预测 / 保持不变）。",
            f"{en} ({here.en}) will be in another quadrant in {HORIZON} months with probability {chance:.0%}, most "
            f"likely {towards.en}. Back-test ({between}, {test.statements} statements): Brier score {scores} "
            "(forecast / stays where it is).",
        ),
        technology_id=spot.technology_id, frames=ANCHORED, from_strategy=here.value, to_strategy=towards.value,
        probability=chance,
        evidence=(
            Evidence("figure", "Brier score, stays / forecast", f"{test.stays:.4f}", f"{test.forecast:.4f}", series),
            Evidence("rows", "place now", None, None, placed_query(spot.technology_id, spot.run.run_id)),
        ),
    )  # fmt: skip
