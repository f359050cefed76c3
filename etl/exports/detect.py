"""Which vendor a table is of, from its headers and content, never from the file's name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from etl.exports.cells import cell_text
from etl.exports.forms.strangers import refuse_table
from etl.exports.forms.tables import Table, Tables
from etl.exports.headers import ColumnUse, aliases_of, columns_of_fields, fold_header, header_words, understand
from etl.exports.unrecognised import ambiguous, missing_column, not_known
from etl.exports.values import take_renamed
from etl.exports.vendor import Vendor, packaged_vendors
from etl.records import PageRefusedError

_HEADER_WITHIN = 25  # banner rows above the headers: the vendors' own have at most seven
_SAMPLED = 400  # rows looked at for the order of day and month
_SLASHED = re.compile(r"(\d{1,2})[/\-](\d{1,2})[/\-](?:\d{4}|\d{2})")
_DATES = ("publication_date", "filing_date", "priority_date", "grant_date")


@dataclass(slots=True)
class Detection:
    """What a table was recognised as: vendor, where its headers are, how each column was understood."""

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
class Candidate:
    """How well a vendor fits with row `row` as the headers."""

    vendor: Vendor
    row: int
    signature: int  # distinctive headers found; cells written as only this vendor does count as two
    known: int  # headers with a meaning: of a field, or known not to be needed
    fields: int
    strange: list[str]  # headers this vendor does not know
    missing: list[str]

    @property
    def fits(self) -> bool:
        """Whether the table has what the vendor's rule asks for."""
        rule = self.vendor.detect
        if rule.generic:
            return not self.missing and not self.strange and self.known >= rule.at_least
        return not self.missing and self.signature >= rule.at_least

    @property
    def score(self) -> tuple[bool, int, int]:
        """Order of candidates: a vendor of its own before a generic one, then by distinctive, then by known headers."""
        return not self.vendor.detect.generic, self.signature, self.known


