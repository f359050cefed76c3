"""The neutral query as Lens query JSON.

Lens can say all of it (docs/sources.md, Lens): phrases by ``match_phrase``, truncation by ``query_string`` (documented
for one word and a list of fields, unlike ``prefix``), symbols by ``term`` or a truncated ``query_string``, dates by
``range``, claims by the field ``claim``. Send it with `BODY`: by default Lens stems, which would find more words
than the local evaluation and, in an exclusion, lose records. A field that Lens does not hold for a record matches
nothing there, where the local evaluation says "cannot be decided".
"""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType
from typing import Any

from etl.query.ast import And, Dates, Leaf, Not, Or, Query, Symbol, Text
from etl.query.canonical import canonical
from etl.query.text import spell

BODY = MappingProxyType({"stemming": False})
_TEXT = {"titles": "title", "abstracts": "abstract", "claims": "claim", "applicants": "applicant.name"}
_CLASS = {"ipc": "class_ipcr.symbol", "cpc": "class_cpc.symbol"}
_DATE = {"pd": "date_published", "ad": "application_reference.date"}


def compile_lens(
    query: Query, published_from: date | None = None, published_to: date | None = None, office: str | None = None
) -> dict[str, Any]:
    """Return the value of "query" in the body of a Lens request: `query`, published in the range, by `office`.

    Both dates are inclusive; `office` is a publishing authority (``CN``).
    """
    filters: list[dict[str, Any]] = []
    if published_from or published_to:
        filters.append(_range("date_published", published_from, published_to))
    if office:
        filters.append({"term": {"jurisdiction": office}})
    inner = _compile(canonical(query))
    return {"bool": {"must": [inner], "filter": filters}} if filters else inner


def _compile(query: Query) -> dict[str, Any]:
    if isinstance(query, Not):
        return {"bool": {"must_not": [_compile(query.operand)]}}
    if isinstance(query, Or):
        return _either([_compile(operand) for operand in query.operands])
    if isinstance(query, And):
        wanted = [_compile(operand) for operand in query.operands if not isinstance(operand, Not)]
        barred = [_compile(operand.operand) for operand in query.operands if isinstance(operand, Not)]
        parts = {"must": wanted, "must_not": barred}
        return {"bool": {name: clauses for name, clauses in parts.items() if clauses}}
    return _leaf(query)


def _either(clauses: list[dict[str, Any]]) -> dict[str, Any]:
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses, "minimum_should_match": 1}}


def _leaf(leaf: Leaf) -> dict[str, Any]:
    if isinstance(leaf, Dates):
        return _range(_DATE[leaf.field], leaf.first, leaf.last)
    if isinstance(leaf, Symbol):
        field = _CLASS[leaf.field]
        return _truncated(leaf.stem, [field]) if leaf.is_prefix else {"term": {field: leaf.symbol}}
    return _text(leaf)


def _text(leaf: Text) -> dict[str, Any]:
    fields = [_TEXT[column] for column in leaf.columns]
    if leaf.truncated:
        return _truncated(leaf.tokens[0], fields)
    return _either([{"match_phrase": {field: spell(leaf.tokens)}} for field in fields])


def _truncated(stem: str, fields: list[str]) -> dict[str, Any]:
    escaped = re.sub(r"([^\w])", r"\\\1", stem)
    return {"query_string": {"query": f"{escaped}*", "fields": fields}}


def _range(field: str, first: date | None, last: date | None) -> dict[str, Any]:
    bounds = {"gte": first, "lte": last}
    return {"range": {field: {name: day.isoformat() for name, day in bounds.items() if day}}}
