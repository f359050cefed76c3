"""What OPS says about single publications: claims, legal events, families, and who cites them.

Several publications go into one request as far as the service answers for several: what it does is met, not assumed.
"""

from __future__ import annotations

from collections.abc import Sequence

from etl.fetch.fetch import Fetcher
from etl.fetch.fetched import PageUnreadableError
from etl.fetch.http import QueryRefusedError, Request, Then
from etl.fetch.source import Note
from etl.sources.epo_ops.client import BATCH, CAP, PAGE, of_publications, search

# What splitting a refused batch down to its members may cost, for n members: fewer than 2 n requests.
_COST = 2


def citing_search(publication_number: str, first: int = 1) -> Request:
    """Return the search for the publications that cite `publication_number` (``ct=``), with their data."""
    country, number = publication_number.split("-")[:2]
    context = {"purpose": "citing", "cited": publication_number}
    return search(f"ct={country}{number}", first, first + PAGE - 1, context=context)


class OpsAsker:
    """Asks for claims, legal events and families of many publications, up to 100 a request, and for citing ones.

    A batch the service refuses, or answers with nothing, is asked again in halves, so that one bad number costs only
    itself. Where a batch is answered for one of its members only, the service does not take several (its recorded
    answers to such requests look like that for legal events): from then on each is asked for itself.
    """

    def __init__(self, fetcher: Fetcher, note: Note) -> None:
        self._fetcher = fetcher
        self._note = note
        self._unreadable = False  # whether the last answer could not be read
        self._missing = False  # whether the last answer said that there is nothing
        self._single: set[str] = set()
        self._partial: set[str] = set()  # purposes for which the service was seen to leave out what it lacks

    def size(self, purpose: str, requests_left: int) -> int:
        """Return how many publications the next request for `purpose` may name."""
        if purpose == "citing" or purpose in self._single:
            return 1
        return max(1, min(BATCH, requests_left // _COST))

    def ask(self, purpose: str, numbers: Sequence[str], slice_id: int) -> None:
        """Ask, and note landed or nothing for each of `numbers` as soon as it is known.

        Raises ParkedError, StoppedError.
        """
        if not numbers:
            return
        if purpose == "citing":
            for number in numbers:
                if (outcome := self._citing(number, slice_id)) is not None:
                    self._note(purpose, {number: outcome})
            return
        if len(numbers) > 1 and purpose in self._single:
            self._halves(purpose, numbers, slice_id)
            return
        answered = self._fetch(purpose, numbers, slice_id)
        if len(numbers) == 1 and self._unreadable:
            return  # not noted, so the next run asks again
        if len(numbers) == 1:
            self._note(purpose, {numbers[0]: "nothing" if answered is None else "landed"})
            return
        landed = [n for n in numbers if n in (answered or ())]
        rest = [n for n in numbers if n not in landed]
        if len(landed) > 1 or (answered is None and self._missing and purpose in self._partial):
            self._partial.update({purpose} if rest else ())  # the service has nothing on those it left out
            self._note(purpose, {n: "landed" if n in landed else "nothing" for n in numbers})
            return
        self._note(purpose, dict.fromkeys(landed, "landed"))
        if landed:
            self._single.add(purpose)
        self._halves(purpose, rest, slice_id)

    def _halves(self, purpose: str, numbers: Sequence[str], slice_id: int) -> None:
        middle = (len(numbers) + 1) // 2
        self.ask(purpose, numbers[:middle], slice_id)
        self.ask(purpose, numbers[middle:], slice_id)

    def _fetch(self, purpose: str, numbers: Sequence[str], slice_id: int) -> set[str] | None:
        """Return the publications of the answer; None when it has none of those asked for, or cannot be had."""
        try:
            fetched = self._fetcher.fetch(of_publications(purpose, numbers), slice_id)
        except (QueryRefusedError, PageUnreadableError) as error:
            self._missing, self._unreadable = False, isinstance(error, PageUnreadableError)
            return None
        self._unreadable = False
        self._missing = fetched.then is Then.NOTHING
        if fetched.then is not Then.USE:
            return None
        return {record.publication_number for record in fetched.parsed.records}

    def _citing(self, number: str, slice_id: int) -> str | None:
        """Fetch all pages of citing publications: the first has the list, further ones bring their references.

        Returns landed, nothing, or None where an answer could not be read: the next run asks again.
        """
        first, total = 1, 1
        while first <= min(total, CAP):
            try:
                fetched = self._fetcher.fetch(citing_search(number, first), slice_id)
            except PageUnreadableError:
                return None
            except QueryRefusedError:
                return "nothing"
            if fetched.then is not Then.USE:
                return "nothing"
            total = fetched.parsed.total or 0
            first += PAGE
        return "landed"
