"""The corpus as Google's publications table: nested rows, a publication each (docs/sources.md, BigQuery).

As at the Lens service, claims of Chinese publications are given, which the real table does not have.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from office.corpus.corpus import Corpus
from office.plan.model import Family, Publication
from office.service.ops_xml import claim_texts


def _records(*names: str, **kinds: Any) -> pl.List:
    return pl.List(pl.Struct({**dict.fromkeys(names, pl.String), **kinds}))


_LOCALISED = _records("text", "language", truncated=pl.Boolean)
_CODES = _records("code", inventive=pl.Boolean, first=pl.Boolean, tree=pl.List(pl.String))
_DOCUMENTS = _records("publication_number", "application_number", "npl_text", "type", "category", filing_date=pl.Int64)
_PARTIES = _records("name", "country_code")
SCHEMA = pl.Schema([
    *((name, pl.String()) for name in (
        "publication_number", "application_number", "country_code", "kind_code", "application_kind",
        "application_number_formatted", "pct_number", "family_id",
    )),
    ("title_localized", _LOCALISED), ("abstract_localized", _LOCALISED), ("claims_localized", _LOCALISED),
    *((name, pl.Int64()) for name in ("publication_date", "filing_date", "grant_date", "priority_date")),
    ("priority_claim", _DOCUMENTS), ("inventor", pl.List(pl.String)), ("inventor_harmonized", _PARTIES),
    ("assignee", pl.List(pl.String)), ("assignee_harmonized", _PARTIES), ("ipc", _CODES), ("cpc", _CODES),
    ("citation", _DOCUMENTS),
])  # fmt: skip


def nested_table(corpus: Corpus, on: date) -> pl.DataFrame:
    """Return the table of SCHEMA as it is on that day."""
    rows = [_row(corpus.families[one.family], one, on) for one in corpus.publications if one.visible(on)]
    return pl.DataFrame(rows, schema=SCHEMA)


def _row(family: Family, one: Publication, on: date) -> dict[str, Any]:
    corrected = one.corrected_on is not None and one.corrected_on <= on
    titles = [((one.corrected_title or family.title_en) if corrected else family.title_en, "en")]
    if one.country == "CN":
        titles.insert(0, (family.title_zh, "zh"))
    claims = "\n".join(claim_texts(family, one))
    is_pct = one.application_kind == "W"
    number = one.application_number
    return {
        "publication_number": one.key,
        "application_number": f"{one.application_country}-{number}-{one.application_kind}",
        "country_code": one.country,
        "kind_code": one.kind,
        "application_kind": one.application_kind,
        "pct_number": f"PCT/{one.application_country}{number[:4]}/{number[4:]}" if is_pct else "",
        "family_id": str(family.docdb_id),
        "title_localized": [_localised(*title) for title in titles],
        "abstract_localized": [_localised(family.abstract, "en")],
        "claims_localized": [_localised(claims, "en")] if claims else [],
        "publication_date": _day(one.date),
        "filing_date": _day(one.filing_date),
        "grant_date": _day(one.date) if one.type == "grant" else 0,
        "priority_date": min(_day(p[3]) for p in family.priorities),
        "priority_claim": [
            {"application_number": f"{country}-{serial}-{kind}", "filing_date": _day(filed)}
            for country, serial, kind, filed in family.priorities
        ],
        "assignee": [applicant.name for applicant in family.applicants],
        "assignee_harmonized": [{"name": a.name.upper(), "country_code": a.country} for a in family.applicants],
        "ipc": _codes(family.ipc),
        "cpc": _codes(family.ipc),
        "citation": [{"publication_number": c.cited, "category": c.phase, "type": c.category} for c in one.cites],
    }


def _localised(text: str, language: str) -> dict[str, Any]:
    return {"text": text, "language": language, "truncated": False}


def _codes(symbols: list[str]) -> list[dict[str, Any]]:
    return [
        {"code": code, "inventive": True, "first": place == 0, "tree": [code[:1], code[:3], code[:4]]}
        for place, code in enumerate(symbols)
    ]


def _day(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
