"""An alert as it is found, before it is stored: the fact, its name for ever, and what it rests on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

PROGRAM = "stuckneck"


def fingerprint(rule: str, key: tuple[str, ...]) -> str:
    """Return the name of a fact: its rule and 16 hex digits over its key."""
    text = "\x1f".join((rule, *key))
    return f"{rule}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing an alert rests on: `query` is a SELECT that shows the rows (for `stuckneck sql`)."""

    kind: str
    label: str
    before: str | None = None
    after: str | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something worth telling. `key` names it within its rule: the same key never makes a second alert.

    `why` and `text` are (Chinese, English).
    """

    rule: str
    key: tuple[str, ...]
    title: tuple[str, str]
    text: tuple[str, str]
    technology_id: str | None = None
    source: str | None = None
    certainty: str | None = None
    frames: str | None = None
    from_strategy: str | None = None
    to_strategy: str | None = None
    probability: float | None = None
    why: tuple[str, str] | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The fact's name: the rule and 16 hex digits over its key."""
        return fingerprint(self.rule, self.key)


@dataclass(frozen=True, slots=True)
class Alert:
    """A stored alert: its number, state and what it says."""

    alert_id: int
    fingerprint: str
    rule: str
    severity: str
    certainty: str | None
    technology_id: str | None
    source: str | None
    run_id: int | None
    as_of: date | None
    frames: str | None
    from_strategy: str | None
    to_strategy: str | None
    probability: float | None
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    why_zh: str | None
    why_en: str | None
    data_label: str | None
    state: str
    state_at: datetime
    state_by: str
    created_at: datetime


def quoted(value: str) -> str:
    """Return `value` as an SQL string literal, for the evidence's queries."""
    return "'" + value.replace("'", "''") + "'"


def placed_query(technology: str, *runs: int) -> str:
    """Return the SELECT that shows a technology's places in `runs`."""
    numbers = ", ".join(str(int(r)) for r in runs)
    return (
        "SELECT run_id, as_of, frame, capability, dynamics, strategy, distance, families FROM run_placements "  # noqa: S608 - shown to people, run in the sandbox
        f"WHERE technology_id = {quoted(technology)} AND run_id IN ({numbers}) ORDER BY frame, run_id"
    )
