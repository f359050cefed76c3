"""A warehouse filled from the simulated office's own families, with a search of known precision and recall planted."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from etl.catalogue.load import packaged_catalogue
from office.plan.model import Family
from tests.analytics.made_warehouse import fill
from tests.schedules.small_house import corpus

STAMP = datetime(2021, 6, 1)
SOURCES = ("incopat", "lens")


@dataclass
class Planted:
    """What is true: families about the technology, those the search returned, and which source has which."""

    technology: str
    query_hash: str
    right: set[str] = field(default_factory=set)
    hits: set[str] = field(default_factory=set)
    by_source: dict[str, set[str]] = field(default_factory=dict)
    focal: set[str] = field(default_factory=set)

    def precision(self, of: set[str] | None = None) -> float:
        hits = self.hits if of is None else self.hits & of
        return len(hits & self.right) / len(hits)

    def recall(self, of: set[str] | None = None) -> float:
        right = self.right if of is None else self.right & of
        return len(right & self.hits) / len(right)


def plant(
    con: duckdb.DuckDBPyConnection, technology: str = "chip", *, recall: tuple[float, float] = (0.9, 0.7),
    false_hits: tuple[float, float] = (0.12, 0.04), captured: tuple[float, float] = (0.8, 0.7), seed: int = 1,
) -> Planted:  # fmt: skip
    """Fill a migrated warehouse; rates are of the focal country's families and of the others'.

    A right family is returned at the rate `recall`; one that is not has lost its classes half of the time, so that its
    text no longer satisfies the query. A family of another technology is returned at the rate `false_hits`. Each source
    has each returned family with its own chance, independently; one that neither has is not returned.
    """
    rng = random.Random(seed)
    query_hash = packaged_catalogue().get(technology).query_hash
    assert query_hash is not None
    out = Planted(technology, query_hash, by_source={source: set() for source in SOURCES})
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("source_records", "publications", "families", "source_hits", "memberships",
                              "family_memberships", "applicants")
    }  # fmt: skip
    for key, family in enumerate(f for f in corpus().families if f.role in ("counted", "uncited", "joining")):
        _add(tables, out, key, family, rng, (recall, false_hits, captured))
    for name, rows in tables.items():
        fill(con, name, rows)
    return out


def _add(
    tables: dict[str, list[dict[str, Any]]], out: Planted, key: int, family: Family, rng: random.Random,
    rates: tuple[tuple[float, float], ...],
) -> None:  # fmt: skip
    recall, false_hits, captured = rates
    name, first = f"docdb:{family.docdb_id}", min(family.publications, key=lambda p: (p.date, p.key))
    is_right, others = out.technology in family.technologies, int(family.country != "CN")
    wanted = rng.random() < (recall if is_right else false_hits)[others]
    has = [source for source, rate in zip(SOURCES, captured, strict=True) if rng.random() < rate] if wanted else []
    loses_classes = is_right and not has and rng.random() < 0.5
    out.focal |= {name} if not others else set()
    out.right |= {name} if is_right else set()
    out.hits |= {name} if has else set()
    common = {"publication_number": first.key, "family_key": key}
    tables["source_records"].append(
        {"source": "lens", "part": "biblio", "publication_number": first.key, "authority": first.country,
         "number": first.number, "kind": first.kind, "publication_date": first.date, "filing_date": first.filing_date,
         "titles": [{"lang": "en", "text": family.title_en}, {"lang": "zh", "text": family.title_zh}],
         "abstracts": [{"lang": "en", "text": family.abstract}], "claims_text": family.claims_text,
         "ipc": [] if loses_classes else family.ipc, "page_id": 1, "row_no": key, "run_id": 1, "content_hash": key,
         "valid_from": STAMP,
         "applicants": [{"sequence": 1, "name": family.applicants[0].name, "country": family.country}]}
    )  # fmt: skip
    tables["publications"].append(
        {**common, "country": first.country, "number": first.number, "kind": first.kind, "publication_date": first.date,
         "filing_date": first.filing_date, "title": family.title_en, "family_id": name, "sources": ["lens"],
         "field_source": "{}", "is_synthetic": True, "cited_by_known": True}
    )  # fmt: skip
    tables["families"].append(
        {"family_key": key, "family_id": name, "is_harvested": True, "basis": "source_id", "members": 1,
         "representative": first.key, "first_publication_date": first.date, "filing_date": first.filing_date,
         "country": family.country, "cited_by_known": True, "is_synthetic": True, "title": family.title_en}
    )  # fmt: skip
    query = {"technology_id": out.technology, "query_hash": out.query_hash}
    for source in has:
        out.by_source[source].add(name)
        tables["source_hits"].append(
            {**query, "source": source, "publication_number": first.key, "page_id": 1, "row_no": 1, "run_id": 1,
             "last_run": 1}
        )  # fmt: skip
    if has:
        tables["memberships"].append({**query, **common, "member_from": first.date, "basis": "source"})
        tables["family_memberships"].append({**query, "family_key": key, "member_from": first.date})
