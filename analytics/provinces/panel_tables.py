"""Tables 6 to 10 of the provincial study: necessity and sufficiency pooled, by year and by province."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from analytics.provinces.panel import PanelStudy
from analytics.provinces.panel_store import figures
from analytics.provinces.study import ProvincialStudy
from analytics.provinces.tables import PREFIX, UNDEFINED, Cell, Table, five_tables
from analytics.provinces.variables import label, variable
from analytics.qca.panel_report import SOLUTION, PanelRow
from words.glossary import Choice as Language
from words.glossary import in_language


def all_tables(study: ProvincialStudy, names: Mapping[str, str], language: Language) -> list[Table]:
    """Return Tables 1 to 5, and 6 to 10 when the study has a panel."""
    own = five_tables(study, names, language)
    return own if study.panel is None else [*own, *panel_tables(study.panel, names, language)]


def panel_tables(panel: PanelStudy, names: Mapping[str, str], language: Language) -> list[Table]:
    """Return Tables 6 (necessity, high), 7 (necessity, non-high), 8 (paths), 9 and 10 (paths within provinces)."""
    words = in_language(language)
    years = tuple(str(year) for year in sorted(set(panel.cases.years)))
    heads = (words["measure"], words["pooled"], *years, words["between"], words["inside"])
    tables = []
    for number, side in ((6, "high"), (7, "low")):
        needed = [row for row in panel.rows[side] if row.relation == "necessity"]
        rows = tuple(line for row in needed for line in _lines(label(row.expression, language), row, words))
        tables.append(Table(number, words[f"need_{side}"], (words["condition"], *heads), rows, (words["rule"],)))
    paths = _paths(panel, words)
    lines = tuple(line for name, term, row in paths for line in _lines(f"{name} {term}".strip(), row, words))
    notes = (words["rule"], words["own"], _codes(panel, language)) if paths else (words["panel_none"],)
    tables.append(Table(8, words["paths"], (words["path"], *heads), lines, notes))
    if paths:
        sides = (("high", f"P{PREFIX['high']}"), ("low", f"P{PREFIX['low']}"))
        for number, (side, prefix) in enumerate(sides, 9):
            own = [path for path in paths if path[0].startswith(prefix)]
            if own:
                tables.append(_within(number, words[f"within_{side}"], own, names, words))
    return tables


def _figure(value: float | None) -> Cell:
    return Cell(UNDEFINED) if value is None else Cell(f"{value:.3f}", value)


def _lines(name: str, row: PanelRow, words: Mapping[str, str]) -> tuple[tuple[Cell, ...], ...]:
    fit = row.fit
    return (
        (
            Cell(name), Cell(words["consistency"]), _figure(fit.consistency), *map(_figure, fit.between.consistency),
            _figure(fit.between.distance), _figure(fit.within.distance),
        ),
        (
            Cell(""), Cell(words["coverage"]), _figure(fit.coverage), *map(_figure, fit.between.coverage), Cell(""),
            Cell(""),
        ),
    )  # fmt: skip


def _paths(panel: PanelStudy, words: Mapping[str, str]) -> list[tuple[str, str, PanelRow]]:
    """(name, term in short codes, figures) of each path and of each outcome's solution."""
    found = []
    for side, rows in panel.rows.items():
        own = [row for row in rows if row.relation == "sufficiency"]
        for i, row in enumerate(own, 1):
            if row.expression == SOLUTION:
                found.append((f"P{PREFIX[side]} {words['solution']}", "", row))
            else:
                found.append((f"P{PREFIX[side]}{i}", _short(row.expression), row))
    return found


def _short(term: str) -> str:
    parts = (("~" if p.startswith("~") else "", p.removeprefix("~")) for p in term.split("*"))
    return "*".join(sign + variable(name).code for sign, name in parts)


def _codes(panel: PanelStudy, language: Language) -> str:
    return "; ".join(f"{variable(name).code} {label(name, language)}" for name in panel.cases.conditions)


def _within(
    number: int, title: str, paths: list[tuple[str, str, PanelRow]], names: Mapping[str, str], words: Mapping[str, str]
) -> Table:
    heads = [f"{name} {words[key]}" for name, _, _ in paths for key in ("consistency", "coverage")]
    rows = []
    for i, code in enumerate(paths[0][2].fit.within.groups):
        cells = [Cell(names.get(code, code))]
        for _, _, row in paths:
            cells += [_figure(row.fit.within.consistency[i]), _figure(row.fit.within.coverage[i])]
        rows.append(tuple(cells))
    return Table(number, title, (words["province"], *heads), tuple(rows), (words["own"],))


def write_long(panel: PanelStudy, path: Path) -> Path:
    """Write every figure unrounded, one a row, necessity within each province included; unknown is empty."""
    head = ("outcome", "relation", "expression", "level", "group", "consistency", "coverage", "distance", "data")
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(head)
        writer.writerows([*("" if v is None else v for v in row), panel.cases.data_label] for row in figures(panel))
    return path
