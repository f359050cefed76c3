"""Lens records as JSON objects, in the shapes recorded from the real API: keys that have no value are left out.

Two departures from the real service, which gave neither residence nor claims for the recorded CN publications: here
claims of CN publications are given (all but the planted unknown ones), because otherwise the claims indicator of a
Chinese corpus could not be known at either service; and applicants of CN publications carry their address. Residence is
left out for CN, as recorded: OPS has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from office.plan.model import Family, Publication
from office.service.ops_document import hash_number
from office.service.ops_xml import claim_texts

_TYPES = {"application": "PATENT_APPLICATION", "grant": "GRANTED_PATENT", "utility_model": "LIMITED_PATENT"}


def lens_id(key: str) -> str:
    """Return an invented Lens identifier, all of which begin with 999."""
    first, second = hash_number(key), hash_number(key[::-1] + "x")
    digits = f"{first % 10**9:09d}{second % 1000:03d}"
    return f"999-{digits[:3]}-{digits[3:6]}-{digits[6:9]}-{digits[9:12]}"


def _document_id(publication: Publication, dated: bool) -> dict[str, Any]:
    found = {"jurisdiction": publication.country, "doc_number": publication.number, "kind": publication.kind}
    return found | ({"date": publication.date.isoformat()} if dated else {})


def _member(publication: Publication) -> dict[str, Any]:
    return {"document_id": _document_id(publication, dated=True), "lens_id": lens_id(publication.key)}


def _applicants(family: Family, publication: Publication) -> list[dict[str, Any]]:
    found = []
    for at, one in enumerate(family.applicants, 1):
        entry: dict[str, Any] = {} if publication.country == "CN" else {"residence": one.country}
        entry |= {"sequence": at, "extracted_name": {"value": one.name}}
        if one.address and publication.country == "CN":
            entry["extracted_address"] = one.address
        found.append(entry)
    return found


def _references(publication: Publication) -> dict[str, Any] | None:
    if not publication.cites:
        return None
    citations = []
    for at, one in enumerate(publication.cites, 1):
        country, number, kind = one.cited.split("-")
        patcit = {
            "document_id": {"jurisdiction": country, "doc_number": number, "kind": kind},
            "lens_id": lens_id(one.cited),
        }
        citations.append({"sequence": at, "patcit": patcit, "category": [one.category], "cited_phase": one.phase})
    return {"citations": citations, "patent_count": len(citations)}


def _legal_status(family: Family, publication: Publication, on: date) -> dict[str, Any]:
    log = [f"Application Filing Date: {publication.filing_date.isoformat()}"]
    found: dict[str, Any] = {}
    granted = [
        p for p in family.publications if p.type == "grant" and p.country == publication.country and p.date <= on
    ]
    if publication.type == "utility_model" or granted:
        when = (granted[0] if granted else publication).date
        found |= {"granted": True, "grant_date": when.isoformat()}
        log.append(f"Granted Date: {when.isoformat()}")
        term = publication.filing_date.replace(
            year=publication.filing_date.year + (10 if publication.type == "utility_model" else 20),
            day=min(publication.filing_date.day, 28),
        )
        found["anticipated_term_date"] = term.isoformat()
    if publication.lapse_date is not None and publication.lapse_date <= on:
        found["discontinuation_date"] = publication.lapse_date.isoformat()
        log.append(f"Discontinued Date: {publication.lapse_date.isoformat()}")
        return found | {"calculation_log": log, "patent_status": "DISCONTINUED"}
    return found | {"calculation_log": log, "patent_status": "ACTIVE" if found else "PENDING"}


def record(family: Family, publication: Publication, citing: Sequence[Publication], on: date) -> dict[str, Any]:
    """Return one record as the office shows it on that day; `citing`: the publications that cite it by then."""
    corrected = publication.corrected_on is not None and publication.corrected_on <= on
    title = (publication.corrected_title or family.title_en) if corrected else family.title_en
    titles = [{"text": title, "lang": "en"}]
    if publication.country == "CN":
        titles.insert(0, {"text": family.title_zh, "lang": "zh"})
    biblio: dict[str, Any] = {
        "publication_reference": _document_id(publication, dated=True),
        "application_reference": {
            "jurisdiction": publication.application_country,
            "doc_number": publication.application_number,
            "kind": publication.application_kind,
            "date": publication.filing_date.isoformat(),
        },
        "priority_claims": {
            "claims": [
                {"jurisdiction": c, "doc_number": n, "kind": k, "date": d.isoformat(), "sequence": at}
                for at, (c, n, k, d) in enumerate(family.priorities, 1)
            ],
            "earliest_claim": {"date": min(p[3] for p in family.priorities).isoformat()},
        },
        "invention_title": titles,
        "parties": {"applicants": _applicants(family, publication)},
    }
    if family.ipc:
        biblio["classifications_ipcr"] = {"classifications": [{"symbol": one} for one in family.ipc]}
        biblio["classifications_cpc"] = {"classifications": [{"symbol": one} for one in family.ipc]}
    if references := _references(publication):
        biblio["references_cited"] = references
    biblio["cited_by"] = _cited_by(citing)
    members = [_member(p) for p in family.publications if p.visible(on) and p.on_lens]
    shown: dict[str, Any] = {
        "lens_id": lens_id(publication.key),
        "jurisdiction": publication.country,
        "doc_number": publication.number,
        "kind": publication.kind,
        "date_published": publication.date.isoformat(),
        "doc_key": f"{publication.country}_{publication.number}_{publication.kind}_{publication.date:%Y%m%d}",
        "docdb_id": 900_000_000 + hash_number(publication.key) % 99_999_999,
        "lang": "zh" if publication.country == "CN" else "en",
        "biblio": biblio,
        "families": {
            "simple_family": {"family_id": str(family.docdb_id - 600_000_000), "members": members, "size": len(members)}
        },
        "legal_status": _legal_status(family, publication, on),
        "abstract": [{"text": family.abstract, "lang": "en"}],
        "publication_type": _TYPES[publication.type],
    }
    if texts := claim_texts(family, publication):
        shown["claims"] = [{"claims": [{"claim_text": [text]} for text in texts], "lang": "en"}]
    return shown


def _cited_by(citing: Sequence[Publication]) -> dict[str, Any]:
    """As recorded: an empty object where nothing cites the record, and no dates of the citing documents."""
    if not citing:
        return {}
    patents = [{"document_id": _document_id(one, dated=False), "lens_id": lens_id(one.key)} for one in citing]
    return {"patents": patents, "patent_count": len(patents)}


def select(shown: Mapping[str, Any], include: Sequence[str] | None, exclude: Sequence[str] | None) -> dict[str, Any]:
    """Return the record with the asked-for fields only (dotted names); identifiers are always given."""
    found = dict(shown)
    if include:
        found = {"lens_id": shown["lens_id"]}
        for name in include:
            _copy(shown, found, name.split("."))
    for name in exclude or ():
        _drop(found, name.split("."))
    return found


def _copy(source: Mapping[str, Any], target: dict[str, Any], path: list[str]) -> None:
    head, rest = path[0], path[1:]
    if head not in source:
        return
    if not rest or not isinstance(source[head], dict):
        target[head] = source[head]
        return
    inner = target.get(head)
    target[head] = dict(inner) if isinstance(inner, dict) else {}
    _copy(source[head], target[head], rest)


def _drop(target: dict[str, Any], path: list[str]) -> None:
    head, rest = path[0], path[1:]
    if not rest:
        target.pop(head, None)
    elif isinstance(target.get(head), dict):
        target[head] = dict(target[head])
        _drop(target[head], rest)
