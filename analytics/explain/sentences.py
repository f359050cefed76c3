"""One plain sentence about a change, in Chinese and in English (docs/methods.md, Why it moved)."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.explain.attribution import OWN_SHARES, OWN_SHIFT, PART_ZH, Part
from analytics.explain.explain import Cause, Move
from analytics.explain.run_records import Recorded
from analytics.matrix.strategy import AXES, Strategy
from warehouse.indicators import BY_ID
from words.ipc import titled
from words.language import say

_SMALL = 5e-5
PART_EN = {
    "own_shares": "its own shares",
    "own_shift": "its own IPC shift",
    "weights": "changed entropy weights",
    "range": "a changed range of dynamics",
}
_CAUSE_EN = {
    Cause.OWN: "this is its own move",
    Cause.NEIGHBOURS: "its own figures alone would not have carried it across, the other technologies moved the frame",
    Cause.REVISION: "this is a revision of past data, not progress: measured again as of the earlier date, it already "
    "stands there",
    Cause.QUERY: "its query changed between the runs, so the series breaks here and this is no progress",
    Cause.SETTINGS: "the runs were made by different settings, so the places are not comparable",
    Cause.EVIDENCE: "the evidence changed, not necessarily the technology",
}
_CAUSE_ZH = {
    Cause.OWN: "此为其自身变动",
    Cause.NEIGHBOURS: "仅凭自身指标不会越线，系其他技术变动所致",
    Cause.REVISION: "此为历史数据修订而非进展：按今日数据回溯前一时点，已处于该位置",
    Cause.QUERY: "两次运行之间检索式已更改，序列在此中断，不作为进展",
    Cause.SETTINGS: "两次运行的设置不同，位置不可比",
    Cause.EVIDENCE: "变化的是证据，未必是技术本身",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same statement in both languages."""

    zh: str
    en: str


def _axis(move: Move, axis: str) -> tuple[float, float]:
    return float(getattr(move.before, axis) or 0.0), float(getattr(move.after, axis) or 0.0)


def _crossed(move: Move) -> str:
    """Return the axis to speak of: the one whose side decided the strategy, else the one that changed more."""
    if move.moved:
        before, after = Strategy(str(move.before.strategy)).sides, Strategy(str(move.after.strategy)).sides
        changed = [axis for axis, a, b in zip(AXES, before, after, strict=True) if a != b]
        if len(changed) == 1:
            return changed[0]
    k, d = _axis(move, "capability"), _axis(move, "dynamics")
    return "capability" if abs(k[1] - k[0]) >= abs(d[1] - d[0]) else "dynamics"


def _main_part(move: Move, axis: str) -> tuple[Part, float] | None:
    """Return the part that did most in the direction of the change."""
    old, new = _axis(move, axis)
    sign = 1.0 if new >= old else -1.0
    ranked = sorted(move.parts, key=lambda p: -sign * getattr(p, f"{axis}_change"))
    if not ranked or sign * getattr(ranked[0], f"{axis}_change") < _SMALL:
        return None
    return ranked[0], getattr(ranked[0], f"{axis}_change")


def _detail(move: Move, part: Part) -> tuple[str, str]:
    """Return (zh, en) of what is behind a part: the indicator that did most, or the IPC codes."""
    if part.part == OWN_SHIFT and (move.new_prefixes or move.gone_prefixes):
        came, went = titled(move.new_prefixes[:6], "zh"), titled(move.gone_prefixes[:6], "zh")
        zh = "；".join(t for t in (f"新增 {came}" if came else "", f"退出 {went}" if went else "") if t)
        came, went = titled(move.new_prefixes[:6], "en"), titled(move.gone_prefixes[:6], "en")
        return zh, "; ".join(t for t in (f"new: {came}" if came else "", f"gone: {went}" if went else "") if t)
    if part.part == OWN_SHARES and move.indicators:
        name = max(move.indicators, key=lambda n: abs(move.indicators[n]))
        value = move.indicators[name]
        return f"以{BY_ID[name].zh}为主，{value:+.4f}", f"above all {name}, {value:+.4f}"
    return "", ""


def _why(move: Move, axis: str) -> tuple[str, str]:
    found = _main_part(move, axis)
    if found is None:
        return "", ""
    part, value = found
    zh, en = _detail(move, part)
    name = PART_ZH[part.part]
    return (
        f"，主要因{name}（{value:+.4f}{'；' + zh if zh else ''}）",
        f", mostly through {PART_EN[part.part]} ({value:+.4f}{'; ' + en if en else ''})",
    )


def _cause_zh(move: Move) -> str:
    return f"；{_CAUSE_ZH[move.cause]}" if move.cause in _CAUSE_ZH else ""


def _cause_en(move: Move) -> str:
    return f"; {_CAUSE_EN[move.cause]}" if move.cause in _CAUSE_EN else ""


