"""Records as Arrow tables in the shape of ``source_records`` (docs/architecture.md, "Records")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, chain
from operator import attrgetter, itemgetter
from typing import Any

import pyarrow as pa

from etl.records import Record


def _list_of(**fields: pa.DataType) -> pa.DataType:
    return pa.list_(pa.struct(list(fields.items())))


_LARGEST = 2**31 - 1
_TEXTS = _list_of(lang=pa.string(), text=pa.string())

# The fields of a struct column are a record's tuple members, in order.
SCHEMA = pa.schema([
    ("part", pa.string()), ("publication_number", pa.string()), ("authority", pa.string()), ("number", pa.string()),
    ("kind", pa.string()), ("publication_type", pa.string()), ("publication_date", pa.date32()),
    ("application_number", pa.string()), ("filing_date", pa.date32()), ("priority_date", pa.date32()),
    ("priorities", _list_of(number=pa.string(), date=pa.date32())),
    ("priority_country", pa.string()), ("source_family_id", pa.string()),
    ("family_members", pa.list_(pa.string())), ("titles", _TEXTS), ("abstracts", _TEXTS), ("claims_text", pa.string()),
    ("claim_count", pa.int32()), ("ipc", pa.list_(pa.string())), ("cpc", pa.list_(pa.string())),
    ("applicants", _list_of(sequence=pa.int32(), name=pa.string(), country=pa.string(), address=pa.string())),
    ("cites", _list_of(publication_number=pa.string(), phase=pa.string(), category=pa.string())),
    ("cited_by", _list_of(publication_number=pa.string(), date=pa.date32())), ("citation_count", pa.int32()),
    ("citation_count_kind", pa.string()), ("legal_status", pa.string()), ("lapse_date", pa.date32()),
    ("legal_events", _list_of(date=pa.date32(), code=pa.string(), category=pa.string(), description=pa.string())),
    ("is_pct", pa.bool_()), ("row_no", pa.int32()),
])  # fmt: skip

STATED_COLUMNS: tuple[str, ...] = tuple(f.name for f in SCHEMA if f.name != "row_no")


def _struct_column(values: Sequence[list[tuple[Any, ...]] | None], kind: pa.DataType) -> pa.Array:
    """Build a list-of-struct array from lists of tuples: flat children and offsets, no dictionary per element."""
    if not any(values):
        return pa.array(values, type=kind)
    offsets = list(accumulate((len(v) if v else 0 for v in values), initial=0))
    flat = list(chain.from_iterable(v for v in values if v))
    fields = kind.value_type.fields
    # By position rather than zip(*flat): an iterator for each element wakes the garbage collector again and again.
    children = [pa.array(list(map(itemgetter(i), flat)), type=field.type) for i, field in enumerate(fields)]
    missing = pa.array([v is None for v in values], type=pa.bool_())
    inner = pa.StructArray.from_arrays(children, fields=fields)
    return pa.ListArray.from_arrays(pa.array(offsets, type=pa.int32()), inner, type=kind, mask=missing)


def _column(rows: Sequence[Record], field: pa.Field) -> pa.Array:
    values = list(map(attrgetter(field.name), rows))
    is_struct_list = pa.types.is_list(field.type) and pa.types.is_struct(field.type.value_type)
    return _struct_column(values, field.type) if is_struct_list else pa.array(values, type=field.type)


def to_table(records: Iterable[Record]) -> pa.Table:
    """Return the records as an Arrow table of `SCHEMA`, in order (one row a record).

    Any text is text: a lone surrogate, which no encoding can write, becomes U+FFFD. A number no column can hold is
    unknown.
    """
    rows = list(records)
    try:
        return _table(rows)
    except (UnicodeEncodeError, OverflowError, pa.ArrowInvalid):  # seldom: looking at every value would cost too much
        return _table([_writable(row) for row in rows])


def _table(rows: Sequence[Record]) -> pa.Table:
    return pa.Table.from_arrays([_column(rows, field) for field in SCHEMA], schema=SCHEMA)


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
