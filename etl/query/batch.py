"""The local evaluation over whole frames of documents, for bulk files: the same meaning, a column at a time.

A frame has the fields of `etl.query.document.Document` as columns: ``titles, abstracts, claims, applicants, ipc,
cpc`` lists of text, ``publication_date, filing_date`` dates. A missing column and a null are unknown. Polars'
``&``, ``|`` and ``~`` are Kleene's, so null is "cannot be decided" all the way through.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_

import polars as pl

from etl.query.ast import Dates, Leaf, Not, Or, Query, Symbol, Text, leaves
from etl.query.text import HAN_CLASS

_BARRIER = "\x1f"  # between the texts of one field: no phrase runs across it
_TEXTS = ("titles", "abstracts", "claims", "applicants")


def evaluate_frame(queries: Mapping[str, Query], frame: pl.DataFrame) -> pl.DataFrame:
    """Return one nullable Boolean column per query, one row per document of `frame`, in its order."""
    wanted = {name for query in queries.values() for leaf in leaves(query) for name in _columns(leaf)}
    prepared = frame.select(_prepare(name, frame) for name in sorted(wanted)) if wanted else frame.select()
    return prepared.select(_expression(query).alias(name) for name, query in queries.items())


def _columns(leaf: Leaf) -> tuple[str, ...]:
    if isinstance(leaf, Text):
        return leaf.columns
    return (leaf.field,) if isinstance(leaf, Symbol) else (leaf.column,)


def _prepare(name: str, frame: pl.DataFrame) -> pl.Expr:
    is_date = name.endswith("_date")
    if name not in frame.columns or frame.schema[name] == pl.Null:
        unknown = pl.lit(None, dtype=pl.Date if is_date else pl.String)
        return pl.repeat(unknown, pl.len(), dtype=pl.Date if is_date else pl.String).alias(name)
    column = pl.col(name)
    if is_date:
        return column
    joined = column.list.join(_BARRIER) if isinstance(frame.schema[name], pl.List) else column
    if name in _TEXTS:
        return _folded(joined).alias(name)
    return pl.concat_str(pl.lit(_BARRIER), joined, pl.lit(_BARRIER)).alias(name)


def _folded(text: pl.Expr) -> pl.Expr:
    """Return the texts as `etl.query.text.fold` makes them, with the barrier as a token between them."""
    spaced = (
        text.str.normalize("NFKC")
        .str.to_lowercase()
        .str.replace_all(f"([{HAN_CLASS}{_BARRIER}])", " $1 ")
        .str.replace_all(rf"[^\p{{L}}\p{{N}}{_BARRIER}]+", " ")
    )
    return pl.concat_str(pl.lit(" "), spaced.str.strip_chars(" "), pl.lit(" "))


def _expression(query: Query) -> pl.Expr:
    if isinstance(query, Not):
        return ~_expression(query.operand)
    if isinstance(query, Text):
        return _any_text([query])
    if isinstance(query, Symbol):
        needle = f"{_BARRIER}{query.stem}" + ("" if query.is_prefix else _BARRIER)
        return pl.col(query.field).str.contains(needle, literal=True)
    if isinstance(query, Dates):
        return _between(query)
    if not isinstance(query, Or):
        return reduce(and_, (_expression(operand) for operand in query.operands))
    return reduce(or_, _alternatives(query))


def _alternatives(query: Or) -> list[pl.Expr]:
    """Terms over the same field are searched together, in one pass over the text."""
    by_field: dict[str, list[Text]] = {}
    others = []
    for operand in query.operands:
        if isinstance(operand, Text):
            by_field.setdefault(operand.field, []).append(operand)
        else:
            others.append(_expression(operand))
    return [*(_any_text(terms) for terms in by_field.values()), *others]


def _any_text(terms: list[Text]) -> pl.Expr:
    needles = [term.needle for term in terms]
    columns = [pl.col(name) for name in terms[0].columns]
    if len(needles) == 1:
        return reduce(or_, (column.str.contains(needles[0], literal=True) for column in columns))
    return reduce(or_, (column.str.contains_any(needles) for column in columns))


def _between(query: Dates) -> pl.Expr:
    column = pl.col(query.column)
    bounds = []
    if query.first is not None:
        bounds.append(column >= query.first)
    if query.last is not None:
        bounds.append(column <= query.last)
    return reduce(and_, bounds)
