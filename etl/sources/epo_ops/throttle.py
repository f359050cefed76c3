"""The budgets of OPS: requests per class in 60 seconds, as ``X-Throttling-Control`` states them.

Source: docs/sources.md, OPS.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOW = timedelta(seconds=60)
# Until the service has said anything: what it allows when overloaded.
_FIRST = {"images": 50, "retrieval": 50, "search": 5, "inpadoc": 30, "other": 100}
_SERVICE = re.compile(r"(\w+)\s*=\s*(\w+)\s*:\s*([0-9]{1,9})")


def parse_control(header: str) -> dict[str, tuple[str, int]]:
    """Return class → (light, requests allowed in 60 s) of one header: any order, some may be missing."""
    return {name: (light, int(limit)) for name, light, limit in _SERVICE.findall(header)}


@dataclass(slots=True)
class _Class:
    seen: deque[tuple[datetime, int]] = field(default_factory=deque)
    sent: deque[datetime] = field(default_factory=deque)
    last: int | None = None
    blocked_until: datetime = datetime.min


class Throttle:
    """Budgets per class: several unsynchronised servers answer, so the worst value seen in the last 60 s counts."""

    def __init__(self) -> None:
        self._classes: dict[str, _Class] = {}

    def _of(self, name: str) -> _Class:
        return self._classes.setdefault(name, _Class())

    def limit(self, name: str, now: datetime) -> int:
        """Return the requests of class `name` allowed in 60 s."""
        state = self._of(name)
        while state.seen and state.seen[0][0] <= now - WINDOW:
            state.seen.popleft()
        if state.seen:
            return min(value for _, value in state.seen)
        return _FIRST.get(name, 5) if state.last is None else state.last

    def observe(self, header: str | None, now: datetime, retry_after: float | None = None) -> None:
        """Take in one answer's header; a black light blocks its class for `retry_after` seconds, else 60."""
        for name, (light, value) in parse_control(header or "").items():
            state = self._of(name)
            if light == "black" or value == 0:
                if retry_after is not None:
                    wait = timedelta(seconds=retry_after)
                elif len(state.sent) >= self.limit(name, now):
                    continue  # our own requests have used the budget up: the window says when it is free again
                else:
                    wait = WINDOW
                state.blocked_until = max(state.blocked_until, now + wait)
                continue
            state.seen.append((now, value))
            state.last = value

    def sent(self, name: str, now: datetime) -> None:
        """Count a request; call when its answer is complete, which is never before the service counted it."""
        self._of(name).sent.append(now)

    def delay(self, name: str, now: datetime) -> float:
        """Return the seconds to wait before the next request of class `name`."""
        state = self._of(name)
        blocked = (state.blocked_until - now).total_seconds() if state.blocked_until > now else 0.0
        while state.sent and state.sent[0] <= now - WINDOW:
            state.sent.popleft()
        over = len(state.sent) - max(self.limit(name, now), 1)
        if over < 0:
            return blocked
        return max(blocked, (state.sent[over] + WINDOW - now).total_seconds())
