"""Rules watch, jumped, newcomer and evidence: what happened to a technology's figures short of a move."""

# ruff: noqa: S608 - evidence queries are shown to people and run in the sandbox; names are quoted

from __future__ import annotations

from datetime import datetime

import sql
from analytics.matrix.frames import ANCHORED, RELATIVE
from analytics.matrix.strategy import Strategy
from analytics.measure.measure import measure
from analytics.measure.query import IMPORT
from schedules.alerts.basis.book import resolve_where
from schedules.alerts.basis.context import Context, Spot
from schedules.alerts.basis.facts import Evidence, Fact, placed_query, quoted
from schedules.alerts.basis.moves import within_margin
from schedules.alerts.moved import revision_fact
from warehouse.indicators import BY_ID
from words.ipc import titled

Z90 = 1.6449  # a 90 % interval, as the bootstrap's of K and D


def watch_facts(context: Context, now: datetime, *, look_only: bool = False) -> list[Fact]:
    """Return who came within the margin; resolves the alerts of those that left it (by the hysteresis)."""
    out = []
    place, alerts = context.settings.place, context.settings.alerts
    for technology in context.technologies():
        spots = [s for s in context.series[technology, RELATIVE] if s.distance is not None]
        if not spots or spots[-1].run.run_id != context.run.run_id:
            continue
        points = [(s.run.as_of, s.distance or 0.0, s.is_break) for s in spots]
        near, since, came = within_margin(points, place.watch_margin, alerts.hysteresis)
        spot = spots[-1]
        if not near and not look_only:
            resolve_where(
                context.con, "rule = 'watch' AND technology_id = ?", [technology], now=now,
                note="已离开临界范围 left the watch margin",
            )  # fmt: skip
        if came and since is not None:
            out.append(_watch(context, spot, spots[-2] if len(spots) > 1 else spot))
    return out


def _watch(context: Context, spot: Spot, before: Spot) -> Fact:
    zh, en = context.name(spot.technology_id)
    anchored = context.now_and_before(spot.technology_id, ANCHORED)[0]
    frames = "both" if anchored is not None and anchored.is_watch else RELATIVE
    towards, here = str(spot.towards), str(spot.strategy)
    margin = context.settings.place.watch_margin
    said = (
        ("两种参照下均如此", "in both frames") if frames == "both" else ("仅在相对参照下", "in the relative frame only")
    )
    return Fact(
        "watch",
        (spot.technology_id, towards, context.run.as_of.isoformat()),
        (f"{zh}：接近分界线，可能转向{Strategy(towards).zh}", f"{en}: near a line, towards {towards}"),
        (
            f"{zh}（{Strategy(here).zh}）距最近分界线 {spot.distance:.4f}，小于观察幅度 {margin}（{said[0]}）："
            f"K={spot.capability:.4f}，D={spot.dynamics:.4f}。",
            f"{en} ({here}) is {spot.distance:.4f} from the nearest line, within the watch margin of {margin} "
            f"({said[1]}): K {spot.capability:.4f}, D {spot.dynamics:.4f}.",
        ),
        technology_id=spot.technology_id, frames=frames, from_strategy=here, to_strategy=towards,
        probability=spot.probabilities.get(towards),
        why=context.why(context.move(before.run.run_id, spot.technology_id, recompute=False)),
        evidence=(
            Evidence("figure", "distance to the nearest line", _text(before.distance), _text(spot.distance),
                     placed_query(spot.technology_id, before.run.run_id, spot.run.run_id)),
        ),
    )  # fmt: skip


def _text(value: float | None) -> str | None:
    return None if value is None else f"{value:.6f}"


