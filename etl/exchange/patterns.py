"""The usual dress of exchange documents as regular expressions, one for each section that a record is read from.

An exchange document is no arbitrary XML: its depth is fixed, and the offices' systems write the same elements with the
same attributes in the same order every time. What is written here is only that. It is a subset of well-formed XML, and
of what ``etl.exchange.read`` reads: no comments, no CDATA, no processing instructions, no attribute twice, no
element that is not known. In the dress of OPS, every element and attribute is also in
``etl.sources.epo_ops.vocabulary``. TEXT relies on what ``etl.exchange.characters`` has found out about all
characters beforehand, for that is done faster there.

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
    """The patterns of one dress, each from behind a start tag; `_items` says what theirs end with."""

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

    Where neither an item nor the end tag stands, the rest is in the last group: nothing passes unseen.
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
    """The same pattern with what stands in the elements country, doc-number, kind and date as groups."""
    return re.sub(r"(<(?:country|doc-number|kind|date)>)(.*?)(</)", r"\1(\2)\3", pattern)


def _subtree(depth: int) -> str:
    """Any DOCDB element without attributes, up to `depth` levels deep; its groups hold the names."""
    content = rf"(?:{TEXT}(?=</)|{W}(?:{_subtree(depth - 1)})*+)" if depth else TEXT
    return rf"<(?P<n{depth}>(?:exch:)?+[a-z][a-z\-]*+)>{content}</(?P=n{depth})>{W}"


_STATED = {
    "country": "country", "doc-number": "number", "kind": "kind", "date-publ": "date", "family-id": "family",
    "status": "status",
}  # fmt: skip
_OPS_ORDER = "system family-id country doc-number kind"
_DOCDB_ORDER = (
    "country doc-number kind doc-id date-publ family-id is-representative date-of-last-exchange"
    " date-of-previous-exchange date-added-docdb originating-office status"
)


def _usual_document(p: str, order: str) -> re.Pattern[str]:
    """The start tag with its attributes in the usual order, and without those that are not in it."""
    names = order.split()
    values = (f"(?P<{_STATED[name]}>{VALUE})" if name in _STATED else VALUE for name in names)
    unstated = "".join(f"(?P<{group}>x)?+" for name, group in _STATED.items() if name not in names)
    return re.compile(rf"<{p}exchange-document{_attributes(*zip(names, values, strict=True))}>{unstated}")


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


def _ops_classification(scheme: str) -> str:
    flags = ("classification-value", "generating-office")
    return f"{scheme}/>{W}(?:{_SPLIT_SYMBOL}|{_WHOLE_SYMBOL})" + "".join(_maybe(_element(n, FLAG)) for n in flags)


def _docdb_classification(scheme: str) -> str:
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


def _ops_ident(form: str, number: str) -> str:
    return _maybe(_element("document-id", W + number, f' document-id-type="{form}"'))


_ORIGINALS = "(?:" + _element("document-id", W + _NUMBER, ' document-id-type="original"') + ")*+"


def _ops_reference() -> str:
    """The numbers of one application or publication in up to three formats."""
    return (
        _ops_ident("docdb", _captured(_DOCDB_NUMBER + _DATED))
        + _ops_ident("epodoc", _captured(_NUMBER + _DATED))
        + _ORIGINALS
    )


def _docdb_reference() -> str:
    """The number in one format: with country and kind, or without."""
    number = f"(?:{_captured(_DOCDB_NUMBER + _DATED)}|{_captured(_NUMBER + _DATED)})"
    return _element("document-id", W + number, _attributes(("lang", "[a-z]*+"), ("doc-id", VALUE)))


def _ops_cited() -> str:
    """What a citation of OPS names: the publication in up to three formats, or literature."""
    publication = (
        _ops_ident("epodoc", _captured(_NUMBER) + _DATED)
        + _ops_ident("docdb", _captured(_DOCDB_NUMBER) + _DATED)
        + _ORIGINALS
    )
    return (
        _element("patcit", W + publication, _attributes(("dnum-type", "[a-z ]*+"), ("num", "[0-9]++")))
        + "|"
        + _element("nplcit", W + _element("text", TEXT), _attributes(("num", "[0-9]++")))
    )


def _docdb_cited() -> str:
    """The same of a bulk file: the publication in DOCDB's format only, and literature with its parts."""
    ident = _element("document-id", W + _captured(_DOCDB_NUMBER) + _DATED, _attributes(("doc-id", VALUE)))
    numbered = _attributes(("num", "[0-9]++"), ("dnum", VALUE), ("dnum-type", "[a-z ]*+"))
    described = _attributes(("num", "[0-9]++"), ("npl-type", "[a-z]*+"), ("extracted-xp", VALUE))
    return (
        _element("patcit", f"(){W}{ident}", numbered) + "|" + _element("nplcit", f"{W}(?:{_subtree(5)})*+", described)
    )


