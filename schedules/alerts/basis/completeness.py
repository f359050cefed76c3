"""Rule field_fell: a field that sources stopped stating is an artefact until a person says it is not."""

# ruff: noqa: S608 - evidence queries are shown to people and run in the sandbox; names are quoted

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import duckdb

from analytics.completeness.store import fallen, fallen_at, meter
from schedules.alerts.basis.book import resolve_where
from schedules.alerts.basis.facts import PROGRAM, Evidence, Fact, fingerprint, quoted
from warehouse.settings import Settings

RULE = "field_fell"
FIELD_ZH = {
    "title": "标题", "abstract": "摘要", "claims": "权利要求数", "ipc": "IPC分类", "filing_date": "申请日",
    "priority": "优先权", "family": "同族", "applicant": "申请人", "country": "申请人国别", "citations": "被引",
    "status": "法律状态", "pct": "PCT",
}  # fmt: skip


def _key(source: str, field: str, before_run: int) -> tuple[str, str, str]:
    return source, field, str(before_run)


def accepted(con: duckdb.DuckDBPyConnection) -> Callable[[int, str, str], bool]:
    """Return whether a fall seen in a run was accepted as real: a person resolved its alert."""
    names = {
        row[0] for row in con.execute(
            "SELECT fingerprint FROM alert_facts WHERE rule = ? AND state = 'resolved' AND state_by <> ?",
            [RULE, PROGRAM],
        ).fetchall()
    }  # fmt: skip
    known = {
        (run, source, field)
        for run, source, field, before in con.execute(
            "SELECT DISTINCT run_id, source, field, before_run FROM run_fields WHERE fell"
        ).fetchall()
        if fingerprint(RULE, _key(source, field, before)) in names
    }
    return lambda run, source, field: (run, source, field) in known


def measure_completeness(con: duckdb.DuckDBPyConnection, run_id: int, as_of: date, settings: Settings) -> None:
    """Write the meter of completeness of a run of the record."""
    meter(con, run_id, as_of, settings.quality.field_fall, accepted(con))


def held_by_falls(con: duckdb.DuckDBPyConnection, run_id: int) -> set[str]:
    """Return the technologies of a run whose records lost a field, and nobody has said that this is real."""
    is_accepted = accepted(con)
    return {
        technology
        for (source, field, _), technologies in fallen(con, run_id).items() if not is_accepted(run_id, source, field)
        for technology in technologies
    }  # fmt: skip


def fall_facts(con: duckdb.DuckDBPyConnection, run_id: int, now: datetime) -> list[Fact]:
    """Return one fact a source and field that fell in the run; resolves those that have recovered."""
    found = fallen(con, run_id)
    names = [fingerprint(RULE, _key(*key)) for key in found]
    resolve_where(
        con, "rule = ? AND NOT list_contains(?, fingerprint)", [RULE, names], now=now,
        note="字段已恢复 the field has recovered",
    )  # fmt: skip
    out = []
    for (source, field, before), technologies in found.items():
        listed = ", ".join(technologies[:8]) + (f" +{len(technologies) - 8}" if len(technologies) > 8 else "")
        named = ", ".join(fallen_at(con, run_id, field))
        at_zh, at_en = (f"（{named}）", f" ({named})") if named else ("", "")
        query = (
            "SELECT run_id, technology_id, source, span, records, filled, share_before FROM run_fields WHERE "
            f"field = {quoted(field)} AND run_id IN ({before}, {run_id}) ORDER BY ALL"
        )
        out.append(
            Fact(
                RULE, _key(source, field, before),
                (f"{FIELD_ZH[field]}缺失增多{at_zh}", f"Fewer records with {field}{at_en}"),
                (
                    f"有“{FIELD_ZH[field]}”的记录比例较运行 {before} 显著下降{at_zh}："
                    "在证实之前视为数据问题而非变动，"
                    f"所涉技术暂不报变动（{listed}）。如属实，请将本告警标为已解决。",
                    f"The share of records with {field} fell since run {before}{at_en}. Until shown otherwise this is "
                    f"an artefact of the data, not a move: moves of {listed} are held. If it is real, resolve this "
                    "alert.",
                ),
                source=named or None,
                evidence=(Evidence("rows", f"records with {field}", None, None, query),),
            )
        )  # fmt: skip
    return out
