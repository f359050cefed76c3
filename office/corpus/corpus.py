"""The synthetic corpus: built whole and deterministically from a seed, future included; the clock hides the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from etl.catalogue.load import TOPICS, packaged_catalogue
from etl.catalogue.models import Topic
from etl.query.ast import Query
from office.corpus.dependence import foreign_dependence
from office.corpus.evolution import evolve, first_publication
from office.corpus.expected import Expected, expected
from office.corpus.network import connect
from office.corpus.oddities import add_strays, correct_and_withdraw
from office.corpus.population import T0, Maker, populate
from office.corpus.topics import MANUFACTURING, add_topics
from office.plan.avoidance import Avoidance
from office.plan.model import Family, Planned, Publication, TechnologyTruth, Truth
from office.plan.offices import Serials
from office.plan.table2 import rows
from office.plan.wording import Writer

DEFAULT_SEED = 20210531
DEFAULT_SIZE = 240
SMALLEST = 60


@dataclass
class Corpus:
    """All families there will ever be, and the manifest of what was planted. Treat as read-only."""

    seed: int
    size: int
    families: list[Family]
    truth: Truth
    makers: list[Maker] = field(default_factory=list, repr=False)
    indexes: dict[str, object] = field(default_factory=dict, repr=False, compare=False)  # the services' own, by name

    @cached_property
    def publications(self) -> list[Publication]:
        """Every publication, in order of date and number."""
        every = [p for f in self.families for p in f.publications]
        return sorted(every, key=lambda p: (p.date, p.key))

    @cached_property
    def by_key(self) -> dict[str, Publication]:
        """Publications by canonical number."""
        return {p.key: p for p in self.publications}

    def expected(self, on: date = T0) -> list[Expected]:
        """Return what a correct program measures for the 20 technologies as of `on` (docs/methods.md)."""
        mine = [f for f in self.families if f.role != "topic"]
        return expected(mine, [(row.technology, row.number) for row in rows()], on)


def build_corpus(
    seed: int = DEFAULT_SEED,
    families_per_technology: int = DEFAULT_SIZE,
    queries: Mapping[str, Query] | None = None,
    events_need_legal: bool = False,
    with_topics: bool = True,
) -> Corpus:
    """Build the corpus: about `families_per_technology` families remain per technology after screening at 2021-05-31.

    `queries` are the technologies' neutral queries by id (default: the packaged catalogue's); the texts are worded so
    that each family satisfies its own technology's query and no other's. Families with a disqualifying legal event are
    known as such only to OPS's legal service, one request each; by default they are uncited too, so that the figures
    are the same whether or not that service was asked. With `events_need_legal` they are cited, and only it has them.
    `with_topics` adds the integrated-circuit families. Raises ValueError below 60 families, where the windows cannot
    hold 20 subclasses each, or when a query cannot be satisfied.
    """
    if families_per_technology < SMALLEST:
        msg = f"families_per_technology is {families_per_technology}; at least {SMALLEST} are needed."
        raise ValueError(msg)
    known = dict(packaged_queries() if queries is None else queries)
    topics = packaged_topics()
    manufacturing = {t.id: t.parsed for t in topics if t.id == MANUFACTURING and t.parsed is not None}
    avoid = Avoidance({**known, **manufacturing})
    families: list[Family] = []
    serials = Serials()
    truth = Truth(seed, families_per_technology)
    oddities: list[Planned] = []
    corpus = Corpus(seed, families_per_technology, families, truth)
    for row in rows():
        own = frozenset({row.technology})
        writer = Writer(row.name_en.lower(), row.name_zh, known.get(row.technology), avoid, own)
        maker = populate(row, families_per_technology, families, seed, serials, writer)
        maker.events_need_legal = events_need_legal
        net = connect(maker)
        truth.refused_locally += add_strays(maker, net.terminals)
        if not corpus.makers:
            oddities = correct_and_withdraw(maker, net.terminals)
        corpus.makers.append(maker)
        truth.technologies[row.technology] = TechnologyTruth(
            row.technology,
            row.number,
            maker.counts.families,
            [first_publication(families[i]).key for i in net.chain],
            foreign_dependence(families, row.technology, T0),
        )
    truth.planned = evolve(corpus.makers) + oddities
    if with_topics:
        add_topics(topics, avoid, families, seed, serials, truth)
    return corpus


def packaged_queries() -> dict[str, Query]:
    """Return the packaged catalogue's queries of the watched technologies by id."""
    listed = packaged_catalogue().technologies
    return {one.id: one.parsed for one in listed if one.status == "watched" and one.parsed is not None}


def packaged_topics() -> tuple[Topic, ...]:
    """Return the packaged topics: categories first, each with the union of its topics' queries."""
    return packaged_catalogue(TOPICS).topics
