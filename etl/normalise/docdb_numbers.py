"""Canonical numbers and types of DOCDB documents: DOCDB's own form where that is canonical, else ``etl.normalise``."""

from __future__ import annotations

from functools import lru_cache

from etl.normalise import ipc as ipc_forms
from etl.normalise import numbers, publication_type

# Offices whose numbers DOCDB answers write in more than one way: always normalised.
_VARYING = frozenset({"WO"})


class NumberRefusedError(ValueError):
    """The parts are no publication number; the message says why."""


@lru_cache(maxsize=16384)
def _normal_publication(authority: str, number: str, kind: str | None) -> str:
    try:
        return numbers.publication_number(authority, number, kind)
    except numbers.NumberRefusedError as error:
        raise NumberRefusedError(str(error)) from error


def publication(authority: str, number: str, kind: str | None) -> str:
    """Return ``CC-NUMBER-KIND`` (no last dash when the kind is unknown). Raises NumberRefusedError."""
    if authority in _VARYING or len(authority) != 2 or not (number.isascii() and number.isalnum()):
        return _normal_publication(authority, number, kind)
    return f"{authority}-{number}-{kind}" if kind else f"{authority}-{number}"


@lru_cache(maxsize=16384)
def _normal_application(authority: str, number: str, kind: str | None) -> str | None:
    try:
        return numbers.application_number(authority, number, kind)
    except numbers.NumberRefusedError:
        return None


def application(authority: str, number: str, kind: str | None) -> str | None:
    """Return ``CC-NUMBER`` of an application or priority in DOCDB form; None when it is no number."""
    if (kind and kind[0] != "A") or not (number.isascii() and number.isalnum()):
        return _normal_application(authority, number, kind)
    return f"{authority}-{number}"


def application_from_epodoc(number: str) -> str | None:
    """Return the canonical number of an epodoc application number, turned into DOCDB's form where the rule is exact.

    That is so for EP (``EP20100167109`` → ``EP-10167109``) and for international applications (``WO2024EP63512`` →
    ``WO-EP2024063512``); elsewhere the country is split off. None when `number` is none.
    """
    country, rest = number[:2], number[2:]
    if not (country.isalpha() and rest):
        return None
    if country == "WO" and rest[:4].isdigit() and rest[4:6].isalpha() and rest[6:].isdigit():
        return f"WO-{rest[4:6]}{rest[:4]}{rest[6:].zfill(6)}"
    if country == "EP" and len(rest) == 11 and rest.isdigit():
        return f"EP-{rest[2:4]}{rest[5:]}"
    return f"{country}-{rest}"


@lru_cache(maxsize=8192)
def _type(authority: str, kind: str, first: str) -> str | None:
    return publication_type.publication_type(authority, kind, first)


def type_of(authority: str, kind: str | None, number: str) -> str | None:
    """Return application, grant, utility_model, design or other; None when neither kind nor number tells."""
    return _type(authority, kind, number[:1]) if kind else publication_type.publication_type(authority, None, number)


@lru_cache(maxsize=131072)
def symbol(text: str) -> str | None:
    """Return an IPC or CPC symbol as ``H01L21/02``; None when `text` is no symbol."""
    try:
        return ipc_forms.ipc_symbol(text)
    except ipc_forms.IpcRefusedError:
        return None
