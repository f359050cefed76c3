"""Rules monopoly and concentrated: a country, or few holders, came to have a technology."""

# ruff: noqa: S608 - evidence queries are shown to people and run in the sandbox; names are quoted

from __future__ import annotations

from schedules.alerts.basis.context import Context
from schedules.alerts.basis.facts import Evidence, Fact, quoted

_RISKS = ("low", "medium", "high")
_RISK_ZH = {"low": "低", "medium": "中", "high": "高"}


def holder_facts(context: Context) -> list[Fact]:
    """Return whose risk of a monopoly rose, and whose holders' index passed the limit, since the run before."""
    if len(context.runs) < 2:
        return []
    rows = {
        (run, technology): (risk, hhi, country)
        for run, technology, risk, hhi, country in context.con.execute(
            "SELECT run_id, technology_id, risk, hhi, top_lead_country FROM run_concentration"
        ).fetchall()
    }
    out = []
    for technology in context.technologies():
        now, before = context.now_and_before(technology)
        if now is None or before is None:
            continue
        new, old = rows.get((now.run.run_id, technology)), rows.get((before.run.run_id, technology))
        if new is None or old is None:
            continue
        if new[0] is not None and old[0] is not None and _RISKS.index(new[0]) > _RISKS.index(old[0]):
            out.append(_monopoly(context, technology, old[0], new[0], str(new[2])))
        limit = context.settings.holders.hhi_limit
        if new[1] is not None and old[1] is not None and old[1] < limit <= new[1]:
            out.append(_concentrated(context, technology, old[1], new[1], limit))
    return out


def _monopoly(context: Context, technology: str, old: str, new: str, country: str) -> Fact:
    zh, en = context.name(technology)
    return Fact(
        "monopoly",
        (technology, new, country, context.run.as_of.isoformat()),
        (f"{zh}：垄断风险升至{_RISK_ZH[new]}", f"{en}: risk of a monopoly rose to {new}"),
        (
            f"{zh}的垄断风险由{_RISK_ZH[old]}升至{_RISK_ZH[new]}：高被引专利族以 {country} 居首。",
            f"{en}: the risk that one country ({country}) monopolises it rose from {old} to {new}.",
        ),
        technology_id=technology, evidence=(_evidence(technology, old, new),),
    )  # fmt: skip


def _concentrated(context: Context, technology: str, old: float, new: float, limit: float) -> Fact:
    zh, en = context.name(technology)
    return Fact(
        "concentrated",
        (technology, context.run.as_of.isoformat()),
        (f"{zh}：权利人集中度超过上限", f"{en}: holders' concentration passed the limit"),
        (
            f"{zh}的权利人赫芬达尔指数由 {old:.3f} 升至 {new:.3f}，超过 {limit}。",
            f"{en}: the Herfindahl index of holders rose from {old:.3f} to {new:.3f}, past {limit}.",
        ),
        technology_id=technology, evidence=(_evidence(technology, f"{old:.4f}", f"{new:.4f}"),),
    )  # fmt: skip


def _evidence(technology: str, old: str, new: str) -> Evidence:
    query = (
        f"SELECT * FROM holder_concentration WHERE technology_id = {quoted(technology)} ORDER BY run_id DESC LIMIT 2"
    )
    return Evidence("rows", "concentration", old, new, query)