def detect_table(
    table: Table, kind: str | None = None, vendors: dict[str, Vendor] | None = None
) -> tuple[Detection, Iterator[list[object]]]:
    """Recognise a table; give the rows below its headers too. `kind` forces the vendor.

    Raises PageRefusedError when no vendor fits or several do (saying what was found, which columns would decide and
    what to do), or when the kind recognised is one that is refused.
    """
    known = packaged_vendors() if vendors is None else vendors
    if kind is not None and kind not in known:
        near = difflib.get_close_matches(kind, known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise PageRefusedError(f"No kind of export is called {kind!r} (known: {', '.join(sorted(known))}){hint}")
    rows = iter(table.rows)
    top = list(islice(rows, _HEADER_WITHIN))
    chosen = _choose(table, top, [known[kind]] if kind else list(known.values()), forced=kind is not None)
    if chosen.vendor.refuse:
        raise PageRefusedError(f"{table.name}: {chosen.vendor.refuse}")
    headers = [cell_text(cell) for cell in top[chosen.row]]
    while headers and not headers[-1]:
        headers.pop()
    uses = understand(headers, chosen.vendor)
    body = top[chosen.row + 1 :] + list(islice(rows, _SAMPLED))
    take_renamed(uses, body)
    columns = columns_of_fields(uses, chosen.vendor)
    vendor = _with_date_order(chosen.vendor, columns, body)
    return Detection(table.name, table.form, vendor, chosen.row + 1, headers, uses, columns), chain(body, rows)


def _choose(table: Table, top: list[list[object]], vendors: Iterable[Vendor], *, forced: bool) -> Candidate:
    candidates = [
        _rate(vendor, row, top)
        for row, cells in enumerate(top)
        if _may_be_headers(cells)
        for vendor in _knowing(vendors, cells)
    ]
    fitting = [c for c in candidates if (not c.missing if forced else c.fits)]
    if not fitting:
        for cells in top[:_HEADER_WITHIN]:
            refuse_table(table.name, (cell_text(cell) for cell in cells))
        raise PageRefusedError(_why_none(table, top, candidates, forced=forced))
    best = max(fitting, key=lambda c: c.score)
    best = max((c for c in fitting if _says_more(c, best)), key=lambda c: c.score, default=best)
    rivals = [c for c in fitting if c.vendor is not best.vendor and _is_rival(c, best)]
    if rivals and not forced:
        rival = max(rivals, key=lambda c: c.score)
        raise PageRefusedError(ambiguous(table.name, _headers(top[best.row]), best.vendor, rival.vendor))
    return best


def _knowing(vendors: Iterable[Vendor], cells: list[object]) -> list[Vendor]:
    """Vendors that know at least one of the row's texts as a header: of a row of data there is none."""
    headers = _headers(cells)
    folded = {fold_header(header) for header in headers}
    words = {header_words(header) for header in headers} - {frozenset()}
    return [v for v in vendors if folded & aliases_of(v).exact.keys() or words & aliases_of(v).words.keys()]


def _may_be_headers(cells: list[object]) -> bool:
    return sum(bool(cell_text(cell)) for cell in cells) > 1


def _says_more(candidate: Candidate, best: Candidate) -> bool:
    """Whether a generic kind understands every header where the best leaves some aside: it shares them with others."""
    is_generic = candidate.vendor.detect.generic and candidate.row == best.row
    return is_generic and bool(best.strange) and candidate.known > best.known


def _is_rival(candidate: Candidate, best: Candidate) -> bool:
    """Whether `best` is not clearly better: no more distinctive, or little more while the other reads more columns."""
    if candidate.vendor.detect.generic or candidate.row != best.row:
        return False
    if candidate.signature == best.signature:
        return candidate.known >= best.known
    return 2 * candidate.signature > best.signature and candidate.known > best.known


def _headers(cells: list[object]) -> list[str]:
    return [text for text in (cell_text(cell) for cell in cells) if text and len(text) <= 200]


def _rate(vendor: Vendor, row: int, top: list[list[object]]) -> Candidate:
    headers = [text if len(text := cell_text(cell)) <= 200 else "" for cell in top[row]]
    folded = {fold_header(header) for header in headers if header}
    words = {header_words(header) for header in headers} - {frozenset()}
    signature = sum(fold_header(own) in folded or header_words(own) in words for own in vendor.detect.signature)
    uses = understand(headers, vendor)
    fields = {use.field for use in uses if use.field}
    if vendor.detect.cells and fields:
        signature += 2 * _cells_fit(vendor, uses, top[row + 1 :])
    known = sum(use.note in {"used", "known, not needed"} for use in uses)
    strange = [use.header for use in uses if use.header and use.note == "not understood"]
    missing = [name for name in vendor.detect.fields if not any(part in fields for part in name.split("|"))]
    return Candidate(vendor, row, signature, known, len(fields), strange, missing)


def _cells_fit(vendor: Vendor, uses: list[ColumnUse], body: list[list[object]]) -> bool:
    """Whether nearly all cells of the fields named are written as only this vendor writes them."""
    for field, pattern in vendor.detect.cells.items():
        columns = [use.index for use in uses if use.field == field]
        found = [cell_text(row[i]) for i in columns for row in body if i < len(row) and cell_text(row[i])]
        if not found or sum(re.fullmatch(pattern, text) is not None for text in found) < 0.8 * len(found):
            return False
    return True


def _why_none(table: Table, top: list[list[object]], candidates: list[Candidate], *, forced: bool) -> str:
    if not any(any(cell_text(cell) for cell in row) for row in top):
        return f"{table.name}: the table is empty."
    nearest = max(candidates, key=lambda c: (c.signature, c.known), default=None)
    first = next(row for row in top if any(cell_text(cell) for cell in row))
    if nearest is None or nearest.fields == 0:
        return not_known(table.name, [cell_text(cell) for cell in first], [])
    headers = _headers(top[nearest.row])
    if nearest.missing and (forced or nearest.signature >= max(nearest.vendor.detect.at_least, 1)):
        return missing_column(table.name, nearest.vendor, nearest.missing[0], headers, forced=forced)
    possible = {c.vendor.key: c for c in sorted(candidates, key=lambda c: c.known) if not c.missing and c.known > 1}
    ranked = sorted(possible.values(), key=lambda c: (-c.signature, -c.known, c.vendor.key))
    return not_known(table.name, headers, [c.vendor for c in ranked[:3]])


def _with_date_order(vendor: Vendor, columns: dict[str, list[int]], body: list[list[object]]) -> Vendor:
    """The vendor with the order of day and month that the table's own dates show (spreadsheets rewrite them)."""
    places = [index for name in _DATES for index in columns.get(name, ())]
    first = second = False
    for row in body:
        for index in places:
            cell = row[index] if index < len(row) else None
            match = _SLASHED.fullmatch(cell.strip()) if isinstance(cell, str) else None
            if match:
                first |= int(match[1]) > 12
                second |= int(match[2]) > 12
    if second in (first, vendor.format.month_first):
        return vendor
    return vendor.model_copy(update={"format": vendor.format.model_copy(update={"month_first": second})})


def detect(path: Path, kind: str | None = None, vendors: dict[str, Vendor] | None = None) -> Detection:
    """Recognise the first table of a file. Raises PageRefusedError like `detect_table`."""
    for table in Tables(path):
        return detect_table(table, kind, vendors)[0]
    raise PageRefusedError(f"{path.name}: holds no table (expected CSV, XLSX, XLS or a ZIP of them).")
