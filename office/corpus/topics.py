"""Families of the integrated-circuit topic search, with the planted numbers by province (office.plan.provinces)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from etl.catalogue.models import Topic
from office.corpus.network import cite
from office.plan.avoidance import Avoidance
from office.plan.holders import foreign_country
from office.plan.model import Applicant, Family, Truth
from office.plan.offices import Serials, days, publish
from office.plan.provinces import outcome_counts
from office.plan.wording import Writer

MANUFACTURING = "ic-manufacturing"
UNKNOWN_PROVINCE, CITING, ABROAD, OTHER, PER_YEAR = 25, 30, 40, 60, 40
EARLIER_YEARS = (2017, 2018, 2019)


@cache
def places() -> dict[str, tuple[str, str, str]]:
    """Return Chinese name, English name and a city's Chinese name by GB/T 2260 code, for the 28 provinces."""
    lines = files("office").joinpath("data/places.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {code: (name, english, city) for code, name, english, city, _ in rows}


def address(province: str, rng: random.Random) -> str:
    """Return an address as sources write it: by name mostly, by code, by city alone, or in English."""
    name, english, city = places()[province]
    street = f"合成路{rng.randint(1, 99)}号"
    form = rng.choices(("name", "code", "city", "english"), (70, 10, 10, 10))[0]
    if form == "code":
        return province
    if form == "city":
        return f"{city}{street}"
    if form == "english":
        return f"No. {rng.randint(1, 99)} Synthetic Road, {english}, China"
    return f"{name}{'' if city == name else city}{street}"


@dataclass(slots=True)
class _TopicMaker:
    writers: list[Writer]
    category: str
    families: list[Family]
    serials: Serials
    rng: random.Random

    def add(self, applicant: Applicant, filed: date, published: date) -> Family:
        """Add one family of this category with a single publication."""
        text = self.rng.choice(self.writers).write(self.rng, "H01L")
        made = publish(applicant.country, filed, published, None, self.rng.randint(4, 12), self.serials)
        one = made[0]
        family = Family(
            index=len(self.families),
            docdb_id=990_000_000 + len(self.families),
            technologies=(self.category,),
            role="topic",
            title_en=text.title_en,
            title_zh=text.title_zh,
            abstract=text.abstract,
            ipc=text.ipc,
            applicants=[applicant],
            priorities=[(one.application_country, one.application_number, "A", filed)],
            publications=made,
            claims_text=text.claim,
        )
        one.family = family.index
        self.families.append(family)
        return family


def _holder(province: str | None, rng: random.Random) -> Applicant:
    if province is None:
        return Applicant(f"SYNTHETIC CIRCUITS {rng.randint(1, 9)} CO LTD", "CN")
    name = places()[province][1].upper()
    return Applicant(f"SYNTHETIC {name} CIRCUITS {rng.randint(1, 5)} CO LTD", "CN", address(province, rng))


def add_topics(
    topics: Sequence[Topic],
    avoid: Avoidance,
    families: list[Family],
    seed: int,
    serials: Serials,
    truth: Truth,
) -> None:
    """Add the topic search's families: planted by province in 2022, in earlier years, abroad, in other categories.

    The 2022 families are filed and published within 2022 and all are cited before its end, so that the planted counts
    hold by filing or by publication year, screened or not.
    """
    rng = random.Random(f"{seed}:topics")
    for category in dict.fromkeys(t.parent for t in topics if t.parent):
        but = frozenset({category})
        writers = [Writer(t.name_en.lower(), t.name_zh, t.parsed, avoid, but) for t in topics if t.parent == category]
        maker = _TopicMaker(writers, category, families, serials, rng)
        if category == MANUFACTURING:
            _manufacturing(maker, truth)
        else:
            for _ in range(OTHER):
                _some_year(maker, rng.choice([*places(), None]))


def _some_year(maker: _TopicMaker, province: str | None) -> None:
    rng = maker.rng
    filed = date(rng.choice(EARLIER_YEARS), 1, 10) + days(rng, 0, 330)
    country = "CN" if province else foreign_country(rng)
    holder = _holder(province, rng) if country == "CN" else Applicant(f"SYNTHETIC CIRCUITS {country}", country)
    maker.add(holder, filed, filed + days(rng, 330, 500))


def _manufacturing(maker: _TopicMaker, truth: Truth) -> None:
    rng = maker.rng
    for _ in range(PER_YEAR * len(EARLIER_YEARS)):
        _some_year(maker, rng.choice(list(places())))
    for _ in range(ABROAD):
        _some_year(maker, None)
    planted: list[Family] = []
    truth.provinces = outcome_counts()
    wanted = [code for code, number in truth.provinces.items() for _ in range(number)]
    for province in [*wanted, *[None] * UNKNOWN_PROVINCE]:
        filed = date(2022, 1, 5) + days(rng, 0, 120)
        family = maker.add(_holder(province, rng), filed, date(2022, 7, 4) + days(rng, 0, 130))
        family.province = province
        planted.append(family)
    for at in range(CITING):
        country = foreign_country(rng)
        filed = date(2021, 5, 10) + timedelta(days=at)
        citing = maker.add(Applicant(f"SYNTHETIC CIRCUITS {country}", country), filed, date(2022, 12, 2))
        for family in planted[at::CITING]:
            cite(citing.publications[0], family.publications[0], rng)


__all__ = ["MANUFACTURING", "add_topics", "address"]