def jumped_facts(context: Context) -> list[Fact]:
    """Return whose K, D or shares left the 90 % interval of the run before (K and D: in both frames)."""
    shares = _share_jumps(context)
    out = []
    for technology in context.technologies():
        now, before = context.now_and_before(technology)
        if now is None or before is None:
            continue
        found = [*_axis_jumps(context, technology, now, before), *shares.get(technology, [])]
        if not found:
            continue
        move = context.move(before.run.run_id, technology, recompute=True)
        reference = before.point
        if move is not None and move.revision is not None and reference is not None and now.point is not None:
            change = abs(now.point.capability - reference.capability) + abs(now.point.dynamics - reference.dynamics)
            if sum(map(abs, move.revision)) > change / 2:
                what = ("指标跳变", "its figures jumped")
                out.append(revision_fact(context, now, reference, move, what))
                continue
        zh, en = context.name(technology)
        listed = "；".join(f"{label} {old} → {new}" for label, old, new in found)
        out.append(
            Fact(
                "jumped",
                (technology, context.run.as_of.isoformat()),
                (f"{zh}：指标跳变", f"{en}: indicator jumped"),
                (
                    f"{zh}的指标超出上次运行的 90% 区间：{listed}。",
                    f"{en}: beyond the 90 % interval of the run before: {listed}.",
                ),
                technology_id=technology,
                why=context.why(move),
                evidence=tuple(
                    Evidence("figure", label, old, new, placed_query(technology, before.run.run_id, now.run.run_id))
                    for label, old, new in found
                ),
            )
        )
    return out


def _axis_jumps(context: Context, technology: str, now: Spot, before: Spot) -> list[tuple[str, str, str]]:
    anchored = context.now_and_before(technology, ANCHORED)
    out = []
    for axis, label in (("capability", "K 技术能力基础"), ("dynamics", "D 技术范式动态性")):
        if _left(axis, now, before) and (None in anchored or _left(axis, *anchored)):
            low, high = getattr(before, f"{axis}_interval")
            out.append((label, f"{getattr(before, axis):.4f} [{low:.4f}, {high:.4f}]", f"{getattr(now, axis):.4f}"))
    return out


def _left(axis: str, now: Spot | None, before: Spot | None) -> bool:
    interval = getattr(before, f"{axis}_interval", None)
    value = getattr(now, axis, None)
    return interval is not None and value is not None and not interval[0] <= value <= interval[1]


def _share_jumps(context: Context) -> dict[str, list[tuple[str, str, str]]]:
    """Return per technology the shares beyond the interval; the families of the run before must still be kept."""
    out: dict[str, list[tuple[str, str, str]]] = {}
    if len(context.runs) < 2:
        return out
    previous = context.runs[-2].run_id
    spreads = {
        (t, i): s
        for t, i, s in context.con.execute(sql.text("indicators/share_spread.sql"), {"run_id": previous}).fetchall()
    }
    rows = context.con.execute(
        "SELECT a.technology_id, a.indicator, a.value, b.value FROM run_indicators AS a JOIN run_indicators AS b"
        " ON b.technology_id = a.technology_id AND b.indicator = a.indicator AND b.run_id = ? AND b.basis IS NOT"
        " DISTINCT FROM a.basis WHERE a.run_id = ? AND a.value IS NOT NULL AND b.value IS NOT NULL ORDER BY ALL",
        [previous, context.run.run_id],
    ).fetchall()
    for technology, indicator, new, old in rows:
        spread = spreads.get((technology, indicator))
        before = context.now_and_before(technology)[1]
        if spread is None or before is None or before.run.run_id != previous or abs(new - old) <= Z90 * spread:
            continue
        text = f"{old:.4f} [{old - Z90 * spread:.4f}, {old + Z90 * spread:.4f}]"
        out.setdefault(technology, []).append((BY_ID[indicator].label, text, f"{new:.4f}"))
    return out


def newcomer_facts(context: Context) -> list[Fact]:
    """Return IPC sections and classes among the later window's top 20 that no earlier run of the series had there."""
    tops: dict[tuple[int, str], set[str]] = {}
    for run_id, technology, subclass in context.con.execute(
        'SELECT run_id, technology_id, subclass FROM run_window_top WHERE "window" = 2'
    ).fetchall():
        tops.setdefault((run_id, technology), set()).add(subclass)
    out = []
    for technology in context.technologies():
        spots = context.series[technology, RELATIVE]
        last_break = max((i for i, s in enumerate(spots) if s.is_break), default=0)
        earlier = [tops.get((s.run.run_id, technology), set()) for s in spots[last_break:-1]]
        if not earlier:
            continue
        known = {code[:3] for codes in earlier for code in codes}
        here = tops.get((context.run.run_id, technology), set())
        fresh = sorted({code[:3] for code in here} - known)
        revised = _there_already(context, spots[-2], spots[-1]) if fresh else set()
        for new in fresh:
            carriers = sorted(c for c in here if c.startswith(new))
            is_section = new[0] not in {code[0] for code in known}
            out.append(
                _newcomer(context, spots[-2], spots[-1], new, carriers, is_section=is_section, was_there=new in revised)
            )
    return out


