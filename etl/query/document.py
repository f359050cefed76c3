"""What is known of one publication, as queries see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from etl.query.text import fold


@dataclass(slots=True)
class Document:
    """One publication. None means unknown, an empty sequence means there is none.

    Symbols have the form ``H01L21/02``; numbers are canonical (``CN-101234567-A``). The last four fields serve
    only the sources' own languages (office, citing and family searches), never the neutral query.
    """

    titles: Sequence[str] | None = None
    abstracts: Sequence[str] | None = None
    claims: Sequence[str] | None = None
    ipc: Sequence[str] | None = None
    cpc: Sequence[str] | None = None
    applicants: Sequence[str] | None = None
    publication_date: date | None = None
    filing_date: date | None = None
    publication_number: str | None = None
    family_id: str | None = None
    cites: Sequence[str] | None = None
    priorities: Sequence[str] | None = None
    _folded: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def folded(self, name: str) -> tuple[str, ...] | None:
        """Return the folded texts of the field `name` (titles, abstracts, claims or applicants); None unknown.

        The result is kept, so one document can be asked by many queries: do not change its texts afterwards.
        """
        known = self._folded.get(name)
        if known is None:
            texts: Sequence[str] | None = getattr(self, name)
            if texts is None:
                return None
            known = self._folded[name] = tuple(fold(text) for text in texts)
        return known
