"""``stuckneck qca``: Qualitative Comparative Analysis of any table of cases (docs/qca.md)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from app.common import print_json
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
    from analytics.qca.minimise.truth_table import CutOffs
    from analytics.qca.report import Analysis
    from app.studies.qca.content import Results
    from app.studies.qca.extras import Extras
    from app.studies.qca.inputs import Calibration, Prepared

USAGE_ERROR = 2


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("qca")(qca)


ExclCut = Annotated[
    float | None, typer.Option(help="Rows from this consistency up to --incl-cut are contradictions (C).")
]
DirExp = Annotated[
    str | None, typer.Option(help="Directional expectation per condition: 1, 0 (a level) or -; e.g. 1,0,-.")
]
Calibrate = Annotated[
    str, typer.Option(help="none, or quartiles: direct calibration of every column at its quartiles.")
]
Anchors = Annotated[
    str | None,
    typer.Option(
        help="Anchors per column: A=exclusion,crossover,inclusion (six numbers: both sides of a middle or of two "
        "ends); further columns after a semicolon."
    ),
]
Linear = Annotated[bool, typer.Option("--linear", help="Memberships on straight lines between the anchors.")]
QuantileType = Annotated[int, typer.Option(help="R's quantile type of quartile anchors: 2, 6 or 7.")]
Idm = Annotated[str, typer.Option(help="Membership at the inclusion anchor, or ragin (log-odds of 3).")]
Half = Annotated[str, typer.Option(help="Memberships of exactly 0.5: keep (case in no row), raise or lower by 0.001.")]
Supersets = Annotated[bool, typer.Option("--supersets", help="Also search necessary conjunctions and disjunctions.")]
Theory = Annotated[str | None, typer.Option(help="A theory such as 'A*B + ~C', compared with each intermediate model.")]
Robustness = Annotated[bool, typer.Option("--robustness", help="Also rerun at other cut-offs and compare.")]
Panel = Annotated[str | None, typer.Option(help="Columns of unit and period: pooled, between and within figures.")]
Details = Annotated[
    bool, typer.Option("--details", help="In JSON: core and peripheral literals, cases by path, counterfactuals.")
]


def qca(
    file: Annotated[Path, typer.Argument(help="Table of cases (CSV); the first column may be case names.")],
    *,
    outcome: Annotated[str, typer.Option(help="Column of the outcome.")],
    conditions: Annotated[str, typer.Option(help="Columns of the conditions, separated by commas.")],
    negate: Annotated[bool, typer.Option("--negate", help="Explain the absence of the outcome.")] = False,
    incl_cut: Annotated[float, typer.Option(help="Consistency cut-off.")] = 0.85,
    pri_cut: Annotated[float, typer.Option(help="PRI cut-off.")] = 0.75,
    n_cut: Annotated[int, typer.Option(help="Frequency cut-off.")] = 1,
    excl_cut: ExclCut = None,
    dir_exp: DirExp = None,
    calibrate: Calibrate = "none",
    anchors: Anchors = None,
    linear: Linear = False,
    quantile_type: QuantileType = 7,
    idm: Idm = "0.95",
    half: Half = "keep",
    supersets: Supersets = False,
    theory: Theory = None,
    robustness: Robustness = False,
    panel: Panel = None,
    max_models: Annotated[int, typer.Option(help="List at most this many models and C–P pairs.")] = 1000,
    plots: Annotated[Path | None, typer.Option(help="Directory for the charts (SVG and PNG).")] = None,
    language: LanguageOption = None,
    output: ResultsOption = None,
    details: Details = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, unrounded.")] = False,
) -> None:
    """Which combinations of conditions are sufficient for the outcome?"""
    from analytics.qca.minimise.truth_table import CutOffs
    from analytics.qca.sets.errors import QcaError
    from app.studies.case_table import CaseTableError
    from app.studies.qca.content import Results, compose
    from app.studies.qca.inputs import Calibration, prepare
    from warehouse.process.watchdog import attending
    from warehouse.sections.operating import Runs

    chosen = languages(language)
    check_endings(output)
    try:
        calibration = Calibration(calibrate, anchors, quantile_type, idm, half, linear)
        prepared = prepare(file, outcome, conditions, calibration, panel)
        cutoffs = CutOffs(incl_cut, pri_cut, n_cut, excl_cut)
        with attending("qca", Runs().stalled_after):
            done = _analyse(prepared, outcome, cutoffs, dir_exp, max_models, negate=negate)
            extras = _extras(done, prepared, supersets=supersets, theory=theory, robustness=robustness)
    except (QcaError, CaseTableError) as error:
        _refuse(str(error))
    _tell(done, prepared)
    made = _made(file, done, calibration, panel)
    if plots is not None:
        _draw(done, plots, chosen, stamp_of(made))
    found = Results(done, prepared.descriptions, extras, made)
    if output:
        write_results([compose(found, one) for one in chosen], output)
    _print(found, as_json=as_json, details=details)


def _made(file: Path, done: "Analysis", calibration: "Calibration", panel: str | None) -> dict[str, object]:
    """Return by what the analysis was made; no part of it is random."""
    cut, asked = done.settings.cutoffs, done.settings
    expectations = ["-" if level is None else str(level) for level in asked.expectations or ()]
    return made_by(file, {
        "outcome": done.outcome, "conditions": list(done.space.names), "negate": asked.negate,
        "incl_cut": cut.inclusion, "pri_cut": cut.pri, "n_cut": cut.frequency, "excl_cut": cut.exclusion,
        "dir_exp": expectations or None, "calibrate": calibration.method, "anchors": calibration.anchors,
        "quantile_type": calibration.quantile_type, "idm": calibration.idm, "half": calibration.half,
        "linear": calibration.is_linear, "panel": panel, "seed": None, "permutations": None,
    })  # fmt: skip


def _analyse(
    prepared: "Prepared", outcome: str, cutoffs: "CutOffs", dir_exp: str | None, max_models: int, *, negate: bool
) -> "Analysis":
    """Return the analysis. Raises QcaError when an option makes none possible."""
    from analytics.qca.report import Settings, analyse
    from analytics.qca.sets.errors import QcaError
    from app.studies.qca.inputs import parse_expectations

    if max_models < 1:
        raise QcaError("--max-models must be at least 1.")
    settings = Settings(
        cutoffs=cutoffs,
        expectations=None if dir_exp is None else parse_expectations(dir_exp),
        negate=negate,
        max_models=max_models,
        max_pairs=max_models,
    )
    return analyse(prepared.space, prepared.data, prepared.y, outcome, prepared.cases, settings=settings)


def _print(found: "Results", *, as_json: bool, details: bool) -> None:
    if as_json:
        from analytics.qca.report import to_json
        from app.studies.qca.extras import to_json as extras_json

        done = found.analysis
        print_json(to_json(done, details) | extras_json(done, found.extras) | {"made": found.made})
        return
    from app.studies.qca.content import compose

    print_results(compose(found, current()))


def _draw(done: "Analysis", directory: Path, chosen: Sequence[Language], stamp: str) -> None:
    from app.studies.qca.plots import save_analysis

    try:
        for language in chosen:
            folder = directory if len(chosen) == 1 else directory / language
            for path in save_analysis(done, folder, language=language, stamp=stamp):
                typer.echo(say(f"written: {path}"), err=True)
    except OSError as error:
        _refuse(f"The charts cannot be written to {directory}: {error.strerror or error}.")


def _extras(
    done: "Analysis", prepared: "Prepared", *, supersets: bool, theory: str | None, robustness: bool
) -> "Extras":
    from analytics.qca.panel_report import analysis_panel
    from app.studies.qca import extras as qca_extras

    return qca_extras.Extras(
        supersets=qca_extras.supersets(done) if supersets else None,
        theory=None if theory is None else qca_extras.theory(done, theory),
        robustness=qca_extras.robustness(done, prepared) if robustness else None,
        panel=None if prepared.panel is None else analysis_panel(done, *prepared.panel),
    )


def _tell(done: "Analysis", prepared: "Prepared") -> None:
    """On stderr: what was left out or cannot be seen in the figures."""
    for note in prepared.notes:
        typer.echo(note, err=True)
    unassigned = [done.cases[case] for case in done.table.unassigned]
    if unassigned:
        typer.echo(
            f"{len(unassigned)} case(s) with a membership of exactly 0.5 belong to no truth table row: "
            f"{', '.join(unassigned)} (use --half raise or --half lower to place them)",
            err=True,
        )
    if not done.complex.models:
        typer.echo(
            "No truth table row passes the cut-offs, so there is nothing to minimise; lower --incl-cut, --pri-cut or "
            "--n-cut to see one.",
            err=True,
        )
    if not done.complete:
        typer.echo("There are more models than are listed here; raise --max-models to see further ones.", err=True)


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(USAGE_ERROR)
