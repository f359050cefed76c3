"""Rules moved, crossed_back and revised: is it a move, is it the technology's own, and is it new."""

# ruff: noqa: S608 - evidence queries are shown to people and run in the sandbox; names are quoted

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from analytics.explain.explain import Cause, Move
from analytics.matrix.frames import ANCHORED, RELATIVE
from analytics.matrix.strategy import Strategy, is_high
from schedules.alerts.basis.book import alerts, note_once, resolve_where
from schedules.alerts.basis.context import Context, Spot
from schedules.alerts.basis.facts import Evidence, Fact, fingerprint, placed_query, quoted
from schedules.alerts.basis.moves import Confirmed, Episode, Point, State, follow

_NEIGHBOURS = (
    "此变动仅见于相对参照，且非自身指标所致（其他技术移动了参照系），不作为确认的变动。",
    "It holds in the relative frame only and the technology's own figures do not carry it: the other technologies "
    "moved the frame. It is not reported as a confirmed move.",
)
FLAPPING = "在分界线附近反复跨越，已防抖，不再逐次告警 flapping across the line: damped, not reported again each time"


@dataclass(slots=True)
class _Verdicts:
    """What was found about one technology in this run, on the way through the fold."""

    context: Context
    technology: str
    confirmed_before: set[tuple[date, str]]
    anchored: list[Spot]
    neighbours: bool = False
    revised: Move | None = None
    frames: str = RELATIVE
    move: Move | None = field(default=None)

    def anchored_crossed(self, reference: Point, point: Point, target: str) -> bool:
        """Whether the anchored frame saw the technology cross the same lines between the two runs."""
        by_run = {s.run.run_id: s.point for s in self.anchored}
        old, new = by_run.get(reference.run_id), by_run.get(point.run_id)
        if old is None or new is None:
            return False
        home, away = Strategy(reference.strategy).sides, Strategy(target).sides
        cuts = self.context.damping(self.technology).cuts
        return all(
            is_high(old.values[i], cuts[i]) == home[i] and is_high(new.values[i], cuts[i]) == away[i]
            for i in (0, 1) if home[i] != away[i]
        )  # fmt: skip

    def accept(self, reference: Point, point: Point, target: str) -> bool:
        """Whether a move that holds otherwise may be confirmed; earlier runs: whether it was."""
        if point.run_id != self.context.run.run_id:
            return (point.as_of, target) in self.confirmed_before
        self.look(reference, point, target)
        return not self.neighbours and self.revised is None

    def look(self, reference: Point, point: Point, target: str) -> None:
        """Find out whose move it is: own, the neighbours', or a revision of past data."""
        both = self.anchored_crossed(reference, point, target)
        self.frames = "both" if both else RELATIVE
        self.move = self.context.move(reference.run_id, self.technology, recompute=True)
        if self.move is not None and self.move.cause is Cause.REVISION:
            self.revised = self.move
        self.neighbours = not both and (self.move is None or self.move.cause is not Cause.OWN)


def _side_words(spot: Spot) -> tuple[str, str]:
    p = spot.point
    assert p is not None
    sure = spot.probabilities.get(p.strategy)
    k, d = spot.capability_interval, spot.dynamics_interval
    zh, en = f"K={p.capability:.4f}，D={p.dynamics:.4f}", f"K {p.capability:.4f}, D {p.dynamics:.4f}"
    if k and d:
        zh += f"（90% 区间 K {k[0]:.3f}–{k[1]:.3f}，D {d[0]:.3f}–{d[1]:.3f}）"
        en += f" (90 % intervals K {k[0]:.3f}-{k[1]:.3f}, D {d[0]:.3f}-{d[1]:.3f})"
    if sure is not None:
        zh += f"，所在象限概率 {sure:.2f}"
        en += f", probability of this quadrant {sure:.2f}"
    return zh, en


_FRAMES = {
    "both": ("相对与锚定参照下均成立", "holds in both frames (relative and anchored)"),
    RELATIVE: ("仅在相对参照下成立", "holds in the relative frame only"),
    ANCHORED: ("仅在锚定参照下成立", "holds in the anchored frame only"),
}


