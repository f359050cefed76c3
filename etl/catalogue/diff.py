"""What differs between two editions of a list."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from etl.catalogue.editions import EditionItem, items_in

ORDER = ("added", "retired", "renamed", "query changed", "listed", "unlisted", "reason changed")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    `change` is added (now watched), retired (no longer watched), renamed (id, name or number), query changed (its
    series breaks), listed or unlisted (a candidate came or went), reason changed. `before` and `after` hold what did.
    """

    change: str
    technology_id: str
    name_zh: str
    name_en: str
    before: str | None
    after: str | None


def edition_diff(con: duckdb.DuckDBPyConnection, a: int, b: int) -> list[Change]:
    """Return the changes from edition `a` to edition `b`. Raises LookupError when one of them does not exist."""
    return diff_items(items_in(con, a), items_in(con, b))


def diff_items(before: list[EditionItem], after: list[EditionItem]) -> list[Change]:
    """Return the changes between two lists of rows, by kind of change, then id."""
    old = {item.technology_id: item for item in before}
    new = {item.technology_id: item for item in after}
    pairs = [(old[key], new[key]) for key in old.keys() & new.keys()]
    gone = [old[key] for key in old.keys() - new.keys()]
    come = [new[key] for key in new.keys() - old.keys()]
    for item in list(come):
        # The same query under another id is the same technology with a new name.
        same = [one for one in gone if one.query_hash is not None and one.query_hash == item.query_hash]
        if len(same) == 1:
            pairs.append((same[0], item))
            gone.remove(same[0])
            come.remove(item)
    changes = [change for one, other in pairs for change in _changes(one, other)]
    changes += [
        _change("retired" if item.status != "candidate" else "unlisted", item, item.status, None) for item in gone
    ]
    changes += [_change("added" if item.status != "candidate" else "listed", item, None, item.status) for item in come]
    return sorted(changes, key=lambda change: (ORDER.index(change.change), change.technology_id))


def _changes(old: EditionItem, new: EditionItem) -> list[Change]:
    found = []
    if old.status != new.status:
        kind = "retired" if new.status == "candidate" else "added"
        found.append(_change(kind, new, old.status, new.status))
    if _name(old) != _name(new):
        found.append(_change("renamed", new, _name(old), _name(new)))
    if old.query_hash != new.query_hash:
        found.append(_change("query changed", new, old.query, new.query))
    if old.reason != new.reason and old.status == new.status:
        found.append(_change("reason changed", new, old.reason, new.reason))
    return found


def _name(item: EditionItem) -> str:
    number = "" if item.number is None else f"{item.number} "
    return f"{number}{item.technology_id} {item.name_zh} {item.name_en}"


def _change(kind: str, item: EditionItem, before: str | None, after: str | None) -> Change:
    return Change(kind, item.technology_id, item.name_zh, item.name_en, before, after)
