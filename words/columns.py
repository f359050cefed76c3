"""What the columns of tables are called in each language, and how their values are printed.

One home for terminal tables, workbooks and reports. `form`: "" as it is, "figure" three decimals (K, D), "share" a
percentage, "text" a sentence and "word" a term of the program (translated where they are shown).
"""

from __future__ import annotations

from typing import NamedTuple

from words.glossary import Language


class Column(NamedTuple):
    """A column's names and the form of its values."""

    zh: str
    en: str
    form: str = ""


COLUMNS: dict[str, Column] = {
    # technologies and places
    "number": Column("序号", "no."),
    "technology_id": Column("技术编号", "technology id"),
    "technology": Column("技术", "technology"),
    "name_zh": Column("技术", "Chinese name"),
    "name_en": Column("英文名", "technology"),
    "capability": Column("技术能力基础 K", "capability K", "figure"),
    "dynamics": Column("技术范式动态性 D", "dynamics D", "figure"),
    "K": Column("K", "K", "figure"),
    "D": Column("D", "D", "figure"),
    "D raw": Column("D 原始值", "D raw"),
    "dynamics_raw": Column("D 原始值", "D raw"),
    "strategy": Column("策略", "strategy", "word"),
    "strategy_zh": Column("策略", "strategy (Chinese)"),
    "previous_strategy": Column("上次策略", "previous strategy", "word"),
    "probability": Column("概率", "probability", "share"),
    "unsettled": Column("未定", "unsettled"),
    "p_assault": Column("攻坚概率", "P(assault)", "share"),
    "p_disrupt": Column("颠覆概率", "P(disrupt)", "share"),
    "p_entrench": Column("挖壕概率", "P(entrench)", "share"),
    "p_position": Column("卡位概率", "P(position)", "share"),
    "holds": Column("无论未知均成立", "holds whatever the unknown"),
    "is_sharp": Column("上下界可达", "ends are reached"),
    "capability_least": Column("K 下界", "least K", "figure"),
    "capability_most": Column("K 上界", "most K", "figure"),
    "dynamics_least": Column("D 下界", "least D", "figure"),
    "dynamics_most": Column("D 上界", "most D", "figure"),
    "least": Column("下界", "least", "share"),
    "most": Column("上界", "most", "share"),
    "is_watch": Column("临界", "on watch"),
    "watch_towards": Column("可能转向", "towards", "word"),
    "is_break": Column("序列中断", "series breaks"),
    "families": Column("专利族（个）", "families"),
    "low_evidence": Column("证据不足", "low evidence"),
    "low_evidence_why": Column("证据不足的原因", "why low evidence", "text"),
    "not_placed_why": Column("未定位原因", "why not placed", "text"),
    "as_of": Column("截止日期", "as of"),
    "data_label": Column("数据", "data", "word"),
    "frame": Column("参照系", "frame", "word"),
    "origin": Column("来源", "origin", "word"),
    # indicators
    "indicator": Column("指标", "indicator", "word"),
    "indicator_zh": Column("指标", "indicator (Chinese)"),
    "applications": Column("专利申请数占比", "applications", "share"),
    "citations": Column("被引次数占比", "citations", "share"),
    "claims": Column("权利要求数占比", "claims", "share"),
    "pct": Column("PCT申请数占比", "PCT", "share"),
    "value": Column("数值", "value"),
    "numerator": Column("分子", "numerator"),
    "denominator": Column("分母", "denominator"),
    "coverage": Column("覆盖率", "coverage", "share"),
    "known_families": Column("已知专利族", "known families"),
    "basis": Column("口径", "basis", "word"),
    "weight": Column("熵权", "weight", "figure"),
    "share": Column("占比", "share", "share"),
    "level": Column("层级", "level"),
    "level_name": Column("层级名称", "level name", "word"),
    "prefix": Column("IPC前缀", "IPC prefix"),
    "title": Column("名称", "title"),
    "amplitude": Column("变化幅度", "amplitude"),
    "is_counted": Column("计入", "counted"),
    "reason": Column("原因", "reason", "text"),
    "carriers": Column("所在小类", "carried by"),
    "step_no": Column("步骤", "no."),
    "step": Column("步骤", "step", "word"),
    "families_left": Column("剩余专利族", "families left"),
    "families_lost": Column("筛除专利族", "families lost"),
    "unknown": Column("无法判断", "unknown"),
    "method": Column("判定方式", "settled by", "word"),
    # patents
    "family_id": Column("专利族编号", "family"),
    "representative": Column("代表公开号", "publication"),
    "family_title": Column("标题", "title"),
    "other_title": Column("标题（另一语言）", "title (other language)"),
    "first_applicant": Column("第一申请人", "first applicant"),
    "country": Column("国别", "country"),
    "country_method": Column("国别判定方式", "country settled by", "word"),
    "priority_date": Column("最早优先权日", "priority date"),
    "filing_date": Column("申请日", "filing date"),
    "first_publication_date": Column("首次公开日", "first published"),
    "member_from": Column("入选日期", "belongs since"),
    "main_subclass": Column("IPC小类", "IPC subclass"),
    "ipc_title": Column("小类名称", "subclass title"),
    "main_ipc": Column("主分类号", "main IPC"),
    "claim_count": Column("权利要求数", "claims"),
    "forward_citations": Column("被引次数", "cited by"),
    "is_pct": Column("PCT", "PCT"),
    "legal_status": Column("法律状态", "legal status"),
    "members": Column("同族成员数", "members"),
    "why": Column("筛选结果", "screening", "word"),
    "espacenet": Column("Espacenet", "Espacenet"),
    "google_patents": Column("Google Patents", "Google Patents"),
    "lens": Column("Lens", "Lens"),
    "cnipa_number": Column("CNIPA 申请号", "number for CNIPA"),
    "source": Column("数据源", "source"),
    "landed_file": Column("原始文件", "landed file"),
    "row_no": Column("行号", "row"),
    "is_synthetic": Column("合成数据", "synthetic"),
    # runs, schedules, alerts
    "run_id": Column("运行", "run"),
    "kind": Column("类型", "kind", "word"),
    "state": Column("状态", "state", "word"),
    "snapshot": Column("快照", "snapshot"),
    "resumed": Column("续跑次数", "continued"),
    "started_at": Column("开始时间", "started"),
    "finished_at": Column("结束时间", "finished"),
    "message": Column("说明", "message", "text"),
    "schedule": Column("计划", "schedule"),
    "task": Column("任务", "task", "word"),
    "slot": Column("时点", "slot"),
    "next": Column("下次", "next"),
    "next_at": Column("下次", "next"),
    "last_success_at": Column("最近成功", "last success"),
    "newest_at": Column("最新记录到达", "newest record came"),
    "attempts": Column("已尝试", "attempts"),
    "retry_after": Column("再试时间", "tried again"),
    "period": Column("周期", "period", "word"),
    "unit": Column("单位", "unit", "word"),
    "used": Column("已用", "used"),
    "limit": Column("上限", "limit"),
    "left": Column("剩余", "left"),
    "channel": Column("通道", "channel"),
    "messages": Column("消息数", "messages"),
    "next_attempt_at": Column("下次尝试", "next attempt"),
    "last_error": Column("最近错误", "last error"),
    "alert_id": Column("告警", "alert"),
    "rule": Column("规则", "rule"),
    "severity": Column("级别", "severity", "word"),
    "title_zh": Column("标题", "title (Chinese)"),
    "title_en": Column("英文标题", "title"),
    "raised_at": Column("触发时间", "raised"),
    # doctor, import, catalogue
    "check": Column("检查项", "check", "text"),
    "finding": Column("结果", "finding", "text"),
    "file": Column("文件", "file"),
    "rows": Column("行数", "rows"),
    "records": Column("记录", "records"),
    "new": Column("新增", "new"),
    "changed": Column("变更", "changed"),
    "unchanged": Column("未变", "unchanged"),
    "rejects": Column("剔除", "set aside"),
    "refused": Column("拒收原因", "refused", "text"),
    "item": Column("条目", "item"),
    "key": Column("项", "key"),
    "column": Column("列", "column"),
    "note": Column("备注", "note", "text"),
    "verdict": Column("判定", "verdict", "word"),
    "publication_number": Column("公开号", "publication"),
    "abstract": Column("摘要", "abstract"),
    "claims_head": Column("权利要求（开头）", "claims (head)"),
    "ipc": Column("IPC", "IPC"),
    "published_month": Column("公开月份", "published"),
    "expected": Column("预期", "expected"),
    "expected_low": Column("预期下限", "at least"),
    "final_share": Column("同龄已到比例", "there at this age", "share"),
    "complete_to": Column("完整至", "complete to"),
    "short": Column("不足月数", "months short"),
    "late_or_missing": Column("滞后或缺失月数", "late or missing"),
    "lag": Column("滞后（月）", "lag (months)"),
    "settled": Column("稳定比例", "settled", "share"),
    "span": Column("范围", "span", "word"),
    "share_before": Column("此前比例", "before", "share"),
    "filled_share": Column("现比例", "now", "share"),
    "before_run": Column("对比运行", "since run"),
    "measure": Column("指标", "measure", "word"),
    "dimension": Column("维度", "by", "word"),
    "value_of": Column("取值", "value"),
    "estimate": Column("估计", "estimate", "share"),
    "low": Column("下限", "low", "share"),
    "high": Column("上限", "high", "share"),
    "decided": Column("已判定", "decided"),
    "yes": Column("相关", "yes"),
    "unsure": Column("不确定", "unsure"),
    "first_judge": Column("判定人甲", "a judge"),
    "second_judge": Column("判定人乙", "another"),
    "items": Column("共同判定", "items"),
    "agreed": Column("一致率", "agreed", "share"),
    "kappa": Column("Kappa", "kappa", "figure"),
    "corrected": Column("校正占比", "corrected", "share"),
    "factor": Column("校正系数", "factor", "figure"),
    "recall_basis": Column("查全率依据", "recall by", "word"),
    "proposal": Column("建议", "proposal", "word"),
    "field": Column("字段", "field"),
    "term": Column("检索词", "term"),
    "inside": Column("组内", "inside"),
    "inside_total": Column("组内总数", "of"),
    "outside": Column("组外", "outside"),
    "outside_total": Column("组外总数", "of others"),
    "examples": Column("示例", "examples"),
    "meaning": Column("含义", "meaning", "text"),
}


def heading(name: str, language: Language) -> str:
    """Return what a column is called; a column nobody named keeps its name, with spaces for underscores."""
    column = COLUMNS.get(name)
    if column is None:
        return name.replace("_", " ")
    return column.zh if language == "zh" else column.en


def form(name: str) -> str:
    """Return how the column's values are printed."""
    column = COLUMNS.get(name)
    if column is not None:
        return column.form
    stem = name.rsplit("_", 1)[0]
    if name.endswith(("_share", "_coverage")):
        return "share"
    return COLUMNS[stem].form if stem in COLUMNS and COLUMNS[stem].form == "figure" else ""
