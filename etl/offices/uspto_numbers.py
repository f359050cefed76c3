"""Forms of the USPTO's files before 2005: fixed-width IPC symbols, countries of three characters, check digits."""

from __future__ import annotations

import re

# Codes used before WIPO ST.3 (the files begin in 1976, ST.3 came in 1978), and countries that are no more.
_FORMER = {"DT": "DE", "JA": "JP", "OE": "AT", "SW": "SE", "UK": "GB", "EI": "IE", "SF": "FI", "PO": "PL", "UR": "SU"}
_FIXED = re.compile(r"([A-H]\d{2}[A-Z])([ \d]{2}\d)(\d{2,6})")
_NUMBER = re.compile(r"([A-Z]{0,2})0*(\d+)")
_KINDS = {"": "A", "D": "S", "PP": "P", "RE": "E", "H": "H"}


def ipc_symbol(text: str) -> str:
    """``B60R9/00`` from ``B60R  900``: subclass, group in three places, then the subgroup; other forms stay."""
    match = _FIXED.fullmatch(text.strip())
    return f"{match[1]}{int(match[2])}/{match[3]}" if match else text


def country(text: str | None) -> str | None:
    """Two-letter code from ``JPX``, ``GB2`` or a code of before 1978; None where none is stated."""
    code = (text or "").strip().upper()[:2]
    return _FORMER.get(code, code) or None


def cited_office(text: str | None) -> str:
    """Office of a cited document; American ones come without."""
    return country(text) or "US"


def checked(stated: str) -> tuple[str, str | None]:
    """Number and kind of a grant from a WKU: its ninth character is a check digit, its letters say what it is.

    >>> checked("039373754")
    ('3937375', 'A')
    """
    compact = stated.strip().upper()
    match = _NUMBER.fullmatch(compact[:8] if len(compact) == 9 else compact)
    return (match[1] + match[2], _KINDS.get(match[1])) if match else (compact, None)


def application(series: str | None, serial: str) -> str:
    """Series and serial as ``05/518454``; the serial of an APN may have a seventh digit, which checks the others."""
    digits = re.sub(r"\D", "", serial)[:6]
    code = (series or "").strip()
    return f"{'29' if code.upper() == 'D' else code.zfill(2)}/{digits.zfill(6)}"
