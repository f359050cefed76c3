"""What both services share: the corpus under the clock, rendered records, limits, faults."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from functools import cached_property

from office.corpus.corpus import Corpus
from office.plan.model import Family, Publication
from office.service.faults import FaultDice, Faults, Limits, Meter
from office.service.hits import Index
from office.service.ticks import MachineTicks, Ticks


@dataclass(slots=True)
class Response:
    """One answer of a service; `fault` says what the server does to it on the way out."""

    status: int
    body: bytes = b""
    media_type: str = "application/xml"
    headers: dict[str, str] = field(default_factory=dict)
    fault: str | None = None


class State:
    """The office behind its services."""

    def __init__(
        self, corpus: Corpus, clock_date: date, faults: Faults, limits: Limits, ticks: Ticks | None = None
    ) -> None:
        self.corpus = corpus
        self.limits = limits
        self.ticks = ticks or MachineTicks()
        self.meter = Meter(limits, ticks=self.ticks)
        self.dice = FaultDice(faults)
        self.lock = threading.Lock()
        self.requests: list[tuple[str, str, int]] = []  # (service, path, status), in order: for tests and benchmarks
        self.arrivals: list[float] = []  # when each of them came, by the office's ticks
        self._clock = clock_date
        self._rendered: dict[tuple[str, str], str] = {}

    @property
    def clock(self) -> date:
        """The office's date."""
        return self._clock

    def set_clock(self, to: date) -> None:
        """Move the clock; records are rendered again. Raises ValueError when it would go back."""
        if to < self._clock:
            msg = f"The office's clock is at {self._clock}; it cannot go back to {to}."
            raise ValueError(msg)
        with self.lock:
            self._clock = to
            self._rendered = {}

    @property
    def http_date(self) -> str:
        """The clock as an HTTP Date header, noon UTC."""
        return format_datetime(datetime.combine(self._clock, time(12), UTC), usegmt=True)

    @cached_property
    def ops_index(self) -> Index:
        """What OPS can find."""
        return self._index("ops")

    @cached_property
    def lens_index(self) -> Index:
        """What Lens can find."""
        return self._index("lens")

    def _index(self, service: str) -> Index:
        """Return the index of a service, made once for a corpus: offices over one corpus share it."""
        if service not in self.corpus.indexes:
            self.corpus.indexes[service] = Index(self.corpus, service)
        found = self.corpus.indexes[service]
        assert isinstance(found, Index)
        return found

    def family(self, one: Publication) -> Family:
        """Return the family of a publication."""
        return self.corpus.families[one.family]

    def members(self, one: Publication, service: str) -> list[Publication]:
        """Return the family's visible publications at a service."""
        family = self.family(one).publications
        return [p for p in family if p.visible(self._clock) and (p.on_ops if service == "ops" else p.on_lens)]

    def rendered(self, service: str, one: Publication) -> str | None:
        """Return a record rendered earlier under this clock."""
        return self._rendered.get((service, one.key))

    def keep(self, service: str, one: Publication, text: str, made_on: date) -> None:
        """Keep a rendered record until the clock moves."""
        if made_on == self._clock:
            self._rendered[service, one.key] = text
