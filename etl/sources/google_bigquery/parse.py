"""BigQuery's answers → records; pure. Rows are turned into plain objects and read as the table's files are read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from etl.fetch import stated
from etl.google.record import MEMBERSHIP, google_record
from etl.records import PageRefusedError, Parsed, Reject
from etl.sources.google_bigquery.jobs import API, RESULTS, Job, edition_day, resource

_DEEPEST = 15  # levels of nested fields BigQuery allows
_ITEM = 4000
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_NEEDED = ("publication_number", "publication_date", "family_id", "ipc", "title_localized")


class Field(NamedTuple):
    """One column of the answer's schema."""

    name: str
    kind: str
    is_repeated: bool
    fields: tuple[Field, ...]


class _ShapeError(ValueError):
    """A row is not shaped as the schema says; the message says where."""


def parse(content: bytes, request: Mapping[str, Any] | None, status: int = 200) -> Parsed:  # noqa: ARG001 - as all
    """Return the records of a page of rows, and which queries each satisfies; nothing for answers about jobs.

    Raises PageRefusedError when the answer is none of those, is cut off, or its schema lacks what records need.
    """
    path = str((request or {}).get("path", "queries/"))
    if path.startswith("queries/"):
        return _page(content)
    if path.startswith(API):
        edition_day(content, datetime.min)
        return Parsed()
    job, body = Job.of(content), (request or {}).get("body") or {}
    if isinstance(body, dict) and body.get("configuration", {}).get("dryRun") and job.byte_count is None:
        raise PageRefusedError("BigQuery: the dry run does not say how many bytes would be read.")
    return Parsed()


def page_token(content: bytes) -> str | None:
    """Return the token of the page behind this one; None when it is the last."""
    named = _TOKEN.findall(content)
    # As always: the key cannot occur within a text, whose quotation marks are escaped.
    if len(named) < 2:
        return str(named[0], "ascii") if named else None
    found = json.loads(content).get("pageToken")
    return found if isinstance(found, str) and found else None


_TOKEN = re.compile(rb'(?<!\\)"pageToken"\s*:\s*"([!#-\[\]-~]{1,8192})"')


def _page(content: bytes) -> Parsed:
    answer = resource(content, RESULTS)
    if answer.get("jobComplete") is not True:
        raise PageRefusedError("BigQuery: the job is not complete; ask again later.")
    parsed = Parsed(total=stated.count(answer.get("totalRows")))
    if answer.get("totalRows") is not None and parsed.total is None:
        raise PageRefusedError(f"BigQuery states {str(answer['totalRows'])[:20]!r} as the number of rows.")
    rows = answer.get("rows", [])
    if not isinstance(rows, list):
        raise PageRefusedError("BigQuery: rows is no list.")
    schema = _schema(answer.get("schema"))
    seen: set[str] = set()
    for row_no, row in enumerate(rows, 1):
        _row(row, schema, row_no, parsed, seen)
    return parsed


def _schema(stated_schema: object, depth: int = 0) -> tuple[Field, ...]:
    """Return the columns. Raises PageRefusedError where they are none, or some that records need are missing."""
    listed = stated_schema.get("fields") if isinstance(stated_schema, dict) else None
    if not isinstance(listed, list) or depth > _DEEPEST or not all(isinstance(one, dict) for one in listed):
        raise PageRefusedError("BigQuery: the answer has no schema of its rows; ask again later.")
    found = []
    for one in listed:
        kind = str(one.get("type", "")).upper()
        inner = _schema(one, depth + 1) if kind in ("RECORD", "STRUCT") else ()
        found.append(Field(str(one.get("name", "")), kind, str(one.get("mode", "")).upper() == "REPEATED", inner))
    if depth == 0 and (missing := [name for name in _NEEDED if name not in {one.name for one in found}]):
        raise PageRefusedError(f"BigQuery: the rows lack the columns {', '.join(missing)}; was the table changed?")
    return tuple(found)


def _row(row: object, schema: Sequence[Field], row_no: int, parsed: Parsed, seen: set[str]) -> None:
    """Read one row into `parsed`; what is no record becomes a reject."""
    try:
        plain = _record(row, schema)
    except _ShapeError as error:
        reason = f"Row {row_no} is not shaped as the schema says ({error}); it is left out."
        parsed.rejects.append(Reject(reason, row_no=row_no, found=str(row)[:80], item=str(row)[:_ITEM]))
        return
    record = google_record(plain, row_no, parsed.rejects, parsed.leftover)
    if record is None:
        return
    number = record.publication_number
    if number in seen:
        reason = f"{number} comes twice in one answer; the first is used."
        parsed.rejects.append(Reject(reason, row_no=row_no, item=number))
        return
    seen.add(number)
    parsed.records.append(record)
    named = ((MEMBERSHIP.fullmatch(name), value) for name, value in plain.items())
    parsed.hits += [(found[1], number) for found, value in named if found and value is True]


def _record(cell: object, fields: Sequence[Field]) -> dict[str, Any]:
    values = cell.get("f") if isinstance(cell, dict) else None
    if not isinstance(values, list) or len(values) != len(fields):
        raise _ShapeError(f"{len(fields)} fields expected")
    return {field.name: _cell(value, field) for field, value in zip(fields, values, strict=True)}


def _cell(cell: object, field: Field) -> Any:
    value = cell.get("v") if isinstance(cell, dict) else None
    if not field.is_repeated:
        return _value(value, field)
    if not isinstance(value, list):
        raise _ShapeError(f"{field.name} is repeated, but no list")
    return [_value(one.get("v") if isinstance(one, dict) else None, field) for one in value]


def _value(value: object, field: Field) -> Any:
    """Return one value; a number that is none stays text, and is refused where a number is expected."""
    if value is None:
        return None
    if field.fields:
        return _record(value, field.fields)
    if not isinstance(value, str):
        raise _ShapeError(f"{field.name} is {type(value).__name__}")
    if field.kind in ("INTEGER", "INT64"):
        return int(value) if _WHOLE.fullmatch(value) else value
    return value == "true" if field.kind in ("BOOLEAN", "BOOL") else value
