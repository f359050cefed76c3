"""Google's publications table as exported (NDJSON, NDJSON in GZ, Parquet): and forward citations by inverting it."""

from __future__ import annotations

import codecs
import glob
import gzip
import json
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from etl.google.record import NOT_NEEDED, google_record
from etl.normalise.dates import DateRefusedError, parse_date
from etl.normalise.numbers.canonical import NumberRefusedError, parse_publication_number, publication_number
from etl.records import PageRefusedError, Parsed, Record, Reject
from etl.wrapped import MAX_DOCUMENT, objects_of
from warehouse.frames import batches
from warehouse.process.watchdog import moved

BATCH = 2000
MAX_LINE = 64 << 20
_CHUNK = 256 << 10
Numbered = tuple[int, dict[str, Any]]


def stream_google(
    paths: Sequence[Path], keep: Callable[[Record], bool] | None = None, *, invert: bool = True
) -> Iterator[Parsed]:
    """Records of the table's files for which `keep` is true, in batches; then, with `invert`, who cites them.

    The second pass reads the table again and gives each kept publication a record of part ``citing``: the complete
    list of its citing publications with dates. A count from a part of the table would be too low and look like a count.
    Pass every file of the table, or ``invert=False``. Raises PageRefusedError for a file that is neither form.
    """
    kept: dict[str, None] = {}
    for path in paths:
        for batch, _ in read_rows(path, keep):
            if invert:
                kept |= dict.fromkeys(record.publication_number for record in batch.records)
            yield batch
    if invert and kept:
        yield from forward_citations(paths, kept)


def read_rows(path: Path, keep: Callable[[Record], bool] | None = None, after: int = 0) -> Iterator[tuple[Parsed, int]]:
    """Batches of one file, each with the number of its last row; rows up to number `after` are passed over.

    Raises PageRefusedError, where the file breaks off behind the batches of what came before.
    """
    batch, last = Parsed(), after
    broken: PageRefusedError | None = None
    rows = _until_broken(_rows(path, batch.rejects, columns=None))
    for row_no, row in rows:
        if isinstance(row, PageRefusedError):
            broken = row
            break
        if row_no <= after:
            batch.rejects.clear()  # said when these rows were read
            continue
        record = google_record(row, row_no, batch.rejects, batch.leftover)
        if record is not None and (keep is None or keep(record)):
            batch.records.append(record)
        last = row_no
        if row_no % BATCH == 0:
            full, rejects = batch, batch.rejects
            batch = Parsed(rejects=rejects)  # the row reader goes on writing into the same list
            yield Parsed(full.records, list(rejects), None, full.leftover), last
            rejects.clear()
    yield batch, last
    if broken is not None:
        raise broken


def _until_broken(rows: Iterator[Numbered]) -> Iterator[tuple[int, dict[str, Any] | PageRefusedError]]:
    """The rows, and why they break off, if they do: what came before is read first."""
    try:
        yield from rows
    except PageRefusedError as refused:
        yield 0, refused


def forward_citations(paths: Sequence[Path], numbers: Collection[str]) -> Iterator[Parsed]:
    """Records of part ``citing`` for `numbers`: the complete lists, where `paths` are the whole table."""
    kept: dict[str, list[tuple[str, date | None]]] = {number: [] for number in numbers}
    _invert(paths, kept)
    yield from _citing(kept)


def _invert(paths: Sequence[Path], kept: dict[str, list[tuple[str, date | None]]]) -> None:
    for path in paths:
        moved()
        for _, row in _rows(path, [], columns=["publication_number", "publication_date", "citation"]):
            cited = {
                number for item in _list(row.get("citation")) if (number := _number(item.get("publication_number")))
            }
            wanted = cited & kept.keys()
            citing = _number(row.get("publication_number")) if wanted else None
            if citing is None:
                continue
            day = _day(row.get("publication_date"))
            for number in wanted:
                kept[number].append((citing, day))


def _citing(kept: dict[str, list[tuple[str, date | None]]]) -> Iterator[Parsed]:
    batch = Parsed()
    for number, citing in kept.items():
        cc, digits, kind = parse_publication_number(number)
        distinct = sorted(dict(citing).items(), key=lambda pair: (pair[1] or date.max, pair[0]))
        record = Record(number, cc, digits, kind, part="citing", cited_by=distinct)
        record.citation_count, record.citation_count_kind = len(distinct), "publication"
        batch.records.append(record)
        if len(batch.records) >= BATCH:
            yield batch
            batch = Parsed()
    yield batch


