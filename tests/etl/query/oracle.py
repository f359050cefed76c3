"""What the query tests compare with: random queries and documents, and interpreters written a second time.

Nothing here uses the matching code of `etl.query`: text is compared character by character over token lists, CQL is
read by its own little reader, Lens JSON is walked by its own walker. An error shared by compiler and evaluator
cannot hide behind itself.
"""

from __future__ import annotations

import unicodedata
from datetime import date

from hypothesis import strategies as st

from etl.query.ast import And, Dates, Not, Or, Query, Symbol, Text
from etl.query.document import Document

WORDS = ["laser", "lidar", "common", "rail", "lithography", "lithographic", "mask", "x5", "and", "not"]
HAN = ["光", "刻", "机", "胶"]
SYMBOLS = ["G03F7/20", "G03F7/2002", "G03F7/16", "G03B1/00", "H01L21/02", "H01L21/027", "B41J2/01"]
SEPARATORS = [" ", "-", ", ", "。", " / ", "\t"]
# Few days, so that ranges begin and end on days that documents have.
DAYS = st.sampled_from([date(2000, 1, 1), date(2001, 6, 1), date(2001, 6, 2), date(2002, 2, 28), date(2003, 12, 31)])


# ------------------------------------------------------------------------------------------------ random queries
def _text(field: str) -> st.SearchStrategy[Text]:
    phrase = st.lists(st.sampled_from(WORDS + HAN), min_size=1, max_size=3).map(lambda t: Text(field, tuple(t)))
    stem = st.sampled_from(["lit", "litho", "lithography", "las", "com"]).map(
        lambda s: Text(field, (s,), truncated=True)
    )
    return phrase | stem


def _range(field: str, days: tuple[date | None, date | None]) -> Dates:
    known = sorted(day for day in days if day)
    if len(known) == 2:
        return Dates(field, known[0], known[1])
    return Dates(field, *days) if known else Dates(field, date(2001, 6, 1), None)


_PREFIXES = ["G", "G03", "G03F", "H01L", "H01L21/", "G03F7/", "G03F7/20*"]
_SYMBOL = st.builds(Symbol, st.sampled_from(["ipc", "cpc"]), st.sampled_from([*SYMBOLS, *_PREFIXES]))
_DATES = st.builds(_range, st.sampled_from(["pd", "ad"]), st.tuples(st.none() | DAYS, st.none() | DAYS))
LEAVES: st.SearchStrategy[Query] = st.one_of([_text(f) for f in ("ti", "ab", "tiab", "cl", "pa")] + [_SYMBOL, _DATES])


