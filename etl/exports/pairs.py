"""A small table of two columns that a person made (file and technology), in any form a table may have."""

from __future__ import annotations

from pathlib import Path

from etl.exports.cells import cell_text
from etl.exports.forms.tables import Tables
from etl.records import PageRefusedError


def two_columns(path: Path) -> list[tuple[str, str]]:
    """The first two cells of each row that has both, of the first table. Raises PageRefusedError when there is none."""
    for table in Tables(path):
        rows = [[cell_text(cell) for cell in row[:2]] for row in table.rows]
        found = [(row[0], row[1]) for row in rows if len(row) == 2 and all(row)]
        if found:
            return found
    raise PageRefusedError(f"{path.name}: expected a table of two columns, the file and its technology.")
