"""Records as frames in the shape of ``source_records`` (docs/architecture.md, "Records")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, chain
from operator import attrgetter, itemgetter
from typing import Any

import polars as pl
from arro3.core import Array, ChunkedArray, list_array

from etl.records import Record


def _list_of(**fields: type[pl.DataType]) -> pl.List:
    return pl.List(pl.Struct(fields))


_LARGEST = 2**31 - 1
_TEXTS = _list_of(lang=pl.String, text=pl.String)

# The fields of a struct column are a record's tuple members, in order.
_COLUMNS: dict[str, Any] = {
    "part": pl.String, "publication_number": pl.String, "authority": pl.String, "number": pl.String,
    "kind": pl.String, "publication_type": pl.String, "publication_date": pl.Date,
    "application_number": pl.String, "filing_date": pl.Date, "priority_date": pl.Date,
    "priorities": _list_of(number=pl.String, date=pl.Date),
    "priority_country": pl.String, "source_family_id": pl.String,
    "family_members": pl.List(pl.String), "titles": _TEXTS, "abstracts": _TEXTS, "claims_text": pl.String,
    "claim_count": pl.Int32, "ipc": pl.List(pl.String), "cpc": pl.List(pl.String),
    "applicants": _list_of(sequence=pl.Int32, name=pl.String, country=pl.String, address=pl.String),
    "cites": _list_of(publication_number=pl.String, phase=pl.String, category=pl.String),
    "cited_by": _list_of(publication_number=pl.String, date=pl.Date), "citation_count": pl.Int32,
    "citation_count_kind": pl.String, "legal_status": pl.String, "lapse_date": pl.Date,
    "legal_events": _list_of(date=pl.Date, code=pl.String, category=pl.String, description=pl.String),
    "is_pct": pl.Boolean, "row_no": pl.Int32,
}  # fmt: skip
SCHEMA = pl.Schema(_COLUMNS)

STATED_COLUMNS: tuple[str, ...] = tuple(name for name in SCHEMA if name != "row_no")


def _elements(name: str, flat: list[Any], kind: Any) -> pl.Series:
    """All elements of a list column, one after another."""
    if not isinstance(kind, pl.Struct):
        return pl.Series(name, flat, dtype=kind)
    # By position rather than zip(*flat): an iterator for each element wakes the garbage collector again and again.
    fields = [
        pl.Series(field.name, list(map(itemgetter(i), flat)), dtype=field.dtype) for i, field in enumerate(kind.fields)
    ]
    return pl.DataFrame(fields).to_struct(name)


def _list_column(name: str, values: Sequence[Sequence[Any] | None], kind: pl.List) -> pl.Series:
    """A list column from lists: flat elements and where each list begins. An element at a time took fifteen times."""
    if not any(values):
        return pl.Series(name, values, dtype=kind)
    lengths = (len(v) if v else 0 for v in values)
    offsets = pl.Series(list(accumulate(lengths, initial=0)), dtype=pl.Int64)
    elements = _elements(name, list(chain.from_iterable(v for v in values if v)), kind.inner)
    missing = _array(pl.Series([v is None for v in values])) if None in values else None
    return pl.Series(list_array(_array(offsets), _array(elements), mask=missing)).alias(name)


def _array(one: pl.Series) -> Array:
    """The column as one array of Arrow's; both keep the same memory."""
    return ChunkedArray(one).chunk(0)


def _column(rows: Sequence[Record], name: str, kind: pl.DataType) -> pl.Series:
    values = list(map(attrgetter(name), rows))
    return _list_column(name, values, kind) if isinstance(kind, pl.List) else pl.Series(name, values, dtype=kind)


def to_table(records: Iterable[Record]) -> pl.DataFrame:
    """Return the records as a frame of `SCHEMA`, in order (one row a record).

    Any text is text: a lone surrogate, which no encoding can write, becomes U+FFFD. A number no column can hold is
    unknown.
    """
    rows = list(records)
    try:
        return _table(rows)
    except (UnicodeEncodeError, OverflowError, TypeError):  # seldom: looking at every value would cost too much
        return _table([_writable(row) for row in rows])


def _table(rows: Sequence[Record]) -> pl.DataFrame:
    return pl.DataFrame([_column(rows, name, kind) for name, kind in SCHEMA.items()])


def _writable(record: Record) -> Record:
    """Return a copy of `record` that can be written whatever its texts and numbers are."""
    return replace(record, **{name: _writable_value(getattr(record, name)) for name in record.__slots__})


def _writable_value(value: Any) -> Any:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST else None
    if isinstance(value, (list, tuple)):
        return type(value)(_writable_value(one) for one in value)
    return value


def writable(text: str) -> str:
    """Return `text` with what no encoding can write as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
