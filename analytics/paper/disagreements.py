"""Where the paper disagrees with itself, each with the figures that show it and the reading taken here."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from analytics.matrix.frames import Frame
from analytics.matrix.printed import PRINTED_WEIGHTS, PaperRow
from analytics.matrix.strategy import DEFAULT_CUTS, Cuts, spot, strategy_at
from analytics.measure.dynamics import TOP
from warehouse.indicators import BY_ID
from warehouse.indicators import PAPER as INDICATORS


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One point: where in the paper, what disagrees (English and Chinese), and which reading is taken."""

    where: str
    en: str
    zh: str
    reading: str


def _weights(rows: Sequence[PaperRow], frame: Frame) -> list[Disagreement]:
    out = []
    for name, printed, computed in zip(INDICATORS, PRINTED_WEIGHTS, frame.weights, strict=True):
        if round(computed, 2) != printed:
            total = sum(round(w, 2) for w in frame.weights)
            out.append(
                Disagreement(
                    "§2.3",
                    f"printed weight of {name} is {printed:.2f}; the entropy weight is {computed:.6f}, which rounds to "
                    f"{computed:.2f} (the four rounded weights add up to {total:.2f}, the printed ones to 1.00)",
                    f"{BY_ID[name].zh}权重印为 {printed:.2f}，熵权计算值为 {computed:.6f}，应舍入为 {computed:.2f}",
                    "computed weights: they give every capability of Table 3 to 5e-7",
                )
            )
    gaps = [sum(u * x for u, x in zip(PRINTED_WEIGHTS, r.shares, strict=True)) - r.printed_capability for r in rows]
    worst = max(range(len(rows)), key=lambda i: abs(gaps[i]))
    out.append(
        Disagreement(
            "§2.3, Table 3",
            "the text multiplies the printed weights by the shares; that misses Table 3 by up to "
            f"{abs(gaps[worst]):.6f} ({rows[worst].name_en})",
            f"按印出的权重计算，与表3最多相差 {abs(gaps[worst]):.6f}（{rows[worst].name_zh}）",
            "Table 3 rests on unrounded weights",
        )
    )
    return out


def _nested(rows: Sequence[PaperRow]) -> list[Disagreement]:
    return [
        Disagreement(
            "Appendix 1, Table 2",
            f"{row.name_en}: {' + '.join(str(n) for n in row.new_prefixes if n)} = {sum(row.new_prefixes)} new codes "
            f"exceed the first {TOP} that are compared: a code counts at every level, not once where it first differs",
            f"{row.name_zh}：新增合计 {sum(row.new_prefixes)} 个，多于所比较的前 {TOP} 个，可见各位次分别计数",
            "new prefixes are counted at each level (docs/methods.md, Dynamics)",
        )
        for row in rows
        if sum(row.new_prefixes) > TOP
    ]


def _repeated(rows: Sequence[PaperRow]) -> list[Disagreement]:
    return [
        Disagreement(
            "Table 2",
            f"{row.name_en}: claims and PCT shares are printed alike ({row.shares[2]:.4f}); one may be a slip",
            f"{row.name_zh}：权利要求数与PCT申请数占比印为同一数值 {row.shares[2]:.4f}，疑有一处抄误",
            "both are used as printed: Table 3 rests on them",
        )
        for row in rows
        if row.shares[2] == row.shares[3]
    ]


def _near_lines(rows: Sequence[PaperRow], cuts: Cuts) -> list[Disagreement]:
    named = {"芯片", "锂电池隔膜"}  # the paper's §3 singles these two out
    out = []
    for row in rows:
        where = spot(row.printed_capability, row.printed_dynamics, cuts)
        if where.is_watch and row.name_zh not in named:
            out.append(
                Disagreement(
                    "§3, Figure 3",
                    f"{row.name_en} is {where.distance:.6f} from a line, no farther than the battery separator, "
                    f"but is not singled out as near {where.towards.value}",
                    f"{row.name_zh}距分界线 {where.distance:.6f}，与锂电池隔膜相当，文中未指出其临近{where.towards.zh}",
                    "it is on watch like the other two",
                )
            )
    return out


def _strategies(rows: Sequence[PaperRow], cuts: Cuts) -> list[Disagreement]:
    return [
        Disagreement(
            "Table 3, Figure 3",
            f"{row.name_en}: Figure 3 says {row.printed_strategy.value}, Table 3's place says otherwise",
            f"{row.name_zh}：图3为{row.printed_strategy.zh}，与表3所示位置不符",
            "Table 3",
        )
        for row in rows
        if strategy_at(row.printed_capability, row.printed_dynamics, cuts) != row.printed_strategy
    ]


def _wording() -> list[Disagreement]:
    text = files("analytics").joinpath("data", "disagreements.toml").read_text(encoding="utf-8")
    return [Disagreement(**item) for item in tomllib.loads(text)["disagreement"]]


def disagreements(rows: Sequence[PaperRow], frame: Frame, cuts: Cuts | None = None) -> tuple[Disagreement, ...]:
    """Return every point at which the paper disagrees with itself; figures are computed from `rows`."""
    lines = cuts or DEFAULT_CUTS
    found = [
        *_weights(rows, frame),
        *_nested(rows),
        *_repeated(rows),
        *_near_lines(rows, lines),
        *_strategies(rows, lines),
    ]
    return (*found, *_wording())
