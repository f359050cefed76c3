"""Retrieving a query whole, whatever the service's cap: page, split, reconcile; alike for all sources.

A slice is done when as many publications came as the service stated, all readable. Any other slice stays open: it is
asked again by the next run, nothing is withdrawn because of it, and audit ``slices_differ`` says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from etl.fetch.fetch import Fetcher
from etl.fetch.fetched import PageUnreadableError
from etl.fetch.http import QueryRefusedError
from etl.fetch.progress import Progress, Report
from etl.fetch.slices import SliceBook, Span, Target, split
from etl.records import Parsed

# Both services state at most this many hits: a total of exactly this is never a count (docs/sources.md, OPS).
CEILING = 10_000
# A total may grow between the question for the whole and those for its parts, by this share and this number.
_GROWTH, _GROWN = 0.05, 100
# So many slices of one office on one day, the smallest there are, that did not come whole: the totals are nonsense.
_HOPELESS = 5
# One record in so many may be unreadable in a slice that counts as received.
_READABLE = 100


@dataclass(slots=True)
class Got:
    """What came of one slice: the distinct publications and the total the service stated last."""

    publications: set[str] = field(default_factory=set)
    expected: int | None = None
    unreadable: int = 0
    note: str | None = None
    is_vague: bool = False  # the service answered with an empty page, which may mean no hits or a fault

    def take(self, parsed: Parsed) -> int:
        """Add one page's publications; returns how many of them are new."""
        before = len(self.publications)
        self.publications.update(record.publication_number for record in parsed.records)
        self.unreadable += sum(reject.action == "record skipped" for reject in parsed.rejects)
        return len(self.publications) - before


class Retriever(Protocol):
    """How one source states a total and hands out a slice."""

    cap: int

    def compiled(self, span: Span, /) -> str:
        """Return the query for a span in the source's language (the slice's identity)."""
        ...

    def probe(self, span: Span, slice_id: int, /) -> int | None:
        """Return the stated total without fetching the slice; None where only fetching shows it."""
        ...

    def retrieve(self, span: Span, slice_id: int, /) -> Got:
        """Fetch the slice; stops early, with `expected` set, when the total is over the cap."""
        ...


class Slicer:
    """Retrieves the slices of one query of one technology."""

    def __init__(self, fetcher: Fetcher, book: SliceBook, target: Target, retriever: Retriever, report: Report) -> None:
        self._fetcher = fetcher
        self._book = book
        self._target = target
        self._retriever = retriever
        self._report = report
        self.publications: set[str] = set()
        self.stated = 0
        self.done = 0
        self.differ = 0
        self.refused: str | None = None  # why the service did not take a query
        self._hopeless = 0

    def run(
        self, span: Span, estimate: int | None = None, most: int | None = None, *, is_part: bool = False
    ) -> int | None:
        """Retrieve `span`, splitting it while it is over the cap; returns the total the service stated (None: unknown).

        `estimate` is about how many hits are expected, None when nothing is known. Where they are too many the total is
        asked for alone, which costs no data; elsewhere the first page states it just as well, and a request is saved.
        `most` is what the whole leaves for this part (`is_part`); a service that states more contradicts itself.
        """
        slice_id, state = self._book.open(self._target, span, self._retriever.compiled(span))
        if state in ("done", "differs"):
            return None
        if state == "split":
            self._split(span, slice_id, None)
            return None
        try:
            total, got = self._ask(span, slice_id, estimate)
        except (PageUnreadableError, QueryRefusedError) as error:  # this slice is left, the next run asks for it again
            total, got = None, Got(note=self._left(error))
        if got is not None and got.is_vague and (not is_part or self._book.knows(self._target, span)):
            got.note = "the service answered with an empty page (HTTP 404): no hits, or a fault"
        if got is None and (doubt := self._doubt(total, most)) is not None:
            total, got = None, Got(expected=total, note=doubt)
        if got is None:
            self._split(span, slice_id, total)
        else:
            is_whole = self._close(slice_id, got)
            self._hopeless += not is_whole and not split(span)
        return total

    def _ask(self, span: Span, slice_id: int, estimate: int | None) -> tuple[int | None, Got | None]:
        """Return the total stated and what came; None where the slice is over the cap and has to be split."""
        if self._hopeless >= _HOPELESS:
            return None, Got(note="not asked: the smallest slices, too, do not come as the service states them")
        total = self._retriever.probe(span, slice_id) if self._worth_probing(estimate) else None
        can_split = bool(split(span))
        if self._over(total) and can_split:
            return total, None
        got = self._retriever.retrieve(span, slice_id)
        self.publications |= got.publications
        return got.expected, None if self._over(got.expected) and can_split else got

    def _left(self, error: PageUnreadableError | QueryRefusedError) -> str:
        if isinstance(error, PageUnreadableError):
            return f"a page could not be read: {error}"
        self.refused = self.refused or str(error)
        return f"the query was refused: {error}"

    def _doubt(self, total: int | None, most: int | None) -> str | None:
        """Return why a stated total is not worth following into ever smaller slices; None when it is."""
        if total is not None and most is not None and total > most * (1 + _GROWTH) + _GROWN:
            return f"the service states {total:,} for a part of which the whole leaves {most:,}"
        return None

    def _worth_probing(self, estimate: int | None) -> bool:
        """Say whether to ask for the total alone: also where it shows that the service is in order after all."""
        return self._fetcher.doubtful or (estimate is not None and estimate > self._retriever.cap)

    def _over(self, total: int | None) -> bool:
        return total is not None and (total > self._retriever.cap or total == CEILING)

    def _split(self, span: Span, slice_id: int, total: int | None) -> None:
        exact = total is not None and total < CEILING
        stated, known = 0, True
        for child in split(span):
            estimate = None if total is None or child.office else total // 2
            left = max((total or 0) - stated, 0) if exact else None
            of_child = self.run(child, estimate, left, is_part=True)
            known = known and of_child is not None
            stated += of_child or 0
            if child.office and exact and known and stated >= (total or 0):
                break  # the offices named so far hold all there is
        note = None
        if exact and known and stated != total:
            note = f"the service stated {total:,} for the whole and {stated:,} for its parts"
        self._book.close(slice_id, "split", total if exact else None, None, note)

    def _close(self, slice_id: int, got: Got) -> bool:
        """Close a slice as done or as differing, and return whether it came whole."""
        expected, received = got.expected, len(got.publications)
        self.stated += expected or 0
        is_whole = (
            expected is not None and expected != CEILING and received + got.unreadable == expected
            and got.note is None and got.unreadable * _READABLE <= expected
        )  # fmt: skip
        if is_whole:
            note = f"{got.unreadable} could not be read" if got.unreadable else None
            self._book.close(slice_id, "done", expected, received, note)
            self.done += 1
        else:
            stated = "an unknown number" if expected is None else f"{expected:,}"
            unread = f", {got.unreadable:,} of them could not be read" if got.unreadable else ""
            note = got.note or f"the service stated {stated}, {received + got.unreadable:,} came{unread}"
            self._book.close(slice_id, "differs", None if expected == CEILING else expected, received, note)
            self.differ += 1
        self._report(
            Progress(self._fetcher.source, self._target.technology_id, len(self.publications), self.stated or None)
        )
        return is_whole
