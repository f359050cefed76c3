"""One of a thing in English: sentences are written for several, and put right where there is one of them."""

from __future__ import annotations

import re

_THINGS = (
    "additions", "alerts", "answers", "attempts", "bytes", "cases", "cells", "changes", "characters", "choices",
    "citations", "codes", "columns", "conditions", "configurations", "dates", "days", "differences", "documents",
    "families", "fields", "files", "hits", "holders", "hours", "jobs", "judgements", "letters", "levels", "lines",
    "members", "messages", "minutes", "misses", "models", "months", "numbers", "pages", "places", "proposals",
    "provinces", "publications", "questions", "records", "requests", "retirements", "rows", "runs", "seconds", "seeds",
    "sheets", "sources", "statements", "steps", "tables", "technologies", "verdicts", "years",
)  # fmt: skip
_KINDS = ("backward", "further", "known", "largest", "more", "near", "new", "other", "queued", "unknown", "watched")
_VERBS = {
    "are": "is",
    "were": "was",
    "have": "has",
    "do": "does",
    "lie": "lies",
    "hold": "holds",
    "survive": "survives",
}
_ONE = re.compile(
    rf"(?<![\w.,:/–-])(1 (?:(?:{'|'.join(_KINDS)}) )?)({'|'.join(_THINGS)})\b(?: ({'|'.join(_VERBS)})\b)?(?![-/])"
)


def _singular(found: re.Match[str]) -> str:
    thing = re.sub(r"(?:(ie)s|(ss)es|s)$", lambda end: "y" if end[1] else end[2] or "", found[2])
    return f"{found[1]}{thing}{f' {_VERBS[found[3]]}' if found[3] else ''}"


def one_of(text: str) -> str:
    """Return an English sentence with "1 files are" as "1 file is"."""
    return _ONE.sub(_singular, text) if "1 " in text else text
