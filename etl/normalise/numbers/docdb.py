"""Canonical numbers and types of DOCDB documents: DOCDB's own form where that is canonical, else ``etl.normalise``."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from etl.normalise import ipc as ipc_forms
from etl.normalise import publication_type
from etl.normalise.numbers import canonical as numbers
from etl.normalise.numbers import rewritten
from etl.normalise.numbers.rules import (
    APPLICATION_RULES,
    CANONICAL_APPLICATION,
    CANONICAL_PUBLICATION,
    LITERATURE,
    PUBLICATION_RULES,
)

NumberRefusedError = numbers.NumberRefusedError
_PLAIN = re.compile(r"[0-9A-Z]*[0-9][0-9A-Z]*")  # offices without a rule: digits and capitals stay as they are
_COUNTRY = re.compile(r"[A-Z]{2}")
_NEVER = re.compile(r"(?!)")
_US_OLD = re.compile(r"(?:19|20)(\d{2})0(\d{6})(P?)")  # US20100769123: 769123 of 2010, before the series code was kept
_normal_publication = lru_cache(maxsize=16384)(numbers.publication_number)


@lru_cache(maxsize=1024)
def _published_shape(authority: str) -> re.Pattern[str]:
    """What a publication's number of the office looks like that its rule would return as it is."""
    has_rule = authority in PUBLICATION_RULES or authority in rewritten.PUBLICATIONS
    return _shape(authority, CANONICAL_PUBLICATION, has_rule=has_rule)


@lru_cache(maxsize=1024)
def _filed_shape(authority: str) -> re.Pattern[str]:
    """The same of an application's number."""
    has_rule = authority in APPLICATION_RULES or authority in rewritten.APPLICATIONS
    return _shape(authority, CANONICAL_APPLICATION, has_rule=has_rule)


def _shape(authority: str, shapes: dict[str, re.Pattern[str]], *, has_rule: bool) -> re.Pattern[str]:
    if authority in LITERATURE or not _COUNTRY.fullmatch(authority):
        return _NEVER
    return shapes.get(authority, _NEVER if has_rule else _PLAIN)


def publication(authority: str, number: str, kind: str | None) -> str:
    """Return ``CC-NUMBER-KIND`` (no last dash when the kind is unknown). Raises NumberRefusedError."""
    if not _published_shape(authority).fullmatch(number):
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
    if (kind and kind[0] != "A") or not _filed_shape(authority).fullmatch(number):
        return _normal_application(authority, number, kind)
    return f"{authority}-{number}"


def application_from_epodoc(number: str) -> str | None:
    """Return the canonical number of an epodoc application number, turned into DOCDB's form where the rule is exact.

    That is so for EP (``EP20100167109`` → ``EP-10167109``), JP, GB, US, international applications
    (``WO2024EP63512`` → ``WO-EP2024063512``) and the offices of ``rewritten.APPLICATIONS``; elsewhere the country is
    split off. None when `number` is none.
    """
    country, rest = number[:2], number[2:]
    if not (country.isalpha() and rest):
        return None
    if country == "US" and (old := _US_OLD.fullmatch(rest)):
        return f"US-{old[2]}{old[1]}{old[3]}"
    return application(country, rest, None)


@lru_cache(maxsize=8192)
def _type(authority: str, kind: str, first: str) -> str | None:
    return publication_type.publication_type(authority, kind, first)


def type_of(authority: str, kind: str | None, number: str, published: date | None = None) -> str | None:
    """Return application, grant, utility_model, design or other; None when neither kind nor number decides."""
    if authority in publication_type.GRANTED_AS_A:
        return publication_type.publication_type(authority, kind, number, published)
    return _type(authority, kind, number[:1]) if kind else publication_type.publication_type(authority, None, number)


@lru_cache(maxsize=131072)
def symbol(text: str) -> str | None:
    """Return an IPC or CPC symbol as ``H01L21/02``; None when `text` is no symbol."""
    try:
        return ipc_forms.ipc_symbol(text)
    except ipc_forms.IpcRefusedError:
        return None
