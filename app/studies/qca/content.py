"""What a QCA gave, as sections of tables in one language: calibration, necessity, truth table, solutions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.qca.minimise.core import roles
from analytics.qca.minimise.minimise import IntermediatePair, Model, Solution
from analytics.qca.minimise.truth_table import case_names
from analytics.qca.report import Analysis
from analytics.qca.sets.calibrate import TwoSided
from analytics.qca.sets.describe import Description
from analytics.qca.sets.fit import Sufficiency
from analytics.qca.sets.terms import ABSENT, Term, format_term
from app.report.content.model import Brief, Bullets, Cell, Column, Figure, Section, Table, Text
from app.report.content.phrases import Words
from app.studies.qca.extra_content import extra_sections
from app.studies.qca.extras import Extras
from app.studies.qca.inputs import At
from app.studies.results import stamp_of
from words.glossary import Language, in_language

SHOWN_MODELS = 10
SHOWN_PAIRS = 3
CORE, PERIPHERAL, CORE_ABSENT, PERIPHERAL_ABSENT = "●", "•", "⊗", "⊘"


@dataclass(frozen=True, slots=True)
class Results:
    """An analysis with what was asked beside it. `made`: by what (`app.studies.results.made_by`)."""

    analysis: Analysis
    descriptions: Mapping[str, tuple[Description, At | None]]
    extras: Extras
    made: dict[str, Any]


def compose(found: Results, language: Language) -> Brief:
    """Return everything a reader of the method expects, in its usual order."""
    w, done = Words(language), found.analysis
    sections = []
    if any(anchors for _, anchors in found.descriptions.values()):
        sections.append(_calibration(found.descriptions, w))
    sections += [_necessity(done, w), _truth_table(done, w)]
    sections.append(_solution(done, w.say("Complex solution"), done.complex, w))
    sections.append(_solution(done, w.say("Parsimonious solution"), done.parsimonious, w))
    pairs = list(done.intermediate.pairs.items())
    for name, pair in pairs[:SHOWN_PAIRS]:
        sections += _pair(done, name, pair, w)
    if pairs:
        notes = [in_language(language)["legend"]]
        if len(pairs) > SHOWN_PAIRS:
            notes.append(w.say(f"{len(pairs) - SHOWN_PAIRS} further C–P pairs are in --json --details."))
        sections.append(Section(in_language(language)["notes"], (Bullets(tuple(notes)),), 3))
    sections += extra_sections(done, found.extras, w)
    return Brief(
        language=language,
        title=w.say("Qualitative comparative analysis") + f": {done.outcome}",
        subtitle=w.say(f"{len(done.cases)} cases"),
        stamp=stamp_of(found.made),
        warning=None,
        sections=tuple(sections),
    )


def three(value: float | None) -> Figure | None:
    """Return a fit as it is printed, with three decimals."""
    return None if value is None else Figure(float(value) + 0.0, 3)


def _calibration(descriptions: Mapping[str, tuple[Description, At | None]], w: Words) -> Section:
    words = in_language(w.language)
    heads = [words[k] for k in ("min", "max", "mean", "sd")]
    anchors = [words[k] for k in ("out", "cross", "full")]
    columns = (
        Column(words["variable"], width=1.6), Column("N", "whole"), *(Column(h, "three") for h in heads),
        *(Column(h, "three") for h in anchors),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for name, (d, at) in descriptions.items():
        sides = () if at is None else (at.left, at.right) if isinstance(at, TwoSided) else (at,)
        marks = (
            " / ".join(f"{getattr(side, field):.5g}" for side in sides) or None
            for field in ("exclusion", "crossover", "inclusion")
        )
        rows.append((name, d.n, *(three(v) for v in (d.minimum, d.maximum, d.mean, d.sd)), *marks))
    title = words["t1"]
    return Section(title, (Table(columns, tuple(rows), title),), 1)


def fit_columns(w: Words, *names: str) -> tuple[Column, ...]:
    """Return columns of fits by the names of their words."""
    words = in_language(w.language)
    return tuple(Column(words[name], "three") for name in names)


def _necessity(done: Analysis, w: Words) -> Section:
    words = in_language(w.language)
    rows = tuple(
        (name, three(fit.consistency), three(fit.coverage), three(fit.ron)) for name, fit in done.necessity.items()
    )
    columns = (Column(words["condition"], width=1.6), *fit_columns(w, "consistency", "coverage", "ron"))
    return Section(f"{words['t4']}: {done.outcome}", (Table(columns, rows, words["t4"]),), 1)


def _truth_table(done: Analysis, w: Words) -> Section:
    words, cut = in_language(w.language), done.table.cutoffs
    title = words["truth_table"]
    columns = (
        Column(words["row"], "whole"), *(Column(name, "whole") for name in done.space.names), Column("OUT"),
        Column("n", "whole"), *fit_columns(w, "consistency", "pri"), Column(words["cases"], width=3.0),
    )  # fmt: skip
    rows = tuple(
        (
            row.number, *row.values, row.outcome, row.n, three(row.consistency), three(row.pri),
            ", ".join(case_names(done.cases, row.cases)),
        )
        for row in done.table.rows
    )  # fmt: skip
    stated = f"{words['consistency']} ≥ {cut.inclusion:g}, PRI ≥ {cut.pri:g}, n ≥ {cut.frequency}"
    return Section(f"{title} ({stated})", (Table(columns, rows, title),), 1)


def _fits(fit: Sufficiency) -> list[Figure | None]:
    return [three(value) for value in (fit.consistency, fit.pri, fit.coverage, fit.unique_coverage)]


def _solution(done: Analysis, title: str, solution: Solution, w: Words) -> Section:
    if not solution.models:
        return Section(title, (Text(f"{title}: {in_language(w.language)['study_none']}"),), 1)
    blocks: list[Table | Text] = []
    for i, model in enumerate(solution.models[:SHOWN_MODELS], 1):
        blocks.append(_model(done, f"{title} M{i}" if len(solution.models) > 1 else title, model, w))
    if len(solution.models) > SHOWN_MODELS:
        blocks.append(Text(w.say(f"{len(solution.models) - SHOWN_MODELS} further models are in --json."), quiet=True))
    return Section(title, tuple(blocks), 1)


def _model(done: Analysis, title: str, model: Model, w: Words) -> Table:
    words, fit = in_language(w.language), done.fits[model]
    columns = (
        Column(words["path"], width=2.4), *fit_columns(w, "consistency", "pri", "raw", "unique"),
        Column(words["cases"], width=2.4),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (format_term(done.space, term), *_fits(own), ", ".join(case_names(done.cases, path.members)))
        for term, own, path in zip(model, fit.terms, done.model_cases(model).paths, strict=True)
    ]
    rows.append((words["solution"], *_fits(fit.solution)[:3], None, ""))
    return Table(columns, tuple(rows), title)


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


def _pair(done: Analysis, name: str, pair: IntermediatePair, w: Words) -> Iterator[Section]:
    for i, model in enumerate(pair.models[:SHOWN_MODELS], 1):
        label = f"{name} M{i}" if len(pair.models) > 1 else name
        title = w.say("Intermediate solution") + f" {label}"
        blocks: list[Table | Text] = [Table(*_configurations(done, pair, model, w), title)]
        uncovered = case_names(done.cases, done.model_cases(model).uncovered)
        if uncovered:
            blocks.append(Text(w.say("Deviant for coverage") + f": {', '.join(uncovered)}"))
        yield Section(f"{title}: {done.outcome}", tuple(blocks), 0)


def _configurations(
    done: Analysis, pair: IntermediatePair, model: Model, w: Words
) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...]]:
    """Columns and rows: a path a column, core and peripheral conditions as marks, fits, cases, the whole solution."""
    words, fit, cases = in_language(w.language), done.fits[model], done.model_cases(model)
    cores = [roles(term, pair.parsimonious_model).core for term in model]
    rows: list[tuple[Cell, ...]] = [
        (condition, *(symbol(done, t, c, j) for t, c in zip(model, cores, strict=True)))
        for j, condition in enumerate(done.space.names)
    ]
    own = [_fits(term) for term in fit.terms]
    for k, name in enumerate(("consistency", "pri", "raw", "unique")):
        rows.append((words[name], *(row[k] for row in own)))
    rows.append((words["cases"], *(", ".join(case_names(done.cases, path.members)) for path in cases.paths)))
    rows.append((words["deviant"], *(", ".join(case_names(done.cases, path.deviant)) for path in cases.paths)))
    total, blank = fit.solution, [""] * (len(model) - 1)
    for name, value in (
        ("total_consistency", total.consistency), ("total_pri", total.pri), ("total_coverage", total.coverage),
    ):  # fmt: skip
        rows.append((words[name], *([three(value), *blank] if model else ())))
    columns = (Column(words["condition"], width=2.0), *(Column(f"H{i}") for i in range(1, len(model) + 1)))
    return columns, tuple(rows)
