"""What every command shares: consoles, output formats, the workspace option, exit codes."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from app.display import can_print, speaker
from words.safe import csv_text, json_text

out = speaker()
err = speaker(stderr=True)


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
    """Print `value` as indented JSON on stdout; Chinese as it is where the console can show it."""
    text = json_text(json.dumps(plain(value), ensure_ascii=False, indent=2))
    sys.stdout.write((text if can_print(text) else json.dumps(plain(value), indent=2)) + "\n")


def print_rows(
    rows: Sequence[dict[str, Any]], how: Format, *, title: str | None = None, columns: Sequence[str] | None = None,
    as_asked: bool = False, forms: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Print dictionaries as a table, JSON or CSV; unknown is a dash in a table, null in JSON, empty in CSV.

    `as_asked` keeps names, values and every column as a query gave them; `forms` says how a table prints the values of
    a column (``words.columns``).
    """
    names = list(columns or (rows[0] if rows else ()))
    if how is Format.json:
        print_json([{n: r.get(n) for n in names} for r in rows])
    elif how is Format.csv:
        sys.stdout.write(csv_of(names, ([r.get(n) for n in names] for r in rows)))
    else:
        from app.layout import print_table

        print_table(out, rows, names, title=title, as_asked=as_asked, forms=forms)


def csv_of(names: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """Return CSV text: unknown is empty, and no cell is one that a spreadsheet would compute."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([csv_text(n) for n in names])
    writer.writerows([[_csv_cell(v) for v in row] for row in rows])
    return text.getvalue()


def _csv_cell(value: Any) -> Any:
    plain_value = plain(value)
    return "" if plain_value is None else csv_text(plain_value) if isinstance(plain_value, str) else plain_value


def chosen(how: Format, as_json: bool) -> Format:
    """Return JSON when --json was given, else the --format."""
    return Format.json if as_json else how


def fail(message: str, code: Exit = Exit.BAD_INPUT) -> typer.Exit:
    """Print one sentence on stderr and return the exit to raise."""
    err.print(message, style="red", markup=False, soft_wrap=True)
    return typer.Exit(int(code))