def _list(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _number(text: object) -> str | None:
    if not isinstance(text, str) or not text:
        return None
    try:
        return publication_number(*parse_publication_number(text))
    except NumberRefusedError:
        return None


def _day(value: object) -> date | None:
    try:
        return parse_date(int(value) if isinstance(value, str) and value.isdigit() and len(value) <= 8 else value)
    except DateRefusedError:
        return None


def _rows(path: Path, rejects: list[Reject], columns: list[str] | None) -> Iterator[Numbered]:
    with path.open("rb") as stream:
        head = stream.read(4)
    if head == b"PAR1":
        yield from _parquet_rows(path, columns)
        return
    try:
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(path) as unpacked:
                yield from _json_rows(unpacked, path.name, rejects)
        else:
            with path.open("rb") as stream:
                yield from _json_rows(stream, path.name, rejects)
    except (zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise PageRefusedError(f"{path.name}: the archive is damaged ({error}); fetch it again.") from None


def _parquet_rows(path: Path, columns: list[str] | None) -> Iterator[Numbered]:
    row_no = 0
    try:
        with duckdb.connect(config={"threads": 1}) as con:
            table = con.read_parquet(glob.escape(str(path)))
            names = table.columns
            if "publication_number" not in names:
                raise PageRefusedError(
                    f"{path.name}: has no column publication_number (expected Google's publications table)."
                )
            chosen = [n for n in names if n in columns] if columns else [n for n in names if n not in NOT_NEEDED]
            for batch in batches(table.select(*chosen), BATCH):
                for row in batch.iter_rows(named=True):
                    row_no += 1
                    yield row_no, row
    except (duckdb.Error, OSError) as error:
        raise PageRefusedError(
            f"{path.name}: not a readable Parquet file ({str(error)[:100]}); export it again."
        ) from None


def _json_rows(stream: BinaryIO | gzip.GzipFile, name: str, rejects: list[Reject]) -> Iterator[Numbered]:
    """Rows of one object a line, of an array of objects (a console's download), or of a document that wraps one."""
    first = stream.readline(MAX_LINE)
    while first and not first.strip(b" \t\r\n\xef\xbb\xbf"):
        first = stream.readline(MAX_LINE)
    if first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"["):
        yield from _array_rows(first, stream, name, rejects)
    elif first.rstrip().endswith((b"{", b"[", b",")):  # written over many lines
        yield from enumerate(objects_of(first.removeprefix(b"\xef\xbb\xbf") + stream.read(MAX_DOCUMENT), name), 1)
    else:
        yield from _line_rows(first.removeprefix(b"\xef\xbb\xbf"), stream, name, rejects)


def _array_rows(first: bytes, stream: BinaryIO | gzip.GzipFile, name: str, rejects: list[Reject]) -> Iterator[Numbered]:
    """Objects of an array one after another; no more of it is in memory than the one being read.

    Raises PageRefusedError where the array breaks off or holds no JSON: what follows cannot be read.
    """
    decoder, bytes_to_text = json.JSONDecoder(), codecs.getincrementaldecoder("utf-8")("replace")
    left, row_no, at_end = bytes_to_text.decode(first).lstrip("\ufeff \t\r\n").removeprefix("["), 0, False
    while True:
        left = left.lstrip(" \t\r\n,")
        if left.startswith("]"):
            return
        try:
            row, end = decoder.raw_decode(left)
        except (ValueError, RecursionError) as error:
            if at_end or len(left) > MAX_LINE:
                raise PageRefusedError(
                    f"{name}: the array of objects breaks off or is no JSON behind row {row_no} ({str(error)[:80]});"
                    " fetch it again. What came before is kept."
                ) from None
            chunk = stream.read(_CHUNK)
            at_end = not chunk
            left += bytes_to_text.decode(chunk, final=at_end)
            continue
        left, row_no = left[end:], row_no + 1
        if isinstance(row, dict):
            yield row_no, row
        else:
            rejects.append(_reject(name, row_no, "is not a JSON object", str(row)[:200].encode()))


def _line_rows(line: bytes, stream: BinaryIO | gzip.GzipFile, name: str, rejects: list[Reject]) -> Iterator[Numbered]:
    row_no = 0
    while line:
        whole = line.endswith(b"\n")
        if line.strip():
            row_no += 1
            row = _json_row(line, name, row_no, rejects)
            while not whole and len(line) == MAX_LINE:  # a monstrous line: the rest of it is thrown away, in pieces
                line = stream.readline(MAX_LINE)
                whole = line.endswith(b"\n")
            if row is not None:
                yield row_no, row
        line = stream.readline(MAX_LINE)


def _json_row(line: bytes, name: str, row_no: int, rejects: list[Reject]) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        rejects.append(_reject(name, row_no, f"is not JSON ({str(error)[:100]})", line))
        return None
    if not isinstance(row, dict):
        rejects.append(_reject(name, row_no, "is not a JSON object", line))
        return None
    if row_no == 1 and "publication_number" not in row:
        raise PageRefusedError(
            f"{name}: its first line has no publication_number (expected Google's publications table)."
        )
    return row


def _reject(name: str, row_no: int, why: str, line: bytes) -> Reject:
    item = line[:4000].decode("utf-8", "replace")
    return Reject(
        f"{name}, line {row_no} {why}; it is left out.", row_no=row_no, expected="one JSON object", item=item, file=name
    )
