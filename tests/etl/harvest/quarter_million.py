"""A corpus of any size behind the office's services: one invented publication a family, found by date and office only.

The services, their paging, limits, faults and records are the simulated office's; only the search behind them is
replaced by one over sorted dates, which takes a query for "everything", so that a page costs the same in 250 000
documents as in 250. All of it is synthetic.
"""

from __future__ import annotations

import json
import random
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from office.corpus.corpus import Corpus
from office.plan.model import Applicant, Family, Publication, Truth
from office.service import lens as lens_service
from office.service import ops as ops_service
from office.service.office import Office

FIRST, LAST = date(2010, 1, 1), date(2021, 5, 31)
_OFFICES = ("CN", "CN", "CN", "CN", "US", "US", "JP", "KR", "EP", "WO")
_KINDS = {"CN": ("A", "B"), "US": ("A1", "B2"), "JP": ("A", "B2"), "KR": ("A", "B1"), "EP": ("A1", "B1"), "WO": ("A1",)}
_WORDS = ("bearing", "steel", "carbide", "inclusion", "rolling", "fatigue", "quench", "temper", "oxygen", "ladle")
_CROWDED = date(2016, 6, 15)  # a day with more than a query hands out: only its offices divide it
_DATES = re.compile(r'pd (?:within|=) "?(\d{8})(?:[ ,]+(\d{8}))?"?')
_OFFICE = re.compile(r'\bpn="?([A-Z]{2})"?')


def _number(office: str, kind: str, year: int, n: int) -> str:
    """Return the `n`-th number as the office writes it: others are refused."""
    forms = {"US-A1": f"{year}{n:06d}", "US-B2": f"{8_000_000 + n}",
             "JP-A": f"{year}{n:06d}", "JP-B2": f"{5_000_000 + n}", "KR-A": f"{year}{n:07d}",
             "KR-B1": f"10{1_000_000 + n}", "WO-A1": f"{2010 + n % 12}{n:06d}"}  # fmt: skip
    by_office = {"CN": f"{100_000_000 + n}", "EP": f"{2_000_000 + n}"}
    return forms.get(f"{office}-{kind}") or by_office[office]


def build(documents: int, seed: int = 3) -> Corpus:
    """Return `documents` families of one publication each, a hundredth of them published on one day."""
    draw = random.Random(seed)
    days = (LAST - FIRST).days
    families = []
    for n in range(documents):
        office = draw.choice(_OFFICES)
        kind = draw.choice(_KINDS[office])
        day = _CROWDED if draw.random() < 0.01 else FIRST + timedelta(days=draw.randrange(days + 1))
        number, applied = _number(office, kind, day.year, n), f"20{100_000_000 + n}"
        filed = day - timedelta(days=540)
        words = draw.choices(_WORDS, k=4)
        claims = None if draw.random() < 0.1 else draw.randint(1, 20)
        publication = Publication(
            office, number, kind, day, office, applied, "A", filed, "grant" if kind[0] == "B" else "application",
            claims, residence_stated=draw.random() < 0.7, family=n,
        )  # fmt: skip
        title = f"Synthetic {' '.join(words)} {n}"
        families.append(
            Family(
                n,
                70_000_000 + n,
                ("bearing-steel",),
                "counted",
                title,
                f"合成文献 {n}",
                f"Synthetic text: {title}.",
                [f"C22C38/{n % 60 * 2:02d}", "F16C33/62"],
                [Applicant(f"SYNTHETIC WORKS {n % 997}", office)],
                [(office, applied, "A", filed)],
                [publication],
                claims_text=title,
            )
        )
    return Corpus(seed, documents, families, Truth(seed, documents))


class Shelf:
    """The publications of one service in the order of their dates."""

    def __init__(self, corpus: Corpus) -> None:
        self.families = corpus.families
        self._by_office: dict[str | None, list[Publication]] = {None: corpus.publications}
        for one in corpus.publications:
            self._by_office.setdefault(one.country, []).append(one)
        self._days = {office: [p.date for p in found] for office, found in self._by_office.items()}

    def find(self, first: date, last: date, office: str | None, on: date) -> list[Publication]:
        """Return what was published from `first` to `last` (and is visible), newest first."""
        days = self._days.get(office, [])
        found = self._by_office.get(office, [])[bisect_left(days, first) : bisect_right(days, min(last, on))]
        return found[::-1]

    def citing(self, _number: str) -> list[Publication]:
        """Nothing cites anything here."""
        return []


def search_ops(shelf: Shelf, cql: str, on: date) -> list[Publication]:
    """Return the publications a compiled query asks for by date and office."""
    stated = _DATES.findall(cql)
    assert stated, cql
    first, last = stated[-1][0], stated[-1][1] or stated[-1][0]
    office = _OFFICE.search(cql)
    return shelf.find(date.fromisoformat(first), date.fromisoformat(last), office[1] if office else None, on)


def search_lens(shelf: Shelf, query: Mapping[str, Any], on: date) -> list[Publication]:
    """Return the publications a Lens query asks for by date and office."""
    within = re.search(r'"gte": "([\d-]+)", "lte": "([\d-]+)"', json.dumps(query))
    assert within, query
    office = re.search(r'"jurisdiction": "([A-Z]{2})"', json.dumps(query))
    span = (date.fromisoformat(within[1]), date.fromisoformat(within[2]))
    return shelf.find(*span, office[1] if office else None, on)


def furnish(office: Office, patch: Any) -> None:
    """Put the shelf behind `office`'s services; `patch` is pytest's monkeypatch. Nothing rendered is kept in memory."""
    shelf = Shelf(office.state.corpus)
    office.state.__dict__["ops_index"] = office.state.__dict__["lens_index"] = shelf
    patch.setattr(ops_service, "search_ops", search_ops)
    patch.setattr(lens_service, "search_lens", search_lens)
    patch.setattr(type(office.state), "keep", lambda *_: None)
