"""Which IPC symbols there ever were, and from when to when: WIPO's own record.

Its subclasses are packaged (``ipc_subclasses.tsv``), its groups are read from the file itself, which people import. So
a code that an edition made differs from one that applications only came to, and a misread symbol from a real one.
Editions behind the record's are known by their moves (``ipc_moves.toml``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from etl.normalise.ipc import IpcRefusedError, ipc_symbol

# A line of WIPO's inventory: symbol in the fixed form, first day, last day or a hyphen
_LINE = re.compile(r"([A-H]\d\d[A-Z](?:\d{10})?)[;,\t](\d{8})[;,\t](\d{8}|-)?")
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


def is_inventory(head: bytes) -> bool:
    """Whether a file that begins with `head` is WIPO's inventory of ever used symbols: its first three lines are."""
    lines = head.decode("utf-8-sig", "replace").splitlines()[:3]
    return len(lines) == 3 and all(_LINE.fullmatch(line.strip()) for line in lines)


def read_inventory(lines: Iterable[str]) -> Iterator[tuple[str, Life] | str]:
    """Each symbol of the inventory with its life, in order; a line that is none comes as it is.

    >>> list(read_inventory(["A01B0001020000;19680901;-", "H10B;20230101;-"]))[0][0]
    'A01B1/02'
    """
    for line in lines:
        text = line.strip().lstrip("\ufeff")
        if not text:
            continue
        match = _LINE.fullmatch(text)
        try:
            began, ended = (_day(part) for part in match.group(2, 3)) if match else (None, None)
            symbol = ipc_symbol(match[1]) if match else ""
        except (ValueError, IpcRefusedError):
            match = None
        yield (symbol, Life(began, ended)) if match and began else text


def _day(text: str | None) -> date | None:
    return None if text in {None, "", "-"} else date(int(text[:4]), int(text[4:6]), int(text[6:]))
