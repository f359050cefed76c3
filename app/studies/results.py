"""What a method gave, on the screen and in files: one content, made in the language asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from app.common import fail, out
from app.display import drawn
from app.report.content.model import Brief, Bullets, Picture, Table, shown
from words.glossary import Language
from words.language import current, say

_HEAD = ("program", "version", "input", "sha256")
ENDINGS = (".xlsx", ".csv", ".tex", ".docx")
ResultsOption = Annotated[
    list[Path] | None,
    typer.Option("--output", "-o", help="Also write the results: .xlsx, .csv, .tex or .docx; repeat it for several."),
]
LanguageOption = Annotated[
    str | None,
    typer.Option("--language", help="Language of charts and files: zh or en (default: the language of the call)."),
]


def languages(asked: str | None) -> tuple[Language, ...]:
    """Return the languages of charts and files: the one asked for, else those of the call."""
    if asked is None:
        return ("zh", "en") if drawn() == "both" else (current(),)
    found: list[Language] = [one for one in get_args(Language) if one == asked]
    if not found:
        raise fail(f"--language does not know {asked!r}: choose en or zh.")
    return (found[0],)


def made_by(file: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Return by what results were made: the program's version, the input with its SHA-256, and what was asked."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return {"program": "stuckneck", "version": version("stuckneck"), "input": file.name, "sha256": digest, **asked}


def stamp_of(made: dict[str, Any]) -> str:
    """Return the same in one line, for every page and file."""
    asked = {
        k: v for k, v in made.items() if k not in {"program", "version", "input", "sha256"} and v not in (None, "")
    }
    stated = " · ".join(f"{key} {_listed(value)}" for key, value in asked.items())
    return f"stuckneck {made['version']} · {made['input']} SHA-256 {made['sha256'][:16]} · {stated}"


def _listed(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def check_endings(files: Sequence[Path] | None) -> None:
    """Refuse a file whose ending is no form of results."""
    wrong = [f.name for f in files or () if f.suffix.lower() not in ENDINGS]
    if wrong:
        raise fail(f"{', '.join(wrong)}: the ending decides the form; use {', '.join(ENDINGS)}.")


def write_results(briefs: Sequence[Brief], files: Sequence[Path]) -> None:
    """Write the results to each file by its ending and say which were written."""
    from app.report.writers.book import write_book
    from app.report.writers.latex import write_tex
    from app.report.writers.values import write_csv
    from app.report.writers.word import write_word

    writers: dict[str, Callable[[Sequence[Brief], Path], Any]] = {
        ".xlsx": write_book, ".csv": write_csv, ".tex": write_tex, ".docx": write_word,
    }  # fmt: skip
    for file in files:
        written = writers[file.suffix.lower()](briefs, file)
        for path in written if isinstance(written, list) else [file]:
            typer.echo(say(f"written: {path}"), err=True)


def print_results(brief: Brief) -> None:
    """Print sections one after another; a table that does not fit the width becomes a block a row."""
    for section in brief.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                _print_table(section.title, block)
            elif isinstance(block, Bullets):
                for item in block.items:
                    out.print(f"  {item}", soft_wrap=True)
            elif not isinstance(block, Picture):
                out.print(block.text, soft_wrap=True)


def _print_table(title: str, table: Table) -> None:
    from app.layout import print_table

    names: list[str] = []
    for column in table.columns:  # a condition may be called as a figure is
        names.append(column.heading + " " * names.count(column.heading))
    rows = [{n: shown(v, c.form) for n, v, c in zip(names, row, table.columns, strict=True)} for row in table.rows]
    numeric = {n for n, c in zip(names, table.columns, strict=True) if c.form != "text"}
    print_table(out, rows, names, title=title, as_asked=True, right=numeric)
