"""Evaluation of Lens query JSON over single documents: what the simulated office's Lens service answers with.

The subset: bool (must, should, must_not, filter, minimum_should_match), match, match_phrase, prefix, term, terms,
range, match_all, query_string with a field list and one word that may end in ``*`` (docs/sources.md, Lens). The closed
world of a service holds: a field it does not have matches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

from etl.query.document import Document
from etl.query.text import fold, tokens

_TEXT = {
    "title": "titles",
    "abstract": "abstracts",
    "claim": "claims",
    "claims": "claims",
    "applicant.name": "applicants",
}
_KEYWORD = {"class_ipcr.symbol": "ipc", "class_cpc.symbol": "cpc"}
_DATES = {"date_published": "publication_date", "application_reference.date": "filing_date"}


class LensQueryError(ValueError):
    """The query is not one the service would take; the message says what was expected (HTTP 400)."""


def evaluate_lens(body: Mapping[str, Any], doc: Document) -> bool:
    """Return whether `doc` satisfies `body`: a request body with a "query", or the query itself.

    Raises LensQueryError.
    """
    inner = body.get("query", body)
    if not isinstance(inner, Mapping):
        msg = "Lens query: expected a JSON object"
        raise LensQueryError(msg)
    return _evaluate(inner, doc)


def _evaluate(query: Mapping[str, Any], doc: Document) -> bool:
    if len(query) != 1:
        msg = f"Lens query: expected one query type, found {sorted(query)}"
        raise LensQueryError(msg)
    ((kind, what),) = query.items()
    if kind == "bool":
        return _boolean(what, doc)
    if kind == "match_all":
        return True
    if kind == "query_string":
        return _query_string(what, doc)
    if kind not in {"match", "match_phrase", "prefix", "term", "terms", "range"}:
        msg = f"Lens query: unknown query type {kind!r}"
        raise LensQueryError(msg)
    if not isinstance(what, Mapping) or len(what) != 1:
        msg = f"Lens query: {kind} takes one field"
        raise LensQueryError(msg)
    ((name, value),) = what.items()
    return _range(name, value, doc) if kind == "range" else _leaf(kind, name, value, doc)


def _clauses(value: Any) -> Sequence[Mapping[str, Any]]:
    return [value] if isinstance(value, Mapping) else list(value or ())


def _boolean(what: Mapping[str, Any], doc: Document) -> bool:
    unknown = set(what) - {"must", "should", "must_not", "filter", "minimum_should_match"}
    if unknown:
        msg = f"Lens query: bool does not know {sorted(unknown)}"
        raise LensQueryError(msg)
    required = [*_clauses(what.get("must")), *_clauses(what.get("filter"))]
    should = _clauses(what.get("should"))
    # As in Elasticsearch: alternatives are optional once something is required.
    least = int(what.get("minimum_should_match", 0 if required else 1)) if should else 0
    return (
        all(_evaluate(clause, doc) for clause in required)
        and not any(_evaluate(clause, doc) for clause in _clauses(what.get("must_not")))
        and sum(islice((1 for clause in should if _evaluate(clause, doc)), max(least, 1))) >= least
    )


def _leaf(kind: str, name: str, value: Any, doc: Document) -> bool:
    if kind == "terms":
        return any(_leaf("term", name, one, doc) for one in value)
    wanted = str(value)
    if name in _TEXT:
        return _text(kind, wanted, doc.folded(_TEXT[name]) or ())
    if name in _DATES:
        return kind != "prefix" and _range(name, {"gte": wanted, "lte": wanted}, doc)
    values = _values(name, doc)
    return any(one.startswith(wanted) for one in values) if kind == "prefix" else wanted in values


def _text(kind: str, wanted: str, texts: Sequence[str]) -> bool:
    if kind == "match":
        return any(f" {token} " in text for token in _tokens(wanted) for text in texts)
    needle = _fold(wanted)
    if kind == "prefix":
        needle = needle.rstrip(" ")
    return bool(needle.strip()) and any(needle in text for text in texts)


# A query's few words are looked for in many documents.
_tokens = lru_cache(maxsize=4096)(tokens)
_fold = lru_cache(maxsize=4096)(fold)


def _values(name: str, doc: Document) -> Sequence[str]:
    if name in _KEYWORD:
        return getattr(doc, _KEYWORD[name]) or ()
    number = (doc.publication_number or "").split("-")
    parts = {"jurisdiction": 0, "doc_number": 1, "kind": 2}
    if name in parts:
        return number[parts[name] : parts[name] + 1] if doc.publication_number else ()
    if name == "ids":
        return ("".join(number), "".join(number[:2]), "_".join(number)) if doc.publication_number else ()
    msg = f"Lens query: unknown field {name!r}"
    raise LensQueryError(msg)


def _range(name: str, value: Any, doc: Document) -> bool:
    if name not in _DATES or not isinstance(value, Mapping):
        msg = f"Lens query: range takes a date field ({', '.join(_DATES)}) and bounds, found {name!r}"
        raise LensQueryError(msg)
    known: date | None = getattr(doc, _DATES[name])
    if known is None:
        return False
    for bound, text in value.items():
        limit = _date(text)
        holds = {"gte": known >= limit, "gt": known > limit, "lte": known <= limit, "lt": known < limit}
        if bound not in holds:
            msg = f"Lens query: range does not know {bound!r}"
            raise LensQueryError(msg)
        if not holds[bound]:
            return False
    return True


def _date(text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        msg = f"Lens query: {text!r} is no date (yyyy-mm-dd)"
        raise LensQueryError(msg) from None


def _query_string(what: Mapping[str, Any], doc: Document) -> bool:
    """One word over the fields of a list, ``*`` at its end for truncation, reserved characters escaped."""
    text, fields = str(what.get("query", "")), what.get("fields")
    plain = re.sub(r"\\(.)", r"\1", text.removesuffix("*"))
    if not isinstance(fields, Sequence) or not fields or not plain or re.search(r'(?<!\\)[\s*?"():]', text[:-1]):
        msg = f"Lens query: the query_string {text!r} must be one word, with a list of fields"
        raise LensQueryError(msg)
    kind = "prefix" if text.endswith("*") and not text.endswith("\\*") else "term"
    return any(_leaf(kind, name, plain, doc) for name in fields)
