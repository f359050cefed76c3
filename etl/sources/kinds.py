"""What a kind code (WIPO ST.16) makes of a publication: application, grant, utility model, design or other."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

# Until this day the USPTO published granted patents, and nothing else, under kind A.
US_FIRST_APPLICATION = date(2001, 3, 15)

_BY_LETTER = {
    "A": "application",
    "B": "grant",
    "C": "grant",
    "E": "grant",  # reissues
    "U": "utility_model",
    "Y": "utility_model",
    "Z": "utility_model",
    "S": "design",
    "D": "design",
    "L": "design",
}
# Offices whose use of a letter departs from the table above.
_EXCEPTIONS = {
    ("US", "P1"): "application",
    ("US", "P2"): "grant",
    ("US", "P3"): "grant",
    ("CN", "Y"): "utility_model",
    ("KR", "Y1"): "utility_model",
    ("TW", "M"): "utility_model",
}


@lru_cache(maxsize=4096)
def _by_kind(authority: str, kind: str) -> str:
    return _EXCEPTIONS.get((authority, kind)) or _BY_LETTER.get(kind[:1], "other")


def publication_type(authority: str, kind: str | None, published: date | None = None) -> str | None:
    """Return the type of a publication, or None when its kind is unknown.

    `published` settles US kind A, which was the granted patent until March 2001.
    """
    if not kind:
        return None
    if kind == "A" and authority == "US" and published is not None and published < US_FIRST_APPLICATION:
        return "grant"
    return _by_kind(authority, kind)


def canonical(authority: str, number: str, kind: str | None = None) -> str:
    """Return ``CC-NUMBER-KIND``, without the last dash when the kind is unknown."""
    return f"{authority}-{number}-{kind}" if kind else f"{authority}-{number}"
