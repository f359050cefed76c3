"""``stuckneck nca``: Necessary Condition Analysis of any table of cases (docs/nca.md)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from app.common import JsonOption, fail, print_json
from app.studies.results import (
    LanguageOption,
    ResultsOption,
    check_endings,
    languages,
    made_by,
    print_results,
    stamp_of,
    write_results,
)
from words.glossary import Language
from words.language import current, say

if TYPE_CHECKING:
    from analytics.nca.ceilings.model import Scope
    from analytics.nca.report import PowerTable, Settings, Study
    from app.studies.case_table import CaseTable
    from app.studies.nca.content import Influential, Results

R_REPETITIONS = 10_000
T = TypeVar("T")


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("nca")(nca)


Ceilings = Annotated[
    str, typer.Option(help="ce_fdh, cr_fdh, ce_vrs, cr_vrs, c_lp, cols, qr, ols; separated by commas.")
]
Corner = Annotated[int, typer.Option(help="Empty corner: 1 upper-left, 2 upper-right, 3 lower-left, 4 lower-right.")]
Seed = Annotated[int | None, typer.Option(help="Seed (default 0); with --r-compatible: NCA 5.x seeding from it.")]
RCompatible = Annotated[
    bool, typer.Option("--r-compatible", help="The R package's permutations draw by draw, its tolerances.")
]
Unit = Annotated[str, typer.Option(help="percentage.range, percentage.max, actual or percentile.")]
Beyond = Annotated[int, typer.Option(help="Beyond the scope show: 0 NN/NA, 1 the limit, 2 the value.")]
Outliers = Annotated[int, typer.Option(help="Also list influential combinations of up to this many cases; 0: none.")]
Power = Annotated[
    float | None, typer.Option(help="Also how often the test finds a necessity of this effect size in as many cases.")
]


def nca(
    file: Annotated[Path, typer.Argument(help="Table of cases (CSV); the first column may be case names.")],
    *,
    outcome: Annotated[str, typer.Option(help="Column of the outcome.")],
    conditions: Annotated[str, typer.Option(help="Columns of the conditions, separated by commas.")],
    ceilings: Ceilings = "ce_fdh,cr_fdh",
    corner: Corner = 1,
    scope: Annotated[str | None, typer.Option(help="Theoretical scope: xmin,xmax,ymin,ymax.")] = None,
    permutations: Annotated[int, typer.Option(help="Repetitions of the permutation test; 0: none.")] = 0,
    seed: Seed = None,
    r_compatible: RCompatible = False,
    bottleneck_x: Unit = "percentage.range",
    bottleneck_y: Unit = "percentage.range",
    cutoff: Beyond = 0,
    outliers: Outliers = 0,
    power: Power = None,
    plots: Annotated[Path | None, typer.Option(help="Directory for the charts (SVG and PNG).")] = None,
    language: LanguageOption = None,
    output: ResultsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which levels of a condition are necessary for the outcome?"""
    from analytics.nca.report import study
    from app.studies.nca.content import Results, compose
    from warehouse.process.watchdog import attending
    from warehouse.sections.operating import Runs

    names = _names(conditions, outcome)
    settings = _settings(
        ceilings=ceilings,
        corner=corner,
        scope=scope,
        permutations=permutations,
        seed=seed,
        r_compatible=r_compatible,
        bottleneck_x=bottleneck_x,
        bottleneck_y=bottleneck_y,
        cutoff=cutoff,
    )
    if outliers < 0:
        _refuse(f"--outliers takes a number of cases from 0 up, not {outliers}.")
    if power is not None and not 0 <= power < 1:
        _refuse(f"--power takes an effect size, at least 0 and below 1, not {power:g}.")
    chosen = languages(language)
    check_endings(output)
    table = _cases(file, [outcome, *names])
    with attending("nca", Runs().stalled_after):
        done = study(table.numbers, outcome, names, settings)
        influential, powers = _outliers(done, table, outliers), _power(done, power)
    made = _made(file, done)
    if plots is not None:
        _draw(done, plots, chosen, stamp_of(made))
    found = Results(done, made, table.cases, influential, powers)
    if output:
        write_results([compose(found, one) for one in chosen], output)
    _print(found, as_json=as_json)


def _made(file: Path, done: "Study") -> dict[str, object]:
    """Return by what the study was made."""
    asked = done.settings
    scope = asked.scope
    return made_by(file, {
        "outcome": done.outcome, "conditions": list(done.conditions), "ceilings": list(asked.ceilings),
        "corner": asked.corner, "scope": None if scope is None else [scope.xmin, scope.xmax, scope.ymin, scope.ymax],
        "permutations": asked.permutations, "seed": asked.seed, "seeding": asked.seeding,
        "r_compatible": asked.r_rules, "bottleneck_x": asked.x_unit, "bottleneck_y": asked.y_unit,
        "cutoff": asked.cutoff,
    })  # fmt: skip


def _cases(file: Path, columns: list[str]) -> "CaseTable":
    """Return the table of cases, after saying on stderr what was left out."""
    from app.studies.case_table import CaseTableError, read_cases

    try:
        table = read_cases(file, columns)
    except CaseTableError as error:
        _refuse(str(error))
    for note in table.notes:
        typer.echo(note, err=True)
    return table


