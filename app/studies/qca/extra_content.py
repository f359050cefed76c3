"""What ``stuckneck qca`` adds on request, as sections of tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analytics.qca.minimise.truth_table import case_names
from analytics.qca.panel_report import PanelRow
from analytics.qca.report import Analysis
from analytics.qca.robust import StableRange
from analytics.qca.sets.terms import format_term
from app.report.content.model import Bullets, Cell, Column, Figure, Section, Table
from app.report.content.phrases import Words
from app.studies.qca.extras import Extras, Robustness
from words.glossary import in_language

SHOWN_PAIRS = 3


def extra_sections(done: Analysis, extras: Extras, w: Words) -> Iterator[Section]:
    """Yield the sections that were asked for."""
    words = in_language(w.language)
    if extras.supersets is not None:
        title = w.say("Necessary combinations")
        columns = (
            Column(w.say("expression"), width=2.4), *_columns(words["consistency"], words["coverage"], words["ron"]),
        )  # fmt: skip
        rows = tuple(
            (name, _three(item.fit.consistency), _three(item.fit.coverage), _three(item.fit.ron))
            for name, item in extras.supersets
        )
        yield Section(f"{title}: {done.outcome}", (Table(columns, rows, title),), 2)
    for pair in list(extras.theory or {})[:SHOWN_PAIRS]:
        yield _theory(done, extras, pair, w)
    if extras.robustness is not None:
        yield _robustness(done, extras.robustness, w)
    if extras.panel is not None:
        yield from _panel(done, extras.panel, w)


def _three(value: float | None) -> Figure | None:
    return None if value is None else Figure(float(value) + 0.0, 3)


def _columns(*heads: str) -> tuple[Column, ...]:
    return tuple(Column(head, "three") for head in heads)


def _theory(done: Analysis, extras: Extras, pair: str, w: Words) -> Section:
    words, title = in_language(w.language), w.say(f"Theory evaluation {pair}")
    rows = tuple(
        (
            name, " + ".join(format_term(done.space, term) for term in area.terms) or None,
            _three(area.fit.consistency), _three(area.fit.coverage),
            ", ".join(case_names(done.cases, area.in_outcome)), ", ".join(case_names(done.cases, area.not_in_outcome)),
        )
        for name, area in (extras.theory or {})[pair].items()
    )  # fmt: skip
    columns = (
        Column(w.say("area (T theory, S solution)")), Column(w.say("expression"), width=2.4),
        *_columns(words["consistency"], words["coverage"]),
        Column(w.say("in outcome"), width=1.6), Column(w.say("not in outcome"), width=1.6),
    )  # fmt: skip
    return Section(title, (Table(columns, rows, title),), 2)


def _range(found: StableRange) -> str:
    ends = ["…" if end is None else f"{end:g}" for end in (found.lower, found.upper)]
    return f"{ends[0]} – {found.value:g} – {ends[1]}"


def _robustness(done: Analysis, found: Robustness, w: Words) -> Section:
    words = in_language(w.language)
    columns = (
        Column(w.say("setting"), width=1.4), Column(w.say("solution formula"), width=2.4), Column(w.say("relation")),
        *_columns(words["consistency"], words["coverage"]),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            run.label, " + ".join(format_term(done.space, term) for term in run.model), w.say(run.relation),
            _three(run.fit.consistency), _three(run.fit.coverage),
        )
        for run in found.reruns
    ]  # fmt: skip
    rows += [(label, w.say("no solution"), None, None, None) for label in found.unsolved]
    return Section(words["robust"], (Table(columns, tuple(rows), words["robust"]), *_measures(found, w)), 2)


def _measures(found: Robustness, w: Words) -> tuple[Table | Bullets, ...]:
    """Fit-oriented and case-oriented measures, and the ranges within which the solution stays."""
    blocks: list[Table | Bullets] = []
    if found.fit is not None and found.cases is not None:
        figures = {
            "RF_cov": found.fit.coverage, "RF_cons": found.fit.consistency, "RF_SC_min": found.fit.overlap_min,
            "RF_SC_max": found.fit.overlap_max, "RCR_typ": found.cases.typical_ratio,
            "RCR_dev": found.cases.deviant_ratio,
        }  # fmt: skip
        row: tuple[Cell, ...] = tuple(map(_three, figures.values()))
        blocks.append(Table(_columns(*figures), (row,), w.say("Robustness measures")))
    lines = [
        w.say("Stable range of the consistency cut-off (lower – used – upper)") + f": {_range(found.inclusion)}",
        w.say("Stable range of the frequency cut-off (lower – used – upper)") + f": {_range(found.frequency)}",
    ]
    for name, ranges in found.anchors.items():
        text = "; ".join(f"{anchor} {_range(one)}" for anchor, one in ranges.items())
        lines.append(w.say("Stable anchors") + f" {name}: {text}")
    return (*blocks, Bullets(tuple(lines)))


def _panel(done: Analysis, rows: Sequence[PanelRow], w: Words) -> Iterator[Section]:
    """Pooled and between figures side by side; the within figures (one per unit) below, consistency only."""
    titles = {"necessity": w.say("Panel, necessity"), "sufficiency": w.say("Panel, sufficiency")}
    for relation, title in titles.items():
        own = [row for row in rows if row.relation == relation]
        if own:
            tables = (_pooled(own, title, w), _within(own, title, w))
            yield Section(f"{title}: {done.outcome}", tables, 2)


def _pooled(own: Sequence[PanelRow], title: str, w: Words) -> Table:
    words = in_language(w.language)
    columns = (
        Column(w.say("expression"), width=2.0), Column(words["measure"]),
        *_columns(words["pooled"], *own[0].fit.between.groups, words["between"], words["inside"]),
    )  # fmt: skip
    cells: list[tuple[Cell, ...]] = []
    for row in own:
        fit = row.fit
        distances = _three(fit.between.distance), _three(fit.within.distance)
        cells.append((
            row.expression, words["consistency"], _three(fit.consistency), *map(_three, fit.between.consistency),
            *distances,
        ))  # fmt: skip
        cells.append((
            row.expression, words["coverage"], _three(fit.coverage), *map(_three, fit.between.coverage), None, None,
        ))  # fmt: skip
    return Table(columns, tuple(cells), title)


def _within(own: Sequence[PanelRow], title: str, w: Words) -> Table:
    columns = (Column(w.say("unit"), width=1.6), *_columns(*(row.expression for row in own)))
    rows = tuple(
        (unit, *(_three(row.fit.within.consistency[i]) for row in own))
        for i, unit in enumerate(own[0].fit.within.groups)
    )
    return Table(columns, rows, f"{title}, {w.say('within')}")
