"""What every command shares: consoles, output formats, the workspace option, exit codes."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Exit(IntEnum):
    """Exit codes, for scripts (README, "Exit codes")."""

    OK = 0
    FAULT = 1
    BAD_INPUT = 2
    PARKED = 3
    AUDIT = 4
    SOURCE = 5
    NOTHING = 6
    BUSY = 75


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    json = "json"
    csv = "csv"


WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", help="Workspace folder (default: here or above).", show_default=False)
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="table, json or csv.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON (same as --format json).")]


def plain(value: Any) -> Any:
    """Return `value` as JSON can hold it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN has no JSON
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def print_json(value: Any) -> None:
    """Print `value` as indented JSON on stdout, Chinese as it is."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def print_rows(
    rows: Sequence[dict[str, Any]], how: Format, *, title: str | None = None, columns: Sequence[str] | None = None
) -> None:
    """Print dictionaries as a table, JSON or CSV; unknown is '—' in a table, null in JSON, empty in CSV."""
    names = list(columns or (rows[0] if rows else ()))
    if how is Format.json:
        print_json([{n: r.get(n) for n in names} for r in rows])
        return
    if how is Format.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([["" if r.get(n) is None else plain(r.get(n)) for n in names] for r in rows])
        return
    # Text, not str: a title such as "Widget [bold]" is the patent's own, not markup
    table = Table(title=None if title is None else Text(title), title_justify="left", header_style="bold")
    for name in names:
        numeric = any(isinstance(r.get(name), int | float) and not isinstance(r.get(name), bool) for r in rows)
        table.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*[Text(_cell(row.get(n))) for n in names])
    (out if out.is_terminal else Console(highlight=False, width=160)).print(table)


def chosen(how: Format, as_json: bool) -> Format:
    """Return JSON when --json was given, else the --format."""
    return Format.json if as_json else how


def fail(message: str, code: Exit = Exit.BAD_INPUT) -> typer.Exit:
    """Print one sentence on stderr and return the exit to raise."""
    err.print(message, style="red", markup=False, soft_wrap=True)
    return typer.Exit(int(code))
