"""What a source says now against what is known of it: pure, on what was read of the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from etl.fetch.fetched import Looked
from etl.fetch.shape import is_web_page, paths, topmost
from etl.records import Record

SEARCH = "search"  # the question that is the fixed search of one row
STATED = "stated"
# Fields that a publication has or has not; what may come and go with its life is left out.
_IDENTITY = ("publication_number", "authority", "number", "kind", "part", "row_no", "citation_count_kind")
_PASSING = ("lapse_date", "legal_events", "claims_text")
FIELDS = tuple(f.name for f in fields(Record) if f.name not in (*_IDENTITY, *_PASSING))
_FOR_GOOD = ("publication_date", "filing_date", "priority_date")
_MOVED = (301, 302, 303, 307, 308, 410)
_JUMP, _FEW = 0.05, 5  # a total of a closed month that changes by more than this share and this number has jumped


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one question: fields of the publication, paths of the answer, total of the search."""

    fields: Mapping[str, str] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """One question's answer: `outcome` as in ``sentinel_answers``; `known` what it says, None where it says nothing."""

    outcome: str
    status: int | None
    note: str
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference (a row of ``sentinel_findings``)."""

    kind: str
    question: str | None = None
    item: str | None = None
    was: str | None = None
    found: str | None = None


def stated_fields(values: Mapping[str, Any]) -> dict[str, str]:
    """Return field → its date, or that it is stated, of those that are."""
    held = {name: values.get(name) for name in FIELDS}
    return {
        name: value.isoformat() if isinstance(value, date) else STATED
        for name, value in held.items()
        if value is not None and value not in ([], "")
    }


def read_answer(question: str, looked: Looked) -> Answered:
    """Return what an answer comes to."""
    if (unusable := _unusable(question, looked)) is not None:
        return unusable
    parsed = looked.parsed
    if parsed is None:
        return Answered("unreadable", looked.status, looked.reason)
    if question == SEARCH:
        return Answered("answers", looked.status, "", Known(total=parsed.total))
    record = next((r for r in parsed.records if r.publication_number == question and r.part == "biblio"), None)
    if record is None and (parsed.records or parsed.rejects):
        other = ", ".join(r.publication_number for r in parsed.records[:3]) or parsed.rejects[0].reason
        return Answered("unreadable", looked.status, f"the answer is about something else: {other}")
    if record is None:
        return Answered("gone", looked.status, "not found")
    stated = stated_fields({name: getattr(record, name) for name in FIELDS})
    return Answered("answers", looked.status, "", Known(stated, paths(looked.content)))


def _unusable(question: str, looked: Looked) -> Answered | None:
    """Return the outcome of an answer that holds no data by its status; None where it may hold some."""
    status = looked.status
    if status is None:
        return Answered("away", None, looked.reason)
    is_page = status in (200, 404) and is_web_page(looked.content)
    if is_page or status in _MOVED:
        return Answered("ended", status, "a web page" if is_page else f"HTTP {status}")
    if status == 404 and question != SEARCH:
        return Answered("gone", status, "not found")
    return None if status in (200, 204, 404) else Answered("away", status, f"HTTP {status}")


def differences(known: Mapping[str, Known], answers: Mapping[str, Answered]) -> list[Finding]:
    """Return what differs, by question."""
    outcomes = {one.outcome for one in answers.values()}
    if outcomes == {"ended"}:
        return [Finding("ended", found=next(iter(answers.values())).note)]
    found: list[Finding] = []
    for question, one in answers.items():
        before = known.get(question)
        if one.outcome in ("gone", "unreadable"):
            found.append(Finding(one.outcome, question, found=one.note))
        elif one.known is not None and before is not None:
            found += _fields(question, before, one.known)
            found += _total(question, before.total, one.known.total)
    return [*found, *_format(known, answers)]


def _fields(question: str, before: Known, now: Known) -> Iterator[Finding]:
    for name, was in before.fields.items():
        found = now.fields.get(name)
        if found is None:
            yield Finding("emptied", question, name, was)
        elif name in _FOR_GOOD and STATED not in (was, found) and was != found:
            yield Finding("changed", question, name, was, found)


def _total(question: str, was: int | None, found: int | None) -> Iterator[Finding]:
    if was is not None and found is not None and abs(found - was) > max(_FEW, _JUMP * was):
        yield Finding("total", question, None, f"{was:,}", f"{found:,}")


def _format(known: Mapping[str, Known], answers: Mapping[str, Answered]) -> Iterator[Finding]:
    """Fields of the format that every known publication had and none has now, and the other way round.

    What only one publication has or lacks is its own affair.
    """
    pairs = [
        (known[question].paths, one.known.paths)
        for question, one in answers.items()
        if one.known is not None and one.known.paths and question in known and known[question].paths
    ]
    if not pairs:
        return
    was, now = [before for before, _ in pairs], [after for _, after in pairs]
    for path in topmost(frozenset.intersection(*was) - frozenset.union(*now)):
        yield Finding("lost", item=path)
    for path in topmost(frozenset.intersection(*now) - frozenset.union(*was)):
        yield Finding("new", item=path)


def renewed(before: Known | None, now: Known, found: list[Finding], question: str) -> Known:
    """Return what is known from now on: what differs stays as it was, everything else is taken over."""
    if before is None:
        return now
    jumped = any(one.kind == "total" and one.question == question for one in found)
    lost = any(one.kind == "lost" for one in found)
    total = before.total if jumped or now.total is None else now.total
    return Known({**now.fields, **before.fields}, before.paths | now.paths if lost else now.paths, total)