def _evidence(technology: str, reference: Point, now: Point, probability: float | None) -> tuple[Evidence, ...]:
    runs = (reference.run_id, now.run_id)
    moved = f"from_run = {runs[0]} AND to_run = {runs[1]}"
    sure = None if probability is None else f"{probability:.4f}"
    where = f"technology_id = {quoted(technology)} AND run_id"
    return (
        Evidence("figure", "capability K", f"{reference.capability:.6f}", f"{now.capability:.6f}",
                 placed_query(technology, *runs)),
        Evidence("figure", "dynamics D", f"{reference.dynamics:.6f}", f"{now.dynamics:.6f}",
                 placed_query(technology, *runs)),
        Evidence("figure", "probability of the new quadrant", None, sure,
                 f"SELECT * FROM run_certainty WHERE {where} = {runs[1]}"),
        Evidence("rows", "indicators", None, None,
                 f"SELECT * FROM indicators WHERE {where} IN ({runs[0]}, {runs[1]}) ORDER BY indicator, run_id"),
        Evidence("rows", "IPC shift", None, None, f"SELECT * FROM ipc_shift_detail WHERE {where} = {runs[1]}"),
        Evidence("rows", "parts of the change", None, None,
                 f"SELECT * FROM run_attributions WHERE technology_id = {quoted(technology)} AND {moved}"),
        Evidence("rows", "families behind it", None, None, f"SELECT * FROM run_families WHERE {where} = {runs[1]}"),
    )  # fmt: skip


def _fact(
    context: Context, spot: Spot, episode: Episode, target: str, verdict: _Verdicts, *, rule: str, certainty: str,
    words: tuple[str, str],
) -> Fact:  # fmt: skip
    technology = spot.technology_id
    zh, en = context.name(technology)
    old, point = episode.origin, spot.point
    assert point is not None
    probability = spot.probabilities.get(target)
    verb = ("回到" if rule == "crossed_back" else "转为", "went back" if rule == "crossed_back" else "moved")
    sure = ("已确认", "confirmed") if certainty == "confirmed" else ("待确认", "tentative")
    where, frames = _side_words(spot), _FRAMES[verdict.frames]
    return Fact(
        rule,
        (certainty, technology, old, target, episode.start.isoformat()),
        (
            f"{zh}：{Strategy(old).zh} → {Strategy(target).zh}（{sure[0]}）",
            f"{en}: {old} → {target} ({sure[1]})",
        ),
        (
            f"{zh}由{Strategy(old).zh}{verb[0]}{Strategy(target).zh}（{sure[0]}：{words[0]}）。{where[0]}；{frames[0]}。",
            f"{en} {verb[1]} from {old} to {target} ({sure[1]}: {words[1]}). {where[1]}; {frames[1]}.",
        ),
        technology_id=technology,
        certainty=certainty,
        frames=verdict.frames,
        from_strategy=old,
        to_strategy=target,
        probability=probability,
        why=context.why(verdict.move),
        evidence=_evidence(technology, episode.reference, point, probability),
    )


def _confirmed(context: Context, spot: Spot, found: Confirmed, verdict: _Verdicts) -> Fact:
    before = alerts(
        context.con,
        "technology_id = ? AND certainty = 'confirmed' AND as_of < ?",
        spot.technology_id,
        context.run.as_of,
    )
    back = bool(before) and (before[-1].from_strategy, before[-1].to_strategy) == (found.target, found.episode.origin)
    threshold = context.settings.alerts
    words = (
        (f"新象限概率不低于 {threshold.confirm_probability}", f"probability at least {threshold.confirm_probability}")
        if found.how == "probability"
        else (f"已连续 {found.episode.held} 次运行", f"held for {found.episode.held} runs")
    )
    return _fact(
        context, spot, found.episode, found.target, verdict, rule="crossed_back" if back else "moved",
        certainty="confirmed", words=words,
    )  # fmt: skip


def _tentative(context: Context, spot: Spot, episode: Episode, verdict: _Verdicts) -> Fact:
    h = context.settings.alerts.hysteresis
    if verdict.neighbours:
        words = ("非自身变动", "not its own doing")
    elif episode.held == 0:
        words = (f"越线不足防抖幅度 {h}", f"beyond the line by less than the hysteresis of {h}")
    else:
        words = ("新象限概率尚低且未持续", "probability still low, and not held yet")
    fact = _fact(context, spot, episode, episode.target, verdict, rule="moved", certainty="tentative", words=words)
    if not verdict.neighbours:
        return fact
    texts = (f"{fact.text[0]}{_NEIGHBOURS[0]}", f"{fact.text[1]} {_NEIGHBOURS[1]}")
    return replace(fact, text=texts)


def _receded(context: Context, spot: Spot, episode: Episode) -> Fact:
    zh, en = context.name(spot.technology_id)
    flap = ("，其间反复跨线" if episode.flapping else "", ", after crossing to and fro" if episode.flapping else "")
    point = spot.point
    assert point is not None
    return Fact(
        "crossed_back",
        ("receded", spot.technology_id, episode.origin, episode.target, episode.start.isoformat()),
        (f"{zh}：仍为{Strategy(episode.origin).zh}（待确认变动未成立）",
         f"{en}: back at {episode.origin} (the move did not hold)"),
        (
            f"{zh}未转为{Strategy(episode.target).zh}，已明确回到{Strategy(episode.origin).zh}{flap[0]}。"
            f"{_side_words(spot)[0]}。",
            f"{en} did not move to {episode.target}: it is clearly back at {episode.origin}{flap[1]}. "
            f"{_side_words(spot)[1]}.",
        ),
        technology_id=spot.technology_id, certainty="tentative",
        from_strategy=episode.target, to_strategy=episode.origin,
        probability=spot.probabilities.get(episode.origin),
        evidence=_evidence(spot.technology_id, episode.reference, point, None),
    )  # fmt: skip


