"""The provincial study on the terminal: five tables, notes, changes; findings on published tables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table as View
from rich.text import Text

from analytics.provinces.published.check import Checked
from analytics.provinces.published.findings import VERDICT_ZH
from analytics.provinces.study import ProvincialStudy
from analytics.provinces.tables import Table
from app.common import out
from app.studies.provinces.words import gap, robustness, what_it_rests_on
from words.glossary import in_language
from words.language import current, say

_LONGEST_FIGURE = 8
_LABEL = 12


def _console() -> Console:
    """The shared console; a wide one where nobody watches and nothing states a width."""
    free = not out.is_terminal and "COLUMNS" not in os.environ
    return Console(highlight=False, width=180) if free else out


def print_tables(tables: Sequence[Table], *, label: str) -> None:
    """Print Tables 1–5, one too wide for the window in parts; synthetic ones say so in every title."""
    words, console = in_language(current()), _console()
    for table in tables:
        mark = "" if label == "real" else f"  [{words[f'm_label_{label}']}]"
        title = f"{words['table']}{gap(current())}{table.number}  {table.title}{mark}"
        for part in _parts(table, console.width):
            console.print(_view(table, part, title))
        for note in table.notes:
            out.print(f"  {note}")


def _least(table: Table, column: int) -> int:
    """The width below which a figure of the column would be broken."""
    lengths = [len(row[column].text) for row in table.rows]
    return max((n for n in lengths if n <= _LONGEST_FIGURE), default=1)


def _parts(table: Table, width: int) -> Iterator[list[int]]:
    """Columns that fit beside the first one, part by part."""
    part: list[int] = []
    free = width - _LABEL
    for column in range(1, len(table.columns)):
        need = _least(table, column) + 2
        if part and free < need:
            yield part
            part, free = [], width - _LABEL
        part.append(column)
        free -= need
    yield part


def _view(table: Table, columns: Sequence[int], title: str) -> View:
    view = View(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0))
    view.add_column(table.columns[0], overflow="fold")
    for column in columns:
        head = table.columns[column].replace(" ", "\n", 1)
        view.add_column(head, justify="center", overflow="fold", min_width=_least(table, column))
    for row in table.rows:
        view.add_row(*(Text(row[i].text) for i in (0, *columns)))
    return view


def print_notes(study: ProvincialStudy) -> None:
    """Print what a reader should know beside the tables: cases, notes, robustness reruns."""
    cases, words = study.cases, in_language(current())
    if cases.data_label != "real":
        out.print(words[f"study_{cases.data_label}"], style="yellow")
    out.print(what_it_rests_on(cases, current()))
    for note in study.notes:
        out.print(f"  {say(note)}")
    if relations := robustness(study, current()):
        out.print(f"  Robustness (configurations of a rerun against Table 5): {relations}")


def print_checked(found: Checked, *, everything: bool = False) -> None:
    """Print findings: what cannot be true and what differs in full, what agrees by kind of check."""
    chinese = current() == "zh"
    out.print(found.title, style="bold")
    counts: dict[str, list[str]] = {}
    for one in found.findings:
        if one.verdict == "agrees" and not everything:
            counts.setdefault(one.check, []).append(one.where)
            continue
        style = {"agrees": "green", "differs": "yellow", "cannot be true": "red"}[one.verdict]
        out.print(f"{VERDICT_ZH[one.verdict] if chinese else one.verdict}  [{say(one.where)}]", style=style)
        out.print(f"    {one.zh if chinese else one.en}")
    for check, places in counts.items():
        out.print(f"agrees  {say(check)}: {len(places)}", style="green")
    out.print(
        f"{found.count('agrees')} agree, {found.count('differs')} differ, "
        f"{found.count('cannot be true')} cannot be true",
        style="bold",
    )
