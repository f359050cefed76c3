"""A technology's network in a few sentences, Chinese and English: main path, dependence, whether that is changing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.rows import rows
from words.glossary import Choice, Language

if TYPE_CHECKING:
    from analytics.network.measure import NetworkMeasures

STATES: dict[str, dict[Language, str]] = {
    "falling": {"zh": "下降", "en": "falling"},
    "rising": {"zh": "上升", "en": "rising"},
    "no_clear_change": {"zh": "无明显变化", "en": "no clear change"},
    "unknown": {"zh": "无法判断", "en": "cannot be told"},
}
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_VALUES = (
    "foreign_dependence", "foreign_dependence_recent", "foreign_dependence_before", "foreign_dependence_change_low",
    "foreign_dependence_change_high",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NetworkSummary:
    """What the sentences say. `path`: rows of `network_path_latest` (global); `figures`: rows of `network_latest`."""

    as_of: date
    focal: str
    data_label: str
    path: list[dict[str, Any]]
    figures: dict[str, dict[str, Any]]

    def value(self, name: str, part: str = "value") -> float | None:
        """Return one part of a figure, None where unknown."""
        found: float | None = self.figures.get(name, {}).get(part)
        return found

    @property
    def state(self) -> str:
        """Falling or rising where the 95 % interval of the change leaves out 0."""
        low, high = self.value("foreign_dependence_change_low"), self.value("foreign_dependence_change_high")
        if low is None or high is None:
            return "unknown"
        return "falling" if high < 0 else "rising" if low > 0 else "no_clear_change"


def summary_of(measures: NetworkMeasures) -> NetworkSummary:
    """Return the summary of a network measured now."""
    network = measures.network
    figures = {row["indicator"]: row for row in measures.figures().to_dicts() if row["indicator"] in _VALUES}
    path = measures.path_table("global").to_dicts()
    return NetworkSummary(network.as_of, measures.focal, network.data_label, path, figures)


def stored_summary(con: duckdb.DuckDBPyConnection, technology: str) -> NetworkSummary | None:
    """Return the summary of the latest live run, None when it measured no network."""
    there = "SELECT 1 FROM duckdb_views() WHERE view_name = 'network_latest'"
    if not con.execute(there).fetchall():  # a snapshot published by an earlier version
        return None
    figures = rows(
        con,
        "SELECT indicator, subject, value, numerator, denominator, coverage, outside_share, as_of, data_label "
        "FROM network_latest WHERE technology_id = ? AND list_contains(?, indicator)",
        technology, list(_VALUES),
    )  # fmt: skip
    if not figures:
        return None
    on_path = rows(
        con,
        "SELECT position, year, country, holder, title_zh, title_en FROM network_path_latest "
        "WHERE technology_id = ? AND variant = 'global' ORDER BY position",
        technology,
    )
    first = figures[0]
    return NetworkSummary(
        first["as_of"], first["subject"], first["data_label"], on_path, {row["indicator"]: row for row in figures}
    )


def network_lines(con: duckdb.DuckDBPyConnection, technology: str, language: Choice) -> list[str]:
    """Return the paragraph `show` prints; both: Chinese, then English. Empty where no network was measured."""
    summary = stored_summary(con, technology)
    if summary is None:
        return []
    heads = {"zh": "引文网络：", "en": "Citation network: "}
    joins = {"zh": "", "en": " "}
    chosen = LANGUAGES if language == "both" else (language,)
    lines = [heads[each] + joins[each].join(sentences(summary, each)) for each in chosen]
    return [*lines, f"More: stuckneck network {technology}"]


def sentences(summary: NetworkSummary, language: Language) -> list[str]:
    """Return the paragraph's sentences."""
    zh = language == "zh"
    label = {
        "real": "",
        "synthetic": "合成数据" if zh else "synthetic data",
        "mixed": "含合成数据" if zh else "partly synthetic data",
    }[summary.data_label]
    parts = [_path(summary, language), _dependence(summary, language), _change(summary, language)]
    return [*parts, f"[{label}]"] if label else parts


