"""Rules about the machine: list_changed, incident, source_failing, source_stale, run_late."""

# ruff: noqa: S608 - evidence queries are shown to people and run in the sandbox; names are quoted

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import duckdb

from schedules.alerts.basis.book import resolve_where
from schedules.alerts.basis.context import Context
from schedules.alerts.basis.facts import Evidence, Fact, quoted
from schedules.slots import slots_of
from warehouse.settings import Settings

Items = dict[str, tuple[str, str | None, str, str]]


def _items(con: duckdb.DuckDBPyConnection, edition: int) -> Items:
    rows = con.execute(
        "SELECT technology_id, status, query_hash, name_zh, name_en FROM edition_items WHERE edition_id = ?", [edition]
    ).fetchall()
    return {r[0]: (r[1], r[2], r[3], r[4]) for r in rows}


def list_facts(context: Context) -> list[Fact]:
    """Return the change of the technology list since the run before, if its edition differs."""
    if len(context.runs) < 2:
        return []
    old, new = context.runs[-2].edition_id, context.runs[-1].edition_id
    if old is None or new is None or old == new:
        return []
    before, after = _items(context.con, old), _items(context.con, new)
    was, now = ({t for t, v in items.items() if v[0] == "watched"} for items in (before, after))
    groups = (
        ("新增", "added", sorted(now - was)),
        ("移出", "retired", sorted(was - now)),
        ("检索式更改（序列中断，不报变动）", "query changed (a new series starts, no move is reported)",
         sorted(t for t in was & now if before[t][1] != after[t][1])),
    )  # fmt: skip
    if not any(names for _, _, names in groups):
        return []
    names = {**before, **after}
    zh = "；".join(f"{g}：{'、'.join(names[t][2] for t in ts)}" for g, _, ts in groups if ts)
    en = "; ".join(f"{g}: {', '.join(names[t][3] for t in ts)}" for _, g, ts in groups if ts)
    query = (
        "SELECT edition_id, technology_id, status, query_hash, query FROM edition_items "
        f"WHERE edition_id IN ({old}, {new}) ORDER BY technology_id, edition_id"
    )
    evidence = (Evidence("rows", "editions", str(old), str(new), query),)
    return [
        Fact("list_changed", (str(old), str(new), context.run.as_of.isoformat()),
             ("技术清单变更", "Technology list changed"), (f"{zh}。", f"{en}."), evidence=evidence)
    ]  # fmt: skip


def incident_facts(context: Context, would_be: Sequence[Fact], now: datetime) -> list[Fact]:
    """Return the sources that failed their audits in this run, with the alerts that are held (`would_be`).

    A failure that goes on from run to run is one fact; the alerts of sources that passed again are resolved.
    """
    still = sorted({f.source or "" for f in context.failed.get(context.run.run_id, [])})
    if still or not context.held[context.run.run_id]:  # a fall that has not recovered keeps its incident open
        resolve_where(
            context.con, "rule = 'incident' AND NOT list_contains(?, coalesce(source, ''))", [still], now=now,
            note="该来源已通过审计 the source passed its audits again",
        )  # fmt: skip
    return [_incident(context, source or None, would_be) for source in still]


def _streak_start(context: Context, source: str | None) -> int:
    start = context.run.run_id
    for run in reversed(context.runs[:-1]):
        if not any(f.source == source for f in context.failed.get(run.run_id, ())):
            break
        start = run.run_id
    return start


def _incident(context: Context, source: str | None, would_be: Sequence[Fact]) -> Fact:
    run_id = context.run.run_id
    failed = [f for f in context.failed.get(run_id, []) if f.source == source]
    audits = ", ".join(f"{f.audit} ({f.rows})" for f in failed)
    name = source or "全部来源 every source"
    query = f"SELECT audit, source, rows_found, sample FROM audit_results WHERE run_id = {run_id} AND rows_found > 0"
    kept = tuple(Evidence("held", f.title[1], f.from_strategy, f.to_strategy) for f in would_be)
    return Fact(
        "incident",
        (source or "", str(_streak_start(context, source))),
        (f"数据事故：{name} 未通过审计", f"Data incident: {name} failed its audits"),
        (
            f"{name} 未通过审计：{audits}。依据该来源的内容告警已暂缓（{len(would_be)} 条），"
            "数据恢复或人工确认前不作变动报告。",
            f"{name} failed its audits: {audits}. Content alerts that rest on it are held ({len(would_be)}); nothing "
            "is reported as a move until the data is back or a person resolves this alert.",
        ),
        source=source,
        evidence=(Evidence("rows", "audits", None, audits, query), *kept),
    )


