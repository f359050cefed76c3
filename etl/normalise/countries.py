"""Countries and offices from names (Chinese, English), codes and registers' brackets to ST.3 / ISO alpha-2."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Final

# Offices that are no country: a publication may be theirs, an applicant's residence never.
ORGANISATIONS: Final = frozenset({"AP", "EA", "EM", "EP", "GC", "OA", "WO"})


def country_code(text: str | None) -> str | None:
    """Two-letter code of a country or office; None when the text names none that is known (unknown is not a guess).

    Accepts a code (``cn``), a Chinese or English name (``中国``, ``Korea``), and a name before a code in
    brackets (``NOKIA [FI]``, ``中国[CN]``, ``美国(US)``).
    """
    if text is None:
        return None
    folded = unicodedata.normalize("NFKC", text).strip()
    if not folded or len(folded) > 200:
        return None
    bracketed = re.search(r"[\[(]\s*([A-Za-z]{2})\s*[\])]\s*$", folded)
    if bracketed and bracketed[1].upper() in _known_codes():
        return bracketed[1].upper()
    key = _key(folded)
    return key if key in _known_codes() else _names().get(key)


def residence_code(text: str | None) -> str | None:
    """Like country_code, but None for an organisation's code: nobody resides in EP or WO."""
    code = country_code(text)
    return None if code in ORGANISATIONS else code


def country_names(code: str) -> tuple[str, str] | None:
    """English and Chinese name of a code; None when it is not in the table."""
    return _table().get(code)


def _key(text: str) -> str:
    return re.sub(r"[\s.,'’\-]+", "", text).upper()


@lru_cache(maxsize=1)
def _rows() -> list[list[str]]:
    text = resources.files("etl.normalise").joinpath("countries.tsv").read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, str]]:
    return {code: (english, chinese) for code, english, chinese, _ in _rows()}


@lru_cache(maxsize=1)
def _known_codes() -> frozenset[str]:
    return frozenset(_table())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {
        _key(name): code
        for code, english, chinese, others in _rows()
        for name in (english, chinese, *others.split("|"))
        if name
    }
