"""What documents of the USPTO state about their family: own application, foreign priorities, parents, PCT."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from etl.normalise.numbers.canonical import NumberRefusedError
from etl.normalise.numbers.us_applications import us_application
from etl.offices.draft import Draft

# The roles that say where an assignee is at home without an address: US company, individual, government, state, county.
US_ROLES = frozenset({"02", "04", "06", "08", "09", "2", "4", "6", "8", "9"})


@dataclass(frozen=True, slots=True)
class Parent:
    """An earlier application as a document states it, and the application that comes from it."""

    number: str | None
    day: date | None
    child: str | None = None
    adds_matter: bool = False  # a continuation-in-part
    is_provisional: bool = False


def take_application(draft: Draft, number: str | None) -> None:
    """Take the document's own application; `draft` knows its filing date."""
    if number:
        try:
            draft.record.application_number = us_application(number, draft.record.filing_date)
        except NumberRefusedError as error:
            draft.refuse("application_number", "series and serial number", number, error)


def take_parents(draft: Draft, own: str | None, parents: Iterable[Parent]) -> None:
    """Add what the parents make a priority, behind the foreign priorities already taken; `own` is as the file has it.

    Provisional applications are priorities as stated. A continuation or division claims what its first ancestor
    claimed: that ancestor itself only where no foreign or provisional application is before it. An application that
    adds matter (a continuation-in-part) is one more priority of itself and of all that continue it, as in DOCDB.
    """
    stated = list(parents)
    for parent in stated:
        if parent.is_provisional and (number := _canonical(draft, parent.number, parent.day)):
            draft.add_priority(number, parent.day)
    chain = _Chain(draft, _key(own) or "own", [p for p in stated if not p.is_provisional])
    if chain.is_pct:
        draft.record.is_pct = True
    for key in [*([] if draft.has_priorities else chain.roots), *chain.adding]:
        number, day = chain.application(key)
        if number:
            draft.add_priority(number, day)


class _Chain:
    """Earlier applications, followed from the document's own: the first ones, those that add matter, and a PCT one."""

    def __init__(self, draft: Draft, own: str, parents: list[Parent]) -> None:
        self._draft, self._own = draft, own
        self._above: dict[str, list[Parent]] = {}
        self._stated: dict[str, Parent] = {}
        for parent in parents:
            if parent.number:
                self._stated.setdefault(_key(parent.number), parent)
                self._above.setdefault(_key(parent.child) or own, []).append(parent)
        if own not in self._above:  # the youngest that is named is the document itself, written in another way
            for child in [child for child in self._above if child not in self._stated]:
                self._above.setdefault(own, []).extend(self._above.pop(child))
        self.roots: list[str] = []
        self.adding: list[str] = []
        self.is_pct = False
        self._follow(own, set(), continues=True)

    def _follow(self, key: str, seen: set[str], *, continues: bool) -> None:
        """Go up from `key`; `continues`: nothing between it and the document adds matter."""
        if key in seen:
            return
        seen.add(key)
        self.is_pct = self.is_pct or (continues and key.startswith("PCT"))
        above = self._above.get(key, [])
        if not above and key != self._own:
            self.roots.append(key)
        if any(parent.adds_matter for parent in above):
            self.adding.append(key)
        for parent in above:
            self._follow(_key(parent.number), seen, continues=continues and not parent.adds_matter)

    def application(self, key: str) -> tuple[str | None, date | None]:
        """Canonical number and filing date."""
        if key == self._own:
            return self._draft.record.application_number, self._draft.record.filing_date
        parent = self._stated[key]
        return _canonical(self._draft, parent.number, parent.day), parent.day


def _canonical(draft: Draft, number: str | None, day: date | None) -> str | None:
    if not number:
        return None
    try:
        return us_application(number, day)
    except NumberRefusedError as error:
        draft.refuse_priority(number, error)
        return None


def _key(number: str | None) -> str:
    return "".join(c for c in (number or "").upper() if c.isalnum()).lstrip("0")
