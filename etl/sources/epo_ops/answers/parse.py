"""OPS answers → records; pure. Search, biblio, family, legal, claims, equivalents and the citing search (``ct=``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from etl.exchange.read import record_from_exchange_document
from etl.fetch.stated import count
from etl.records import PageRefusedError, Parsed, Record, Reject
from etl.sources.epo_ops.answers import answer, members
from etl.sources.epo_ops.answers.answer import OPS
from etl.sources.epo_ops.answers.vocabulary import leftover

EXCHANGE = "{http://www.epo.org/exchange}"
FULLTEXT = "{http://www.epo.org/fulltext}"
CAP = 2000  # hits a query hands out
# Beside every first page (of a search), one answer in so many is held against the known vocabulary: a format changes
# for all answers at once, and looking at each would cost a fifth of the time of parsing.
DRIFT_SAMPLE = 20


def _documents(root: etree._Element, parsed: Parsed) -> None:
    for row_no, document in enumerate(root.iter(f"{EXCHANGE}exchange-document"), 1):
        record = record_from_exchange_document(document, row_no, parsed.rejects)
        if record is not None:
            parsed.records.append(record)


def _search(element: etree._Element, parsed: Parsed) -> None:
    stated = element.get("total-result-count") or ""
    parsed.total = count(stated)
    if parsed.total is None:
        msg = f"OPS: the answer states {stated[:20]!r} as the number of hits; expected a number. Ask for it again."
        raise PageRefusedError(msg)
    result = element.find(f"{OPS}search-result")
    if result is None:
        return
    if result.find(f"{EXCHANGE}exchange-documents") is not None:
        _documents(result, parsed)
    else:
        members.references(result, parsed)


_READERS: dict[str, Callable[[etree._Element, Parsed], None]] = {
    f"{OPS}biblio-search": _search,
    f"{EXCHANGE}exchange-documents": _documents,
    f"{OPS}patent-family": members.family,
    f"{OPS}equivalents-inquiry": members.equivalents,
    f"{FULLTEXT}fulltext-documents": members.claims,
}


def _first_hit(request: Mapping[str, Any]) -> int:
    """Return the number of the first hit asked for, from 1."""
    stated, _, _ = str(request.get("headers", {}).get("X-OPS-Range", "")).partition("-")
    return int(stated) if stated.isdecimal() else 1


def _citing(parsed: Parsed, cited: str, first: int) -> None:
    """Turn a page of a ``ct=`` answer, from hit `first`, into edges: each record cites `cited`.

    The pages are asked for in order, so the one that ends with the last hit says that the list is complete: it states
    its own part of the list (`cited_by`), those before it are known by the edges of their records. Above the service's
    cap a list is never complete, and only the count is known.
    """
    for record in parsed.records:
        record.cites = [*(record.cites or ()), (cited, None, None)] if not _cites(record, cited) else record.cites
    total = parsed.total or 0
    complete = total == first - 1 + len(parsed.records) and total <= CAP
    authority, _, rest = cited.partition("-")
    number, _, kind = rest.partition("-")
    parsed.records.append(
        Record(
            cited,
            authority,
            number,
            kind or None,
            part="citing",
            row_no=len(parsed.records) + 1,
            cited_by=[(r.publication_number, r.publication_date) for r in parsed.records] if complete else None,
            citation_count=total if total < answer.CEILING else None,
            citation_count_kind="publication" if total < answer.CEILING else None,
        )
    )


def _cites(record: Record, cited: str) -> bool:
    return any(number == cited for number, _, _ in record.cites or ())


def _once(parsed: Parsed) -> None:
    """Keep one record per publication and part; a second one is kept as a reject, unless it says the same."""
    seen: dict[tuple[str, str], Record] = {}
    for record in parsed.records:
        first = seen.setdefault((record.part, record.publication_number), record)
        if first is not record and {**_fields(first), "row_no": 0} != {**_fields(record), "row_no": 0}:
            parsed.rejects.append(
                Reject(
                    f"{record.publication_number} comes twice in one answer and differs; the first is used.",
                    row_no=record.row_no,
                    item=repr(record)[:4000],
                )
            )
    if len(seen) < len(parsed.records):
        parsed.records = list(seen.values())


def _fields(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def _no_hits(content: bytes, request: Mapping[str, Any], status: int) -> bool:
    """Return whether this is a search that found nothing: 404 with that fault, or with no body at all.

    Source: docs/sources.md, OPS.
    """
    if status != 404 or "/search" not in str(request.get("path", "")):
        return False
    if not content.strip():
        return True
    try:
        answer.read(content)
    except answer.FaultError as fault:
        return fault.code == answer.NO_HITS
    return False


def _looks_for_drift(request: Mapping[str, Any], size: int) -> bool:
    """Return whether to look for unknown fields: settled by request and bytes alone, so that parsing stays pure."""
    is_page = "/search" in str(request.get("path", ""))
    return not request or (is_page and _first_hit(request) == 1) or size % DRIFT_SAMPLE == 0


def parse(content: bytes, request: Mapping[str, Any] | None = None, status: int = 200) -> Parsed:
    """Return the records of one landed answer.

    `request` is the landed request (`etl.fetch.landing`), `status` its HTTP status; both only settle what the bytes
    cannot say: whether an empty answer means no hits, and whose citing publications these are. Elements and attributes
    nobody knows are in `Parsed.leftover`, of the answers that are looked at (without a request: of each).
    """
    request = request or {}
    if _no_hits(content, request, status):
        parsed = Parsed(total=0)
    else:
        parsed = _read(content, look=_looks_for_drift(request, len(content)))
        _once(parsed)
    if cited := request.get("cited"):
        _citing(parsed, str(cited), _first_hit(request))
    return parsed


def _read(content: bytes, *, look: bool) -> Parsed:
    root = answer.read(content)
    parsed = Parsed(leftover=leftover(root) if look else {})
    readers = [(child, _READERS[child.tag]) for child in root if child.tag in _READERS]
    if not readers:
        found = ", ".join(sorted({etree.QName(child).localname for child in root} - {"meta"})) or "nothing"
        msg = (
            f"OPS: the answer holds {found}; expected search results, exchange documents, a patent family, "
            "equivalents or claims."
        )
        raise PageRefusedError(msg)
    for child, reader in readers:
        reader(child, parsed)
    return parsed
