"""Rules search_quality and search_unjudged: is what a query finds, and misses, good enough to stand on."""

# ruff: noqa: S608 - evidence queries are shown to people and run in the sandbox; names are quoted

from __future__ import annotations

from datetime import datetime

from schedules.alerts.basis.book import resolve_where
from schedules.alerts.basis.context import Context
from schedules.alerts.basis.facts import Evidence, Fact, quoted

_NAMES = {"precision": ("查准率", "precision"), "recall": ("查全率", "recall")}
_ESTIMATES = """
SELECT q.technology_id, q.query_hash, q.measure, q.basis, q.estimate, q.low, q.high, q.decided, q.sample_id
FROM quality_estimates AS q
JOIN run_placements AS p ON p.technology_id = q.technology_id AND p.query_hash = q.query_hash
WHERE p.run_id = ? AND p.frame = 'relative' AND q.dimension = 'all' AND q.estimate IS NOT NULL
  AND (q.basis IN ('judged', 'near', 'neighbours', 'seeds'))
ORDER BY ALL
"""
_UNJUDGED = """
SELECT p.technology_id, p.query_hash, max(s.drawn_at)::DATE
FROM run_placements AS p
JOIN quality_samples AS s ON s.technology_id = p.technology_id
    AND s.sample_id IN (SELECT sample_id FROM quality_judgements)
WHERE p.run_id = ? AND p.frame = 'relative' AND p.query_hash IS NOT NULL
GROUP BY ALL HAVING NOT bool_or(s.query_hash = p.query_hash)
ORDER BY ALL
"""


def search_facts(context: Context, now: datetime, *, look_only: bool = False) -> list[Fact]:
    """Return which judged searches are under a floor, and which queries changed since; resolves what is well again."""
    return [*_quality_facts(context, now, look_only), *_unjudged_facts(context, now, look_only)]


def _quality_facts(context: Context, now: datetime, look_only: bool) -> list[Fact]:
    floors = context.settings.quality
    limits = {"precision": floors.precision_floor, "recall": floors.recall_floor}
    rows = context.con.execute(_ESTIMATES, [context.run.run_id]).fetchall()
    under = [row for row in rows if row[4] < limits[row[2]]]
    low = {row[0] for row in under}
    if not look_only:
        for technology in sorted({row[0] for row in rows} - low):
            resolve_where(
                context.con, "rule = 'search_quality' AND technology_id = ?", [technology], now=now,
                note="检索质量已达标 the search is above the floors",
            )  # fmt: skip
    out = []
    for technology, query_hash, measure, basis, estimate, bottom, top, decided, sample in under:
        zh, en = context.name(technology)
        (name_zh, name_en), limit = _NAMES[measure], limits[measure]
        between = f"{estimate:.1%} ({bottom:.1%}–{top:.1%})"
        query = f"SELECT * FROM search_quality WHERE technology_id = {quoted(technology)} AND query_hash = "
        out.append(
            Fact(
                "search_quality",
                (technology, query_hash, measure, basis, str(sample)),
                (f"{zh}：{name_zh}低于下限", f"{en}: {name_en} under the floor"),
                (
                    f"{zh}检索式的{name_zh}为 {between}，低于下限 {limit:.0%}（依据 {basis}，已判定 {decided}）。",
                    f"{en}: {name_en} of the query is {between}, under the floor of {limit:.0%} ({basis}, {decided} "
                    "decided).",
                ),
                technology_id=technology,
                evidence=(Evidence("rows", "search quality", None, between, query + quoted(query_hash)),),
            )
        )
    return out


def _unjudged_facts(context: Context, now: datetime, look_only: bool) -> list[Fact]:
    rows = context.con.execute(_UNJUDGED, [context.run.run_id]).fetchall()
    if not look_only:
        resolve_where(
            context.con, "rule = 'search_unjudged' AND NOT list_contains(?, technology_id)", [[r[0] for r in rows]],
            now=now, note="已判定新检索式 the new query was judged",
        )  # fmt: skip
    out = []
    for technology, query_hash, drawn in rows:
        zh, en = context.name(technology)
        query = f"SELECT * FROM quality_samples WHERE technology_id = {quoted(technology)} ORDER BY sample_id"
        out.append(
            Fact(
                "search_unjudged",
                (technology, query_hash),
                (f"{zh}：检索式已更改，需重新抽样", f"{en}: the query changed since it was judged"),
                (
                    f"{zh}的检索式在 {drawn} 抽样之后已更改，原有查准率与查全率不再适用："
                    f"请运行 stuckneck catalogue sample {technology}。",
                    f"{en}: the query changed after the sample of {drawn}; its precision and recall no longer hold. "
                    f"Draw a new one: stuckneck catalogue sample {technology}.",
                ),
                technology_id=technology,
                evidence=(Evidence("rows", "samples", None, None, query),),
            )
        )
    return out
