"""Rule approaching: who is likelier than not to be in another quadrant in twelve months, where that can be foreseen.

Nothing is said unless the back-test on the workspace's own backfill beats "it stays where it is"
(docs/methods.md, Before it moves).
"""

# ruff: noqa: S608 - evidence queries are shown to people and run in the sandbox; names are quoted

from __future__ import annotations

from datetime import datetime

from analytics.forecast.backtest import HORIZON
from analytics.forecast.store import Chance, Foreseen, foresee
from analytics.matrix.frames import ANCHORED
from schedules.alerts.basis.book import alerts, resolve_where
from schedules.alerts.basis.context import Context, Spot
from schedules.alerts.basis.facts import Evidence, Fact, placed_query, quoted

RULE = "approaching"


def approaching_facts(context: Context, now: datetime, *, look_only: bool = False) -> list[Fact]:
    """Return who is about to move in the anchored frame; resolves the alerts of those that no longer are.

    A technology that has moved already, or whose alert is still open, makes no second one. A backfill made with other
    settings or another query than this run's counts for nothing.
    """
    found = foresee(context.con, context.run.run_id, ANCHORED, context.settings.place)
    spots = _series(context) if found is not None else {}
    floor = context.settings.alerts.approaching_probability
    near = {
        c.technology_id: c
        for c in (found.chances if found else ())
        if c.technology_id in spots and c.moves is not None and c.moves > floor
    }
    open_ones = {
        a.technology_id: a.from_strategy for a in alerts(context.con, f"rule = '{RULE}' AND state <> 'resolved'")
    }
    over = [n for n, was in open_ones.items() if n not in near or was != near[n].strategy]
    if not look_only:
        resolve_where(
            context.con, f"rule = '{RULE}' AND list_contains(?, technology_id)", [over], now=now,
            note="已变动或不再临近变动 it has moved, or is no longer about to",
        )  # fmt: skip
    new = {name: chance for name, chance in near.items() if name not in open_ones or name in over}
    return [_fact(context, spots[name], chance, found) for name, chance in sorted(new.items()) if found is not None]


def _series(context: Context) -> dict[str, Spot]:
    """Return the anchored places of this run that have one before them: the first run of a series is a baseline."""
    out = {}
    for name in context.technologies():
        spot, before = context.now_and_before(name, ANCHORED)
        if spot is not None and before is not None and spot.strategy is not None:
            out[name] = spot
    return out


def _fact(context: Context, spot: Spot, chance: Chance, found: Foreseen) -> Fact:
    zh, en = context.name(spot.technology_id)
    here, towards, test, months = chance.strategy, chance.towards, found.test, found.tracks.months
    assert towards is not None
    assert test is not None
    between = f"{months[0]}–{months[-1]}"
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
            f"{zh}（{here.zh}）{HORIZON} 个月后处于其他象限的概率为 {chance.moves:.0%}，最可能为{towards.zh}。"
            f"回测（{between}，{test.statements} 次）：布里尔分数 {scores}（预测 / 保持不变）。",
            f"{en} ({here.en}) will be in another quadrant in {HORIZON} months with probability {chance.moves:.0%}, "
            f"most likely {towards.en}. Back-test ({between}, {test.statements} statements): Brier score {scores} "
            "(forecast / stays where it is).",
        ),
        technology_id=spot.technology_id, frames=ANCHORED, from_strategy=here.value, to_strategy=towards.value,
        probability=chance.moves,
        evidence=(
            Evidence("figure", "Brier score, stays / forecast", f"{test.stays:.4f}", f"{test.forecast:.4f}", series),
            Evidence("rows", "place now", None, None, placed_query(spot.technology_id, spot.run.run_id)),
        ),
    )  # fmt: skip
