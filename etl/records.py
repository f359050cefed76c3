"""The record every source is parsed into, and what could not be used: the contract of all parsers with `etl/load`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class Record:
    """One publication as one source states it in one answer (docs/architecture.md, "Records").

    None means the source does not say; an empty list means it says there is none. Units: dates are calendar
    dates, counts are counts. `publication_number` is canonical ``CC-NUMBER-KIND`` (``CN-101234567-A``), application
    and priority numbers are ``CC-NUMBER``; IPC and CPC symbols have the form ``H01L21/02``, the first IPC is main.
    """

    publication_number: str
    authority: str
    number: str
    kind: str | None = None
    publication_type: str | None = None  # application, grant, utility_model, design, other
    publication_date: date | None = None
    application_number: str | None = None
    filing_date: date | None = None
    priority_date: date | None = None
    priorities: list[tuple[str, date | None]] | None = None
    priority_country: str | None = None  # of the earliest priority, where a column names it or undated numbers show it
    source_family_id: str | None = None  # with its scheme: docdb:12345
    family_members: list[str] | None = None
    titles: list[tuple[str | None, str]] | None = None  # (language ISO 639-1, text)
    abstracts: list[tuple[str | None, str]] | None = None
    claims_text: str | None = None
    claim_count: int | None = None
    ipc: list[str] | None = None
    cpc: list[str] | None = None
    applicants: list[tuple[int, str | None, str | None, str | None]] | None = (
        None  # (sequence from 1, name, country, address)
    )
    cites: list[tuple[str, str | None, str | None]] | None = None  # (cited publication, phase, category)
    cited_by: list[tuple[str, date | None]] | None = None  # complete list of (citing publication, its date)
    citation_count: int | None = None
    citation_count_kind: str | None = None  # publication or family
    legal_status: str | None = None  # active, pending, inactive
    lapse_date: date | None = None
    legal_events: list[tuple[date | None, str | None, str, str | None]] | None = None  # (date, code, category, text)
    is_pct: bool | None = None
    part: str = "biblio"  # biblio, claims, legal, family, citing
    row_no: int = 0  # row of the file, or ordinal within the page, from 1


@dataclass(slots=True)
class Reject:
    """An item, or a field of one, that could not be used: kept with its reason, never dropped silently.

    `action` is ``record skipped`` when the whole item is lost, ``field emptied`` when the rest was used.
    """

    reason: str
    action: str = "record skipped"
    row_no: int | None = None
    column_name: str | None = None
    expected: str | None = None
    found: str | None = None
    item: str | None = None
    file: str | None = None


@dataclass(slots=True)
class Parsed:
    """What one landed page or file yields. `total` is the number of hits the service stated (None: not stated)."""

    records: list[Record] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    total: int | None = None
    leftover: dict[str, int] = field(default_factory=dict)  # fields nobody read, with how often: schema drift
    withdrawn: list[str] = field(default_factory=list)  # publications the source says it has deleted
    hits: list[tuple[str, str]] = field(default_factory=list)  # (query_hash, publication), where one answer serves many


class PageRefusedError(ValueError):
    """A whole page or file is not what it claims; the message says what came, what was expected, what to do."""
