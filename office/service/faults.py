"""What can go wrong at a service, by rate and seed, and the limits a client has to keep to."""

from __future__ import annotations

import random
import threading
from collections import deque
from dataclasses import dataclass, field, fields

from office.service.ticks import MachineTicks, Ticks


@dataclass(frozen=True, slots=True)
class Faults:
    """Rates (0 to 1, per request) of injected faults. The draws depend on the seed and the order of requests only.

    `too_many` is a 429, `quota` a 403 with its reason, `unavailable` a 503, `reset` a connection cut before the
    answer, `truncated` a body cut in the middle under a full Content-Length, `slow` a body that takes `slow_seconds`,
    `expired_token` (OPS) and `expired_scroll` (Lens) an early expiry, `html` an HTML page with status 200,
    `duplicated_page` the page before once more (OPS), `shifted_total` a wrong number of hits. With `spare_retry` the
    request after a faulty one is never hit, so that a client that tries again gets through.
    """

    seed: int = 0
    too_many: float = 0.0
    quota: float = 0.0
    unavailable: float = 0.0
    reset: float = 0.0
    truncated: float = 0.0
    slow: float = 0.0
    expired_token: float = 0.0
    expired_scroll: float = 0.0
    html: float = 0.0
    duplicated_page: float = 0.0
    shifted_total: float = 0.0
    slow_seconds: float = 0.2
    spare_retry: bool = True

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the faults with a rate above zero."""
        other = {"seed", "slow_seconds", "spare_retry"}
        return tuple(f.name for f in fields(self) if f.name not in other and getattr(self, f.name) > 0)


class FaultDice:
    """Draws, request by request, which fault strikes; safe to use from several threads."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.drawn: dict[str, int] = {}
        self._random = random.Random(faults.seed)
        self._spared = False
        self._lock = threading.Lock()

    def draw(self) -> str | None:
        """Return the fault of the next request, or None."""
        with self._lock:
            value = self._random.random()
            if self._spared and self.faults.spare_retry:
                self._spared = False
                return None
            for kind in self.faults.kinds:
                value -= getattr(self.faults, kind)
                if value < 0:
                    self._spared = True
                    self.drawn[kind] = self.drawn.get(kind, 0) + 1
                    return kind
            return None


@dataclass(frozen=True, slots=True)
class Limits:
    """The services' limits. The defaults are generous, for the demo; `Limits.real()` has the services' own figures.

    Requests are per `minute` (in seconds of the office's ticks: a shorter one compresses time, token and scroll lives
    with it), bytes per hour and week of that clock. Every answer takes `answer_seconds` after its request was counted.
    `page_max`, `retrievable` and `ceiling` are OPS's page size, cap and total.
    """

    search: int = 60_000
    retrieval: int = 60_000
    inpadoc: int = 60_000
    lens: int = 60_000
    lens_month: int = 1_000_000
    hourly_bytes: int = 10**12
    weekly_bytes: int = 10**13
    minute: float = 60.0
    token_seconds: float = 1199.0
    scroll_seconds: float = 60.0
    answer_seconds: float = 0.0
    page_max: int = 100
    retrievable: int = 2000
    ceiling: int = 10_000
    lens_page_max: int = 500
    lens_window: int = 10_000

    @classmethod
    def real(cls, minute: float = 60.0) -> Limits:
        """Return the services' own limits (docs/sources.md, OPS and Lens), `minute` compressing time."""
        factor = minute / 60.0
        return cls(
            search=30, retrieval=200, inpadoc=60, lens=10, hourly_bytes=450_000_000, weekly_bytes=4_000_000_000,
            minute=minute, token_seconds=1199.0 * factor, scroll_seconds=60.0 * factor,
        )  # fmt: skip


@dataclass(slots=True)
class Meter:
    """Counts requests per class in the last minute, and bytes in the last hour and week."""

    limits: Limits
    calls: dict[str, deque[float]] = field(default_factory=dict)
    sent: deque[tuple[float, int]] = field(default_factory=deque)
    week_bytes: int = 0
    month_calls: int = 0
    ticks: Ticks = field(default_factory=MachineTicks)
    _hour_bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def hour_bytes(self) -> int:
        """Bytes of the answers of the last hour."""
        now = self.ticks.now()
        with self._lock:
            while self.sent and now - self.sent[0][0] >= 60 * self.limits.minute:
                self._hour_bytes -= self.sent.popleft()[1]
            return self._hour_bytes

    def allowed(self, service: str) -> int:
        """Return how many requests of a class a minute may have."""
        return int(getattr(self.limits, service, 1000))

    def used(self, service: str) -> int:
        """Return how many requests of a class the last minute had."""
        now = self.ticks.now()
        with self._lock:
            calls = self.calls.setdefault(service, deque())
            while calls and now - calls[0] >= self.limits.minute:
                calls.popleft()
            return len(calls)

    def admit(self, service: str) -> bool:
        """Count one request; False when the class is used up."""
        if self.used(service) >= self.allowed(service):
            return False
        with self._lock:
            self.calls[service].append(self.ticks.now())
            self.month_calls += service == "lens"
        return True

    def wait(self, service: str) -> float:
        """Return the seconds until the class admits a request again."""
        if self.used(service) < self.allowed(service):
            return 0.0
        with self._lock:
            return max(0.0, self.limits.minute - (self.ticks.now() - self.calls[service][0]))

    def count_bytes(self, number: int) -> None:
        """Add the bytes of an answer to the quotas."""
        now = self.ticks.now()
        with self._lock:
            self.sent.append((now, number))
            self._hour_bytes += number
            self.week_bytes += number

    def throttling(self) -> str:
        """Return the value of X-Throttling-Control."""
        parts, worst = [], 0.0
        for service in ("images", "inpadoc", "other", "retrieval", "search"):
            allowed = self.allowed(service)
            share = self.used(service) / allowed
            worst = max(worst, share)
            colour = "black" if share >= 1 else "red" if share > 0.75 else "yellow" if share >= 0.5 else "green"
            parts.append(f"{service}={colour}:{0 if colour == 'black' else allowed}")
        state = "overloaded" if worst >= 1 else "busy" if worst >= 0.5 else "idle"
        return f"{state} ({', '.join(parts)})"
