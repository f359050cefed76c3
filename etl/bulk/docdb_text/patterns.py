"""DOCDB documents as they are usually written: one regular expression for each section that a record is read from.

A DOCDB document is no arbitrary XML: its depth is fixed, and the EPO writes the same elements with the same attributes
in the same order every time. What is written here is only that, a subset of well-formed XML and of what
``etl.exchange.read`` reads: no comments, no CDATA, no processing instructions, no attribute twice, no unknown element.
TEXT relies on what ``etl.bulk.docdb_text.characters`` has found out about all characters before, since that is faster.

All repetitions are possessive (``*+``), and what follows each cannot match inside it: time is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache

W = r"\n?+ *+"  # white space between elements: none, or the beginning of an indented line
LINE = r"[!-%'-;=?-~][ -%'-;=?-~]*+"  # a value on one line, ASCII, not blank, without references
TEXT = r"[^<]*+"  # a name or text; its characters and references are known to be good
VALUE = r'[^"<>&\n\t]*+'  # of an attribute
FLAG = r"[A-Z0-9]++"


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns, each from behind a start tag; `_items` says what theirs end with."""

    document: re.Pattern[str]  # start tag: (attributes)
    usual: re.Pattern[str]  # the same in the usual order: (country, number, kind, date, family, status)
    attribute: re.Pattern[str]  # (name, value)
    attributes: re.Pattern[str]  # of a reference: (format)
    language: re.Pattern[str]  # attributes of a title or abstract: (language)
    publication: re.Pattern[str]  # (country, number, kind, date, number without country, its date)
    application: re.Pattern[str]  # the same
    ipc: re.Pattern[str]  # items (text)
    printed_ipc: re.Pattern[str]  # items (text)
    cpc: re.Pattern[str]  # items (scheme, section, class, subclass, group, subgroup, symbol)
    claims: re.Pattern[str]  # items (sequence, kind, format, the six of an application)
    applicants: re.Pattern[str]  # items (sequence, format, name, country)
    inventors: re.Pattern[str]
    title: re.Pattern[str]  # (text)
    abstract: re.Pattern[str]  # items (text)
    citations: re.Pattern[str]  # items (phase, number without country, country, number, kind, …, category, remarks)
    category: re.Pattern[str]  # (category), in the remarks of a citation
    passed_over: re.Pattern[str]  # an element no record is read from, with its tags


def _element(name: str, content: str, attributes: str = "") -> str:
    return rf"<{name}{attributes}>{content}</{name}>{W}"


def _maybe(pattern: str) -> str:
    return rf"(?:{pattern})?+"


def _items(item: str, container: str) -> re.Pattern[str]:
    """For `findall`: items one after another, then the container's end tag (its name is a group) and all the rest.

    Where there is neither an item nor the end tag, the rest is in the last group: nothing is skipped.
    """
    return re.compile(rf"{W}(?:{item}|</({container})>{W}((?s:.)*+)|((?s:.)++))")


def _whole(content: str, container: str) -> re.Pattern[str]:
    """For `match`: content, the container's end tag and the white space behind it."""
    return re.compile(rf"{W}{content}</{container}>{W}")


def _attributes(*stated: tuple[str, str]) -> str:
    """Attributes that may be there, in this order."""
    return "".join(rf'(?: {name}="{value}")?+' for name, value in stated)


_DATED = _maybe(_maybe(_element("name", TEXT)) + _element("date", "[0-9]{8}"))
_NUMBER = _element("doc-number", LINE)
_DOCDB_NUMBER = _element("country", "[A-Z]{2}") + _NUMBER + _element("kind", "[A-Z][0-9A-Z]?+")


def _captured(pattern: str) -> str:
    """The same pattern with the text of the elements country, doc-number, kind and date as groups."""
    return re.sub(r"(<(?:country|doc-number|kind|date)>)(.*?)(</)", r"\1(\2)\3", pattern)


def _subtree(depth: int) -> str:
    """Any DOCDB element without attributes, up to `depth` levels deep; its groups hold the names."""
    content = rf"(?:{TEXT}(?=</)|{W}(?:{_subtree(depth - 1)})*+)" if depth else TEXT
    return rf"<(?P<n{depth}>(?:exch:)?+[a-z][a-z\-]*+)>{content}</(?P=n{depth})>{W}"


_STATED = {
    "country": "country", "doc-number": "number", "kind": "kind", "date-publ": "date", "family-id": "family",
    "status": "status",
}  # fmt: skip
_ORDER = (
    "country doc-number kind doc-id date-publ family-id is-representative date-of-last-exchange"
    " date-of-previous-exchange date-added-docdb originating-office status"
)


def _usual_document() -> re.Pattern[str]:
    """The start tag with its attributes in the usual order."""
    names = _ORDER.split()
    values = (f"(?P<{_STATED[name]}>{VALUE})" if name in _STATED else VALUE for name in names)
    return re.compile(rf"<exch:exchange-document{_attributes(*zip(names, values, strict=True))}>")


_SPLIT_SYMBOL = (
    _element("section", "([A-HY])") + _element("class", "([0-9]{2})") + _element("subclass", "([A-Z])")
    + _element("main-group", "([0-9]++)") + _element("subgroup", "([0-9]++)")
)  # fmt: skip
_WHOLE_SYMBOL = _element("classification-symbol", f"({LINE})")
_REMARKS = (
    rf"(?:{_element('category', LINE)}|{_element('rel-claims', TEXT)}"
    rf"|{_element('rel-passage', W + '(?:' + _element('passage', TEXT) + ')*+')})*+"
)
_CITED = _attributes(("cited-phase", r"([A-Za-z\-]++)"), ("cited-by", r"[A-Za-z\-]*+"), ("sequence", "[0-9]++"))


