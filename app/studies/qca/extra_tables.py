"""Terminal tables of what ``stuckneck qca`` adds on request."""

from collections.abc import Sequence

from rich.console import Console

from analytics.qca.minimise.truth_table import case_names
from analytics.qca.panel_report import PanelRow
from analytics.qca.report import Analysis
from analytics.qca.robust import StableRange
from analytics.qca.sets.terms import format_term
from app.studies.qca.extras import Extras, Robustness
from app.studies.qca.layout import figure, table_of

SHOWN_PAIRS = 3
FITS = ("consistency 一致性", "coverage 覆盖度")


def print_extras(out: Console, done: Analysis, extras: Extras) -> None:
    """Print the tables that were asked for."""
    if extras.supersets is not None:
        table = table_of(
            f"Necessary combinations 必要组合: {done.outcome}",
            ["expression 表达式", *FITS, "RoN"],
        )
        for name, item in extras.supersets:
            table.add_row(name, figure(item.fit.consistency), figure(item.fit.coverage), figure(item.fit.ron))
        out.print(table)
    for pair, areas in list((extras.theory or {}).items())[:SHOWN_PAIRS]:
        table = table_of(
            f"Theory evaluation 理论评估 (T theory, S solution) {pair}",
            [
                "area",
                "expression 表达式",
                "consistency 一致性",
                "coverage 覆盖度",
                "in outcome 结果内",
                "not in outcome 结果外",
            ],
            text=2,
        )
        for name, area in areas.items():
            table.add_row(
                name,
                " + ".join(format_term(done.space, term) for term in area.terms) or "–",
                figure(area.fit.consistency),
                figure(area.fit.coverage),
                ", ".join(case_names(done.cases, area.in_outcome)),
                ", ".join(case_names(done.cases, area.not_in_outcome)),
            )
        out.print(table)
    if extras.robustness is not None:
        _print_robustness(out, done, extras.robustness)
    if extras.panel is not None:
        _print_panel(out, done, extras.panel)


def _range(found: StableRange) -> str:
    ends = ["…" if end is None else f"{end:g}" for end in (found.lower, found.upper)]
    return f"{ends[0]} – {found.value:g} – {ends[1]}"


def _print_robustness(out: Console, done: Analysis, found: Robustness) -> None:
    table = table_of(
        "Robustness 稳健性",
        ["setting 设定", "solution 解", "relation 集合关系", *FITS],
        text=3,
    )
    for run in found.reruns:
        expression = " + ".join(format_term(done.space, term) for term in run.model)
        table.add_row(run.label, expression, run.relation, figure(run.fit.consistency), figure(run.fit.coverage))
    for label in found.unsolved:
        table.add_row(label, "no solution 无解", "–", "–", "–")
    out.print(table)
    if found.fit is not None and found.cases is not None:
        figures = {
            "RF_cov": found.fit.coverage,
            "RF_cons": found.fit.consistency,
            "RF_SC_min": found.fit.overlap_min,
            "RF_SC_max": found.fit.overlap_max,
            "RCR_typ": found.cases.typical_ratio,
            "RCR_dev": found.cases.deviant_ratio,
        }
        out.print("  ".join(f"{name} {figure(value)}" for name, value in figures.items()), highlight=False)
    out.print(
        f"Stable range 稳定区间 (lower – used – upper): consistency {_range(found.inclusion)}; "
        f"frequency {_range(found.frequency)}",
        highlight=False,
    )
    for name, ranges in found.anchors.items():
        text = "; ".join(f"{anchor} {_range(one)}" for anchor, one in ranges.items())
        out.print(f"Stable anchors 稳定校准点 {name}: {text}", highlight=False)


def _print_panel(out: Console, done: Analysis, rows: Sequence[PanelRow]) -> None:
    """Pooled and between figures side by side; the within figures (one per unit) below, consistency only."""
    titles = {"necessity": "Panel, necessity 面板：必要性", "sufficiency": "Panel, sufficiency 面板：充分性"}
    for relation, title in titles.items():
        own = [row for row in rows if row.relation == relation]
        if not own:
            continue
        periods, units = own[0].fit.between.groups, own[0].fit.within.groups
        heads = ["expression 表达式", "", "pooled 汇总", *periods, "between 组间距离", "within 组内距离"]
        table = table_of(f"{title}: {done.outcome}", heads, text=2)
        for row in own:
            fit = row.fit
            distances = figure(fit.between.distance), figure(fit.within.distance)
            table.add_row(
                row.expression, FITS[0], figure(fit.consistency), *map(figure, fit.between.consistency), *distances
            )
            table.add_row("", FITS[1], figure(fit.coverage), *map(figure, fit.between.coverage), "", "")
        out.print(table)
        within = table_of(
            f"{title}, within 组内一致性: {done.outcome}", ["unit 单位", *(row.expression for row in own)]
        )
        for i, unit in enumerate(units):
            within.add_row(unit, *(figure(row.fit.within.consistency[i]) for row in own))
        out.print(within)