def _publications(reference: str, p: str, *, ops: bool) -> re.Pattern[str]:
    """A bulk file has one reference after another; the first tells the date, the others are only recognised."""
    name = f"{p}publication-reference"
    form = _attributes(("data-format", "(?:docdb|epodoc|original)"))
    others = "" if ops else f"(?:{_element(name, W + _uncaptured(reference), form)})*+"
    return re.compile(f"{W}{reference}</{name}>{W}{others}")


def _uncaptured(pattern: str) -> str:
    return re.sub(r"\((?!\?)", "(?:", pattern)


@cache
def patterns(dress: str, *, compact: bool) -> Patterns:
    """The patterns of the dress ``ops`` (one namespace, no prefix) or ``docdb`` (``exch:`` on the outer levels).

    `compact`: without any white space between elements, which need not be looked for then.
    """
    found = _patterns(ops=dress == "ops")
    if not compact:
        return found
    return Patterns(**{f.name: re.compile(getattr(found, f.name).pattern.replace(W, "")) for f in fields(Patterns)})


def _patterns(*, ops: bool) -> Patterns:
    p = "" if ops else "exch:"
    form = "()" if ops else _attributes(("data-format", "(docdb|epodoc|original)"))
    own_ids = ("doc-id", "[0-9]*+"), ("is-representative", "[A-Z]*+")
    reference = _ops_reference() if ops else _docdb_reference()
    classification = (_ops_classification if ops else _docdb_classification)(
        "<classification-scheme" + _attributes(("office", "[A-Z]*+"), ("scheme", "([A-Z]++)"))
    )
    place = _attributes(("sequence", "[0-9]++"))
    residence = "" if ops else _maybe(_element("residence", W + _element("country", "[A-Z]{2}")))
    flags = (f"{p}priority-linkage-type", f"{p}priority-active-indicator")
    claim = _element(
        f"{p}priority-claim",
        W + reference + "".join(_maybe(_element(flag, FLAG)) for flag in flags),
        _attributes(("sequence", "([0-9]++)"), ("kind", "([a-z]++)")) + form,
    )
    applicant = _element(
        f"{p}applicant",
        W + _element(f"{p}applicant-name", W + _element("name", f"({TEXT})")) + (_captured(residence) or "()"),
        _attributes(("sequence", "([0-9]++)"), ("data-format", "([a-z]++)")),
    )
    inventor = _element(
        f"{p}inventor",
        W + _element(f"{p}inventor-name", W + _element("name", TEXT)) + residence,
        _attributes(("sequence", "[0-9]++"), ("data-format", "[a-z]++")),
    )
    citation = _element(
        f"{p}citation",
        f"{W}(?:{_ops_cited() if ops else _docdb_cited()})"
        + _maybe(_element("category", f"({LINE})")) + f"({_REMARKS})",
        _CITED + _attributes(("office" if ops else "srep-office", "[A-Z]*+")),
    )  # fmt: skip
    return Patterns(
        document=re.compile(rf'<{p}exchange-document((?: [a-z\-]++="{VALUE}")++)>'),
        usual=_usual_document(p, _OPS_ORDER if ops else _DOCDB_ORDER),
        attribute=re.compile(rf' ([a-z\-]++)="({VALUE})"'),
        attributes=re.compile(_attributes(*(own_ids if ops else reversed(own_ids))) + form),
        language=re.compile(
            _attributes(("lang", "([a-zA-Z]*+)"))
            + ("" if ops else _attributes(("data-format", "[a-z]*+"), ("abstract-source", "[a-z ]*+")))
        ),
        publication=_publications(reference, p, ops=ops),
        application=_whole(reference, f"{p}application-reference"),
        ipc=_items(
            _element("classification-ipcr", W + _element("text", f"({LINE})"), place), f"{p}classifications-ipcr"
        ),
        printed_ipc=_items(_element("text", f"({LINE})"), f"{p}classification-ipc"),
        cpc=_items(_element("patent-classification", W + classification, place), f"{p}patent-classifications"),
        claims=_items(claim, f"{p}priority-claims"),
        applicants=_items(applicant, f"{p}applicants"),
        inventors=_whole(f"(?:{inventor})*+", f"{p}inventors"),
        title=re.compile(f"({TEXT})</{p}invention-title>{W}"),
        abstract=_items(_element(f"{p}p", f"({TEXT})"), f"{p}abstract"),
        citations=_items(citation, f"{p}references-cited"),
        category=re.compile(f"<category>({LINE})</category>"),
        passed_over=re.compile(r"(?!)" if ops else _subtree(5)),
    )
