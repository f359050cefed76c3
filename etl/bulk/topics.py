"""Which documents of a bulk file can match the topic queries: judged by their raw text, before anything is parsed.

Nearly all documents match nothing. A query matches only where certain letters are side by side, separators and markup
left out (its anchors); one multi-pattern search finds the documents that have any. Those are parsed and asked the exact
query, the others cost a fraction of what libxml2 alone would take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from etl.query.ast import And, Or, Query, Symbol, Text
from etl.query.batch import evaluate_frame
from etl.records import Record

_TEXT = pl.List(pl.String)
_SCHEMA: dict[str, type[pl.Date] | pl.List] = {
    "titles": _TEXT, "abstracts": _TEXT, "claims": _TEXT, "applicants": _TEXT, "ipc": _TEXT, "cpc": _TEXT,
    "publication_date": pl.Date, "filing_date": pl.Date,
}  # fmt: skip
_PREDEFINED = (b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;")
_SEPARATORS = bytes(code for code in range(128) if not chr(code).isalnum() and code != ord("&"))
_CLASSES = (b"<exch:patent-classifications>", b"</exch:patent-classifications>")
_UNTOLD = tuple((b"<exch:" + name + b">", b"</exch:" + name + b">") for name in (b"inventors", b"references-cited"))
_CLASS = 1  # how rare a class is
_ALONE = " "  # marks a word of which a text must have the very token
_LEFT_OUT = r"<[^>]*>|&(?:amp|lt|gt|quot|apos);|[^\p{L}\p{N}&]+"
_MIXED = r"[^>\s]\s*<[A-Za-z!]"  # a start tag after text: markup, or worse, amid the words


@dataclass(frozen=True, slots=True)
class Anchors:
    """Words of which every matching document has one; `with_symbols`: some of them are classes, not words of a text.

    Of `words` it is enough that their letters are side by side; those of `whole` must be words by themselves ("die",
    not "medieval").
    """

    words: list[str]
    whole: list[str]
    with_symbols: bool


def anchors(queries: Mapping[str, Query]) -> Anchors | None:
    """The anchors of all queries; None when some query has none (a negation or dates alone)."""
    found = [_anchors(query) for query in queries.values()]
    if not found or None in found:
        return None
    known = [each for each in found if each is not None]
    words = {word for each in known for word in each[1]}
    loose = {word for word in words if not word.endswith(_ALONE)}
    whole = {word.removesuffix(_ALONE) for word in words if word.endswith(_ALONE)} - loose
    return Anchors(sorted(loose), sorted(whole), any(rarity <= _CLASS for rarity, _ in known))


def _anchors(query: Query) -> tuple[int, frozenset[str]] | None:
    """How rare the anchors are thought to be (bytes of the shortest; a class is common), and the anchors."""
    if isinstance(query, Text):
        word = "".join(query.tokens)
        is_alone = len(query.tokens) == 1 and not query.truncated and word.isascii() and word.isalnum()
        return len(word.encode()), frozenset({word + _ALONE if is_alone else word})
    if isinstance(query, Symbol):
        return _CLASS, frozenset(
            {query.symbol.lower().replace("/", "").replace("*", "")[:4]}
        )  # the subclass, as far as given
    if isinstance(query, And | Or):
        parts = [_anchors(operand) for operand in query.operands]
        known = [part for part in parts if part is not None]
        if isinstance(query, And):
            return max(known, key=lambda part: part[0], default=None)
        if len(known) == len(parts):
            return min(rarity for rarity, _ in known), frozenset().union(*(words for _, words in known))
    return None


def may_match(documents: Sequence[bytes], wanted: Anchors, encoding: str) -> list[int]:
    """Positions of the documents (raw XML) that have one of the anchors, or that only parsing can judge.

    Those are documents with markup amid their text, or with characters written as entities.
    """
    documents = [_telling(document, wanted) for document in documents]
    plain = [document.isascii() for document in documents]
    texts = pl.Series([document.decode(encoding, "replace") for document in documents], dtype=pl.String)
    close = pl.Series(
        [_close(document) if ok else None for document, ok in zip(documents, plain, strict=True)], dtype=pl.String
    )
    foreign = pl.Series(plain).not_().arg_true()
    if len(foreign):
        folded = texts.gather(foreign).str.normalize("NFKC").str.to_lowercase().str.replace_all(_LEFT_OUT, "")
        close = close.scatter(foreign, folded)
    sure = close.str.contains("&", literal=True) | texts.str.contains(_MIXED)
    maybe = (_has_any(close, [*wanted.words, *wanted.whole]) & ~sure).arg_true()
    hit = sure.scatter(
        maybe, _has_any(close.gather(maybe), wanted.words) | _has_alone(texts.gather(maybe), wanted.whole)
    )
    return hit.arg_true().to_list()


def _has_any(texts: pl.Series, words: list[str]) -> pl.Series:
    return texts.str.contains_any(words) if words else pl.repeat(value=False, n=len(texts), eager=True)


def _has_alone(texts: pl.Series, words: list[str]) -> pl.Series:
    """Which texts have one of `words` with neither letter nor digit at its side."""
    if not words:
        return _has_any(texts, words)
    unusual = texts.str.contains(r"[^\x00-\x7f]").arg_true()
    texts = texts.scatter(unusual, texts.gather(unusual).str.normalize("NFKC"))
    return texts.str.contains(rf"(?i)(?:^|[^0-9a-z])(?:{'|'.join(words)})(?:[^0-9a-z]|$)")


def _telling(document: bytes, wanted: Anchors) -> bytes:
    """The document without the contents of those parts, most of it, that no anchor is looked for in.

    The tags around a part stay, so that there is still markup where it was cut out of a text.
    """
    if b"<!" in document:  # what looks like a tag may be none
        return document
    for part in _UNTOLD if wanted.with_symbols else (_CLASSES, *_UNTOLD):
        start = document.find(part[0])
        end = document.find(part[1], start) if start >= 0 else -1
        if end >= 0:
            document = document[: start + len(part[0])] + document[end:]
    return document


def _close(document: bytes) -> str:
    """The letters and digits of an ASCII document side by side, in lower case, tags' names among them."""
    if b"&" in document:
        for written in _PREDEFINED:
            document = document.replace(written, b"")
    return document.lower().translate(None, _SEPARATORS).decode("ascii")