def _classification(scheme: str) -> str:
    date = W + _element("date", "[0-9]{8}")
    flags = (
        "symbol-position", "classification-value", "classification-status", "classification-data-source",
        "generating-office",
    )  # fmt: skip
    return (
        f"{scheme}(?:/>|>{date}</classification-scheme>){W}(?:{_SPLIT_SYMBOL}|{_WHOLE_SYMBOL})"
        + "".join(_maybe(_element(n, FLAG)) for n in flags)
        + _maybe(_element("action-date", date))
    )


def _reference() -> str:
    """The number in one format: with country and kind, or without."""
    number = f"(?:{_captured(_DOCDB_NUMBER + _DATED)}|{_captured(_NUMBER + _DATED)})"
    return _element("document-id", W + number, _attributes(("lang", "[a-z]*+"), ("doc-id", VALUE)))


def _cited() -> str:
    """What a citation names: the publication in DOCDB's format, or literature with its parts."""
    ident = _element("document-id", W + _captured(_DOCDB_NUMBER) + _DATED, _attributes(("doc-id", VALUE)))
    numbered = _attributes(("num", "[0-9]++"), ("dnum", VALUE), ("dnum-type", "[a-z ]*+"))
    described = _attributes(("num", "[0-9]++"), ("npl-type", "[a-z]*+"), ("extracted-xp", VALUE))
    return (
        _element("patcit", f"(){W}{ident}", numbered) + "|" + _element("nplcit", f"{W}(?:{_subtree(5)})*+", described)
    )


def _publications(reference: str) -> re.Pattern[str]:
    """One reference after another: the first states the date, the others are only recognised."""
    name = "exch:publication-reference"
    form = _attributes(("data-format", "(?:docdb|epodoc|original)"))
    others = f"(?:{_element(name, W + _uncaptured(reference), form)})*+"
    return re.compile(f"{W}{reference}</{name}>{W}{others}")


def _uncaptured(pattern: str) -> str:
    return re.sub(r"\((?!\?)", "(?:", pattern)


@cache
def patterns(*, compact: bool) -> Patterns:
    """Return the patterns; `compact`: of documents without white space between elements, which is not looked for."""
    found = _patterns()
    if not compact:
        return found
    return Patterns(**{f.name: re.compile(getattr(found, f.name).pattern.replace(W, "")) for f in fields(Patterns)})


_PLACE = _attributes(("sequence", "[0-9]++"))
_FORM = _attributes(("data-format", "(docdb|epodoc|original)"))


def _claim() -> str:
    flags = ("exch:priority-linkage-type", "exch:priority-active-indicator")
    return _element(
        "exch:priority-claim",
        W + _reference() + "".join(_maybe(_element(flag, FLAG)) for flag in flags),
        _attributes(("sequence", "([0-9]++)"), ("kind", "([a-z]++)")) + _FORM,
    )


def _parties() -> tuple[str, str]:
    """The patterns of one applicant and of one inventor."""
    residence = _maybe(_element("residence", W + _element("country", "[A-Z]{2}")))
    applicant = _element(
        "exch:applicant",
        W + _element("exch:applicant-name", W + _element("name", f"({TEXT})")) + _captured(residence),
        _attributes(("sequence", "([0-9]++)"), ("data-format", "([a-z]++)")),
    )
    inventor = _element(
        "exch:inventor",
        W + _element("exch:inventor-name", W + _element("name", TEXT)) + residence,
        _attributes(("sequence", "[0-9]++"), ("data-format", "[a-z]++")),
    )
    return applicant, inventor


def _citation() -> str:
    return _element(
        "exch:citation",
        f"{W}(?:{_cited()})" + _maybe(_element("category", f"({LINE})")) + f"({_REMARKS})",
        _CITED + _attributes(("srep-office", "[A-Z]*+")),
    )


def _patterns() -> Patterns:
    scheme = "<classification-scheme" + _attributes(("office", "[A-Z]*+"), ("scheme", "([A-Z]++)"))
    ipc = _element("classification-ipcr", W + _element("text", f"({LINE})"), _PLACE)
    cpc = _element("patent-classification", W + _classification(scheme), _PLACE)
    own_ids = _attributes(("is-representative", "[A-Z]*+"), ("doc-id", "[0-9]*+"))
    languages = ("lang", "([a-zA-Z]*+)"), ("data-format", "[a-z]*+"), ("abstract-source", "[a-z ]*+")
    applicant, inventor = _parties()
    return Patterns(
        document=re.compile(rf'<exch:exchange-document((?: [a-z\-]++="{VALUE}")++)>'),
        usual=_usual_document(),
        attribute=re.compile(rf' ([a-z\-]++)="({VALUE})"'),
        attributes=re.compile(own_ids + _FORM),
        language=re.compile(_attributes(*languages)),
        publication=_publications(_reference()),
        application=_whole(_reference(), "exch:application-reference"),
        ipc=_items(ipc, "exch:classifications-ipcr"),
        printed_ipc=_items(_element("text", f"({LINE})"), "exch:classification-ipc"),
        cpc=_items(cpc, "exch:patent-classifications"),
        claims=_items(_claim(), "exch:priority-claims"),
        applicants=_items(applicant, "exch:applicants"),
        inventors=_whole(f"(?:{inventor})*+", "exch:inventors"),
        title=re.compile(f"({TEXT})</exch:invention-title>{W}"),
        abstract=_items(_element("exch:p", f"({TEXT})"), "exch:abstract"),
        citations=_items(_citation(), "exch:references-cited"),
        category=re.compile(f"<category>({LINE})</category>"),
        passed_over=re.compile(_subtree(5)),
    )