def _nest(inner: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return several.map(And) | several.map(Or) | inner.map(Not)


QUERIES: st.SearchStrategy[Query] = st.recursive(LEAVES, _nest, max_leaves=12)

# ---------------------------------------------------------------------------------------------- random documents
_PIECES = st.sampled_from([*WORDS, *HAN, "Laser", "ＬＩＤＡＲ", "光刻机"])
_SENTENCE = st.lists(st.tuples(_PIECES, st.sampled_from([*SEPARATORS, ""])), max_size=7).map(
    lambda parts: "".join(a + b for a, b in parts)
)
_TEXTS = st.lists(_SENTENCE, max_size=2)
_CODES = st.lists(st.sampled_from(SYMBOLS), max_size=3)


def _document(texts: list[list[str] | None], codes: list[list[str] | None], days: list[date | None]) -> Document:
    filed, published = days
    if filed and published and filed > published:
        filed, published = published, filed  # nothing is published before it is filed
    return Document(*texts[:3], *codes, texts[3], published, filed, publication_number="CN-1234567-A")  # type: ignore[misc]


def documents(complete: bool) -> st.SearchStrategy[Document]:
    """Return random documents, with every field known or with some unknown."""
    maybe = (lambda s: s) if complete else (lambda s: st.none() | s)
    return st.builds(
        _document,
        st.tuples(*[maybe(_TEXTS)] * 4).map(list),
        st.tuples(*[maybe(_CODES)] * 2).map(list),
        st.tuples(*[maybe(DAYS)] * 2).map(list),
    )


# ------------------------------------------------------------------------------------------------- naive matching
def naive_tokens(text: str) -> list[str]:
    """Cut a text into words and single ideographs, one character at a time."""
    out: list[str] = []
    inside = False
    for char in unicodedata.normalize("NFKC", text).lower():
        if "CJK UNIFIED" in unicodedata.name(char, ""):
            out.append(char)
            inside = False
        elif unicodedata.category(char)[0] in "LN":
            out[-1:] = [out[-1] + char] if inside else [*out[-1:], char]
            inside = True
        else:
            inside = False
    return out


def naive_match(phrase: str, texts: list[str]) -> bool:
    """Return whether the words of `phrase`, the last perhaps ending in ``*``, are adjacent in one of `texts`."""
    wanted = naive_tokens(phrase.rstrip("*"))
    for text in texts:
        have = naive_tokens(text)
        for start in range(len(have) - len(wanted) + 1):
            window = have[start : start + len(wanted)]
            if window == wanted or (
                phrase.endswith("*") and window[:-1] == wanted[:-1] and window[-1].startswith(wanted[-1])
            ):
                return True
    return False


def naive_symbol(pattern: str, symbols: list[str]) -> bool:
    """Tell whether a symbol is `pattern`, or begins with it where it ends in ``*`` or ``/`` or has no subgroup."""
    if pattern.endswith("*") or pattern.endswith("/") or "/" not in pattern:
        return any(symbol[: len(pattern.rstrip("*"))] == pattern.rstrip("*") for symbol in symbols)
    return any(symbol == pattern for symbol in symbols)


def kleene(query: Query, doc: Document) -> bool | None:
    """Evaluate `query` by the least and greatest truth value: 0 False, 1 cannot be decided, 2 True."""
    return {0: False, 1: None, 2: True}[_value(query, doc)]


def _value(query: Query, doc: Document) -> int:
    if isinstance(query, Not):
        return 2 - _value(query.operand, doc)
    if isinstance(query, And):
        return min(_value(part, doc) for part in query.operands)
    if isinstance(query, Or):
        return max(_value(part, doc) for part in query.operands)
    if isinstance(query, Text):
        columns = {
            "ti": ["titles"],
            "ab": ["abstracts"],
            "tiab": ["titles", "abstracts"],
            "cl": ["claims"],
            "pa": ["applicants"],
        }
        phrase = " ".join(query.tokens) + ("*" if query.truncated else "")
        known = [getattr(doc, column) for column in columns[query.field]]
        if any(naive_match(phrase, texts) for texts in known if texts is not None):
            return 2
        return 1 if None in known else 0
    if isinstance(query, Symbol):
        symbols = doc.ipc if query.field == "ipc" else doc.cpc
        return 1 if symbols is None else 2 * naive_symbol(query.symbol, list(symbols))
    day = doc.publication_date if query.field == "pd" else doc.filing_date
    if day is None:
        return 1
    return 2 * ((query.first or date.min) <= day <= (query.last or date.max))


# ------------------------------------------------------------------------------------------- a second CQL reader
def naive_cql(cql: str, doc: Document) -> bool:
    """Evaluate CQL by cutting the string: quotes, parentheses, then Booleans from the left."""
    value, rest = _cql_chain(cql.strip(), doc)
    assert not rest, f"left over: {rest!r} of {cql!r}"
    return value


def _cql_chain(text: str, doc: Document) -> tuple[bool, str]:
    value, text = _cql_piece(text, doc)
    while text and not text.startswith(")"):
        operator, text = text.split(" ", 1)
        right, text = _cql_piece(text, doc)
        value = {"and": value and right, "or": value or right, "not": value and not right}[operator]
    return value, text


def _cql_piece(text: str, doc: Document) -> tuple[bool, str]:
    if text.startswith("("):
        value, rest = _cql_chain(text[1:], doc)
        assert rest.startswith(")"), rest
        return value, rest[1:].lstrip()
    at = min(i for i in (text.find(c) for c in "=><w") if i > 0)
    index, tail = text[:at].strip(), text[at:]
    relation = next(r for r in ("within", ">=", "<=", "=") if tail.startswith(r))
    tail = tail[len(relation) :].lstrip()
    if tail.startswith('"'):
        term, rest = tail[1:].split('"', 1)
    else:
        cut = min([i for i in (tail.find(" "), tail.find(")")) if i >= 0], default=len(tail))
        term, rest = tail[:cut], tail[cut:]
    return _cql_clause(index, relation, term, doc), rest.lstrip()


def _cql_clause(index: str, relation: str, term: str, doc: Document) -> bool:
    if index == "pd":
        if doc.publication_date is None:
            return False
        day = doc.publication_date.strftime("%Y%m%d")
        first, last = (term.split() if relation == "within" else (term, term))[:2]
        return {"within": first <= day <= last, ">=": day >= first, "<=": day <= last}[relation]
    if index == "pn":
        return (doc.publication_number or "").startswith(f"{term}-")
    if index in ("ipc", "cpc"):
        return naive_symbol(term, list(getattr(doc, index) or []))
    columns = {"ti": ["titles"], "ab": ["abstracts"], "ta": ["titles", "abstracts"], "pa": ["applicants"]}[index]
    return any(naive_match(term, list(getattr(doc, column) or [])) for column in columns)


# ------------------------------------------------------------------------------------------- a second Lens walker
_LENS = {
    "title": "titles", "abstract": "abstracts", "claim": "claims", "applicant.name": "applicants",
    "class_ipcr.symbol": "ipc", "class_cpc.symbol": "cpc",
    "date_published": "publication_date", "application_reference.date": "filing_date",
}  # fmt: skip


def naive_lens(node: dict, doc: Document) -> bool:
    """Walk Lens query JSON; bool clauses as Elasticsearch documents them."""
    ((kind, body),) = node.items()
    if kind == "bool":
        good = all(naive_lens(n, doc) for key in ("must", "filter") for n in body.get(key, []))
        bad = any(naive_lens(n, doc) for n in body.get("must_not", []))
        some = not body.get("should") or any(naive_lens(n, doc) for n in body["should"])
        assert not body.get("should") or body.get("minimum_should_match") == 1
        return good and some and not bad
    if kind == "query_string":
        pattern = body["query"].replace("\\", "")
        assert pattern.endswith("*")
        return any(_lens_leaf(field, pattern, doc) for field in body["fields"])
    ((field, what),) = body.items()
    if kind == "range":
        day = getattr(doc, _LENS[field])
        assert set(what) <= {"gte", "lte"}
        low, high = what.get("gte", "0000"), what.get("lte", "9999")
        return day is not None and low <= day.isoformat() <= high
    assert kind in ("match_phrase", "term")
    return _lens_leaf(field, what, doc)


def _lens_leaf(field: str, what: str, doc: Document) -> bool:
    if field == "jurisdiction":
        return (doc.publication_number or "")[:2] == what
    values = list(getattr(doc, _LENS[field]) or [])
    if not field.startswith("class_"):
        return naive_match(what, values)
    return any(v.startswith(what[:-1]) for v in values) if what.endswith("*") else what in values
