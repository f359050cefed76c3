"""What was read from pages while harvesting, kept for the load in the same process, so that it is not read twice.

Reading is a pure function of the landed page, so this is a memory of results and nothing else: without it (another
process, a page beyond its bound) the load reads the landed bytes again and comes to the same records.
"""

from __future__ import annotations

from etl.fetch.landing import Page
from etl.records import Parsed
from warehouse.workspace import Workspace

# About 6 KB a record: at most some 60 MB.
MOST_RECORDS = 10_000


class ParsedPages:
    """The first pages of the latest run, up to `most_records` records and rejects in all."""

    def __init__(self, most_records: int = MOST_RECORDS) -> None:
        self._most = most_records
        self._run: tuple[str, int] | None = None
        self._pages: dict[tuple[int, str | None], Parsed] = {}
        self._held = 0

    def keep(self, workspace: Workspace, page: Page, parsed: Parsed) -> None:
        """Keep what `page` said while there is room; pages of another run are forgotten."""
        run = (str(workspace.root), page.run_id)
        if run != self._run:
            self._run, self._pages, self._held = run, {}, 0
        size = 1 + len(parsed.records) + len(parsed.rejects)
        key = (page.page_id, page.path)
        if key not in self._pages and self._held + size <= self._most:
            self._pages[key] = parsed
            self._held += size

    def take(self, workspace: Workspace, page: Page) -> Parsed | None:
        """Return what `page` said and forget it; None when it is not known here."""
        if (str(workspace.root), page.run_id) != self._run:
            return None
        parsed = self._pages.pop((page.page_id, page.path), None)
        if parsed is not None:
            self._held -= 1 + len(parsed.records) + len(parsed.rejects)
        return parsed


# Of this process.
PARSED = ParsedPages()
