"""What an NCA gave, as sections of tables in one language: for the screen, workbooks, CSV, LaTeX and Word."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.nca.bottleneck import Cell as Level
from analytics.nca.bottleneck import Unit
from analytics.nca.ceilings.model import CORNER_NAMES, Ceiling, CeilingResult, printed
from analytics.nca.outliers import Outlier
from analytics.nca.report import PowerTable, Study
from app.report.content.model import Brief, Bullets, Cell, Column, Figure, Section, Table, Text
from app.report.content.phrases import Words
from app.studies.nca.units import unit_name
from app.studies.results import stamp_of
from words.glossary import Language, in_language

Influential = Mapping[tuple[str, Ceiling], Sequence[Outlier]]


@dataclass(frozen=True, slots=True)
class Results:
    """A study with what was asked beside it. `made`: by what (`app.studies.results.made_by`)."""

    study: Study
    made: dict[str, Any]
    cases: Sequence[str] = ()
    outliers: Influential = field(default_factory=dict)
    power: PowerTable = field(default_factory=dict)


def compose(found: Results, language: Language) -> Brief:
    """Return the results as sections: figures, bottleneck tables, influential cases, power."""
    w, done = Words(language), found.study
    sections = [_figures(done, w), *(_bottleneck(done, c, w) for c in done.bottlenecks)]
    if found.outliers:
        sections.append(_outliers(found, w))
    if found.power:
        sections.append(_power(found.power, w))
    return Brief(
        language=language,
        title=w.say("Necessary condition analysis") + f": {done.outcome}",
        subtitle=w.say(f"corner {CORNER_NAMES[done.settings.corner]}"),
        stamp=stamp_of(found.made),
        warning=None,
        sections=tuple(sections),
    )


def _labels(w: Words) -> tuple[tuple[str, str, int], ...]:
    """What is said of a ceiling: heading, field, decimals."""
    return (
        (w.say("Effect size d"), "effect_size", 3),
        (w.say("p-value"), "p_value", 4),
        (w.say("p-accuracy ±"), "p_accuracy", 4),
        (w.say("Ceiling zone"), "ceiling_zone", 3),
        (w.say("Ceiling accuracy %"), "accuracy", 1),
        (w.say("Fit %"), "fit", 1),
        (w.say("Slope"), "slope", 4),
        (w.say("Intercept"), "intercept", 4),
        (w.say("Condition inefficiency %"), "condition_inefficiency", 1),
        (w.say("Outcome inefficiency %"), "outcome_inefficiency", 1),
        (w.say("Relative inefficiency %"), "relative_inefficiency", 1),
        (w.say("Absolute inefficiency"), "absolute_inefficiency", 3),
    )


def _figures(done: Study, w: Words) -> Section:
    words = in_language(w.language)
    ceilings = list(done.settings.ceilings)
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    for name, result in done.conditions.items():
        rows.append((name, "N", *[Figure(result.n, 0)] * len(ceilings)))
        rows.append((name, w.say("Scope"), *[_figure(result.scope.area, 3)] * len(ceilings)))
        for label, attribute, digits in _labels(w):
            cells = [_figure(_value(result.ceilings.get(c), attribute), digits) for c in ceilings]
            if attribute not in ("p_value", "p_accuracy") or any(cell is not None for cell in cells):
                rows.append((name, label, *cells))
        notes += [f"{name}: {w.say(note)}" for note in result.notes]
        notes += [f"{name}, {printed(c.ceiling)}: {w.say(c.note)}" for c in result.ceilings.values() if c.note]
    columns = (
        Column(words["condition"], width=2.0), Column(words["measure"], width=2.4),
        *(Column(printed(c), "three") for c in ceilings),
    )  # fmt: skip
    table = Table(columns, tuple(rows), words["effect_size"])
    return Section(w.say("Necessary conditions"), (table, *_bullets(notes)), 0)


def _bullets(items: Sequence[str]) -> Iterator[Bullets]:
    if items:
        yield Bullets(tuple(items))


def _value(figures: CeilingResult | None, attribute: str) -> float | None:
    value: float | None = None if figures is None else getattr(figures, attribute)
    return value


def _figure(value: float | None, digits: int) -> Figure | None:
    return None if value is None or not math.isfinite(value) else Figure(float(value) + 0.0, digits)


def _level(cell: Level, unit: Unit) -> Cell:
    """A level as the R package prints it: 1 decimal (own unit: 3), values below one unit of the last as 0."""
    if isinstance(cell, str):
        return cell
    digits = 3 if unit == "actual" else 1
    return _figure(0.0 if abs(cell) < 0.1**digits else cell, digits)


def _bottleneck(done: Study, ceiling: Ceiling, w: Words) -> Section:
    words, asked, table = in_language(w.language), done.settings, done.bottlenecks[ceiling]
    columns = (
        Column(f"{done.outcome} ({unit_name(asked.y_unit, w.language)})", "three"),
        *(Column(f"{name} ({unit_name(asked.x_unit, w.language)})", "three") for name in table.columns),
    )
    rows = tuple(
        (_level(level, asked.y_unit), *(_level(column[i], asked.x_unit) for column in table.columns.values()))
        for i, level in enumerate(table.outcome)
    )
    title = f"{words['bottleneck']} · {printed(ceiling)} · " + w.say(f"cut-off {asked.cutoff}")
    note = Text(w.say("NN: not necessary; NA: not available."), quiet=True)
    return Section(title, (Table(columns, rows, f"{words['bottleneck']} {printed(ceiling)}"), note), 1)


def _outliers(found: Results, w: Words) -> Section:
    words, rows = in_language(w.language), []
    none: list[str] = []
    for (name, ceiling), influential in found.outliers.items():
        if not influential:
            none.append(f"{name}, {printed(ceiling)}: " + w.say("no influential cases"))
        rows += [
            (
                name, printed(ceiling), ", ".join(found.cases[case] for case in one.cases),
                Figure(one.effect_size, 3), Figure(one.without, 3), Figure(one.absolute, 3),
                _figure(one.relative, 1), words["yes"] if one.on_ceiling else "", words["yes"] if one.on_scope else "",
            )
            for one in influential
        ]  # fmt: skip
    columns = (
        Column(words["condition"], width=1.6), Column(w.say("ceiling")), Column(words["cases"], width=2.0),
        Column("d", "three"), Column(w.say("d without"), "three"), Column(w.say("difference"), "three"),
        Column(w.say("difference %"), "three"), Column(w.say("on ceiling")), Column(w.say("on scope")),
    )  # fmt: skip
    title = w.say("Influential cases")
    tables = (Table(columns, tuple(rows), title),) if rows else ()
    return Section(title, (*tables, *_bullets(none)), 2)


def _power(found: PowerTable, w: Words) -> Section:
    words = in_language(w.language)
    rows = tuple(
        (name, printed(ceiling), one.n, Figure(one.effect_size, 3), Figure(one.power, 2), Figure(one.standard_error, 2))
        for name, ceilings in found.items()
        for ceiling, one in ceilings.items()
    )
    columns = (
        Column(words["condition"], width=1.6), Column(w.say("ceiling")), Column("n", "whole"), Column("d", "three"),
        Column(w.say("power"), "three"), Column("±", "three"),
    )  # fmt: skip
    note = Text(w.say("Power: how often the test finds p < 0.05 in simulated cases of that effect size."), quiet=True)
    return Section(w.say("Power of the test"), (Table(columns, rows, w.say("Power of the test")), note), 3)
