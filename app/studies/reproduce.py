"""`stuckneck reproduce`: the paper's Table 3 and Figure 3 from its Table 2, beside the printed figures."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
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


def _row(row: Reproduced, *, wide: bool) -> list[str]:
    """One technology: figures in full, with their differences; in a narrow window names in Chinese only."""
    watch = f" (临界 watch → {row.watch_towards.zh} {row.watch_towards.value})" if row.is_watch else ""
    strategy, printed = row.strategy, row.printed_strategy
    return [
        str(row.number),
        f"{row.name_zh} {row.name_en}" if wide else row.name_zh,
        f"{row.capability:.6f}",
        f"{row.printed_capability:.6f}",
        f"{row.capability - row.printed_capability:+.0e}",
        f"{row.dynamics:.6f}",
        f"{row.printed_dynamics:.6f}",
        f"{row.dynamics - row.printed_dynamics:+.0e}",
        f"{strategy.zh} {strategy.value}{watch}" if wide else strategy.zh,
        f"{printed.zh} {printed.value}" if wide else printed.zh,
    ]


def _print_tables(result: Reproduction) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from warehouse.indicators import BY_ID, PAPER

    console = Console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(width=170)
    wide = console.width >= 140
    title = "表3与图3 重算 · Table 3 and Figure 3 recomputed from Table 2"
    table = Table(title=title) if wide else Table(title=title, box=None, pad_edge=False, padding=(0, 1, 0, 0))
    figures = ["K", "印 printed", "差 diff.", "D", "印 printed", "差 diff."]
    headings = ["序号 no.", "技术 technology", *figures, "策略 strategy", "图3 Figure 3"]
    for place, heading in enumerate(headings):
        # a figure is never cut short: it is what the table is for
        least = {0: 2, 1: 12}.get(place, 4) if not 1 < place < 8 else 6 if place in {4, 7} else 8
        table.add_column(
            heading if wide else heading.split()[0],
            no_wrap=1 < place < 8 or not wide,
            justify="right" if 1 < place < 8 else "left",
            min_width=least,
            overflow="fold",
        )
    for row in result.technologies:
        table.add_row(*[Text(cell) for cell in _row(row, wide=wide)])
    console.print(table)
    weights = ", ".join(
        f"{BY_ID[name].zh} {name} {weight:.6f}" for name, weight in zip(PAPER, result.frame.weights, strict=True)
    )
    typer.echo(f"熵权 entropy weights: {weights}")
    capability, dynamics = result.largest_difference
    typer.echo(
        f"最大差 largest difference: K {capability:.2e}, D {dynamics:.2e}; 策略一致 strategies equal: "
        f"{result.strategies_equal} / {len(result.technologies)}"
    )
    typer.echo("论文自身不一致之处 Where the paper disagrees with itself:")
    for item in result.disagreements:
        typer.echo(f"  [{item.where}] {item.zh}\n    {item.en}\n    → {item.reading}")


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
