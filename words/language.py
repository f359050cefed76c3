"""Which language the program speaks, and what a sentence is in it.

Sentences are written in English where they arise, also in the warehouse and in logs; they are translated where they
are shown. So the same stored message can be read in either language, and no floor below needs to know the reader.
A sentence with figures in it is found by its template: ``"{0}: {1} rows"`` in the catalogue (GNU gettext) stands for
``f"{file}: {count} rows"`` in the code; what a template leaves open is looked up in turn.
"""

from __future__ import annotations

import gettext
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from words.glossary import Language
from words.plural import one_of

DOMAIN = "stuckneck"
LOCALE = Path(__file__).parent / "locale"
_DIRECTORY = {"zh": "zh_CN", "en": "en"}
_OPEN = re.compile(r"\{(\d+)\}")
_COUNTED = re.compile(r"([A-Z].+?)( \d[\d.,]*%?)?")
# What follows such words is the name of a column, field, file or table: the reader's own, and the same in any language.
_NAMED = re.compile(
    r"\b(?:columns?|fields?|headers?|table|file)\b(?: has| are| nobody reads| not understood| read)?:?"
    r"(?: expected some of)? ['\"“]?$",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]")
_LEAST_LETTERS = 4  # a template with fewer letters of its own would match any text
_STATE: dict[str, Language] = {"language": "en"}


class _Catalogue(gettext.GNUTranslations):
    """The catalogue with its msgids, which templates are made from."""

    def msgids(self) -> list[str]:
        """Return every msgid that is a text."""
        return [key for key in self._catalog if isinstance(key, str) and key]  # type: ignore[attr-defined]


@cache
def _catalogue() -> _Catalogue | None:
    file = gettext.find(DOMAIN, str(LOCALE), [_DIRECTORY["zh"]])
    if file is None:
        return None
    with Path(file).open("rb") as stream:
        return _Catalogue(stream)


@cache
def _templates() -> Sequence[tuple[re.Pattern[str], str]]:
    """(pattern, msgid) of every msgid with gaps, those with most letters of their own first."""
    catalogue = _catalogue()
    found = []
    for msgid in catalogue.msgids() if catalogue else ():
        parts = _OPEN.split(msgid)
        letters = len(_LETTERS.findall("".join(parts[::2])))
        if len(parts) > 1 and letters >= _LEAST_LETTERS:
            pattern = "".join(re.escape(p) if i % 2 == 0 else "(.*?)" for i, p in enumerate(parts))
            found.append((letters, re.compile(pattern, re.DOTALL), msgid))
    return [(pattern, msgid) for _, pattern, msgid in sorted(found, key=lambda each: -each[0])]


def use(language: Language) -> None:
    """Speak `language` from here on; the command line's own words and child processes too."""
    _STATE["language"] = language
    os.environ["LANGUAGE"] = _DIRECTORY[language]  # what gettext, and so the command-line library, goes by
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)


def current() -> Language:
    """Return the language spoken."""
    return _STATE["language"]


def of_environment(environ: Mapping[str, str]) -> Language:
    """Return the language of a locale: Chinese for any ``zh``, else English."""
    stated = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "zh" if stated.lower().startswith("zh") else "en"


def _stated(folder: Path) -> Mapping[str, Any]:
    """The stuckneck.toml at `folder` or above; empty where there is none or it cannot be read."""
    start = folder.resolve()
    file = next((f for d in (start, *start.parents) if (f := d / "stuckneck.toml").is_file()), None)
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):  # the command that reads the settings says what is wrong with them
        return {}


def of_workspace(folder: Path) -> Language | None:
    """Return `lang` of the stuckneck.toml at `folder` or above; None where it is not stated."""
    stated = _stated(folder).get("lang")
    return stated if stated in ("zh", "en") else None


def zone_of_workspace(folder: Path) -> ZoneInfo:
    """Return `time_zone` of the workspace (default Asia/Shanghai), UTC where it is unknown."""
    name = _stated(folder).get("time_zone", "Asia/Shanghai")
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def say(text: str, language: Language | None = None) -> str:
    """Return a sentence of the program in `language` (default: the one spoken); as it is where it has no entry."""
    return _chinese(text) if (language or current()) == "zh" else one_of(text)


@lru_cache(maxsize=4096)
def _chinese(text: str) -> str:
    catalogue = _catalogue()
    if catalogue is None or not text.strip():
        return text
    found = catalogue.gettext(text)
    if found != text:
        return found
    bare = text.strip(" ")
    if bare != text:  # an indent is no part of the sentence
        start = len(text) - len(text.lstrip(" "))
        return text[:start] + _chinese(bare) + text[start + len(bare) :]
    if listed := _reasons(text) or _names(text):
        return listed
    for pattern, msgid in _templates():
        if "\n" in text and "\n" not in msgid:
            continue  # several sentences, a line each
        match = pattern.fullmatch(text)
        if match:
            numbers = _OPEN.findall(msgid)
            before = _OPEN.split(msgid)[::2]
            gaps = {n: _gap(text, lead) for n, text, lead in zip(numbers, match.groups(), before, strict=False)}
            return _fill(catalogue.gettext(msgid), gaps)
    lines = text.split("\n")
    return text if len(lines) == 1 else "\n".join(_chinese(line) for line in lines)


def _gap(text: str, lead: str) -> str:
    """Return what fills a gap: names of columns, fields, files and tables as they are, all else translated."""
    return text if _NAMED.search(lead) and text != "none" else _chinese(text)


def _reasons(text: str) -> str | None:
    """Return reasons that stand one after another, where each has an entry."""
    pieces = text.split("; ")
    known = len(pieces) > 1 and all(_chinese(piece) != piece for piece in pieces)
    return "；".join(_chinese(piece) for piece in pieces) if known else None


def _names(text: str) -> str | None:
    """Return a list of proper names, each with or without a count, where every name has an entry of its own."""
    catalogue = _catalogue()
    pieces = [match.groups() for piece in text.split(", ") if (match := _COUNTED.fullmatch(piece))]
    if catalogue is None or (len(pieces) == 1 and not pieces[0][1]):
        return None
    said = [(catalogue.gettext(name), name, count or "") for name, count in pieces]
    if len(said) <= text.count(", ") or any(chinese == name for chinese, name, _ in said):
        return None
    return "、".join(chinese + count for chinese, _, count in said)


def _fill(sentence: str, gaps: Mapping[str, str]) -> str:
    return _OPEN.sub(lambda gap: gaps.get(gap[1], ""), sentence)
