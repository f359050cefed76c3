"""How QCA's terminal tables look."""

from collections.abc import Sequence

from rich import box
from rich.table import Table


def figure(value: float | None, digits: int = 3) -> str:
    """A rounded figure; – where it is not defined."""
    return "–" if value is None else f"{value:.{digits}f}"


def table_of(title: str, columns: Sequence[str], text: int = 1) -> Table:
    """A table whose first `text` columns are left-aligned."""
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for i, name in enumerate(columns):
        table.add_column(name, justify="left" if i < text else "right", overflow="fold")
    return table
