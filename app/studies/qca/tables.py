"""Terminal tables of a QCA: calibration, necessity, truth table, solutions, configurations with ● • ⊗ ⊘."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from analytics.qca.minimise.core import roles
from analytics.qca.minimise.minimise import IntermediatePair, Model, Solution
from analytics.qca.minimise.truth_table import case_names
from analytics.qca.report import Analysis
from analytics.qca.sets.calibrate import TwoSided
from analytics.qca.sets.describe import Description
from analytics.qca.sets.fit import Sufficiency
from analytics.qca.sets.terms import ABSENT, Term, format_term
from app.studies.qca.extra_tables import print_extras
from app.studies.qca.extras import Extras
from app.studies.qca.inputs import At
from app.studies.qca.layout import figure, table_of

SHOWN_MODELS = 10
SHOWN_PAIRS = 3
CORE, PERIPHERAL, CORE_ABSENT, PERIPHERAL_ABSENT = "●", "•", "⊗", "⊘"
LEGEND = (
    f"{CORE} core present 核心存在  {PERIPHERAL} peripheral present 边缘存在  "
    f"{CORE_ABSENT} core absent 核心缺失  {PERIPHERAL_ABSENT} peripheral absent 边缘缺失  blank: either 可有可无"
)


def print_analysis(
    done: Analysis,
    descriptions: Mapping[str, tuple[Description, At | None]],
    extras: Extras,
    console: Console | None = None,
) -> None:
    """Print everything a reader of the method expects, in its usual order."""
    out = console or Console()
    if any(anchors for _, anchors in descriptions.values()):
        out.print(_calibration(descriptions))
    out.print(_necessity(done))
    out.print(_truth_table(done))
    for title, solution in (("Complex 复杂解", done.complex), ("Parsimonious 简约解", done.parsimonious)):
        _print_solution(out, done, title, solution)
    pairs = list(done.intermediate.pairs.items())
    for name, pair in pairs[:SHOWN_PAIRS]:
        _print_pair(out, done, name, pair)
    if len(pairs) > SHOWN_PAIRS:
        out.print(f"… and {len(pairs) - SHOWN_PAIRS} further C–P pairs: see --json --details.")
    if pairs:
        out.print(LEGEND, highlight=False)
    print_extras(out, done, extras)


def _calibration(descriptions: Mapping[str, tuple[Description, At | None]]) -> Table:
    names = [
        "variable\n变量",
        "N",
        "min",
        "max",
        "mean\n均值",
        "sd\n标准差",
        "exclusion\n完全不隶属",
        "crossover\n交叉点",
        "inclusion\n完全隶属",
    ]
    table = table_of("Descriptive statistics and calibration 描述统计与校准", names)
    for name, (d, at) in descriptions.items():
        sides = () if at is None else (at.left, at.right) if isinstance(at, TwoSided) else (at,)
        figures = ["–" if v is None else f"{v:.5g}" for v in (d.minimum, d.maximum, d.mean, d.sd)]
        marks = [
            " / ".join(f"{getattr(side, field):.5g}" for side in sides) or "–"
            for field in ("exclusion", "crossover", "inclusion")
        ]
        table.add_row(name, str(d.n), *figures, *marks)
    return table


def _necessity(done: Analysis) -> Table:
    table = table_of(
        f"Necessity for {done.outcome} 必要条件", ["condition 条件", "consistency 一致性", "coverage 覆盖度", "RoN"]
    )
    for name, fit in done.necessity.items():
        table.add_row(name, figure(fit.consistency), figure(fit.coverage), figure(fit.ron))
    return table


def _truth_table(done: Analysis) -> Table:
    cut = done.table.cutoffs
    title = f"Truth table 真值表 (consistency ≥ {cut.inclusion:g}, PRI ≥ {cut.pri:g}, n ≥ {cut.frequency})"
    table = table_of(
        title, ["row 行", *done.space.names, "OUT", "n", "consistency 一致性", "PRI", "cases 案例"], text=0
    )
    for row in done.table.rows:
        cases = ", ".join(case_names(done.cases, row.cases))
        values = [str(value) for value in row.values]
        fits = [figure(row.consistency), figure(row.pri)]
        table.add_row(str(row.number), *values, row.outcome, str(row.n), *fits, cases)
    return table


def _fits(fit: Sufficiency) -> list[str]:
    return [figure(fit.consistency), figure(fit.pri), figure(fit.coverage), figure(fit.unique_coverage)]


def _print_solution(out: Console, done: Analysis, title: str, solution: Solution) -> None:
    if not solution.models:
        out.print(f"{title}: no row passes the cut-offs 无满足阈值的组态")
        return
    for i, model in enumerate(solution.models[:SHOWN_MODELS], 1):
        name = f"{title} M{i}" if len(solution.models) > 1 else title
        out.print(_model(done, name, model))
    if len(solution.models) > SHOWN_MODELS:
        out.print(f"… and {len(solution.models) - SHOWN_MODELS} further models: see --json.")


def _model(done: Analysis, title: str, model: Model) -> Table:
    fit = done.fits[model]
    columns = ["path 路径", "consistency 一致性", "PRI", "raw coverage 原始覆盖度", "unique 唯一覆盖度", "cases 案例"]
    table = table_of(title, columns)
    for term, own, path in zip(model, fit.terms, done.model_cases(model).paths, strict=True):
        table.add_row(format_term(done.space, term), *_fits(own), ", ".join(case_names(done.cases, path.members)))
    table.add_section()
    table.add_row("solution 总体", *_fits(fit.solution)[:3], "", "")
    return table


def symbol(done: Analysis, term: Term, core: Term, j: int) -> str:
    """The cell of condition `j` in a configuration table; multi-value levels are written out, core ones with ●."""
    value = term[j]
    if value == ABSENT:
        return ""
    is_core = core[j] != ABSENT
    if done.space.multivalue:
        return f"{CORE if is_core else PERIPHERAL}{value}"
    if value:
        return CORE if is_core else PERIPHERAL
    return CORE_ABSENT if is_core else PERIPHERAL_ABSENT


def _print_pair(out: Console, done: Analysis, name: str, pair: IntermediatePair) -> None:
    for i, model in enumerate(pair.models[:SHOWN_MODELS], 1):
        label = f"{name} M{i}" if len(pair.models) > 1 else name
        out.print(_configurations(done, f"Intermediate 中间解 {label}: {done.outcome}", pair, model))
        uncovered = case_names(done.cases, done.model_cases(model).uncovered)
        if uncovered:
            out.print(f"Deviant for coverage 未覆盖案例: {', '.join(uncovered)}", highlight=False)


def _configurations(done: Analysis, title: str, pair: IntermediatePair, model: Model) -> Table:
    fit, cases = done.fits[model], done.model_cases(model)
    table = table_of(title, ["condition 条件", *(f"H{i}" for i in range(1, len(model) + 1))])
    cores = [roles(term, pair.parsimonious_model).core for term in model]
    for j, condition in enumerate(done.space.names):
        table.add_row(condition, *(symbol(done, t, c, j) for t, c in zip(model, cores, strict=True)))
    table.add_section()
    rows = [_fits(own) for own in fit.terms]
    for k, label in enumerate(("consistency 一致性", "PRI", "raw coverage 原始覆盖度", "unique coverage 唯一覆盖度")):
        table.add_row(label, *(row[k] for row in rows))
    table.add_row("cases 案例", *(", ".join(case_names(done.cases, path.members)) for path in cases.paths))
    table.add_row("deviant 偏离案例", *(", ".join(case_names(done.cases, path.deviant)) for path in cases.paths))
    table.add_section()
    total = fit.solution
    for label, value in (
        ("solution consistency 总体一致性", total.consistency),
        ("solution PRI 总体 PRI", total.pri),
        ("solution coverage 总体覆盖度", total.coverage),
    ):
        table.add_row(label, figure(value))
    return table
