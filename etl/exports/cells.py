"""One cell as text, whatever type the spreadsheet gave it."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time

LIST = "\x1f"  # between the values of a cell that is a list (JSON); no text has it
MAX_CELL = 2_000_000  # characters; a description of a patent stays under it


def cell_text(cell: object) -> str:
    """Text of a cell: whole numbers without ``.0``, dates as ISO.

    A number with more digits than a spreadsheet keeps comes in scientific notation, so that it is refused as destroyed.
    """
    if isinstance(cell, str):
        return cell.strip()
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell).lower()
    if isinstance(cell, int | float):
        return _number_text(cell)
    if isinstance(cell, list):
        return LIST.join(cell_text(part) for part in cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def whole_number_text(text: str) -> str:
    """Return ``65999999`` for ``65999999.0``, which a table of numbers makes of it; other text as it came."""
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


def _number_text(number: float) -> str:
    if math.isnan(number):
        return ""
    if math.isinf(number) or abs(number) >= 1e15:
        return f"{number:.4E}"
    return str(int(number)) if number == int(number) else repr(number)