def _path(summary: NetworkSummary, language: Language) -> str:
    path, zh = summary.path, language == "zh"
    if not path:
        return "主路径：集内没有引用。" if zh else "Main path: no citation inside the set."
    unknown = ("年份未知", "国别未知") if zh else ("year unknown", "country unknown")
    ends = [f"{row['year'] or unknown[0]} {row['country'] or unknown[1]}" for row in (path[0], path[-1])]
    decades = ("；" if zh else "; ").join(_decade(rows, language) for rows in _by_decade(path))
    last = path[-1].get(f"title_{language}") or ("无标题" if zh else "no title")
    if zh:
        return f"主路径：{len(path)} 个专利族，{ends[0]} → {ends[1]}（{decades}）；末端为“{last}”。"
    return f"Main path: {len(path)} families, {ends[0]} → {ends[1]} ({decades}); it ends in “{last}”."


def _by_decade(path: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    decades: dict[int, list[dict[str, Any]]] = {}
    for row in path:
        if row["year"] is not None:
            decades.setdefault(row["year"] // 10 * 10, []).append(row)
    return [decades[decade] for decade in sorted(decades)]


def _decade(rows: list[dict[str, Any]], language: Language) -> str:
    counts = Counter(row["country"] or ("未知" if language == "zh" else "unknown") for row in rows)
    said = ("、" if language == "zh" else ", ").join(
        f"{country} {n}" for country, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    decade = rows[0]["year"] // 10 * 10
    return f"{decade} 年代 {said}" if language == "zh" else f"{decade}s {said}"


def _percent(value: float | None, language: Language) -> str:
    return ("未知" if language == "zh" else "unknown") if value is None else f"{value:.1%}"


def _dependence(summary: NetworkSummary, language: Language) -> str:
    name, focal, zh = "foreign_dependence", summary.focal, language == "zh"
    whole, out = summary.value(name), summary.value(name, "outside_share")
    left = (
        f"{_percent(out, language)} 的引用在集外"
        if zh
        else f"{_percent(out, language)} of all citations leave the harvested set"
    )
    if whole is None:
        none = f"{focal} 对外技术依赖度未知" if zh else f"Foreign dependence of {focal}: unknown"
        return f"{none}（{left}）。" if zh else f"{none} ({left})."
    parts = f"{summary.value(name, 'numerator'):.0f}/{summary.value(name, 'denominator'):.0f}"
    known = _percent(summary.value(name, "coverage"), language)
    if zh:
        return f"{focal} 对外技术依赖度 {_percent(whole, language)}（{parts} 条后向引用；国别已知 {known}；{left}）。"
    said = f"{_percent(whole, language)} ({parts} backward citations; country known of {known}; {left})"
    return f"Foreign dependence of {focal}: {said}."


def _change(summary: NetworkSummary, language: Language) -> str:
    recent, before = summary.value("foreign_dependence_recent"), summary.value("foreign_dependence_before")
    year, state, zh = summary.as_of.year, STATES[summary.state][language], language == "zh"
    low, high = (summary.value(f"foreign_dependence_change_{end}") for end in ("low", "high"))
    spans = (f"{year - 4}–{year}", f"{year - 9}–{year - 5}")
    width = "" if low is None or high is None else f"{low * 100:+.1f} … {high * 100:+.1f}"
    if zh:
        range_zh = f"，差值的95%区间 {width} 个百分点" if width else ""
        shares = (
            f"{spans[0]} 年申请的为 {_percent(recent, language)}，{spans[1]} 年申请的为 {_percent(before, language)}"
        )
        return f"其中 {shares}：{state}{range_zh}。"
    range_en = f" (95 % interval of the difference {width} points)" if width else ""
    shares = f"{spans[0]}: {_percent(recent, language)}, {spans[1]}: {_percent(before, language)}"
    return f"Families filed {shares}: {state}{range_en}."
