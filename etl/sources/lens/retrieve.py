"""Lens: a slice is one scroll, oldest publication first; a scroll that expired goes on from the last date received."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from etl.fetch.fetch import Fetcher
from etl.fetch.http import Then
from etl.fetch.slices import Span, split
from etl.fetch.slicing import Got
from etl.query.ast import Query
from etl.sources.lens.client import CEILING, scroll, scroll_id, search
from etl.sources.lens.compile import BODY, compile_lens

_RESTARTS = 20
# So many pages of one scroll with nothing new: the service repeats itself.
_REPEATED = 3


class LensRetriever:
    """Slices of one query at Lens."""

    cap = CEILING - 1

    def __init__(self, fetcher: Fetcher, query: Query, page_size: int) -> None:
        self._fetcher = fetcher
        self._query = query
        self._page_size = page_size

    def _compile(self, span: Span) -> dict[str, Any]:
        return compile_lens(self._query, span.first, span.last, span.office)

    def compiled(self, span: Span) -> str:
        """Return the query JSON."""
        return json.dumps(self._compile(span), sort_keys=True, ensure_ascii=False)

    def probe(self, span: Span, slice_id: int) -> int | None:  # noqa: ARG002
        """Return None: the first page of the scroll states the total just as well."""
        return None

    def retrieve(self, span: Span, slice_id: int) -> Got:
        """Scroll through the slice; when not everything came, once more in smaller pages."""
        got = Got()
        for size in (self._page_size, max(1, self._page_size * 2 // 3)):
            got.unreadable = 0
            self._scrolls(span, slice_id, size, got)
            expected = got.expected
            if expected is None or expected > self.cap or len(got.publications) + got.unreadable == expected:
                break
        return got

    def _scrolls(self, span: Span, slice_id: int, size: int, got: Got) -> None:
        """Scroll, and start again behind what came whenever the scroll has expired."""
        begin: date | None = span.first
        for restart in range(_RESTARTS):
            if begin is None:
                return
            # Starting again on the same date asks for another page size: it is another request than the landed one.
            later = Span(begin, span.last, span.office)
            begin = self._scroll(later, slice_id, max(1, size - restart), got, whole=restart == 0)

    def _scroll(self, span: Span, slice_id: int, size: int, got: Got, *, whole: bool) -> date | None:
        """Fetch one scroll; returns None at its end, or the date to go on from when it expired."""
        query = self._compile(span)
        fetched = self._fetcher.fetch(search(query, size, BODY), slice_id)
        total, seen, latest = fetched.parsed.total, 0, span.first
        if whole:
            got.expected = total
        stop = whole and total is not None and total > self.cap and bool(split(span))
        repeated = 0
        while fetched.then is Then.USE and (fetched.parsed.records or fetched.parsed.rejects):
            repeated = 0 if got.take(fetched.parsed) else repeated + 1
            if stop or repeated >= _REPEATED or seen > self.cap:  # to be split, or a scroll without an end
                return None
            seen += len(fetched.parsed.records) + sum(r.action == "record skipped" for r in fetched.parsed.rejects)
            dates = [r.publication_date for r in fetched.parsed.records if r.publication_date]
            latest = max([latest, *dates])
            next_id = scroll_id(fetched.content)
            if next_id is None or (total is not None and seen >= total):
                return None
            fetched = self._fetcher.fetch(scroll(next_id, query), slice_id)
        return latest if fetched.then is Then.EXPIRED else None
