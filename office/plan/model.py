"""What the simulated office knows: families, their publications, citations and events. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - `date` is a field below
from typing import Literal

Role = Literal["counted", "inactive", "event", "uncited", "utility", "outside", "joining", "citer", "topic", "stray"]


@dataclass(slots=True)
class Citation:
    """One backward citation of a publication: the cited publication's canonical number, phase and category."""

    cited: str
    phase: str = "SEA"
    category: str = "X"


@dataclass(slots=True)
class LegalEvent:
    """A legal event as the gazette prints it; `disqualifying` ones screen a family away.

    Source: docs/methods.md, Screening.
    """

    on: Day
    code: str
    description: str
    disqualifying: bool = False


@dataclass(slots=True)
class Publication:
    """One publication. `claims` None: no service states them. `date` is when it becomes visible at both services."""

    country: str
    number: str
    kind: str
    date: Day
    application_country: str
    application_number: str
    application_kind: str
    filing_date: Day
    type: str  # application, grant, utility_model
    claims: int | None
    residence_stated: bool = True  # on OPS's epodoc twin; Lens states it for non-CN publications only
    lapse_date: Day | None = None
    on_ops: bool = True
    on_lens: bool = True
    withdrawn_on: Day | None = None
    corrected_on: Day | None = None
    corrected_title: str | None = None
    cites: list[Citation] = field(default_factory=list)
    events: list[LegalEvent] = field(default_factory=list)
    family: int = -1

    @property
    def key(self) -> str:
        """Canonical number ``CC-NUMBER-KIND``."""
        return f"{self.country}-{self.number}-{self.kind}"

    def visible(self, on: Day) -> bool:
        """Whether the office shows it on that day."""
        return self.date <= on and (self.withdrawn_on is None or on < self.withdrawn_on)


@dataclass(slots=True)
class Applicant:
    """An invented applicant; `address` is given for Chinese ones (province by code, by name, or not at all)."""

    name: str
    country: str
    address: str | None = None
    name_zh: str | None = None


@dataclass(slots=True)
class Family:
    """A simple patent family. `ipc[0]` is the main symbol; an empty list means no service states a classification."""

    index: int
    docdb_id: int
    technologies: tuple[str, ...]
    role: Role
    title_en: str
    title_zh: str
    abstract: str
    ipc: list[str]
    applicants: list[Applicant]
    priorities: list[tuple[str, str, str, Day]]  # (country, number, kind, date)
    publications: list[Publication] = field(default_factory=list)
    claims_text: str = ""
    province: str | None = None
    # The index holds this (title, Chinese title, abstract, symbols): a stray hit the text shown does not bear out.
    searched_as: tuple[str, str, str, list[str]] | None = None

    @property
    def country(self) -> str:
        """Country of the first applicant, which every planted family's default chain leads to.

        Source: docs/methods.md, Counting.
        """
        return self.applicants[0].country

    def rights(self) -> list[list[Publication]]:
        """Return the publications of each application: what one owner holds and one event is about."""
        found: dict[tuple[str, str], list[Publication]] = {}
        for one in self.publications:
            found.setdefault((one.application_country, one.application_number), []).append(one)
        return list(found.values())

    @property
    def first_date(self) -> Day:
        """Earliest publication date."""
        return min(p.date for p in self.publications)


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned happening after the first date: what a monitor should, or should not, report."""

    technology: str
    kind: str  # move, flapper, non_move, correction, withdrawal
    on: Day
    frame: str
    from_strategy: str
    to_strategy: str
    note: str


@dataclass(slots=True)
class TechnologyTruth:
    """What was planted for one technology."""

    technology: str
    number: int
    families: int
    main_path: list[str] = field(default_factory=list)
    dependence: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Truth:
    """The manifest: what a correct program finds in this corpus."""

    seed: int
    families_per_technology: int
    technologies: dict[str, TechnologyTruth] = field(default_factory=dict)
    planned: list[Planned] = field(default_factory=list)
    refused_locally: list[str] = field(default_factory=list)
    provinces: dict[str, int] = field(default_factory=dict)
