"""The terms of charts, tables and pages in Chinese and English: each term once, for every page and command.

This package lies under every floor, because analytics, schedules and app all name the same things and analytics may
not read app. It holds words only: no logic of any figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

Language = Literal["zh", "en"]
Choice = Literal["zh", "en", "both"]

TERMS: dict[str, tuple[str, str]] = {  # id: (Chinese, English)
    # Said by several charts and tables.
    "synthetic": ("合成数据", "synthetic data"),
    "cases": ("案例", "cases"),
    "consistency": ("一致性", "consistency"),
    "coverage": ("覆盖度", "coverage"),
    "solution": ("总体解", "solution"),
    "high": ("高", "high"),
    "low": ("非高", "non-high"),
    "condition": ("条件变量", "condition"),
    # Citation networks.
    "main_path": ("主路径", "Main path"),
    "flow": ("国家间引用流向矩阵", "Who cites whom: citations between countries"),
    "change": ("IPC 小类共类网络的变化", "Co-classification of IPC subclasses: what changed"),
    "trend": ("对外技术依赖度", "Foreign dependence"),
    "citing": ("施引国家", "citing country"),
    "cited": ("被引国家", "cited country"),
    "year": ("申请年", "filing year"),
    "dependence": ("后向引用中外国所占比例", "foreign share of backward citations"),
    "known": ("国别已知\n的引用数", "citations with\nknown country"),
    "unknown": ("未知", "unknown"),
    "other": ("其他", "other"),
    "outside": ("集外引用占比", "citations leaving the set"),
    "as_of": ("截至", "as of"),
    "shown": ("显示", "shown"),
    "of": ("/", "of"),
    "new": ("新增联系", "new link"),
    "kept": ("延续联系", "kept link"),
    "gone": ("消失联系", "link gone"),
    "new_class": ("后一窗口新出现的小类", "subclass new in the later window"),
    "undated": ("空心点：年份未知", "open marker: year unknown"),
    "network_none": ("没有可画的引用", "no citation to draw"),
    # Dependence beside placement.
    "placement_year": (
        "年份（上图圆点为申请年，折线为定位日）",
        "year (dots above: filing year; lines: day of the placement)",
    ),
    "placement_as_of": ("截至该日的全部引用", "all citations up to that day"),
    "placement_none": ("尚无定位", "no placement yet"),
    "placement_title": ("对外技术依赖度与定位", "Foreign dependence and placement"),
    "by_year": ("按申请年", "by filing year"),
    "axes": ("K 与 D", "K and D"),
    "hollow": ("空心：回溯定位", "hollow: placed afterwards (backfill)"),
    # The strategy matrix.
    "m_title": ("“卡脖子”技术策略矩阵", "Strategy matrix of chokepoint technologies"),
    "m_dynamics": ("技术范式动态性 D", "Paradigm dynamics D"),
    "m_capability": ("技术能力基础 K", "Technology capability K"),
    "m_low_evidence": ("证据不足", "low evidence"),
    "m_watch": ("临近分界线，列入观察", "near a line, on watch"),
    "m_unsettled": ("未定", "unsettled"),
    "m_intervals": ("90% 区间", "90 % intervals"),
    "m_trail": ("历次位置", "earlier places"),
    "m_apart": ("重合点错开绘制", "points on one spot, drawn apart"),
    "m_full": ("全图", "full view"),
    "m_not_placed": ("未定位：", "Not placed: "),
    "m_probability": ("象限概率", "probability"),
    "m_towards": ("趋向", "towards"),
    "m_relative": ("相对参照", "relative frame"),
    "m_anchored": ("锚定参照", "anchored frame"),
    "m_what_if": ("假设情形", "WHAT-IF"),
    "m_run": ("运行", "run"),
    "m_focal": ("焦点国家", "focal country"),
    "m_windows": ("窗口", "windows"),
    "m_choice_country_rule": ("国别规则", "country rule"),
    "m_choice_screening": ("筛选口径", "screening"),
    "m_order_families": ("先合并专利族再筛选", "families merged before screening"),
    "m_order_publications": ("先筛选公开文献再合并专利族", "publications screened before merging"),
    "m_choice_top": ("榜单长度", "length of the lists"),
    "m_self_citations_true": ("计入自引", "with self-citations"),
    "m_self_citations_false": ("不计自引", "without self-citations"),
    "m_choice_without_source": ("剔除数据源", "without the source"),
    "m_windows_fixed": ("固定窗口", "fixed windows"),
    "m_windows_rolling": ("滚动窗口", "rolling windows"),
    "m_policy_monitor": ("监测口径", "monitor"),
    "m_policy_paper": ("论文口径", "paper"),
    "m_policy_open": ("不筛选", "open"),
    "m_real": ("真实数据", "real data"),
    "m_synthetic": (
        "合成数据（模拟专利局），非真实专利",
        "SYNTHETIC DATA (simulated office), not real patents",
    ),
    "m_mixed": ("真实与合成数据混合", "MIXED: real and synthetic data"),
    "m_data": ("数据：", "data: "),
    "m_label_real": ("真实", "real"),
    "m_label_synthetic": ("合成", "synthetic"),
    "m_label_mixed": ("混合", "mixed"),
    "m_not_record": ("假设情形，不入正式记录", "WHAT-IF, not the record"),
    "m_backfill": ("回溯", "backfill"),
    "m_ring": ("金色圈：", "Gold ring: "),
    "m_open": ("空心点：", "hollow point: "),
    "m_hollow": ("空心：回溯定位", "hollow: placed afterwards (backfill)"),
    "m_history": ("各技术的历次定位", "All technologies through time"),
    # Necessary condition analysis.
    "bottleneck": ("瓶颈水平", "Bottleneck levels"),
    "required": ("所需水平", "required level"),
    "no_line": ("无线段：非必要（NN）或不适用（NA）", "no line: not necessary (NN) or not available (NA)"),
    "percentage.range": ("占取值范围的百分比", "% of range"),
    "percentage.max": ("占最大值的百分比", "% of maximum"),
    "actual": ("原始单位", "own unit"),
    "percentile": ("百分位", "percentile"),
    # Qualitative comparative analysis.
    "membership": ("隶属度：", "membership in"),
    "truth_table": ("真值表", "Truth table"),
    "row": ("行", "row"),
    # XY plots of the provincial study.
    "in": ("隶属度：", "membership in "),
    "xy_outcome": ("结果", "the outcome"),
    "typical": ("典型案例", "typical"),
    "xy_deviant": ("偏离案例", "deviant"),
    "uncovered": ("未被该路径覆盖", "not covered by this path"),
    "irrelevant": ("无关案例", "irrelevant"),
    # Published tables recomputed.
    "printed": ("印刷值", "printed"),
    "gap": ("差", "diff."),
    # Units of the provincial study's variables.
    "unit_index": ("指数", "index"),
    "unit_ratio": ("比率", "ratio"),
    "unit_amount": ("金额", "amount"),
    "unit_count": ("数量", "count"),
    # The page of the provincial study.
    "study_synthetic": ("合成数据：并非真实省份或专利", "SYNTHETIC DATA: no real provinces, no real patents"),
    "study_title": (
        "省域研究：关键核心技术的必要条件与组态",
        "Provincial study: necessary conditions and configurations",
    ),
    "study_bottleneck": ("瓶颈图", "Bottleneck chart"),
    "outcome": ("结果", "outcome"),
    "table": ("表", "Table"),
    "figure": ("图", "Figure"),
    "pictures": ("图形", "Figures"),
    "notes": ("说明", "Notes"),
    "conditions": ("条件", "conditions"),
    "families": ("件专利族", "families"),
    "scatter": ("散点与上限线", "Scatter with ceilings"),
    "truth": ("真值表", "Truth table"),
    "robust": ("稳健性", "Robustness"),
    "study_mixed": ("真实与合成数据混合", "real and synthetic data mixed"),
    # Tables 1 to 5 of the provincial study.
    "study_none": ("无组态达到阈值。", "No configuration passes the cut-offs."),
    "deviant": ("偏离案例", "deviant cases"),
    "t1": ("校准与描述性统计结果", "Calibration and descriptive statistics"),
    "t2": ("NCA必要条件分析结果", "Necessary conditions (NCA)"),
    "t3": ("NCA必要条件瓶颈水平分析结果（CR）", "Bottleneck levels (NCA, CR)"),
    "t4": ("QCA必要条件分析结果", "Necessary conditions (fsQCA)"),
    "t5": ("高、非高结果的条件组态", "Configurations for a high and a non-high outcome"),
    "variable": ("变量", "variable"),
    "full": ("完全隶属", "full membership"),
    "cross": ("最大模糊点", "crossover"),
    "out": ("完全不隶属", "full non-membership"),
    "min": ("最小值", "min"),
    "max": ("最大值", "max"),
    "mean": ("均值", "mean"),
    "sd": ("标准差", "sd"),
    "item": ("项目", "item"),
    "method": ("方法", "method"),
    "effect_size": ("效应量", "effect size d"),
    "p_value": ("P值", "p"),
    "accuracy": ("精确度", "accuracy"),
    "scope": ("范围", "scope"),
    "ceiling_zone": ("上限区域", "ceiling zone"),
    "necessary": ("必要", "necessary"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "raw": ("原始覆盖度", "raw coverage"),
    "unique": ("唯一覆盖度", "unique coverage"),
    "pri": ("PRI", "PRI"),
    "total_consistency": ("总一致性", "solution consistency"),
    "total_pri": ("总PRI", "solution PRI"),
    "total_coverage": ("总覆盖度", "solution coverage"),
    "sep": ("、", ", "),
    "nn": ("NN代表不必要；NA代表该水平上限线不可及。", "NN: not necessary; NA: the ceiling does not reach that level."),
    "legend": (
        "●核心条件，•边缘条件，⊗核心条件缺失，⊘边缘条件缺失，空白代表该条件可有可无。",
        "● core, • peripheral, ⊗ core absent, ⊘ peripheral absent, blank: either.",
    ),
    "necessary_rule": ("必要：d ≥ {d:g} 且 P < {p:g}。", "Necessary: d ≥ {d:g} and p < {p:g}."),
    "qca_rule": (
        "“~”表示非；一致性大于 {c:g} 为必要条件，加 * 标出。",
        "~: absence; conditions with a consistency above {c:g} are necessary and marked *.",
    ),
    "ron": ("RoN", "RoN"),
    # Tables 6 to 10, over time.
    "panel_none": ("汇总数据无组态达到阈值。", "No configuration of the pooled observations passes the cut-offs."),
    "need_high": ("面板必要条件分析（高结果）", "Necessity over the panel (high outcome)"),
    "need_low": ("面板必要条件分析（非高结果）", "Necessity over the panel (non-high outcome)"),
    "paths": ("面板组态充分性分析", "Sufficiency of configurations over the panel"),
    "within_high": (
        "各省份组内一致性与覆盖度（高结果）",
        "Consistency and coverage within each province (high outcome)",
    ),
    "within_low": (
        "各省份组内一致性与覆盖度（非高结果）",
        "Consistency and coverage within each province (non-high outcome)",
    ),
    "measure": ("指标", "figure"),
    "pooled": ("汇总", "pooled"),
    "between": ("组间距离", "between distance"),
    "inside": ("组内距离", "within distance"),
    "province": ("省份", "province"),
    "path": ("组态", "configuration"),
    "rule": (
        "汇总：全部观测；各年份列为组间；距离 0 表示各组一致；– 表示该组无隶属，无法判断。",
        "Pooled: all observations; a year's column: between; distance 0: all groups agree; –: no membership.",
    ),
    "own": (
        "组态为汇总数据之中间解，PH 高结果，PNH 非高结果；与表5的截面组态不同。",
        "Paths of the pooled observations' intermediate solution, PH high, PNH non-high; not those of Table 5.",
    ),
}

STRATEGIES: dict[str, tuple[str, str]] = {
    "assault": ("攻坚", "Assault"),
    "disrupt": ("颠覆", "Disrupt"),
    "entrench": ("挖壕", "Entrench"),
    "position": ("卡位", "Position"),
}


@cache
def in_language(language: Choice) -> Mapping[str, str]:
    """Return every term in one language; `both`: Chinese, then English where it differs."""
    if language == "both":
        return {k: zh if zh == en or k == "sep" else f"{zh} {en}" for k, (zh, en) in TERMS.items()}
    side = 0 if language == "zh" else 1
    return {k: pair[side] for k, pair in TERMS.items()}
