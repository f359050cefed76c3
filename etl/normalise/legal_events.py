"""What a legal event means, by office, code and wording: the categories of screening (docs/methods.md, Counting)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Final

from etl.normalise.names import has_legal_form

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
    "CF01": "lapse",
    "CX01": "lapse",
    "WD01": "lapse",
    "AV01": "lapse",
    "RJ01": "lapse",
}
# Event classes of WIPO ST.27 that settle a category; of the others the wording decides.
_CLASSES: Final = {"B": "lapse", "C": "restoration", "E": "other", "F": "grant", "H": "lapse", "K": "restoration"}


EVENTS: Final = ("litigation", "invalidation", "pledge", "licence", "assignment")  # what the screening asks for
_ASSIGNORS = re.compile(r"\bASSIGNORS?\s*:\s*(.*?)(?:;\s*(?:REEL|SIGNING DATE|EFFECTIVE DATE|EXECUTION DATE)|$)")
_PERSON = re.compile(r"[^\W\d_][\w'’. -]*,\s*[^\W\d_][\w'’. -]*")


@lru_cache(maxsize=16384)
def category(code: str, description: str, office: str = "", text: str = "") -> str:
    """Return one of `EVENTS`, inventor_assignment, lapse, partial_lapse, restoration, grant or other.

    `code` without padding, `description` as the office words it, `office` by WIPO ST.3 (empty when not stated), `text`
    what the event itself says beside its code. Source of the classes: the EPO's list of legal event codes
    (``legal_codes.tsv``); of the wordings: ``legal_events.toml``. partial_lapse is one in some states of a regional
    right; inventor_assignment one that only persons made (docs/methods.md, Counting, Screening).
    """
    if code in _CODES:
        return _CODES[code]
    wording = f"{description} {text}".upper()
    first, then = (
        [rule for rule in rules if rule.office in ("", office) and rule.code in ("", code)] for rules in _rules()
    )
    found = next((rule.category for rule in first if rule.wording.search(wording)), None)
    if found is None:
        found = _CLASSES.get(_event_classes().get((office, code), ""))
    if found is None:
        found = next((rule.category for rule in then if rule.wording.search(wording)), "other")
    return "inventor_assignment" if found == "assignment" and _by_persons(wording) else found


def _by_persons(wording: str) -> bool:
    """Whether the assignors are named and all are persons: SURNAME, GIVEN NAME without a legal form."""
    named = _ASSIGNORS.search(wording)
    return named is not None and all(
        _PERSON.fullmatch(name.strip()) and not has_legal_form(name.rpartition(",")[2])
        for name in named[1].rstrip(" .;").split(";")
    )


def standing(steps: Iterable[tuple[str, date | None]], is_granted: bool) -> tuple[str | None, date | None]:
    """Return (legal status, day of the lapse) as (category, effective day) in order of time settle them.

    A lapse after which nothing was granted or restored makes the right inactive; without one it is active when granted
    and pending while only an application; without any event nothing is known.
    """
    any_event = lapsed = False
    lapse = None
    for meant, day in steps:
        any_event = True
        if meant == "lapse":
            lapsed, lapse = True, day
        elif meant in ("grant", "restoration"):
            is_granted, lapsed, lapse = is_granted or meant == "grant", False, None
    if not any_event:
        return None, None
    return "inactive" if lapsed else "active" if is_granted else "pending", lapse


@dataclass(frozen=True, slots=True)
class _Rule:
    category: str
    wording: re.Pattern[str]
    office: str
    code: str


@lru_cache(maxsize=1)
def _rules() -> tuple[list[_Rule], list[_Rule]]:
    """(rules before the list of codes, rules after it)."""
    table = tomllib.loads(resources.files("etl.normalise").joinpath("legal_events.toml").read_text("utf-8"))["rule"]
    made = [
        (_Rule(r["category"], re.compile(r["wording"]), r.get("office", ""), r.get("code", "")), r.get("first", False))
        for r in table
    ]
    return [rule for rule, is_first in made if is_first], [rule for rule, is_first in made if not is_first]


@lru_cache(maxsize=1)
def _event_classes() -> dict[tuple[str, str], str]:
    text = resources.files("etl.normalise").joinpath("legal_codes.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {(office, code): event_class for office, code, _, event_class in rows}
