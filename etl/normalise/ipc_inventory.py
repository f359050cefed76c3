"""Which IPC subclasses there ever were, and from when to when: WIPO's own record (``ipc_subclasses.tsv``).

So a subclass that an edition made differs from one that applications only came to, and a misread symbol from a
real one. Editions behind the record's are known by their moves (``ipc_moves.toml``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

KNOWN_UP_TO = date(2025, 12, 31)  # the last day before an edition the record does not have


class Life(NamedTuple):
    """First and last day a subclass was in force; `ended` None: it still is."""

    began: date
    ended: date | None


@lru_cache(maxsize=1)
def subclasses() -> dict[str, Life]:
    """Every subclass ever used, by its code in ascending order."""
    found: dict[str, Life] = {}
    for line in _text("ipc_subclasses.tsv").splitlines():
        if line and not line.startswith("#"):
            code, began, ended = line.split("\t")
            found[code] = Life(date.fromisoformat(began), date.fromisoformat(ended) if ended else None)
    for move in tomllib.loads(_text("ipc_moves.toml"))["move"]:
        year, month = map(int, move["edition"].split("."))
        found.setdefault(move["new"], Life(date(year, month, 1), None))
    return dict(sorted(found.items()))


def _text(name: str) -> str:
    return resources.files("etl.normalise").joinpath(name).read_text("utf-8")


def never_existed(symbol: str, published: date | None) -> bool:
    """Whether no edition up to `published` had the symbol's subclass: it is misread then.

    False where that cannot be decided: without a date, or with one behind the last edition the record has.
    """
    is_told = published is not None and published <= KNOWN_UP_TO
    return is_told and symbol[:4] not in subclasses()


def that_existed(symbols: Iterable[str], published: date | None) -> tuple[list[str], list[str]]:
    """The symbols whose subclass existed (or where that is unknown), in order, and those whose never did."""
    stated = list(symbols)
    wrong = [symbol for symbol in stated if never_existed(symbol, published)]
    return [symbol for symbol in stated if symbol not in wrong], wrong
