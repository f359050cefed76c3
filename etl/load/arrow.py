"""Records as Arrow tables in the shape of ``source_records`` (docs/architecture.md, "Records")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from etl.records import Record


def _list_of(**fields: pa.DataType) -> pa.DataType:
    return pa.list_(pa.struct(list(fields.items())))


_TEXTS = _list_of(lang=pa.string(), text=pa.string())

# Struct columns: the names of a record's tuple members, in order.
_STRUCTS: dict[str, tuple[str, ...]] = {
    "priorities": ("number", "date"),
    "titles": ("lang", "text"),
    "abstracts": ("lang", "text"),
    "applicants": ("sequence", "name", "country", "address"),
    "cites": ("publication_number", "phase", "category"),
    "cited_by": ("publication_number", "date"),
    "legal_events": ("date", "code", "category", "description"),
}

SCHEMA = pa.schema([
    ("part", pa.string()), ("publication_number", pa.string()), ("authority", pa.string()), ("number", pa.string()),
    ("kind", pa.string()), ("publication_type", pa.string()), ("publication_date", pa.date32()),
    ("application_number", pa.string()), ("filing_date", pa.date32()), ("priority_date", pa.date32()),
    ("priorities", _list_of(number=pa.string(), date=pa.date32())), ("source_family_id", pa.string()),
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


def _struct_column(values: Sequence[list[tuple[Any, ...]] | None], names: Sequence[str], kind: pa.DataType) -> pa.Array:
    """Build a list-of-struct array from lists of tuples: flat children and offsets, no dictionary per element."""
    offsets = [0]
    flat: list[tuple[Any, ...]] = []
    for value in values:
        if value:
            flat.extend(value)
        offsets.append(len(flat))
    columns: Sequence[Sequence[Any]] = list(zip(*flat, strict=True)) if flat else [[] for _ in names]
    struct = kind.value_type
    children = [pa.array(c, type=struct.field(n).type) for c, n in zip(columns, names, strict=True)]
    inner = pa.StructArray.from_arrays(children, fields=[struct.field(n) for n in names])
    missing = pa.array([v is None for v in values], type=pa.bool_())
    return pa.ListArray.from_arrays(pa.array(offsets, type=pa.int32()), inner, type=kind, mask=missing)


def to_table(records: Iterable[Record]) -> pa.Table:
    """Return the records as an Arrow table of `SCHEMA`, in order (one row a record)."""
    rows = list(records)
    columns: list[pa.Array] = []
    for column in SCHEMA:
        values = [getattr(r, column.name) for r in rows]
        names = _STRUCTS.get(column.name)
        columns.append(
            pa.array(values, type=column.type) if names is None else _struct_column(values, names, column.type)
        )
    return pa.Table.from_arrays(columns, schema=SCHEMA)