def watch_over(con: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> list[Fact]:
    """Return what is wrong with the machine at `now`, whether or not anything runs: failing, stale, late."""
    return [*_failing(con, now), *_stale(con, settings, now), *_late(con, settings, now)]


_TASKS = {
    "review": "清单复核",
    "sentinels": "来源巡检",
    "prune": "清理",
    "backup": "备份",
    "deliver": "推送",
    "heartbeat": "心跳",
}


def _failing(con: duckdb.DuckDBPyConnection, now: datetime) -> list[Fact]:
    """Return what has failed since it last succeeded: refreshes (source_failing) and other tasks (task_failing)."""
    rows = con.execute(
        "SELECT kind, min(run_id), max(run_id), arg_max(message, run_id) FROM runs AS r WHERE state = 'failed'"
        " AND run_id > (SELECT coalesce(max(run_id), 0) FROM runs WHERE kind = r.kind AND state = 'succeeded')"
        " AND list_contains(?, kind) GROUP BY kind ORDER BY kind",
        [["refresh", *_TASKS]],
    ).fetchall()
    failing = {kind for kind, _, _, _ in rows}
    if "refresh" not in failing:
        resolve_where(con, "rule = 'source_failing'", [], now=now, note="运行已恢复 runs succeed again")
    resolve_where(
        con, "rule = 'task_failing' AND NOT list_contains(?, source)", [sorted(failing)], now=now,
        note="任务已恢复 it succeeds again",
    )  # fmt: skip
    return [_failure(kind, first, last, reason or "") for kind, first, last, reason in rows]


def _failure(kind: str, first: int, last: int, reason: str) -> Fact:
    query = f"SELECT run_id, kind, state, step, started_at, message FROM runs WHERE run_id BETWEEN {first} AND {last}"
    evidence = (Evidence("rows", "runs", None, reason, query),)
    if kind == "refresh":
        return Fact(
            "source_failing", (str(first),), ("刷新失败", "Refresh failing"),
            (
                f"自运行 {first} 起刷新失败，列表保持上次结果：{reason}",
                f"Refreshes have failed since run {first}; the list stays as it was: {reason}",
            ),
            evidence=evidence,
        )  # fmt: skip
    return Fact(
        "task_failing", (kind, str(first)), (f"任务失败：{_TASKS[kind]}", f"Task failing: {kind}"),
        (
            f"自运行 {first} 起，{_TASKS[kind]}任务失败：{reason}",
            f"The task {kind} has failed since run {first}: {reason}",
        ),
        source=kind, evidence=evidence,
    )  # fmt: skip


def _stale(con: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> list[Fact]:
    limit = now - timedelta(days=settings.alerts.stale_days)
    rows = con.execute(
        "SELECT s.source, max(r.valid_from) FROM (SELECT DISTINCT source FROM slices) AS s"
        " JOIN source_records AS r ON r.source = s.source GROUP BY s.source ORDER BY s.source"
    ).fetchall()
    fresh = [source for source, latest in rows if latest >= limit]
    resolve_where(
        con, "rule = 'source_stale' AND list_contains(?, source)", [fresh], now=now, note="有新记录 new records came"
    )
    out = []
    for source, latest in rows:
        if source in fresh:
            continue
        query = f"SELECT max(valid_from) AS latest FROM source_records WHERE source = {quoted(source)}"
        out.append(
            Fact(
                "source_stale", (source, latest.isoformat()),
                (f"来源陈旧：{source}", f"Source stale: {source}"),
                (
                    f"{source} 自 {latest:%Y-%m-%d} 起无新记录或变更（超过 {settings.alerts.stale_days} 天）。",
                    f"{source} has given nothing new or changed since {latest:%Y-%m-%d} "
                    f"(more than {settings.alerts.stale_days} days).",
                ),
                source=source,
                evidence=(Evidence("rows", "latest record", None, f"{latest:%Y-%m-%d}", query),),
            )
        )  # fmt: skip
    return out


def _late(con: duckdb.DuckDBPyConnection, settings: Settings, now: datetime) -> list[Fact]:
    row = con.execute(
        "SELECT max(coalesce(slot, started_at)) FROM runs WHERE kind = 'refresh' AND state = 'succeeded'"
    ).fetchone()
    last = row[0] if row else None
    out = []
    for name, schedule in settings.schedule.items():
        if schedule.task != "refresh" or not schedule.enabled or last is None:
            continue
        due = slots_of(name, schedule).next(last)
        if due is None or now <= due + timedelta(hours=settings.alerts.late_hours):
            resolve_where(
                con, "rule = 'run_late' AND source IS NULL", [], now=now, note="已补运行 the run has been made"
            )
            continue
        query = "SELECT run_id, state, slot, started_at, finished_at, message FROM runs WHERE kind = 'refresh'"
        query += " ORDER BY run_id DESC LIMIT 5"
        out.append(
            Fact(
                "run_late", (name, due.isoformat()),
                (f"运行迟到：{name}", f"Run late: {name}"),
                (
                    f"计划任务 {name} 应于 {due:%Y-%m-%d %H:%M} UTC 运行，"
                    f"已超过 {settings.alerts.late_hours} 小时仍未完成。",
                    f"Schedule {name} was due at {due:%Y-%m-%d %H:%M} UTC; {settings.alerts.late_hours} hours later no "
                    "run of it has succeeded.",
                ),
                evidence=(Evidence("rows", "latest refreshes", None, None, query),),
            )
        )  # fmt: skip
    return out