def _there_already(context: Context, before: Spot, spot: Spot) -> set[str]:
    """Return the classes that today's data puts among the top 20 as of the earlier date: a revision, not progress."""
    pairs = [(spot.technology_id, h) for h in (spot.query_hash, IMPORT) if h is not None]
    top = measure(context.con, context.settings, before.run.as_of, pairs).top
    return {subclass[:3] for subclass in top.filter(window=2)["subclass"]}


def _newcomer(
    context: Context, before: Spot, spot: Spot, new: str, carriers: list[str], *, is_section: bool, was_there: bool
) -> Fact:
    technology = spot.technology_id
    zh, en = context.name(technology)
    kind = ("部与大类", "section and class") if is_section else ("大类", "class")
    note = ("（系历史数据修订，非进展）", " (a revision of past data, not progress)") if was_there else ("", "")
    return Fact(
        "newcomer",
        (technology, str(spot.query_hash), new),
        (f"{zh}：新{kind[0]} {new}{note[0]}", f"{en}: new {kind[1]} {new}{note[1]}"),
        (
            f"{zh}后一窗口前20位主分类号首次出现{kind[0]} {new}：{titled(carriers, 'zh')}{note[0]}。",
            f"{en}: {kind[1]} {new}, with {titled(carriers, 'en')}, is among the top 20 of the later window for the "
            f"first time{note[1]}.",
        ),
        technology_id=technology,
        evidence=(
            Evidence("rows", f"top 20, {new}", None, ", ".join(carriers),
                     "SELECT run_id, rank, subclass, families FROM run_window_top WHERE "
                     f'technology_id = {quoted(technology)} AND "window" = 2 AND run_id IN '
                     f"({before.run.run_id}, {spot.run.run_id}) ORDER BY run_id, rank"),
        ),
    )  # fmt: skip


def evidence_facts(context: Context, now: datetime, *, look_only: bool = False) -> list[Fact]:
    """Return whose evidence fell under the floor or who can no longer be placed; resolves what has recovered."""
    out = []
    for technology in context.technologies():
        spot, before = context.now_and_before(technology)
        if spot is None:
            continue
        weak = bool(spot.low_evidence) or spot.strategy is None
        if not weak and not look_only:
            resolve_where(
                context.con, "rule = 'evidence' AND technology_id = ?", [technology], now=now,
                note="证据已恢复 the evidence has recovered",
            )  # fmt: skip
        if before is None:
            continue
        lost = spot.strategy is None and before.strategy is not None
        fell = bool(spot.low_evidence) and not before.low_evidence
        if lost or fell:
            out.append(_evidence_fact(context, spot, before, lost=lost))
    return out


def _evidence_fact(context: Context, spot: Spot, before: Spot, *, lost: bool) -> Fact:
    zh, en = context.name(spot.technology_id)
    reason = (spot.not_placed_why if lost else spot.low_evidence_why) or ""
    what = ("无法再定位", "can no longer be placed") if lost else ("证据低于下限", "evidence under the floor")
    return Fact(
        "evidence",
        (spot.technology_id, "lost" if lost else "low", context.run.as_of.isoformat()),
        (f"{zh}：{what[0]}", f"{en}: {what[1]}"),
        (f"{zh}{what[0]}：{reason}。", f"{en}: {what[1]}: {reason}."),
        technology_id=spot.technology_id, from_strategy=before.strategy, to_strategy=spot.strategy,
        evidence=(
            Evidence("figure", "families", str(before.families), str(spot.families),
                     placed_query(spot.technology_id, before.run.run_id, spot.run.run_id)),
            Evidence("rows", "coverage", None, None,
                     "SELECT run_id, indicator, coverage, known_families, families FROM run_indicators WHERE "
                     f"technology_id = {quoted(spot.technology_id)} AND run_id IN "
                     f"({before.run.run_id}, {spot.run.run_id}) ORDER BY indicator, run_id"),
        ),
    )  # fmt: skip
