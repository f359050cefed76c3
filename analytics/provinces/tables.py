"""The five tables of the provincial study (K, Tables 1–5), as plain cells that every renderer writes alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from analytics.nca.bottleneck import Cell as NcaCell
from analytics.nca.bottleneck import formatted
from analytics.nca.ceilings.model import CeilingResult
from analytics.provinces.study import ProvincialStudy, shown_model
from analytics.provinces.variables import OUTCOME, label
from analytics.qca.minimise.core import roles
from analytics.qca.report import Analysis
from analytics.qca.sets.fit import Sufficiency
from analytics.qca.sets.terms import ABSENT, Term
from words.glossary import Choice as Language
from words.glossary import in_language

Mark = Literal["core", "peripheral", "core_absent", "peripheral_absent"]
PREFIX = {"high": "H", "low": "NH"}
UNDEFINED = "–"


class Cell(NamedTuple):
    """One cell: its text, its number where it is one (unrounded), and its mark in Table 5."""

    text: str
    value: float | None = None
    mark: Mark | None = None


@dataclass(frozen=True)
class Table:
    """One table. `columns` are headings; each row has as many cells, the first its label; `notes` are printed below."""

    number: int
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


MARKS: dict[Mark, str] = {"core": "●", "peripheral": "•", "core_absent": "⊗", "peripheral_absent": "⊘"}


def _number(value: float | None, digits: int = 3) -> Cell:
    return Cell(UNDEFINED) if value is None else Cell(f"{value:.{digits}f}", value)


def five_tables(study: ProvincialStudy, names: Mapping[str, str], language: Language) -> list[Table]:
    """Return Tables 1 to 5 of a study; `names` gives each province code its name."""
    words = in_language(language)
    return [
        _table1(study, words, language),
        _table2(study, words, language),
        _table3(study, words, language),
        _table4(study, words, language),
        _table5(study, names, words, language),
    ]


def _table1(study: ProvincialStudy, words: Mapping[str, str], language: Language) -> Table:
    rows = []
    for name in (OUTCOME, *study.cases.conditions):
        a, d = study.anchors[name], study.descriptions[name]
        figures = (a.inclusion, a.crossover, a.exclusion, d.minimum, d.maximum, d.mean, d.sd)
        rows.append((Cell(label(name, language)), *map(_number, figures)))
    keys = ("variable", "full", "cross", "out", "min", "max", "mean", "sd")
    return Table(1, words["t1"], tuple(words[k] for k in keys), tuple(rows))


def _p(value: float | None) -> Cell:
    return Cell("<0.001", value) if value is not None and value < 0.001 else _number(value)


def is_necessary(figures: CeilingResult, effect: float, p: float) -> bool | None:
    """Return whether d and p pass the cut-offs; None where either is undefined (docs/methods.md, Provinces)."""
    if figures.effect_size is None or figures.p_value is None:
        return None
    return figures.effect_size >= effect and figures.p_value < p


def _table2(study: ProvincialStudy, words: Mapping[str, str], language: Language) -> Table:
    settings = study.settings
    rows: list[tuple[Cell, ...]] = []
    for item in ("effect_size", "p_value", "accuracy", "scope", "ceiling_zone", "necessary"):
        for ceiling, method in (("ce_fdh", "CE"), ("cr_fdh", "CR")):
            cells = []
            for result in study.nca.conditions.values():
                figures = result.ceilings[ceiling]  # type: ignore[index]
                if item == "necessary":
                    verdict = is_necessary(figures, settings.nca_effect, settings.nca_p)
                    cells.append(Cell(UNDEFINED if verdict is None else words["yes" if verdict else "no"]))
                elif item == "scope":
                    cells.append(_number(result.scope.area))
                elif item == "accuracy":
                    share = figures.accuracy
                    cells.append(Cell(UNDEFINED) if share is None else Cell(f"{share:.1f}%", share))
                else:
                    value = getattr(figures, item)
                    cells.append(_p(value) if item == "p_value" else _number(value))
            rows.append((Cell(words[item]), Cell(method), *cells))
    heads = (words["item"], words["method"], *(label(n, language) for n in study.cases.conditions))
    rule = words["necessary_rule"].format(d=settings.nca_effect, p=settings.nca_p)
    return Table(2, words["t2"], heads, tuple(rows), (rule,))


def _bottleneck_cell(cell: NcaCell) -> Cell:
    text = formatted(cell, "percentage.range")
    return Cell(text) if isinstance(cell, str) else Cell(f"{text}%", cell)


def _table3(study: ProvincialStudy, words: Mapping[str, str], language: Language) -> Table:
    found = study.nca.bottlenecks["cr_fdh"]
    rows = tuple(
        (Cell(f"{level:.0f}%", level), *(_bottleneck_cell(found.columns[n][i]) for n in study.cases.conditions))
        for i, level in enumerate(found.outcome)
    )
    heads = (label(OUTCOME, language), *(label(n, language) for n in study.cases.conditions))
    return Table(3, words["t3"], heads, rows, (words["nn"],))


def _table4(study: ProvincialStudy, words: Mapping[str, str], language: Language) -> Table:
    cut = study.settings.necessity
    rows = []
    for literal in study.high.necessity:
        cells = [Cell(label(literal, language))]
        for done in study.analyses.values():
            fit = done.necessity[literal]
            passes = fit.consistency is not None and fit.consistency > cut
            consistency = _number(fit.consistency, 6)
            cells += [
                consistency._replace(text=consistency.text + ("*" if passes else "")),
                _number(fit.coverage, 6),
                _number(fit.ron, 6),
            ]
        rows.append(tuple(cells))
    keys = ("consistency", "coverage", "ron")
    heads = [f"{words[side]} {words[key]}" for side in ("high", "low") for key in keys]
    rule = words["qca_rule"].format(c=cut)
    return Table(4, words["t4"], (words["condition"], *heads), tuple(rows), (rule,))


def mark_of(term: Term, core: Term, j: int) -> Mark | None:
    """Return what condition `j` is in a path: core or peripheral, present or absent; None where it does not matter."""
    if term[j] == ABSENT:
        return None
    kind = "core" if core[j] != ABSENT else "peripheral"
    marks: dict[str, Mark] = {
        "core1": "core", "peripheral1": "peripheral", "core0": "core_absent", "peripheral0": "peripheral_absent"
    }  # fmt: skip
    return marks[f"{kind}{term[j]}"]


class _Column(NamedTuple):
    name: str
    term: Term
    core: Term
    fit: Sufficiency
    cases: Sequence[int]
    deviant: Sequence[int]
    analysis: Analysis
    solution: Sufficiency


def _paths(study: ProvincialStudy) -> list[_Column]:
    columns = []
    for side, done in study.analyses.items():
        shown = shown_model(done)
        if shown is None:
            continue
        pair, model = shown
        fit, cases = done.fits[model], done.model_cases(model)
        for i, (term, own, path) in enumerate(zip(model, fit.terms, cases.paths, strict=True), 1):
            core = roles(term, pair.parsimonious_model).core
            columns.append(
                _Column(f"{PREFIX[side]}{i}", term, core, own, path.members, path.deviant, done, fit.solution)
            )
    return columns


def _table5(study: ProvincialStudy, names: Mapping[str, str], words: Mapping[str, str], language: Language) -> Table:
    columns = _paths(study)
    rows: list[tuple[Cell, ...]] = []
    for j, name in enumerate(study.cases.conditions):
        marks = [mark_of(c.term, c.core, j) for c in columns]
        rows.append((Cell(label(name, language)), *(Cell(MARKS[m] if m else "", mark=m) for m in marks)))
    for key, field in (
        ("consistency", "consistency"),
        ("pri", "pri"),
        ("raw", "coverage"),
        ("unique", "unique_coverage"),
    ):
        rows.append((Cell(words[key]), *(_number(getattr(c.fit, field), 6) for c in columns)))
    for key, field in (("total_consistency", "consistency"), ("total_pri", "pri"), ("total_coverage", "coverage")):
        rows.append((Cell(words[key]), *_once(columns, field)))
    for key, which in (("cases", "cases"), ("deviant", "deviant")):
        cells = [
            words["sep"].join(names.get(study.cases.provinces[i], study.cases.provinces[i]) for i in getattr(c, which))
            for c in columns
        ]
        rows.append((Cell(words[key]), *map(Cell, cells)))
    notes = (words["legend"],) if columns else (words["study_none"],)
    return Table(5, words["t5"], (words["condition"], *(c.name for c in columns)), tuple(rows), notes)


def _once(columns: Sequence[_Column], field: str) -> list[Cell]:
    """A solution's figure under the first of its paths only."""
    cells, seen = [], set()
    for column in columns:
        first = id(column.analysis) not in seen
        seen.add(id(column.analysis))
        cells.append(_number(getattr(column.solution, field), 6) if first else Cell(""))
    return cells