def matching(
    records: Sequence[Record], queries: Mapping[str, Query], kept_before: frozenset[str] = frozenset()
) -> tuple[list[Record], list[tuple[str, str]]]:
    """Records that match at least one query, in order, and (query's name, publication number) of every match.

    Those whose publication number is in `kept_before` are kept without a match too.
    """
    if not records:
        return [], []
    verdicts = evaluate_frame(queries, _frame(records)).to_dict(as_series=False)
    kept = [n for n in range(len(records)) if any(verdicts[name][n] for name in queries)]
    hits = [(name, records[n].publication_number) for n in kept for name in queries if verdicts[name][n]]
    if kept_before:
        kept = sorted({*kept, *(n for n, record in enumerate(records) if record.publication_number in kept_before)})
    return [records[n] for n in kept], hits


def _frame(records: Sequence[Record]) -> pl.DataFrame:
    def texts(values: list[tuple[str | None, str]] | None) -> list[str] | None:
        return None if values is None else [text for _, text in values]

    return pl.DataFrame(
        {
            "titles": [texts(r.titles) for r in records],
            "abstracts": [texts(r.abstracts) for r in records],
            "claims": [None if r.claims_text is None else [r.claims_text] for r in records],
            "applicants": [None if r.applicants is None else [a[1] for a in r.applicants if a[1]] for r in records],
            "ipc": [r.ipc for r in records],
            "cpc": [r.cpc for r in records],
            "publication_date": [r.publication_date for r in records],
            "filing_date": [r.filing_date for r in records],
        },
        schema=_SCHEMA,
    )
