"""One clause of CQL (index, relation, term) as a predicate over a document."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date

from etl.query.document import Document
from etl.query.text import fold, tokens

Predicate = Callable[[Document], bool]

INDEXES: dict[str, str] = {
    "ti": "ti", "title": "ti", "ab": "ab", "abstract": "ab", "ta": "ta", "titleandabstract": "ta", "txt": "txt",
    "pa": "pa", "applicant": "pa", "pn": "pn", "publicationnumber": "pn", "pr": "pr", "prioritynumber": "pr",
    "num": "num", "pd": "pd", "publicationdate": "pd", "ct": "ct", "citation": "ct", "famn": "famn",
    "ipc": "ipc", "ic": "ipc", "cpc": "cpc", "cl": "cl", "classification": "cl",
}  # fmt: skip
_TEXT = {
    "ti": ("titles",),
    "ab": ("abstracts",),
    "ta": ("titles", "abstracts"),
    "txt": ("titles", "abstracts", "applicants"),
    "pa": ("applicants",),
}
_CLASSES = {"ipc": ("ipc",), "cpc": ("cpc",), "cl": ("ipc", "cpc")}
_TRUNCATION = {"*": r"\w*", "?": r"\w?", "#": r"\w"}


class CqlError(ValueError):
    """The CQL is not valid; the message says what was expected."""


def index_name(word: str) -> str | None:
    """Return the short name of the index `word` (case ignored), None when there is no such index."""
    return INDEXES.get(word.lower())


def make_predicate(index: str, relation: str, value: str, low: bool = False) -> Predicate:
    """Return the predicate of one clause; `low` is the ``/low`` modifier of classifications. Raises CqlError."""
    if index in _TEXT:
        return _text(_TEXT[index], relation, value)
    if index in _CLASSES:
        _only(index, relation, {"=", "any", "low"})
        symbols = value.split() if relation == "any" else [value]
        return _classes(_CLASSES[index], [_symbol_pattern(s, low) for s in symbols])
    if index == "pd":
        return _dates(relation, value)
    _only(index, relation, {"="})
    return _numbers(index, value)


def _only(index: str, relation: str, allowed: set[str]) -> None:
    if relation not in allowed:
        msg = f"CQL: index {index} does not take the relation {relation!r}"
        raise CqlError(msg)


def _pattern(phrase: str) -> re.Pattern[str] | str:
    if not any(mark in phrase for mark in _TRUNCATION):
        return fold(phrase)
    words = []
    for word in phrase.split():
        pieces = re.split(r"([*?#])", word)
        words.append("".join(_TRUNCATION.get(p) or re.escape(" ".join(tokens(p))) for p in pieces if p))
    return re.compile(" " + " ".join(words) + " ")


def _text(fields: Sequence[str], relation: str, value: str) -> Predicate:
    _only("text", relation, {"=", "==", "any", "all"})
    parts = value.split() if relation in {"any", "all"} else [value]
    patterns = [_pattern(part) for part in parts]
    if any(pattern == " " for pattern in patterns):
        msg = f"CQL: {value!r} holds no word to search"
        raise CqlError(msg)
    combine = any if relation == "any" else all

    def matches(doc: Document) -> bool:
        texts = [text for field in fields for text in doc.folded(field) or ()]
        return combine(any(_occurs(pattern, text) for text in texts) for pattern in patterns)

    return matches


def _occurs(pattern: re.Pattern[str] | str, text: str) -> bool:
    return pattern in text if isinstance(pattern, str) else pattern.search(text) is not None


def _symbol_pattern(value: str, low: bool) -> re.Pattern[str]:
    """A section, class, subclass (recorded: ic=A, ic=A61, ic=A61B) or main group stands for all below it."""
    symbol = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(r"[A-HY](\d\d?([A-Z](\d{1,4}(/(\d{2,6})?)?)?)?)?[*?#]?|[A-HY][0-9A-Z/]*\*", symbol):
        msg = f"CQL: {value!r} is no classification symbol"
        raise CqlError(msg)
    if symbol.endswith(("*", "?", "#")):
        tail = {"*": ".*", "?": ".?", "#": "."}[symbol[-1]]
        return re.compile(re.escape(symbol[:-1]) + tail)
    if re.fullmatch(r"[A-HY]\d\d[A-Z]\d{1,4}/?", symbol):
        return re.compile(re.escape(symbol.rstrip("/")) + "/.*")
    return re.compile(re.escape(symbol) + ("" if "/" in symbol and not low else ".*"))


def _classes(fields: Sequence[str], patterns: list[re.Pattern[str]]) -> Predicate:
    def matches(doc: Document) -> bool:
        symbols = [symbol for field in fields for symbol in getattr(doc, field) or ()]
        return any(pattern.fullmatch(symbol) for pattern in patterns for symbol in symbols)

    return matches


_DATE_FORMS = (
    re.compile(r"(?P<y>\d{4})(?:(?P<m>\d\d)(?P<d>\d\d)?)?"),
    re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"),
    re.compile(r"(?P<d>\d\d)[/.](?P<m>\d\d)[/.](?P<y>\d{4})"),
)


def _span(text: str) -> tuple[date, date]:
    """Return the first and last day that a year, a month or a day names."""
    for form in _DATE_FORMS:
        found = form.fullmatch(text.strip())
        if found:
            year, month, day = int(found["y"]), int(found["m"] or 0), int(found["d"] or 0)
            try:
                first = date(year, month or 1, day or 1)
                last_month = month or 12
                return first, date(year, last_month, day or monthrange(year, last_month)[1])
            except ValueError:
                break
    msg = f"CQL: {text!r} is no date (yyyy, yyyyMM, yyyyMMdd, yyyy-MM-dd, dd/MM/yyyy or dd.MM.yyyy)"
    raise CqlError(msg)


def _dates(relation: str, value: str) -> Predicate:
    _only("pd", relation, {"=", "within", "<", "<=", ">", ">="})
    parts = [part for part in re.split(r"[\s,]+", value) if part]
    if len(parts) != (2 if relation == "within" else 1):
        msg = f"CQL: pd {relation} takes {'two dates' if relation == 'within' else 'one date'}, found {value!r}"
        raise CqlError(msg)
    low, high = _span(parts[0])[0], _span(parts[-1])[1]
    tests: dict[str, Callable[[date], bool]] = {
        "=": lambda d: low <= d <= high,
        "within": lambda d: low <= d <= high,
        "<": lambda d: d < low,
        "<=": lambda d: d <= high,
        ">": lambda d: d > high,
        ">=": lambda d: d >= low,
    }
    test = tests[relation]
    return lambda doc: doc.publication_date is not None and test(doc.publication_date)


def _compact(number: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def _same_number(number: str, wanted: str) -> bool:
    """Compare a canonical CC-NUMBER-KIND with CCNUMBER, CCNUMBERKIND or a bare office CC."""
    parts = number.upper().split("-")
    if len(wanted) == 2:
        return parts[0] == wanted
    return wanted in {"".join(parts[:2]), "".join(parts)}


def _numbers(index: str, value: str) -> Predicate:
    wanted = _compact(value)
    if not wanted:
        msg = f"CQL: {index}= takes a number, found {value!r}"
        raise CqlError(msg)
    if index == "famn":
        return lambda doc: doc.family_id is not None and doc.family_id.split(":")[-1] == wanted
    if index == "pn":
        return lambda doc: doc.publication_number is not None and _same_number(doc.publication_number, wanted)
    if index == "pr":
        return lambda doc: any(_same_number(number, wanted) for number in doc.priorities or ())
    if index == "ct":
        return lambda doc: any(_same_number(number, wanted) for number in doc.cites or ())
    return lambda doc: any(
        _same_number(number, wanted)
        for number in (doc.publication_number, *(doc.priorities or ()))
        if number is not None
    )