def revision_fact(context: Context, spot: Spot, reference: Point, move: Move | None, what: tuple[str, str]) -> Fact:
    """Return the fact that past data was revised: named as such, never as progress."""
    zh, en = context.name(spot.technology_id)
    point = spot.point
    assert point is not None
    return Fact(
        "revised",
        (spot.technology_id, context.run.as_of.isoformat()),
        (f"{zh}：历史数据修订（非进展）", f"{en}: past data revised (not progress)"),
        (
            f"{zh}：{what[0]}，但按今日数据回溯前一时点已是如此：系历史数据修订，不作为进展，序列自此重新开始。",
            f"{en}: {what[1]}, but measured again as of the earlier date with today's data it is there already: "
            "past data was revised. This is no progress; a new series starts here.",
        ),
        technology_id=spot.technology_id, from_strategy=reference.strategy, to_strategy=point.strategy,
        why=context.why(move), evidence=_evidence(spot.technology_id, reference, point, None),
    )  # fmt: skip


_OPEN_TENTATIVE = "rule = 'moved' AND certainty = 'tentative' AND technology_id = ?"


def _settle(context: Context, technology: str, state: State, now: datetime) -> None:
    """Bring open tentative alerts up to date with what this run did."""
    note = None
    if state.confirmed:
        note = "已确认，见新告警 confirmed: see the alert that follows"
    elif state.closed:
        note = "未成立，已回到原象限 did not hold: back in the quadrant before"
    elif state.episode is None:
        note = "序列重新开始 a new series started"
    if note is not None:
        resolve_where(context.con, _OPEN_TENTATIVE, [technology], now=now, note=note)
    elif state.episode is not None and state.episode.flapping:
        for alert in alerts(context.con, f"state <> 'resolved' AND {_OPEN_TENTATIVE}", technology):
            note_once(context.con, alert.alert_id, FLAPPING, now)


def moved_facts(context: Context, now: datetime, *, look_only: bool = False) -> list[Fact]:
    """Return the facts of rules moved, crossed_back and revised in this run; `look_only` changes no stored alert."""
    out = []
    for technology in context.technologies():
        spots = [s for s in context.series[technology, RELATIVE] if s.point is not None]
        if not spots or spots[-1].run.run_id != context.run.run_id:
            continue
        before = {
            (a.as_of, str(a.to_strategy))
            for a in alerts(context.con, "technology_id = ? AND certainty = 'confirmed'", technology)
            if a.as_of is not None
        }
        verdict = _Verdicts(context, technology, before, context.series.get((technology, ANCHORED), []))
        state = follow([p for s in spots if (p := s.point)], context.damping(technology), verdict.accept)
        assert state is not None
        out += _facts_of(context, spots[-1], state, verdict)
        if not look_only:
            _settle(context, technology, state, now)
    return out


def _reported(context: Context, episode: Episode, technology: str) -> bool:
    key = ("tentative", technology, episode.origin, episode.target, episode.start.isoformat())
    return bool(alerts(context.con, "fingerprint = ?", fingerprint("moved", key)))


def _facts_of(context: Context, spot: Spot, state: State, verdict: _Verdicts) -> list[Fact]:
    episode = state.episode
    point = spot.point
    assert point is not None
    if state.confirmed:
        return [_confirmed(context, spot, state.confirmed, verdict)]
    if episode is not None and episode.across:
        reported = _reported(context, episode, spot.technology_id)
        if verdict.move is None and not reported:
            verdict.look(episode.reference, point, episode.target)
        if verdict.revised is not None:
            old, new = episode.origin, episode.target
            what = (f"位置由{Strategy(old).zh}变为{Strategy(new).zh}", f"its place changed from {old} to {new}")
            return [revision_fact(context, spot, episode.reference, verdict.revised, what)]
        return [] if reported else [_tentative(context, spot, episode, verdict)]
    if state.closed is not None and alerts(
        context.con, f"{_OPEN_TENTATIVE} AND from_strategy = ? AND to_strategy = ? AND state <> 'resolved'",
        spot.technology_id, state.closed.origin, state.closed.target,
    ):  # fmt: skip
        return [_receded(context, spot, state.closed)]
    return []
