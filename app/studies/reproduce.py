"""`stuckneck reproduce`: the paper's Table 3 and Figure 3 from its Table 2, beside the printed figures."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from words.columns import heading
from words.glossary import Language, in_language
from words.language import current, say

if TYPE_CHECKING:
    from rich.table import Table

    from analytics.paper.reproduce import Reproduced, Reproduction


class Study(StrEnum):
    """Which published study is recomputed."""

    MATRIX = "matrix"
    IC = "ic"


# Further studies register here: name -> function(as_json) that prints the study.
STUDIES: dict[Study, Callable[[bool], None]] = {}


def matrix_study(as_json: bool) -> None:
    """Print the strategy matrix recomputed, as a table or as JSON."""
    from analytics.paper.reproduce import reproduce

    result = reproduce()
    if as_json:
        typer.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=2))
        return
    _print_tables(result)


def _row(row: Reproduced, language: Language, *, wide: bool) -> list[str]:
    """One technology: figures in full, with their differences; in a narrow window Figure 3 only where it differs."""
    chinese = language == "zh"
    towards = row.watch_towards
    watch = "" if towards is None else f"（临界→{towards.zh}）" if chinese else f" (on watch → {towards.value})"
    strategy, printed = row.strategy, row.printed_strategy
    cells = [
        str(row.number),
        row.name_zh if chinese else row.name_en,
        f"{row.capability:.6f}",
        f"{row.printed_capability:.6f}",
        f"{row.capability - row.printed_capability:+.0e}",
        f"{row.dynamics:.6f}",
        f"{row.printed_dynamics:.6f}",
        f"{row.dynamics - row.printed_dynamics:+.0e}",
        f"{strategy.zh if chinese else strategy.value}{watch if row.is_watch else ''}",
    ]
    figure = printed.zh if chinese else printed.value
    if wide:
        return [*cells, figure]
    return cells if printed == strategy else [*cells[:-1], f"{cells[-1]} ≠ {say('Figure 3')}: {figure}"]


def _table(result: Reproduction, language: Language, *, wide: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    title = say("Table 3 and Figure 3 recomputed from Table 2")
    table = Table(title=title) if wide else Table(title=title, box=None, pad_edge=False, padding=(0, 1, 0, 0))
    words = in_language(language)
    figures = ["K", words["printed"], words["gap"], "D", words["printed"], words["gap"]]
    headings = [heading("number", language), heading("technology", language), *figures, heading("strategy", language)]
    headings += [say("Figure 3")] if wide else []
    for place, head in enumerate(headings):
        # a figure is never cut short: it is what the table is for
        least = {0: 2, 1: 12}.get(place, 4) if not 1 < place < 8 else 6 if place in {4, 7} else 8
        table.add_column(
            head,
            no_wrap=1 < place < 8,
            justify="right" if 1 < place < 8 else "left",
            min_width=least,
            overflow="fold",
        )
    for row in result.technologies:
        table.add_row(*[Text(cell) for cell in _row(row, language, wide=wide)])
    return table


def _print_tables(result: Reproduction) -> None:
    from rich.console import Console

    from warehouse.indicators import BY_ID, PAPER

    language = current()
    chinese = language == "zh"
    console = Console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(width=170)
    console.print(_table(result, language, wide=console.width >= 140))
    colon, gap = ("：", "，") if chinese else (": ", ", ")
    weights = gap.join(
        f"{BY_ID[name].zh if chinese else name} {weight:.6f}"
        for name, weight in zip(PAPER, result.frame.weights, strict=True)
    )
    typer.echo(f"{say('Entropy weights')}{colon}{weights}")
    capability, dynamics = result.largest_difference
    equal = f"{result.strategies_equal} / {len(result.technologies)}"
    typer.echo(say(f"Largest difference: K {capability:.2e}, D {dynamics:.2e}; strategies equal: {equal}"))
    typer.echo(say("Where the paper disagrees with itself:"))
    for item in result.disagreements:
        typer.echo(f"  [{say(item.where)}] {item.zh if chinese else item.en}\n    → {say(item.reading)}")


def register(app: typer.Typer) -> None:
    """Add `reproduce` to the command line."""
    STUDIES.setdefault(Study.MATRIX, matrix_study)

    @app.command()
    def reproduce(
        study: Annotated[
            Study, typer.Option(help="Which study: matrix (strategy matrix), ic (provinces, NCA, fsQCA).")
        ] = (Study.MATRIX),
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Recompute a published study from its printed tables and print the differences."""
        show = STUDIES.get(study)
        if show is None:
            typer.echo(
                f"reproduce: the study {study.value!r} is not available in this build; use --study matrix.", err=True
            )
            raise typer.Exit(2)
        show(as_json)
