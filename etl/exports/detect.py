"""Which vendor a table is of, from its headers and content, never from the file's name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from etl.exports.cells import cell_text
from etl.exports.forms.tables import Table
from etl.exports.headers import ColumnUse, columns_of_fields, fold_header, understand
from etl.exports.vendor import Vendor, packaged_vendors
from etl.records import PageRefusedError

_HEADER_WITHIN = 25  # banner rows above the headers: the vendors' own have at most three


@dataclass(slots=True)
class Detection:
    """What a table was recognised as: vendor, where its headers stand, how each column was understood."""

    table: str
    form: str
    vendor: Vendor
    header_row: int  # 1 = first row of the sheet
    headers: list[str]
    uses: list[ColumnUse]
    columns: dict[str, list[int]]

    @property
    def kind(self) -> str:
        """Key of the vendor's alias table."""
        return self.vendor.key


@dataclass(slots=True)
class _Candidate:
    vendor: Vendor
    row: int
    signature: int
    known: int
    missing: list[str]


def detect_table(
    table: Table, kind: str | None = None, vendors: dict[str, Vendor] | None = None
) -> tuple[Detection, Iterator[list[object]]]:
    """Recognise a table; give the rows below its headers too. `kind` forces the vendor.

    Raises PageRefusedError when no vendor fits (saying what was found and what is nearest), several fit equally, or
    the kind recognised is one that is refused.
    """
    known = packaged_vendors() if vendors is None else vendors
    if kind is not None and kind not in known:
        near = difflib.get_close_matches(kind, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise PageRefusedError(f"No kind of export is called {kind!r} (known: {', '.join(sorted(known))}){hint}")
    rows = iter(table.rows)
    top = list(islice(rows, _HEADER_WITHIN))
    chosen = _choose(table, top, [known[kind]] if kind else known.values(), forced=kind is not None)
    if chosen.vendor.refuse:
        raise PageRefusedError(f"{table.name}: {chosen.vendor.refuse}")
    headers = [cell_text(cell) for cell in top[chosen.row]]
    while headers and not headers[-1]:
        headers.pop()
    uses = understand(headers, chosen.vendor)
    detection = Detection(
        table.name, table.form, chosen.vendor, chosen.row + 1, headers, uses, columns_of_fields(uses, chosen.vendor)
    )
    return detection, chain(top[chosen.row + 1 :], rows)


def _choose(table: Table, top: list[list[object]], vendors: Iterable[Vendor], *, forced: bool) -> _Candidate:
    candidates = [_rate(vendor, row, cells) for row, cells in enumerate(top) for vendor in vendors]
    fitting = [c for c in candidates if not c.missing and (forced or c.signature >= c.vendor.detect.at_least)]
    if not fitting:
        raise PageRefusedError(_why_none(table, top, candidates, forced=forced))
    best = max(fitting, key=_score)
    rivals = {c.vendor.key for c in fitting if _score(c) == _score(best)}
    if len(rivals) > 1:
        raise PageRefusedError(f"{table.name}: could be {' or '.join(sorted(rivals))}; say which with --kind.")
    return best


def _score(candidate: _Candidate) -> tuple[int, int]:
    return candidate.signature, candidate.known


def _rate(vendor: Vendor, row: int, cells: list[object]) -> _Candidate:
    headers = [cell_text(cell) for cell in cells if not isinstance(cell, str) or len(cell) <= 200]
    folded = {fold_header(header) for header in headers if header}
    signature = sum(fold_header(header) in folded for header in vendor.detect.signature)
    fields = {use.field for use in understand(headers, vendor) if use.field}
    missing = [name for name in vendor.detect.fields if not any(part in fields for part in name.split("|"))]
    return _Candidate(vendor, row, signature, len(fields), missing)


def _why_none(table: Table, top: list[list[object]], candidates: list[_Candidate], *, forced: bool) -> str:
    if not any(any(cell_text(cell) for cell in row) for row in top):
        return f"{table.name}: the table is empty."
    nearest = max(candidates, key=lambda c: (c.signature, c.known))
    if nearest.known == 0 or not nearest.missing:
        first = next(row for row in top if any(cell_text(cell) for cell in row))
        headers = ", ".join(cell_text(cell)[:30] for cell in first[:8])
        return (
            f"{table.name}: not an export of a known kind (its first row reads: {headers}); "
            "name the kind with --kind, or describe it in one TOML file (docs/exports.md)."
        )
    aliases = [alias for part in nearest.missing[0].split("|") for alias in nearest.vendor.columns.get(part, [])]
    return (
        f"{table.name}: {'read as' if forced else 'looks like'} {nearest.vendor.source.title}, but has no column for "
        f"{nearest.missing[0].replace('|', ' or ')} (expected e.g. {' or '.join(aliases[:3])}); export again with it."
    )


def detect(path: Path, kind: str | None = None, vendors: dict[str, Vendor] | None = None) -> Detection:
    """Recognise the first table of a file. Raises PageRefusedError like `detect_table`."""
    from etl.exports.forms.tables import Tables

    for table in Tables(path):
        return detect_table(table, kind, vendors)[0]
    raise PageRefusedError(f"{path.name}: holds no table (expected CSV, XLSX, XLS or a ZIP of them).")
