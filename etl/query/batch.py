"""The local evaluation over whole frames of documents, for bulk files: the same meaning, a column at a time.

A frame has the fields of `etl.query.document.Document` as columns: ``titles, abstracts, claims, applicants, ipc,
cpc`` lists of text, ``publication_date, filing_date`` dates. A missing column and a null are unknown. Polars'
``&``, ``|`` and ``~`` are Kleene's, so null is "cannot be decided" all the way through.

Folding costs most. A text in which no term's letters are adjacent, separators left out, can match no term:
such texts, nearly all of a bulk file, are found by one multi-pattern search and are never folded.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import and_, or_

import polars as pl

from etl.query.ast import Dates, Leaf, Not, Or, Query, Symbol, Text, leaves
from etl.query.text import HAN_CLASS

_BARRIER = "\x1f"  # between the texts of one field: no phrase runs across it
_SEPARATORS = rf"[^\p{{L}}\p{{N}}{_BARRIER}]+"
# Characters that NFKC leaves alone, or turns from one separator into another; a text of these needs no normalising.
_PLAIN = (
    r"[^\x00-\x7f\u00b0\u00b7\u00d7\u03b1-\u03c1\u03c3-\u03c9\u2013\u2014\u2018-\u201d\u2026\u3000-\u3002\u3008-\u3011"
)
_UNUSUAL = _PLAIN + r"\u4e00-\u9fff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff60]"
_SLICE = 8192
_TEXTS = frozenset({"titles", "abstracts", "claims", "applicants"})


def evaluate_frame(queries: Mapping[str, Query], frame: pl.DataFrame) -> pl.DataFrame:
    """Return one nullable Boolean column per query, one row per document of `frame`, in its order.

    Slices of the frame are evaluated side by side on the machine's cores.
    """
    terms = [leaf for query in queries.values() for leaf in leaves(query)]
    expressions = [_expression(query).alias(name) for name, query in queries.items()]

    def evaluate_slice(part: pl.DataFrame) -> pl.DataFrame:
        return pl.DataFrame(_prepared(part, terms)).select(expressions)

    if frame.height <= _SLICE:
        return evaluate_slice(frame)
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return pl.concat(pool.map(evaluate_slice, frame.iter_slices(_SLICE)))


def _columns(leaf: Leaf) -> tuple[str, ...]:
    if isinstance(leaf, Text):
        return leaf.columns
    return (leaf.field,) if isinstance(leaf, Symbol) else (leaf.column,)


def _prepared(frame: pl.DataFrame, terms: list[Leaf]) -> list[pl.Series]:
    """Return the columns that `terms` need, texts folded, lists joined."""
    words: dict[str, set[str]] = {}
    for term in terms:
        for column in _columns(term):
            words.setdefault(column, set()).update(["".join(term.tokens)] if isinstance(term, Text) else [])
    return [_column(frame, name, sorted(found)) for name, found in sorted(words.items())]


def _column(frame: pl.DataFrame, name: str, words: list[str]) -> pl.Series:
    is_date = name.endswith("_date")
    if name not in frame.columns or frame.schema[name] == pl.Null:
        return pl.Series(name, [None], dtype=pl.Date if is_date else pl.String).new_from_index(0, frame.height)
    column = frame[name]
    if is_date:
        return column
    joined = column.list.join(_BARRIER) if isinstance(column.dtype, pl.List) else column
    return _folded(joined, words) if name in _TEXTS else (_BARRIER + joined + _BARRIER).alias(name)


def _folded(texts: pl.Series, words: list[str]) -> pl.Series:
    """Return the texts as `etl.query.text.fold` makes them, a barrier between them; " " where no word can match."""
    unusual = texts.str.contains(_UNUSUAL).fill_null(value=False).arg_true()
    if len(unusual):
        texts = texts.clone().scatter(unusual, texts.gather(unusual).str.normalize("NFKC"))
    lower = texts.str.to_lowercase()
    close = lower.str.replace_all(_SEPARATORS, "")
    hits = close.str.contains_any(words).fill_null(value=False).arg_true()
    spaced = (
        lower.gather(hits)
        .str.replace_all(f"([{HAN_CLASS}{_BARRIER}])", " $1 ")
        .str.replace_all(_SEPARATORS, " ")
        .str.strip_chars(" ")
    )
    known = texts.is_not_null()
    nothing = pl.select(pl.when(known).then(pl.lit(" ")).alias(texts.name)).to_series()
    return nothing.scatter(hits, " " + spaced + " ")


def _expression(query: Query) -> pl.Expr:
    if isinstance(query, Not):
        return ~_expression(query.operand)
    if isinstance(query, Text | Symbol):
        return _found([query])
    if isinstance(query, Dates):
        return _between(query)
    if isinstance(query, Or):
        return reduce(or_, _alternatives(query))
    return reduce(and_, (_expression(operand) for operand in query.operands))


def _alternatives(query: Or) -> list[pl.Expr]:
    """Terms over the same field are searched together, in one pass over the column."""
    by_field: dict[str, list[Text | Symbol]] = {}
    others = []
    for operand in query.operands:
        if isinstance(operand, Text | Symbol):
            by_field.setdefault(operand.field, []).append(operand)
        else:
            others.append(_expression(operand))
    return [*(_found(terms) for terms in by_field.values()), *others]


def _found(terms: list[Text | Symbol]) -> pl.Expr:
    """Return whether one of `terms`, all over one field, is found."""
    needles = [term.needle if isinstance(term, Text) else _symbol(term) for term in terms]
    columns = [pl.col(name) for name in _columns(terms[0])]
    if len(needles) == 1:
        return reduce(or_, (column.str.contains(needles[0], literal=True) for column in columns))
    return reduce(or_, (column.str.contains_any(needles) for column in columns))


def _symbol(term: Symbol) -> str:
    return f"{_BARRIER}{term.stem}" + ("" if term.is_prefix else _BARRIER)


def _between(query: Dates) -> pl.Expr:
    column = pl.col(query.column)
    bounds = []
    if query.first is not None:
        bounds.append(column >= query.first)
    if query.last is not None:
        bounds.append(column <= query.last)
    return reduce(and_, bounds)
