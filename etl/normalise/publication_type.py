"""What a publication is — application, grant, utility model, design, other — from authority and kind code (ST.16)."""

from __future__ import annotations

from typing import Final

TYPES: Final = ("application", "grant", "utility_model", "design", "other")
_GRANT_A: Final = {"US", "SU"}  # before 2001 a US patent is kind A
_SEARCH_REPORTS: Final = {("EP", "A3"), ("EP", "A4"), ("WO", "A3")}  # still publications of the application


def publication_type(authority: str, kind: str | None, number: str = "") -> str | None:
    """One of TYPES; None when the kind is unknown and the authority's numbers do not tell (unknown is not a guess).

    `number` (canonical, without authority and kind) separates what shares a kind code: since 1993 Chinese ones begin
    with 1 (invention), 2 (utility model), 3 (design).
    """
    code = (kind or "").upper()
    if not code:
        return _by_number(authority, number)
    letter = code[0]
    if authority == "US":
        return _us(code)
    if authority == "CN":
        return _cn(code, number)
    if authority in {"JP", "KR", "TW"} and letter == "Y":
        return "utility_model"
    if letter == "A":
        return "grant" if authority in _GRANT_A else "application"
    return _by_letter(letter)


def _by_letter(letter: str) -> str:
    if letter in "BCE":
        return "grant"
    if letter in "UYZ":
        return "utility_model"
    if letter in "SFL":
        return "design"
    return "grant" if letter == "T" else "other"  # T: translation of a granted European patent


def _us(code: str) -> str:
    if code in {"A", "B1", "B2", "E", "E1", "C1", "C2", "C3", "H", "H1", "I4", "I5"}:
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