def _not_placed(move: Move, zh: str, en: str) -> Sentence:
    if move.before.strategy is None and move.after.strategy is None:
        reason = move.after.not_placed_why or ""
        return Sentence(f"{zh}仍无法定位：{say(reason, 'zh')}。", f"{en} is still not placed: {reason}.")
    if move.after.strategy is None:
        old, reason = Strategy(str(move.before.strategy)), move.after.not_placed_why or ""
        return Sentence(
            f"{zh}原为{old.zh}，现无法定位：{say(reason, 'zh')}{_cause_zh(move)}。",
            f"{en} was at {old.value} and is no longer placed: {reason}{_cause_en(move)}.",
        )
    new, unsettled = Strategy(move.after.strategy), _unsettled(move.after)
    return Sentence(
        f"{zh}首次定位于{new.zh}{_cause_zh(move)}{unsettled[0]}。",
        f"{en} is placed for the first time, at {new.value}{_cause_en(move)}{unsettled[1]}.",
    )


def _revised(move: Move) -> tuple[str, str]:
    """Return what part of the change is a revision of the past, where it is worth a word and not the cause itself."""
    if move.revision is None or move.cause in (Cause.REVISION, Cause.QUERY, Cause.SETTINGS):
        return "", ""
    k, d = move.revision
    if max(abs(k), abs(d)) < _SMALL:
        return "", ""
    which = ("检索式更改", "changed query") if move.query_changed else ("历史数据修订", "revision of past data")
    return f"；其中{which[0]}占 K {k:+.4f}、D {d:+.4f}", f"; of this, {which[1]} is K {k:+.4f}, D {d:+.4f}"


def _unsettled(record: Recorded) -> tuple[str, str]:
    """Return that another quadrant is more probable than the one a run placed it in, where one is."""
    if record.likelier is None:
        return "", ""
    there, here = Strategy(record.likelier), Strategy(str(record.strategy))
    p, q = record.odds[there], record.odds[here]
    return (
        f"；但定位未定：位于{there.zh}的概率更高（{p:.1%}，{here.zh} {q:.1%}）",
        f"; but the place is unsettled: {there.value} is more probable ({p:.1%}, {here.value} {q:.1%})",
    )


def _place_words(record: Recorded) -> tuple[str, str]:
    """Return where one run placed a technology, in figures, or that it did not."""
    if record.strategy is None:
        return "未定位", "not placed"
    strategy, k, d = Strategy(record.strategy), record.capability or 0.0, record.dynamics or 0.0
    zh, en = ("，未定", ", unsettled") if record.likelier else ("", "")
    return f"{strategy.zh}（K {k:.3f}，D {d:.3f}{zh}）", f"{strategy.value} (K {k:.3f}, D {d:.3f}{en})"


def _not_comparable(move: Move, zh: str, en: str) -> Sentence:
    """Two places by different settings side by side: a difference between them is no move."""
    a, b = _place_words(move.before), _place_words(move.after)
    return Sentence(
        f"{zh}：{a[0]}；{b[0]}。{_CAUSE_ZH[Cause.SETTINGS]}，差异不是变动。",
        f"{en}: {a[1]}; {b[1]}. {_CAUSE_EN[Cause.SETTINGS].capitalize()}: the difference is no move.",
    )


def sentence(move: Move, names: tuple[str, str] | None = None) -> Sentence:
    """Return one sentence on `move`: from where to where, the figures, what did it, and what kind of change it is.

    `names` are the technology's Chinese and English names (default: its id).
    """
    zh, en = names or (move.technology_id, move.technology_id)
    if move.settings_changed:
        return _not_comparable(move, zh, en)
    if move.before.strategy is None or move.after.strategy is None:
        return _not_placed(move, zh, en)
    old, new = Strategy(move.before.strategy), Strategy(move.after.strategy)
    axis = _crossed(move)
    a, b = _axis(move, axis)
    axis_zh = "技术能力基础" if axis == "capability" else "技术范式动态性"
    why_zh, why_en = _why(move, axis)
    more_zh, more_en = (a + b for a, b in zip(_revised(move), _unsettled(move.after), strict=True))
    if abs(b - a) < _SMALL and not move.moved:
        return Sentence(
            f"{zh}仍为{new.zh}，无明显变化{more_zh}。", f"{en} stays at {new.value}, hardly anything changed{more_en}."
        )
    verb_zh, verb_en = ("升至", "rose") if b > a else ("降至", "fell")
    head_zh = f"{zh}由{old.zh}转为{new.zh}" if move.moved else f"{zh}仍为{new.zh}"
    head_en = f"{en} moved from {old.value} to {new.value}" if move.moved else f"{en} stays at {new.value}"
    return Sentence(
        f"{head_zh}：{axis_zh}由 {a:.3f} {verb_zh} {b:.3f}{why_zh}{_cause_zh(move)}{more_zh}。",
        f"{head_en}: {axis} {verb_en} from {a:.3f} to {b:.3f}{why_en}{_cause_en(move)}{more_en}.",
    )
