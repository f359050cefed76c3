"""Which publications a query finds: each distinct query is evaluated once over the corpus, and the clock filters."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from etl.query.document import Document
from etl.sources.epo_ops.query.cql import evaluate_cql, parse_cql
from etl.sources.lens.query_json import evaluate_lens
from office.corpus.corpus import Corpus
from office.plan.model import Family, Publication
from office.service.postings import Postings, Terms, cql_terms, lens_terms

_LAST_CLAUSE = re.compile(
    r'^(?P<rest>.+)\s+and\s+(?P<clause>(?:pd\s*(?:=|>=|<=|<|>)\s*[\d"]+|pd\s+within\s+"[\d\s,]+"|pn\s*=\s*"?[A-Za-z]{2}"?))\s*$',
    re.IGNORECASE | re.DOTALL,
)
_PER_PUBLICATION = re.compile(r"\b(pd|pn|ct|pr|num|famn|publicationdate|publicationnumber|citation|prioritynumber)\b")
_EVERYTHING = 'pd within "17820101 21001231"'


def _document(family: Family, one: Publication, with_claims: bool) -> Document:
    shown = family.searched_as or (family.title_en, family.title_zh, family.abstract, family.ipc)
    titles = [shown[0], shown[1]] if one.country == "CN" else [shown[0]]
    known = one.claims is not None and with_claims
    return Document(
        titles=titles,
        abstracts=[shown[2]],
        claims=[f"1. {family.claims_text}."] if known else [],
        ipc=shown[3],
        cpc=shown[3],
        applicants=[a.name for a in family.applicants],
        publication_date=one.date,
        filing_date=one.filing_date,
        publication_number=one.key,
        family_id=f"docdb:{family.docdb_id}",
        cites=[c.cited for c in one.cites],
        priorities=[f"{p[0]}-{p[1]}" for p in family.priorities],
    )


class Index:
    """The searchable side of one service. Publications of a family with the same text are looked at once."""

    def __init__(self, corpus: Corpus, service: str) -> None:
        self.publications = [p for p in corpus.publications if (p.on_ops if service == "ops" else p.on_lens)]
        self.families = corpus.families
        self.with_claims = service == "lens"
        self._cache: dict[str, list[Publication]] = {}
        self._lock = threading.Lock()
        self._documents: dict[str, Document] = {}
        groups: dict[tuple[int, bool, bool], list[Publication]] = {}
        for one in self.publications:
            unclaimed = one.claims is None or not self.with_claims
            groups.setdefault((one.family, one.country == "CN", unclaimed), []).append(one)
        self._groups = list(groups.values())
        self._texts = [self.document(group[0]) for group in self._groups]
        self._citing: dict[str, list[Publication]] = {}
        for one in self.publications:
            for cited in {c.cited.rsplit("-", 1)[0] for c in one.cites}:
                self._citing.setdefault(cited, []).append(one)

    def document(self, one: Publication) -> Document:
        """Return the publication as queries see it."""
        found = self._documents.get(one.key)
        if found is None:
            found = self._documents[one.key] = _document(self.families[one.family], one, self.with_claims)
        return found

    def by_group(self, key: str, test: Callable[[Document], bool], terms: Terms | None) -> list[Publication]:
        """Return the publications whose text satisfies `test`, evaluated once per key and per distinct text."""
        with self._lock:
            found = self._cache.get(key)
            if found is None:
                at = range(len(self._texts)) if test(Document()) else self.postings.candidates(terms)
                found = [p for group in at if test(self._texts[group]) for p in self._groups[group]]
                self._cache[key] = found
        return found

    @cached_property
    def postings(self) -> Postings:
        """The inverted index over the distinct texts."""
        return Postings(self._texts)

    def citing(self, number: str) -> list[Publication]:
        """Return the publications that cite ``CC-NUMBER``, in any kind."""
        return self._citing.get(number, [])


def _newest_first(found: Iterable[Publication], on: date) -> list[Publication]:
    return sorted((p for p in found if p.visible(on)), key=lambda p: (-p.date.toordinal(), p.key))


def search_ops(index: Index, cql: str, on: date) -> list[Publication]:
    """Return the visible publications that satisfy `cql`, newest first. Raises `cql_terms.CqlError`."""
    rest, clauses = cql.strip(), []
    while match := _LAST_CLAUSE.match(rest):  # CQL's Booleans associate to the left: the last clause stands for itself
        rest = match["rest"]
        clauses.append(match["clause"])
    evaluate_cql(cql, Document())  # a mistake anywhere is reported before anything is looked up
    plain = re.sub(r'"[^"]*"', '""', rest.replace(_EVERYTHING, ""))
    if cited := re.fullmatch(r'\s*\(?\s*(?:ct|citation)\s*=\s*"?([A-Z]{2})\.?(\w+?)"?\s*\)?\s*', rest):
        found: Iterable[Publication] = index.citing(_cited(index, cited[1], cited[2]))
    elif _PER_PUBLICATION.search(plain):
        found = [p for p in index.publications if evaluate_cql(rest, index.document(p))]
    else:
        found = index.by_group(f"cql:{rest}", parse_cql(rest).matches, cql_terms(rest))
    light = [(p, Document(publication_date=p.date, publication_number=p.key)) for p in found]
    return _newest_first((p for p, doc in light if all(evaluate_cql(c, doc) for c in clauses)), on)


def _cited(index: Index, country: str, number: str) -> str:
    """Return ``CC-NUMBER`` of a ct= value, which may carry its kind."""
    stripped = re.sub(r"[A-Z]\d?$", "", number)
    whole = f"{country}-{number}"
    return whole if index.citing(whole) else f"{country}-{stripped}"


_FILTERS = ("date_published", "jurisdiction")


def _is_filter(clause: Mapping[str, Any]) -> bool:
    inner = clause.get("range") or clause.get("term") or clause.get("terms")
    return len(clause) == 1 and isinstance(inner, Mapping) and len(inner) == 1 and next(iter(inner)) in _FILTERS


def _split(query: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Return (parts about the text, parts about date and office) of a conjunction; else the query as it is."""
    if set(query) == {"bool"} and isinstance(query["bool"], Mapping) and set(query["bool"]) <= {"must", "filter"}:
        clauses: list[Mapping[str, Any]] = []
        for name in ("must", "filter"):
            value = query["bool"].get(name) or []
            clauses += [value] if isinstance(value, Mapping) else list(value)
        return [c for c in clauses if not _is_filter(c)], [c for c in clauses if _is_filter(c)]
    return [query], []


def search_lens(index: Index, query: Mapping[str, Any], on: date) -> list[Publication]:
    """Return the visible publications that satisfy `query`, newest first. Raises `query_json.LensQueryError`."""
    evaluate_lens(query, Document())
    texts, filters = _split(query)
    core: Mapping[str, Any] = {"bool": {"must": texts}} if texts else {"match_all": {}}
    written = json.dumps(core, sort_keys=True, ensure_ascii=False)
    if any(f'"{name}"' in written for name in (*_FILTERS, "doc_number", "kind", "ids", "application_reference.date")):
        found = [p for p in index.publications if evaluate_lens(core, index.document(p))]
    else:
        found = index.by_group(f"lens:{written}", lambda document: evaluate_lens(core, document), lens_terms(core))
    light = [(p, Document(publication_date=p.date, publication_number=p.key)) for p in found]
    return _newest_first((p for p, doc in light if all(evaluate_lens(c, doc) for c in filters)), on)
