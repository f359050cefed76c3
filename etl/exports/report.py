"""What a dry run of an import says: how columns were understood, what indicators can use, what would be rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from etl.exports.headers import ColumnUse
from etl.exports.read import ExportReader
from etl.exports.vendor import Vendor
from etl.frames import to_table
from etl.records import PageRefusedError, Parsed, Record, Reject
from etl.uses import USES, usable

# Indicator (docs/methods.md) or rule → what a record must state for it.


@dataclass(slots=True)
class FileReport:
    """Account of one file. Counts are rows, records or cells; nothing of the data itself but examples of rejects."""

    file: str
    kind: str | None = None
    title: str | None = None
    refused: str | None = None
    rows: int = 0
    records: int = 0
    tables: list[dict[str, Any]] = field(default_factory=list)
    usable: dict[str, int] = field(default_factory=dict)
    capabilities: dict[str, str] = field(default_factory=dict)
    authorities: dict[str, int] = field(default_factory=dict)
    publication_types: dict[str, int] = field(default_factory=dict)
    published: tuple[str, str] | None = None
    citation_sum: int | None = None
    rejected: list[dict[str, Any]] = field(default_factory=list)
    leftover: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def to_dict(self, *, examples: bool = True) -> dict[str, Any]:
        """Plain dictionary; without `examples` it holds counts only, no word of the data."""
        plain = asdict(self)
        if not examples:
            for entry in plain["rejected"]:
                entry.pop("example")
        return plain


@dataclass(slots=True)
class _Tally:
    usable: Counter[str] = field(default_factory=Counter)
    authorities: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    rejected: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None
    citations: int | None = None

    def batch(self, parsed: Parsed) -> None:
        self.usable.update(usable(to_table(parsed.records)))
        for record in parsed.records:
            self.record(record)
        for reject in parsed.rejects:
            self.reject(reject)

    def record(self, record: Record) -> None:
        self.authorities[record.authority] += 1
        self.types[record.publication_type or "unknown"] += 1
        day = record.publication_date
        if day is not None:
            self.first = min(self.first or day, day)
            self.last = max(self.last or day, day)
        if record.citation_count is not None:
            self.citations = (self.citations or 0) + record.citation_count

    def reject(self, reject: Reject) -> None:
        key = (reject.column_name or "", reject.action)
        count, example = self.rejected.get(key, (0, reject.reason))
        self.rejected[key] = (count + 1, example)


def dry_run(
    paths: Iterable[Path], kind: str | None = None, vendors: dict[str, Vendor] | None = None
) -> list[FileReport]:
    """One report a file; a file that would be refused says why in `refused` and the others are still read."""
    return [_report(path, kind, vendors) for path in paths]


def _report(path: Path, kind: str | None, vendors: dict[str, Vendor] | None) -> FileReport:
    reader = ExportReader(path, kind, vendors)
    tally = _Tally()
    report = FileReport(path.name)
    try:
        for batch in reader:
            report.records += len(batch.records)
            report.leftover |= batch.leftover
            tally.batch(batch)
    except PageRefusedError as refused:
        report.refused = str(refused)
    except OSError as error:
        report.refused = f"{path.name}: cannot be opened ({error.strerror})."
    return _filled(report, reader, tally)


def report_of(report: FileReport, parsed: Parsed) -> FileReport:
    """Fill the counts of `report` from the records and rejects of a file that has no columns (a saved answer)."""
    tally = _Tally()
    tally.batch(parsed)
    report.records, report.leftover = len(parsed.records), parsed.leftover
    return _counted(report, tally)


def _filled(report: FileReport, reader: ExportReader, tally: _Tally) -> FileReport:
    report.rows, report.notes = reader.rows, list(reader.notes)
    if not reader.detections:
        return report
    report.kind, report.title = reader.vendor.key, reader.vendor.source.title
    report.capabilities = {name: str(feed) for name, feed in reader.vendor.capabilities.items()}
    report.tables = [
        {"table": d.table, "form": d.form, "header_row": d.header_row, "columns": [_column(use) for use in d.uses]}
        for d in reader.detections
    ]
    return _counted(report, tally)


def _counted(report: FileReport, tally: _Tally) -> FileReport:
    report.usable = {name: tally.usable[name] for name in USES}
    report.authorities = dict(tally.authorities.most_common())
    report.publication_types = dict(tally.types.most_common())
    if tally.first and tally.last:
        report.published = (tally.first.isoformat(), tally.last.isoformat())
    report.citation_sum = tally.citations
    report.rejected = [
        {"column": column, "action": action, "count": count, "example": example}
        for (column, action), (count, example) in tally.rejected.items()
    ]
    return report


def _column(use: ColumnUse) -> dict[str, Any]:
    plain = asdict(use)
    plain.pop("index")
    return plain
