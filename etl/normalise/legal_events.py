"""What a legal event means, by office, code and wording: the categories of screening (docs/methods.md, Counting)."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Final

# Codes whose class or wording alone would mislead, or whose office's list says less than its practice.
_CODES: Final = {
    "RAP1": "other",  # applicant's data changed OR rights transferred: says neither
    "PG25": "other",  # lapsed in one contracting state of many
    "PC01": "other",  # pledge cancelled
    "GR01": "grant",
    "IW01": "invalidation",
    "IP01": "invalidation",
    "PE01": "pledge",
    "EE01": "licence",
    "TR01": "assignment",
    "TA01": "assignment",
    "AS": "assignment",
    "CF01": "lapse",
    "CX01": "lapse",
    "WD01": "lapse",
    "AV01": "lapse",
    "RJ01": "lapse",
}
# Event classes of WIPO ST.27 that settle a category; of the others the wording decides.
_CLASSES: Final = {"B": "lapse", "C": "restoration", "E": "other", "F": "grant", "H": "lapse", "K": "restoration"}


@lru_cache(maxsize=16384)
def category(code: str, description: str, office: str = "") -> str:
    """Return litigation, invalidation, pledge, licence, assignment, lapse, restoration, grant or other.

    `code` without padding, `description` as the office words it, `office` by WIPO ST.3 (empty when not stated). Source
    of the classes: the EPO's list of legal event codes (``legal_codes.tsv``); of the wordings: ``legal_events.toml``.
    """
    if code in _CODES:
        return _CODES[code]
    wording = description.upper()
    first, then = _rules()
    for pattern, found in first:
        if pattern.search(wording):
            return found
    classed = _CLASSES.get(_event_classes().get((office, code), ""))
    if classed is not None:
        return classed
    return next((found for pattern, found in then if pattern.search(wording)), "other")


Rules = list[tuple[re.Pattern[str], str]]


@lru_cache(maxsize=1)
def _rules() -> tuple[Rules, Rules]:
    """(rules before the list of codes, rules after it)."""
    table = tomllib.loads(resources.files("etl.normalise").joinpath("legal_events.toml").read_text("utf-8"))["rule"]
    made = [(re.compile(rule["wording"]), rule["category"], rule.get("first", False)) for rule in table]
    return [(p, c) for p, c, is_first in made if is_first], [(p, c) for p, c, is_first in made if not is_first]


@lru_cache(maxsize=1)
def _event_classes() -> dict[tuple[str, str], str]:
    text = resources.files("etl.normalise").joinpath("legal_codes.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {(office, code): event_class for office, code, _, event_class in rows}