def _power(done: "Study", effect_size: float | None) -> "PowerTable":
    """Return the power by condition and ceiling; a condition with fewer than two cases has none."""
    from analytics.nca.power import power

    if effect_size is None:
        return {}
    known = {
        (n, ceiling): power(n, effect_size=effect_size, ceiling=ceiling, seed=done.settings.seed)
        for n in {result.n for result in done.conditions.values() if result.n > 1}
        for ceiling in done.bottlenecks
    }
    return {
        name: {ceiling: known[result.n, ceiling] for ceiling in done.bottlenecks if result.n > 1}
        for name, result in done.conditions.items()
    }


def _print(found: "Results", *, as_json: bool) -> None:
    if not as_json:
        from app.studies.nca.content import compose

        print_results(compose(found, current()))
        return
    from analytics.nca.report import power_json, to_json

    done = found.study
    for name, result in done.conditions.items():
        for note in result.notes:
            typer.echo(f"{name}: {note}", err=True)
    power = {"power": power_json(found.power)} if found.power else {}
    print_json({**to_json(done), **power, "made": found.made})


def _names(conditions: str, outcome: str) -> list[str]:
    names = [name.strip() for name in conditions.split(",") if name.strip()]
    if not names:
        _refuse("--conditions needs at least one column name, such as --conditions A,B.")
    if len(set(names)) < len(names):
        _refuse(f"--conditions names a column twice: {conditions}.")
    if outcome in names:
        _refuse(f"{outcome!r} cannot be both the outcome and a condition.")
    if "outcome" in names:
        _refuse("a condition cannot be named 'outcome', which heads the bottleneck table: rename the column.")
    return names


def _settings(
    *,
    ceilings: str,
    corner: int,
    scope: str | None,
    permutations: int,
    seed: int | None,
    r_compatible: bool,
    bottleneck_x: str,
    bottleneck_y: str,
    cutoff: int,
) -> "Settings":
    from analytics.nca.bottleneck import UNITS, Cutoff
    from analytics.nca.ceilings.model import CEILINGS, Ceiling, Corner
    from analytics.nca.permutation import Seeding
    from analytics.nca.report import Settings

    corners: tuple[Corner, ...] = (1, 2, 3, 4)
    cutoffs: tuple[Cutoff, ...] = (0, 1, 2)
    chosen: tuple[Ceiling, ...] = tuple(
        dict.fromkeys(
            _one_of("--ceilings", name.strip().lower().replace("-", "_"), CEILINGS) for name in ceilings.split(",")
        )
    )
    if permutations < 0 or (seed is not None and not 0 <= seed < 2**31):
        _refuse("--permutations and --seed take whole numbers from 0 up (a seed below 2147483648).")
    seeding: Seeding = "numpy" if not r_compatible else ("r4" if seed is None else "r5")
    return Settings(
        ceilings=chosen,
        corner=_one_of("--corner", corner, corners),
        scope=_scope(scope),
        permutations=R_REPETITIONS if r_compatible and permutations == 0 else permutations,
        seed=seed or 0,
        seeding=seeding,
        r_rules=r_compatible,
        x_unit=_one_of("--bottleneck-x", bottleneck_x, UNITS),
        y_unit=_one_of("--bottleneck-y", bottleneck_y, UNITS),
        cutoff=_one_of("--cutoff", cutoff, cutoffs),
    )


def _one_of(option: str, given: object, allowed: tuple[T, ...]) -> T:
    found = [one for one in allowed if one == given]
    if not found:
        _refuse(f"{option} does not know {given!r}: choose among {', '.join(str(one) for one in allowed)}.")
    return found[0]


def _scope(text: str | None) -> "Scope | None":
    from analytics.nca.ceilings.model import Scope

    if text is None:
        return None
    try:
        xmin, xmax, ymin, ymax = (float(part) for part in text.split(","))
    except ValueError:
        _refuse(f"--scope needs four numbers xmin,xmax,ymin,ymax, not {text!r}.")
    if not (xmin < xmax and ymin < ymax):
        _refuse(f"--scope needs xmin < xmax and ymin < ymax, not {text!r}.")
    return Scope(xmin, xmax, ymin, ymax)


def _draw(done: "Study", directory: Path, chosen: Sequence[Language], stamp: str) -> None:
    from app.studies.nca.plots import save_study

    try:
        for language in chosen:
            folder = directory if len(chosen) == 1 else directory / language
            for path in save_study(done, folder, language=language, stamp=stamp):
                typer.echo(say(f"written: {path}"), err=True)
    except OSError as error:
        _refuse(f"The charts cannot be written to {directory}: {error.strerror or error}.")


def _outliers(done: "Study", table: "CaseTable", k: int) -> "Influential":
    from analytics.nca.outliers import outliers

    y = table.numbers[done.outcome].to_numpy()
    asked = done.settings
    return {
        (name, ceiling): outliers(
            table.numbers[name].to_numpy(), y, ceiling=ceiling, corner=asked.corner, scope=asked.scope, k=k
        )
        for name in done.conditions
        for ceiling in done.bottlenecks
        if k
    }


def _refuse(message: str) -> NoReturn:
    raise fail(message)
