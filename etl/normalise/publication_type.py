"""What a publication is — application, grant, utility model, design, other — from authority and kind code (ST.16)."""

from __future__ import annotations

from datetime import date
from typing import Final

TYPES: Final = ("application", "grant", "utility_model", "design", "other")
# Offices whose publications of kind A are granted patents, up to the day before the one given (None: always). An A
# publication of every other office and time is an application as filed, whatever word a source puts beside it.
GRANTED_AS_A: Final[dict[str, date | None]] = {
    "BE": date(1987, 1, 1),  # granted without examination; laid open applications do not exist before
    "CA": date(1989, 10, 1),  # no application was laid open before the Patent Act of 1989
    "DD": None,  # economic patents
    "GB": date(1979, 1, 1),  # complete specifications under the Act of 1949, numbers below 2 000 001
    "SU": None,  # inventors' certificates and patents
    "TW": date(2003, 5, 1),  # the first applications were laid open in May 2003
    "US": date(2001, 3, 15),  # patents have been B1 and B2 since January 2001; applications A1, A2, A9 since March
    "ZA": None,  # no application is laid open
}


def stated_type(word: str | None, by_kind: str | None) -> str | None:
    """The type a kind code decides, else the one a source's `word` names (one of TYPES or None)."""
    return by_kind if by_kind not in {None, "other"} else word or by_kind


def publication_type(authority: str, kind: str | None, number: str = "", published: date | None = None) -> str | None:
    """One of TYPES; None when the kind is unknown and the authority's numbers do not decide (unknown is not a guess).

    `number` (canonical, without authority and kind) separates what shares a kind code: since 1993 Chinese ones begin
    with 1 (invention), 2 (utility model), 3 (design). `published` and the number decide kind A (GRANTED_AS_A).
    """
    code = (kind or "").upper()
    if not code:
        return _by_number(authority, number)
    letter = code[0]
    if letter == "A" and authority in GRANTED_AS_A:
        return "grant" if _is_granted_as_a(authority, code, number, published) else "application"
    if authority == "US":
        return _us(code)
    if authority == "CN":
        return _cn(code, number)
    if authority in {"JP", "KR", "TW"} and letter == "Y":
        return "utility_model"
    return "application" if letter == "A" else _by_letter(letter)


def _is_granted_as_a(authority: str, code: str, number: str, published: date | None) -> bool:
    until = GRANTED_AS_A[authority]
    if authority == "US" and code != "A":
        return False
    if until is None:
        return True
    if published is not None:
        return published < until
    if authority == "GB":
        return number.isdigit() and int(number) <= 2_000_000
    if authority == "CA":
        return number.isdigit() and int(number) < 2_000_000
    return authority == "US" and len(number) <= 8


def _by_letter(letter: str) -> str:
    if letter in "BCE":
        return "grant"
    if letter in "UYZ":
        return "utility_model"
    if letter in "SFL":
        return "design"
    return "grant" if letter == "T" else "other"  # T: translation of a granted European patent


def _us(code: str) -> str:
    if code in {"B1", "B2", "E", "E1", "C1", "C2", "C3", "H", "H1", "I4", "I5"}:
        return "other" if code[0] == "H" else "grant"
    if code[0] == "S":
        return "design"
    if code[0] == "P":
        return "application" if code in {"P1", "P4", "P9"} else "grant"
    return "application" if code[0] == "A" else "other"


def _cn(code: str, number: str) -> str:
    if code[0] == "S" or (code[0] == "D" and number[:1] == "3"):
        return "design"
    if code[0] in "UY":
        return "utility_model"
    return "grant" if code[0] in "BC" else "application" if code[0] == "A" else "other"


def _by_number(authority: str, number: str) -> str | None:
    if authority == "CN" and number[:1] in {"2", "3"} and len(number) in {7, 8, 9}:
        return "utility_model" if number[0] == "2" else "design"
    if authority == "US" and number.startswith("D"):
        return "design"
    if authority == "US" and len(number) == 10 and number[:2] == "20":
        return "application"
    if authority == "US" and number.isdigit() and len(number) <= 8:
        return "grant"
    return "application" if authority == "WO" else None
