"""Answers of a service that somebody saved to a file; read by the parser of its source."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from etl.exports.report import FileReport, dry_run, report_of
from etl.exports.vendor import Vendor
from etl.load.register import register_source
from etl.records import PageRefusedError, Parsed, Record, Reject
from etl.sources.registry import config, recognise, source
from etl.sources.settings import PACKAGES

_HEAD = 64 << 10
_MOST = 256 << 20  # an answer is read as a whole; a service gives at most a few megabytes

_PARTS = {"biblio": "abstracts", "hit": "publication numbers", "legal": "legal events", "family": "family members"}


def answer_source(path: Path) -> str | None:
    """The source by the file's first bytes, never by its name; None when it is no saved answer of any."""
    with path.open("rb") as stream:
        return recognise(stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip())


def source_of(path: Path, kind: str | None) -> str | None:
    """The source of a saved answer: as `kind` says where that names one, else by the file; None for other files."""
    return kind if kind in PACKAGES else None if kind else answer_source(path)


def read_answer(path: Path, name: str) -> Parsed:
    """Parse a saved answer of the source `name`; the rejects name the file. Raises PageRefusedError naming the file.

    Only an answer with bibliographic records can be imported by itself: numbers, legal events or claims of
    publications that nothing else describes would be records without a publication.
    """
    if path.stat().st_size > _MOST:
        raise PageRefusedError(f"{path.name}: over {_MOST >> 20} MB for a saved answer; split it and import the parts.")
    try:
        parsed = source(name).parse(path.read_bytes(), None, 200)
    except PageRefusedError as error:
        said = str(error)
        what = (
            f"{said.rstrip('.')}; save the answer to a request that ends in /biblio." if "; expected " in said else said
        )
        raise PageRefusedError(f"{path.name}: {what}") from None
    described = {r.publication_number for r in parsed.records if _describes(r)}
    if parsed.records and not described:
        held = ", ".join(sorted({_PARTS.get(r.part, r.part) for r in parsed.records}))
        raise PageRefusedError(
            f"{path.name}: the answer holds no bibliographic records (only: {held}); save the answer to a request that"
            " ends in /biblio."
        )
    _leave_aside(parsed, described)
    for reject in parsed.rejects:
        reject.file = path.name
        reject.reason = f"{path.name}: {reject.reason}"
    return parsed


def _describes(record: Record) -> bool:
    """Return whether the record says what the publication is; an abstract alone would replace a fuller record."""
    return record.part == "biblio" and any((record.titles, record.ipc, record.applicants, record.filing_date))


def _leave_aside(parsed: Parsed, described: set[str]) -> None:
    """Turn what is said about publications the answer does not describe into rejects."""
    aside = [r for r in parsed.records if r.publication_number not in described]
    parsed.records = [r for r in parsed.records if r.publication_number in described]
    for record in aside:
        number = record.publication_number
        part = _PARTS.get(record.part, record.part)
        reason = f"{number}: the answer holds its {part}, but not what the publication is; left out."
        parsed.rejects.append(Reject(reason, row_no=record.row_no, item=number))


def items(parsed: Parsed) -> int:
    """How many items the file held: records, and those skipped with a reason."""
    return len(parsed.records) + sum(r.action == "record skipped" for r in parsed.rejects)


def register_answers(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Write the source into ``sources`` unless a harvest has already done so."""
    if con.execute("SELECT 1 FROM sources WHERE source = ?", [name]).fetchone():
        return
    one = config(name)
    stated = {"key": name, "title": one.title, "licence": one.licence, "merge_rank": one.merge_rank}
    feeds = {indicator: item.feeds for indicator, item in one.indicators.items()}
    register_source(con, stated, feeds, synthetic=False, field_ranks=one.field_ranks)


def dry_run_files(
    paths: Iterable[Path], kind: str | None = None, vendors: dict[str, Vendor] | None = None
) -> list[FileReport]:
    """One report a file, saved answer or export; `kind` forces either, `vendors` are the kinds known."""
    return [report for path in paths for report in _dry_run(path, kind, vendors)]


def _dry_run(path: Path, kind: str | None, vendors: dict[str, Vendor] | None) -> list[FileReport]:
    name = source_of(path, kind)
    if name is None:
        return dry_run([path], kind, vendors)
    one = config(name)
    feeds: dict[str, str] = {indicator: item.feeds for indicator, item in one.indicators.items()}
    try:
        parsed = read_answer(path, name)
    except PageRefusedError as error:
        return [FileReport(path.name, name, one.title, str(error))]
    return [report_of(FileReport(path.name, name, one.title, rows=items(parsed), capabilities=feeds), parsed)]
