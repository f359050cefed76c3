"""NCA results for the terminal: one table per condition, one bottleneck table per ceiling."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from analytics.nca.bottleneck import formatted
from analytics.nca.ceilings.model import CORNER_NAMES, CeilingResult, ConditionResult
from analytics.nca.outliers import Outlier
from analytics.nca.report import PowerTable, Study
from app.common import out as shared

ROWS: tuple[tuple[str, str, int], ...] = (
    ("Effect size 效应量 d", "effect_size", 3),
    ("p-value p值", "p_value", 4),
    ("p-accuracy 蒙特卡洛误差 ±", "p_accuracy", 4),
    ("Ceiling zone 上限区域", "ceiling_zone", 3),
    ("Ceiling accuracy 精确度 %", "accuracy", 1),
    ("Fit 拟合度 %", "fit", 1),
    ("Slope 斜率", "slope", 4),
    ("Intercept 截距", "intercept", 4),
    ("Condition inefficiency 条件无效率 %", "condition_inefficiency", 1),
    ("Outcome inefficiency 结果无效率 %", "outcome_inefficiency", 1),
    ("Relative inefficiency 相对无效率 %", "relative_inefficiency", 1),
    ("Absolute inefficiency 绝对无效率", "absolute_inefficiency", 3),
)


def terminal() -> Console:
    """The shared console; wide where nobody watches, so that files and pipes get whole lines."""
    return shared if shared.is_terminal else Console(highlight=False, width=160)


def print_study(done: Study, console: Console | None = None) -> None:
    """Print every condition's figures, then the bottleneck tables."""
    out = console or terminal()
    for name, result in done.conditions.items():
        _print_condition(out, done.outcome, name, result)
    for ceiling, table in done.bottlenecks.items():
        view = Table(title=f"Bottleneck table 瓶颈水平 · {ceiling} · cutoff {done.settings.cutoff}")
        view.add_column(f"{done.outcome} ({done.settings.y_unit})", justify="right")
        for name in table.columns:
            view.add_column(f"{name} ({done.settings.x_unit})", justify="right")
        for i, level in enumerate(table.outcome):
            cells = [formatted(column[i], done.settings.x_unit) for column in table.columns.values()]
            view.add_row(formatted(level, done.settings.y_unit), *cells)
        out.print(view)
    out.print("NN: not necessary 非必要; NA: not available 不适用.")


def _print_condition(out: Console, outcome: str, name: str, result: ConditionResult) -> None:
    corner = CORNER_NAMES[result.corner]
    view = Table(title=f"{name} → {outcome} · N = {result.n} · scope {result.scope.area:.6g} · {corner}")
    view.add_column("")
    for ceiling in result.ceilings:
        view.add_column(ceiling, justify="right")
    for label, field, decimals in ROWS:
        figures = [_figure(c, field, decimals) for c in result.ceilings.values()]
        if field not in ("p_value", "p_accuracy") or any(figure != "–" for figure in figures):
            view.add_row(label, *figures)
    out.print(view)
    for note in (*result.notes, *(f"{c.ceiling}: {c.note}" for c in result.ceilings.values() if c.note)):
        out.print(f"  {note}")


def _figure(figures: CeilingResult, field: str, decimals: int) -> str:
    value = getattr(figures, field)
    return "–" if value is None else f"{value:.{decimals}f}"


def print_outliers(
    name: str, ceiling: str, found: Sequence[Outlier], cases: Sequence[str], console: Console | None = None
) -> None:
    """Print influential cases, or say that there are none."""
    out = console or terminal()
    if not found:
        out.print(f"{name} · {ceiling}: no influential cases 无异常值")
        return
    view = Table(title=f"Influential cases 异常值 · {name} · {ceiling}")
    for head in ("cases 案例", "d", "d without 剔除后", "difference", "%", "ceiling", "scope"):
        view.add_column(head)
    for one in found:
        relative = "–" if one.relative is None else f"{one.relative:+.1f}"
        view.add_row(
            ", ".join(cases[case] for case in one.cases),
            f"{one.effect_size:.3f}",
            f"{one.without:.3f}",
            f"{one.absolute:+.3f}",
            relative,
            "x" if one.on_ceiling else "",
            "x" if one.on_scope else "",
        )
    out.print(view)


def print_power(found: PowerTable, console: Console | None = None) -> None:
    """Print how often a planted necessity is found among as many cases as each condition has."""
    out = console or terminal()
    for name, ceilings in found.items():
        for ceiling, one in ceilings.items():
            out.print(
                f"Power 检验功效 · {name} · {ceiling}: {one.power:.2f} ± {one.standard_error:.2f} "
                f"(d = {one.effect_size:g}, n = {one.n}, p < 0.05; simulated cases 模拟案例)"
            )
