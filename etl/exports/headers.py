"""Headers compared by what they say: width of brackets, spaces, case and the mark [标] do not matter."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from etl.exports.vendor import Vendor


@lru_cache(maxsize=4096)
def fold_header(header: str) -> str:
    """Header as it is compared with aliases: NFKC, lower case, without spaces, quotes, byte-order mark and ``[标]``."""
    folded = unicodedata.normalize("NFKC", header[:200]).replace("\ufeff", "").lower()
    folded = re.sub(r"^\[标\]", "", re.sub(r"[\s\"'_*]+", "", folded))
    return folded.replace("【", "[").replace("】", "]")


@dataclass(slots=True)
class ColumnUse:
    """How one column was understood, and how its cells fared (counts of rows)."""

    index: int
    header: str
    field: str | None = None
    note: str = "not understood"  # used, known but not needed, repeats column N, not understood
    filled: int = 0
    understood: int = 0
    refused: int = 0


def understand(headers: list[str], vendor: Vendor) -> list[ColumnUse]:
    """One ColumnUse a header. The first of several equal headers is read, the others are said to repeat it."""
    by_alias = {fold_header(alias): field for field, aliases in vendor.columns.items() for alias in aliases}
    unused = {fold_header(alias) for alias in vendor.unused}
    seen: dict[str, int] = {}
    uses = []
    for index, header in enumerate(headers):
        folded = fold_header(header)
        use = ColumnUse(index, header)
        if folded and folded in seen:
            use.note = f"repeats column {seen[folded] + 1}"
        elif folded in by_alias:
            use.field, use.note = by_alias[folded], "used"
        elif folded in unused:
            use.note = "known, not needed"
        seen.setdefault(folded, index)
        uses.append(use)
    return uses


def columns_of_fields(uses: list[ColumnUse], vendor: Vendor) -> dict[str, list[int]]:
    """Column indexes of each field, in the order of the vendor's aliases: the first that is filled in a row counts."""
    rank = {
        (field, fold_header(alias)): position
        for field, aliases in vendor.columns.items()
        for position, alias in enumerate(aliases)
    }
    found: dict[str, list[ColumnUse]] = {}
    for use in uses:
        if use.field is not None:
            found.setdefault(use.field, []).append(use)
    return {
        field: [u.index for u in sorted(columns, key=lambda u: rank[field, fold_header(u.header)])]
        for field, columns in found.items()
    }
