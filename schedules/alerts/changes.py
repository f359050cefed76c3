"""Rule source_changed: what a source says of known publications differs from before, what that touches, what helps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import duckdb

from analytics.explain.run_records import technology_names
from etl.sources.feeding import FIGURES, substitutes, touched
from etl.sources.registry import config
from schedules.alerts.basis.book import resolve_where
from schedules.alerts.basis.facts import Evidence, Fact, quoted

_SHOWN = 6

# kind → what is said of its rows, (Chinese, English); {0} are the rows in words.
_SAID = {
    "ended": (
        "该服务对所有已知文献的查询均未返回数据（{0}）：可能已停止、迁移，或要求人工验证",
        "it answers every question about known publications without data ({0}): it may have ended, moved, or ask for a "
        "person",
    ),
    "gone": ("查不到已知文献：{0}", "known publications are not found any more: {0}"),
    "unreadable": ("已知文献的应答无法读取：{0}", "answers about known publications cannot be read: {0}"),
    "emptied": ("已知文献的字段变为空：{0}", "fields of known publications have become empty: {0}"),
    "changed": ("已知文献中不应变动的日期变了：{0}", "dates of known publications that never change have changed: {0}"),
    "total": ("同一检索的总数突变：{0}", "the total of the same search has jumped: {0}"),
    "lost": ("应答格式中少了字段：{0}", "the format of its answers has lost fields: {0}"),
    "new": ("应答格式中多了字段：{0}", "the format of its answers has new fields: {0}"),
}


class _Row(NamedTuple):
    kind: str
    question: str | None
    item: str | None
    was: str | None
    found: str | None

    def words(self) -> str:
        """The row in words that need no language."""
        change = f"{self.was} → {self.found}" if self.was and self.found else self.found or ""
        where = " ".join(filter(None, (self.question, self.item)))
        return f"{where} ({change})" if where and change else where or change


def change_facts(con: duckdb.DuckDBPyConnection, run_id: int, now: datetime) -> list[Fact]:
    """Return what the sources asked in `run_id` say otherwise than before; those in order again are resolved."""
    asked = [
        source
        for (source,) in con.execute(
            "SELECT DISTINCT source FROM sentinel_answers WHERE run_id = ? AND outcome <> 'away' ORDER BY 1", [run_id]
        ).fetchall()
    ]
    out = []
    for source in asked:
        rows = [
            _Row(*row)
            for row in con.execute(
                "SELECT kind, question, item, was, found FROM sentinel_findings WHERE run_id = ? AND source = ?"
                " ORDER BY ALL",
                [run_id, source],
            ).fetchall()
        ]
        kinds = [kind for kind in _SAID if any(row.kind == kind for row in rows)]
        if not kinds:
            note = "答复恢复如常 it answers as before"
            resolve_where(con, "rule = 'source_changed' AND source = ?", [source], now=now, note=note)
        out += [_fact(con, run_id, source, kind, [row for row in rows if row.kind == kind]) for kind in kinds]
    return out


def _since(con: duckdb.DuckDBPyConnection, run_id: int, source: str, kind: str) -> int:
    """Return the run in which this kind of finding began: while it goes on it is one alert."""
    rows = con.execute(
        "SELECT a.run_id, bool_or(f.kind IS NOT NULL) FROM (SELECT DISTINCT run_id FROM sentinel_answers"
        " WHERE source = $source AND outcome <> 'away' AND run_id <= $run_id) AS a"
        " LEFT JOIN sentinel_findings AS f ON f.run_id = a.run_id AND f.source = $source AND f.kind = $kind"
        " GROUP BY a.run_id ORDER BY a.run_id DESC",
        {"source": source, "run_id": run_id, "kind": kind},
    ).fetchall()
    since = run_id
    for number, is_there in rows:
        if not is_there:
            break
        since = number
    return since


def _fact(con: duckdb.DuckDBPyConnection, run_id: int, source: str, kind: str, rows: Sequence[_Row]) -> Fact:
    title = config(source).title
    fields = None if kind in ("ended", "gone", "unreadable", "total") else [row.item or "" for row in rows]
    if kind in ("lost", "new"):
        fields = []  # a path of the format is no field of a record: what it carries is seen by what becomes empty
    figures = touched(source, fields)
    shown = [row.words() for row in rows[:_SHOWN]]
    more = len(rows) - len(shown)
    said_zh, said_en = _SAID[kind]
    zh = said_zh.format("；".join(shown) + (f" 等 {len(rows)} 项" if more else ""))
    en = said_en.format("; ".join(shown) + (f" and {more} more" if more else ""))
    touches, helps = _touches(con, source, figures), _helps(source, figures)
    query = "SELECT kind, question, item, was, found FROM sentinel_findings"
    query += f" WHERE run_id = {run_id} AND source = {quoted(source)}"
    return Fact(
        "source_changed", (source, kind, str(_since(con, run_id, source, kind))),
        (f"来源有变：{title}", f"Source changed: {title}"),
        (f"{title}：{zh}。{touches[0]}{helps[0]}", f"{title}: {en}. {touches[1]}{helps[1]}"),
        source=source, evidence=(Evidence("rows", "findings", None, kind, query),),
    )  # fmt: skip


def _touches(con: duckdb.DuckDBPyConnection, source: str, figures: Sequence[str]) -> tuple[str, str]:
    """Say which figures of which technologies rest on it."""
    if not figures:
        return "目前没有指标因此受影响。", "No figure rests on that as far as can be seen."
    names = technology_names(con)
    rows = con.execute(
        "SELECT technology_id FROM source_hits WHERE source = ? AND withdrawn_run IS NULL GROUP BY 1 ORDER BY 1",
        [source],
    ).fetchall()
    of = [names.get(row[0], (row[0], row[0])) for row in rows]
    shown, more = of[:_SHOWN], len(of) - _SHOWN
    tail = (f" 等 {len(of)} 项技术", f" and {more} more technologies") if more > 0 else ("", "")
    zh = "、".join(zh for zh, _ in shown) + tail[0] if of else "尚无技术使用其记录"
    en = ", ".join(en for _, en in shown) + tail[1] if of else "no technology has records of it yet"
    return (
        f"受影响的指标：{'、'.join(FIGURES[name][0] for name in figures)}；技术：{zh}。",
        f"It touches {', '.join(FIGURES[name][1] for name in figures)} of: {en}. ",
    )


def _helps(source: str, figures: Sequence[str]) -> tuple[str, str]:
    """Say what can replace it."""
    services, files = substitutes(source, figures)
    if not services and not files:
        return "", ""
    zh, en = "、".join(services), ", ".join(services)
    named = files[:4]
    return (
        f"可替代：{zh}{'；' if zh and named else ''}{'导入文件：' + '、'.join(named) if named else ''}。",
        f"In its place: {en}{'; or ' if en and named else ''}{'files of ' + ', '.join(named) if named else ''}.",
    )
