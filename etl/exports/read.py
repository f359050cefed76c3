"""An export file → records, rejects and an account of every column. Streams: rows are read and given in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from etl.exports.cells import cell_text
from etl.exports.detect import Detection, detect_table
from etl.exports.fields import RowReader
from etl.exports.forms.tables import Table, Tables
from etl.exports.rows import records_of_row
from etl.exports.vendor import Vendor
from etl.records import PageRefusedError, Parsed, Record, Reject

BATCH = 5000
_FOOTER_ROWS = 12  # more rows than that below a list are no footer


@dataclass(slots=True)
class ExportReader:
    """A file being read: iterate for batches (`Parsed`); afterwards the account of it is complete.

    `rows` counts data rows, `lost` those of them that gave no record, `detections` has one entry a table with
    per-column counts, `notes` what was left aside.
    """

    path: Path
    kind: str | None = None
    vendors: dict[str, Vendor] | None = None
    batch_size: int = BATCH
    rows: int = 0
    lost: int = 0
    detections: list[Detection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Parsed]:
        self.rows, self.lost, self.detections, self.notes = 0, 0, [], []
        tables = Tables(self.path)
        first_refusal: PageRefusedError | None = None
        for table in tables:
            try:
                detection, rows = detect_table(table, self.kind, self.vendors)
            except PageRefusedError as refused:
                # One of several sheets or members may be a code book; a file with nothing else is refused below.
                first_refusal = first_refusal or refused
                self.notes.append(f"left aside: {refused}")
                continue
            self._one_kind(detection)
            self.detections.append(detection)
            yield from self._batches(table, detection, rows)
        self.notes += tables.notes
        if not self.detections:
            raise first_refusal or PageRefusedError(
                f"{self.path.name}: holds no table (expected CSV, XLSX, XLS or ZIP)."
            )

    @property
    def vendor(self) -> Vendor:
        """Vendor of the tables read so far; known after the first batch."""
        return self.detections[0].vendor

    def _one_kind(self, detection: Detection) -> None:
        if self.detections and self.detections[0].kind != detection.kind:
            raise PageRefusedError(
                f"{self.path.name}: holds exports of two kinds, {self.detections[0].kind} and {detection.kind}; "
                "import them apart."
            )

    def _batches(self, table: Table, detection: Detection, rows: Iterator[list[object]]) -> Iterator[Parsed]:
        batch = Parsed()
        held: list[list[Reject]] = []  # sparse rows without a record: the last ones of a table are its footer
        for row_no, cells in enumerate(rows, detection.header_row + 1):
            if not any(cell_text(cell) for cell in cells) or _repeats_headers(cells, detection.headers):
                continue
            records, rejects = _read_row(detection, cells, row_no, table.name)
            if not records and len(held) < _FOOTER_ROWS and _is_sparse(cells, len(detection.headers)):
                held.append(rejects)
                continue
            if held:
                self._lose(batch, held)
            self.rows += 1
            self.lost += not records
            batch.records += records
            batch.rejects += rejects
            if len(batch.records) + len(batch.rejects) >= self.batch_size:
                yield batch
                batch = Parsed()
        if held and self.rows:
            first = held[0][0].row_no if held[0] else None
            self.notes.append(f"{table.name}: {len(held)} rows below the list (from row {first}) are its footer")
        elif held:
            self._lose(batch, held)
        batch.leftover = {
            use.header: use.filled
            for use in detection.uses
            if use.note == "not understood" and use.filled and use.header
        }
        yield batch

    def _lose(self, batch: Parsed, held: list[list[Reject]]) -> None:
        """Count the rows held back as lost: a record followed, so they were no footer."""
        self.rows += len(held)
        self.lost += len(held)
        for rejects in held:
            batch.rejects += rejects
        held.clear()


def _is_sparse(cells: list[object], width: int) -> bool:
    """Whether a row has so few cells that it is rather a remark of the vendor than a record."""
    return width > 1 and sum(bool(cell_text(cell)) for cell in cells) <= (2 if width > 3 else 1)


def _repeats_headers(cells: list[object], headers: list[str]) -> bool:
    """Whether the row is the headers once more: lists put together by hand have them at each seam."""
    return cells[0] == headers[0] and [cell_text(cell) for cell in cells[: len(headers)]] == headers


def _read_row(detection: Detection, cells: list[object], row_no: int, name: str) -> tuple[list[Record], list[Reject]]:
    width = len(detection.headers)
    if len(cells) > width and any(cell_text(cell) for cell in cells[width:]):
        return [], [_misshapen(name, row_no, cells, width, "a separator or quotation mark is unquoted in a cell")]
    if len(cells) < width and any(isinstance(cell, str) and "\n" in cell for cell in cells):
        return [], [
            _misshapen(name, row_no, cells, width, "a quotation mark was not closed and swallowed the lines after it")
        ]
    row = RowReader(detection.vendor, detection.uses, detection.columns, cells, row_no, name)
    for use, cell in zip(detection.uses, cells, strict=False):
        use.filled += cell_text(cell) not in {"", "-", "null"}
    return records_of_row(row), row.rejects


def _misshapen(name: str, row_no: int, cells: list[object], width: int, why: str) -> Reject:
    item = "\t".join(str(cell) for cell in cells)[:4000]
    reason = f"{name}, row {row_no}: {len(cells)} cells under {width} headers; probably {why}; the row is not used."
    return Reject(reason, "record skipped", row_no, None, f"{width} cells", f"{len(cells)} cells", item, name)


@dataclass(slots=True)
class ExportRead:
    """A whole file in memory: `parsed` (records, rejects, leftover columns), rows, an account of each table."""

    vendor: Vendor
    parsed: Parsed
    rows: int
    detections: list[Detection]
    notes: list[str]
    lost: int = 0

    @property
    def kind(self) -> str:
        """Key of the vendor's alias table, the source under which the records are kept."""
        return self.vendor.key


def read_export(path: Path, kind: str | None = None, vendors: dict[str, Vendor] | None = None) -> ExportRead:
    """Read a whole export. Raises PageRefusedError when the file is not what it claims."""
    reader = ExportReader(path, kind, vendors)
    parsed = Parsed()
    leftover: Counter[str] = Counter()
    for batch in reader:
        parsed.records += batch.records
        parsed.rejects += batch.rejects
        leftover.update(batch.leftover)
    parsed.total, parsed.leftover = reader.rows, dict(leftover)
    return ExportRead(reader.vendor, parsed, reader.rows, reader.detections, reader.notes, reader.lost)


def two_columns(path: Path) -> list[tuple[str, str]]:
    """The first two cells of each row that has both, of the first table. Raises PageRefusedError when there is none."""
    for table in Tables(path):
        rows = [[cell_text(cell) for cell in row[:2]] for row in table.rows]
        found = [(row[0], row[1]) for row in rows if len(row) == 2 and all(row)]
        if found:
            return found
    raise PageRefusedError(f"{path.name}: expected a table of two columns, the file and its technology.")
