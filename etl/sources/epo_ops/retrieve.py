"""EPO OPS: pages of a slice by range, 100 at a time, less when the service asks for less.

Source: docs/sources.md, OPS, Ranges.
"""

from __future__ import annotations

from etl.fetch.fetch import Fetcher
from etl.fetch.fetched import Fetched, PageUnreadableError
from etl.fetch.http import Then
from etl.fetch.slices import Span, split
from etl.fetch.slicing import Got
from etl.query.ast import Query
from etl.sources.epo_ops.client import CAP, CEILING, PAGE, RANGE, search
from etl.sources.epo_ops.query.compile import compile_ops

# So many pages in a row with nothing new: the service repeats itself.
_REPEATED = 3


class OpsRetriever:
    """Slices of one query (a part that fits into one request) at OPS."""

    cap = CAP

    def __init__(self, fetcher: Fetcher, query: Query) -> None:
        self._fetcher = fetcher
        self._query = query
        self._last_was_empty = False
        # Where this run's landed pages begin: a resumed run asks for the same ranges, those made smaller included.
        self._landed: dict[tuple[str, int], int] = {}
        for request in fetcher.landed_requests():
            first, _, last = request.get("headers", {}).get(RANGE, "").partition("-")
            if request.get("path", "").endswith("search/biblio") and first.isdigit():
                key = (request["params"]["q"], int(first))
                self._landed[key] = max(int(last), self._landed.get(key, 0))

    def compiled(self, span: Span) -> str:
        """Return the CQL."""
        return compile_ops(self._query, span.first, span.last, span.office)

    def probe(self, span: Span, slice_id: int) -> int | None:
        """Return the total by asking for one hit without its data."""
        request = search(self.compiled(span), 1, 1, biblio=False, context={"purpose": "probe"})
        fetched = self._fetcher.fetch(request, slice_id, records=False)
        self._last_was_empty = _is_empty(fetched)
        return fetched.parsed.total

    def retrieve(self, span: Span, slice_id: int) -> Got:
        """Fetch all pages; when not everything came, once more in smaller pages (a page may have come twice)."""
        cql = self.compiled(span)
        got = Got()
        for size in (PAGE, PAGE // 2):
            got.unreadable = 0
            self._pages(cql, slice_id, size, got, whole=not split(span), is_first_pass=size == PAGE)
            expected = got.expected
            if expected is None or expected > CAP or len(got.publications) + got.unreadable == expected:
                break
        if got.is_vague and (total := self.probe(span, slice_id)) is not None:  # a second answer, asked for otherwise
            got.expected = total
            got.is_vague = self._last_was_empty
        if got.expected is not None and got.expected > CAP:
            stated = "10,000 or more" if got.expected == CEILING else f"{got.expected:,}"
            got.note = f"the service states {stated} for one day, hands out {CAP:,}, {len(got.publications):,} came"
        return got

    def _pages(self, cql: str, slice_id: int, size: int, got: Got, *, whole: bool, is_first_pass: bool) -> None:
        """Fetch page after page; over the cap only the first, unless the `whole` of it is wanted all the same.

        Nothing new on a page of the first pass means that another one came once more in its place: it is asked for in
        two parts.
        """
        first, repeated = 1, 0
        while first <= CAP and repeated < _REPEATED:
            before = len(got.publications)
            fetched, size = self._page(cql, first, size, slice_id)
            parsed = fetched.parsed
            got.expected = parsed.total
            got.is_vague = _is_empty(fetched)
            if not got.take(parsed) and is_first_pass and len(parsed.records) > 1:
                middle = first + max(1, size * 3 // 5)  # ranges nothing else asks for: each is sent once a run
                for begin, last in ((first, middle - 1), (middle, first + size - 1)):
                    got.take(self._fetcher.fetch(search(cql, begin, last), slice_id).parsed)
            total = parsed.total or 0
            first += size
            repeated = repeated + 1 if is_first_pass and len(got.publications) == before else 0
            if first > total or (total > CAP and not whole):
                return

    def _page(self, cql: str, first: int, size: int, slice_id: int) -> tuple[Fetched, int]:
        """Return the page from `first` on and its size: halved as long as the service asks for less."""
        landed_last = self._landed.get((cql, first))
        if landed_last is not None and landed_last - first + 1 < size:
            size = landed_last - first + 1
        for _ in range(12):
            size = min(size, CAP - first + 1)
            fetched = self._fetcher.fetch(search(cql, first, first + size - 1), slice_id)
            if fetched.then is not Then.LESS:
                return fetched, size
            size = max(1, size // 2)
        raise PageUnreadableError("EPO OPS asks for less even for a single document")


def _is_empty(fetched: Fetched) -> bool:
    """Return whether "no hits" was said by an empty page alone, without the service's own words for it."""
    return fetched.page is not None and fetched.page.status == 404 and not fetched.content.strip()
