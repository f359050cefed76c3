"""What a network can be asked for: the technologies and topics of the newest lists, with their queries."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from analytics.measure.query import IMPORT, Connection
from analytics.network.warehouse import rows


class NoSuchNetworkError(LookupError):
    """No technology or topic has that id; the message names the nearest and the known ones."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A technology or a topic with the (id, query hash) pairs whose families make its network."""

    technology_id: str
    name_zh: str
    name_en: str
    is_topic: bool
    pairs: tuple[tuple[str, str], ...]


def subjects(con: Connection) -> dict[str, Subject]:
    """Return every technology and topic of the newest lists by id, and whatever files were imported onto."""
    listed = rows(con, "queries")
    found: dict[str, Subject] = {}
    for technology, owner, query_hash, zh, en, topic in listed.iter_rows():
        had = found.get(technology, Subject(technology, zh, en, topic, ()))
        more = ((owner, IMPORT), *(() if query_hash is None else ((owner, query_hash),)))
        pairs = tuple(dict.fromkeys((*had.pairs, *more)))
        found[technology] = Subject(technology, zh, en, topic, pairs)
    held = con.execute("SELECT DISTINCT technology_id FROM family_memberships ORDER BY 1").fetchall()
    for (technology,) in held:
        found.setdefault(technology, Subject(technology, technology, technology, False, ((technology, IMPORT),)))
    return found


def subject(con: Connection, technology: str) -> Subject:
    """Return one technology or topic. Raises NoSuchNetworkError."""
    known = subjects(con)
    if technology in known:
        return known[technology]
    near = difflib.get_close_matches(technology, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    msg = f"No technology or topic {technology!r} is on the lists.{hint} Known: {', '.join(known) or 'none'}."
    raise NoSuchNetworkError(msg)
