"""Publication and application numbers of every office in one canonical form, the one DOCDB uses.

`CC-NUMBER-KIND` for publications, `CC-NUMBER` for applications and priorities (docs/architecture.md, "Records"),
so that `US 2011/0185700 A1`, `US20110185700A1` and `US-2011185700-A1` are one publication, whichever source states it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from etl.normalise.numbers import japan, korea, rewritten
from etl.normalise.numbers.rules import (
    APPLICATION_RULES,
    CANONICAL_APPLICATION,
    CANONICAL_PUBLICATION,
    LITERATURE,
    PUBLICATION_RULES,
    LiteratureNumberError,
    NumberRefusedError,
    Rule,
    cn_check_digit,
    jp_publication,
)
from etl.normalise.places.countries import is_office

__all__ = [
    "LiteratureNumberError",
    "NumberRefusedError",
    "application_number",
    "cn_check_digit",
    "parse_application_number",
    "parse_publication_number",
    "publication_number",
]

# ZL201810012345.7, CN02123456.6: an application's number with its check digit, not a publication's.
_CN_FILED = re.compile(r"(?:ZL[\s.]*\d[\d\s]*(?:[.\s]?[\dX])?|CN[\s.]*(?:\d{8}|\d{12})\.[\dX])")
# 1.23E+11, 2.01221E11: what a spreadsheet leaves of a long number. The lost digits cannot be had back.
_DESTROYED = re.compile(r"\d[.,]\d+E[+]?\d{1,2}(?!\d)|\dE[+]\d{1,2}(?!\d)", re.IGNORECASE)
# EP 0259054 B9 20031217, B9-2003-12-17, B9 (17.12.2003): the day of that publication behind its kind.
_MONTH_DAY = r"(?:0[1-9]|1[0-2])[\-./]?(?:0[1-9]|[12]\d|3[01])"
_DAY = rf"\(?(?:(?:18|19|20)\d{{2}}[\-./]?{_MONTH_DAY}|\d{{1,2}}[\-./]\d{{1,2}}[\-./](?:18|19|20)\d{{2}})\)?"
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
_FLOAT = re.compile(r"(?P<whole>(?P<cc>[A-Z]{2})?[\s\-]*\d+)(?P<zeros>\.0+)(?P<kind>[\s\-]*[A-Z][0-9]?)?")
_PUBLICATION = re.compile(
    r"([A-Z]{2})[\s.\-_]*([A-Z./\s\-]{0,8}\d[0-9A-Z/.,\-\s]*?)[\s.\-_]*"
    rf"(?:\(?([A-Z][0-9]?)\)?(?:[\s.,/\-_]*{_DAY})?)?\s*\*?"
)
_APPLICATION = re.compile(
    r"(?:(ZL)|([A-Z]{2}))?[\s.\-/]*([A-Z]{0,4}[\s.\-/]*(?:[A-Z]/)?\d[0-9A-Z/.,\-\s]*?)(?:\s+([A-Z][0-9]?)|([APUW]))?"
    rf"(?:\s+{_DAY})?"
)
# EP 91103744.6, DE 10 2004 012 345.6, GB 0212345.6: numbers of applications; no publication has a check digit.
_CHECKED = re.compile(r"(?:EP|DE|GB)[ \d/]*\d\.\d")
_CHECKED_LENGTHS = {"CN": (8, 12), "EP": (8,)}
# EP-A-0 123 456, DE-OS 2345678: the kind in front, as documents cite each other (WIPO ST.14)
_KIND_IN_FRONT = re.compile(r"([A-Z]{2})[\s\-]+(?:(OS|AS|PS|GM)[\s\-]*|([ABCUY]\d?)[\s\-]+)(\d[\d\s.,/]*)")
_PLAIN_HEAD = re.compile(r"[A-Z]{2}[\s\-]?\d")  # nothing in front of the number but its office
_GERMAN_KINDS = {"OS": "A1", "AS": "B", "PS": "C", "GM": "U"}
_BRACKETED = re.compile(r"^[\[(]([A-Z]{2})[\])]\s*(?=\S*\d)")
# WO2007074976 behind KR: the number of one office under the name of another (towns in IT, reprints in JP apart)
_OF_ANOTHER = re.compile(r"(?:CA|CN|DE|EP|FR|GB|KR|US|WO|PCT[A-Z]{2})\d{6,}")
_SINGAPORE = re.compile(r"1\d20\d{7}")  # 11201500980W: the letter is a check letter, no kind
_BRAZILIAN = re.compile(r"(?:PI|MU|DI)\s?\d{7}\s?-\s?\d")  # PI0619662-3 begins with no office's letters either
_YEAR_FIRST = re.compile(r"((?:19|20)\d{2})\s?([A-Z]{2})[\s\-]?(\d{4,8})")  # 2019KR-0117777, as Orbit writes priorities
_MEXICAN = re.compile(r"(?:PA|NL)/[A-Z]/\d{4}/\d{6}")  # PA/a/2005/003863 begins with no office's letters
_PCT = re.compile(r"(?:WO[\s\-]*)?PCT[\s/\-]*([A-Z]{2})[\s/\-]*(\d{2}|\d{4})[\s/\-]*(\d{5,6})", re.IGNORECASE)
# The same digits are given to a utility model (or a provisional) and to a patent application of these offices.
_KIND_IN_NUMBER = {("JP", "U"), ("KR", "U"), ("TW", "U"), ("US", "P")}
_KIND = re.compile(r"[A-Z][0-9]?")
_DATED_KIND = re.compile(rf"(?<=^.)(\d?)[\s.\-_]*{_DAY}$")
_NORMAL = re.compile(r"[A-Z]*[0-9][0-9A-Z]*")
_LETTERS = re.compile(r"[A-Z]{2}")
MAX_LENGTH = 60


def _fold(text: str) -> str:
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_HYPHENS)
    folded = plain.strip().strip("'\"").upper()
    if len(folded) > MAX_LENGTH:
        raise NumberRefusedError(f"a number of {len(folded)} characters is not a patent number")
    if _DESTROYED.search(folded):
        raise NumberRefusedError(
            f"{folded!r} was turned into scientific notation by a spreadsheet and its digits are lost; "
            "export again with the column as text"
        )
    return _whole(folded)


def _part(authority: str, number: str) -> str:
    folded = _fold(number)
    return japan.spelled(folded).removeprefix("JP ") if authority == "JP" else folded


def _spelled(folded: str) -> str:
    if _BRAZILIAN.match(folded):
        return f"BR {folded}"
    if _PLAIN_HEAD.match(folded):
        return folded
    spelled = korea.spelled(japan.spelled(_BRACKETED.sub(r"\1 ", folded)))
    if front := _KIND_IN_FRONT.fullmatch(spelled):
        office, german, kind, number = front.groups()
        if (german is None) or office == "DE":
            return f"{office} {number.strip()} {kind or _GERMAN_KINDS[german]}"
    if year_first := _YEAR_FIRST.fullmatch(spelled):
        year, office, serial = year_first.groups()
        return f"{office} {year}{serial}"
    return f"MX {spelled}" if _MEXICAN.match(spelled) else spelled


def _whole(text: str) -> str:
    """Take the ``.0`` away that a table of numbers puts behind a whole one; a check digit 0 is none such."""
    match = _FLOAT.fullmatch(text) if ".0" in text else None
    if match is None:
        return text
    is_check_digit = len(re.sub(r"\D", "", match["whole"])) in _CHECKED_LENGTHS.get(match["cc"] or "", ())
    if is_check_digit and match["zeros"] == ".0":
        return text
    return match["whole"] + (match["kind"] or "")


def _kind_code(kind: str | None) -> str:
    code = (kind or "").strip().upper()
    if not code or _KIND.fullmatch(code):
        return code
    code = _DATED_KIND.sub(r"\1", code)
    if not _KIND.fullmatch(code):
        raise NumberRefusedError(f"{kind!r} is not a kind code (a letter and at most one digit, WIPO ST.16)")
    return code


@lru_cache(maxsize=1 << 16)  # a page is read when it comes and when it is loaded, and its families share members
def publication_number(cc: str, number: str, kind: str | None) -> str:
    """Canonical ``CC-NUMBER-KIND`` (``CC-NUMBER`` when `kind` is None or empty) from the parts a source states.

    Raises NumberRefusedError for an authority that is not two letters, a number without digits or one
    that a spreadsheet destroyed.
    """
    authority = _authority(cc)
    code = _kind_code(kind)
    digits = _normal(PUBLICATION_RULES, authority, _part(authority, number), code)
    return f"{authority}-{digits}-{code}" if code else f"{authority}-{digits}"


def parse_publication_number(
    text: str, kind: str | None = None, years: range | None = None
) -> tuple[str, str, str | None]:
    """Authority, canonical number and kind (None when not stated) of a publication number in any usual spelling.

    `kind` is what is written beside the number, for a text that states none itself, `years` those in which it may have
    been published: a Japanese number whose year is of one of two eras is told by them.

    >>> parse_publication_number("US 2011/0185700 A1")
    ('US', '2011185700', 'A1')

    Raises NumberRefusedError when `text` is no publication number or was destroyed by a spreadsheet.
    """
    plain = _fold(text)
    folded = _spelled(plain)
    if japan.is_application(plain):
        raise NumberRefusedError(f"{text.strip()!r} names a Japanese application (出願), not a publication")
    if korea.is_application(plain):
        raise NumberRefusedError(f"{text.strip()!r} names a Korean application (출원), not a publication")
    if _PCT.fullmatch(folded):
        raise NumberRefusedError(f"{folded!r} names a PCT application, not a publication")
    if _CN_FILED.fullmatch(folded):
        raise NumberRefusedError(
            f"{folded!r} is a Chinese patent or application number (专利号/申请号, with its check digit), not the"
            " number of a publication (公开(公告)号, as in CN101234567A)"
        )
    if _CHECKED.fullmatch(folded):
        raise NumberRefusedError(f"{folded!r} is an application number with its check digit, not a publication")
    match = _PUBLICATION.fullmatch(folded)
    if match is None:
        raise NumberRefusedError(
            f"{folded!r} is not a publication number (expected an authority and a number, as in CN101234567A)"
        )
    cc, number, own = match.groups()
    if cc == "SG" and _SINGAPORE.fullmatch(number) and re.search(r"\d[A-Z]$", folded):
        number, own = f"{number}{own}", None
    code = own or _kind_code(kind)
    if code == "W":
        raise NumberRefusedError(f"{folded!r} names a PCT application (kind W), not a publication")
    if cc == "JP" and years is not None:
        number = jp_publication(number, code, years)
    return cc, _normal(PUBLICATION_RULES, _authority(cc), number, code), code or None


def application_number(cc: str, number: str, kind: str | None = None) -> str:
    """Canonical ``CC-NUMBER`` of an application or priority; kind W (a PCT application) gives ``WO-US1995004489``.

    A utility-model application of JP, KR and TW and a provisional of US keep their letter (``KR-20090009145U``),
    because the same digits name another application there. Raises NumberRefusedError.
    """
    authority = _authority(cc)
    folded = _part(authority, number)
    code = (kind or "").strip().upper()
    pct = _PCT.fullmatch(folded)
    if pct:
        return _pct_number(pct.group(1), pct.group(2) + pct.group(3))
    if code == "W" and authority != "WO":
        return _pct_number(authority, re.sub(r"[\s/.\-]", "", folded))
    digits = _normal(APPLICATION_RULES, authority, folded, code)
    letter = code[:1] if (authority, code[:1]) in _KIND_IN_NUMBER and not digits.endswith(code[:1]) else ""
    if authority == "US" and len(digits) > 8:  # the long form carries the series code, which already distinguishes them
        letter = ""
    return f"{authority}-{digits}{letter}"


def parse_application_number(text: str, default_cc: str | None = None) -> str:
    """Canonical ``CC-NUMBER`` of an application number as written; `default_cc` where the authority is left out.

    >>> parse_application_number("ZL201220249766.X")
    'CN-201220249766'
    >>> parse_application_number("PCT/EP2008/062623")
    'WO-EP2008062623'

    Raises NumberRefusedError.
    """
    folded = _spelled(_fold(text))
    if _PCT.fullmatch(folded):
        return application_number("WO", folded)
    match = _APPLICATION.fullmatch(folded)
    if match is None:
        raise NumberRefusedError(f"{folded!r} is not an application number (expected as in CN201220249766.X)")
    zl, cc, number, kind, glued = match.groups()
    authority = "CN" if zl else cc or default_cc
    if authority is None:
        raise NumberRefusedError(f"{folded!r} does not say which office it was filed at")
    return application_number(authority, number, kind or glued)


def filing_year(number: str) -> int | None:
    """Year of filing a canonical application number states; None where its office's numbers do not say.

    >>> [filing_year(n) for n in ("WO-CN2016106668", "CN-201410363999", "US-89516692", "EP-10167109", "DE-4012345")]
    [2016, 2014, 1992, 2010, None]
    """
    office, _, digits = number.partition("-")
    if match := re.match(r"(?:[A-Z]{2})?((?:19[5-9]|20)\d{2})\d{5,8}[A-Z]?$", digits):
        return int(match[1])
    short = digits[-2:] if office == "US" else digits[:2] if office in {"EP", "GB", "CN"} else ""
    if len(digits.rstrip("P")) not in {7, 8} or not short.isdigit():
        return None
    return int(short) + (1900 if int(short) >= 50 else 2000)


def _authority(cc: str) -> str:
    authority = (cc if cc.isascii() else unicodedata.normalize("NFKC", cc)).strip().upper()
    if not _LETTERS.fullmatch(authority):
        raise NumberRefusedError(f"{cc[:20]!r} is not a two-letter authority (WIPO ST.3)")
    if authority in LITERATURE:
        raise LiteratureNumberError(f"{authority} numbers name literature, not patents")
    if not is_office(authority):
        raise NumberRefusedError(f"{authority} is no office of WIPO ST.3")
    return authority


def _normal(rules: dict[str, Rule], cc: str, number: str, kind: str) -> str:
    is_publication = rules is PUBLICATION_RULES
    shape = (CANONICAL_PUBLICATION if is_publication else CANONICAL_APPLICATION).get(cc)
    if shape is not None and shape.fullmatch(number):  # most numbers are in that form already
        return number
    forms = rewritten.PUBLICATIONS if is_publication else rewritten.APPLICATIONS
    compact = rewritten.rewritten(forms, cc, rules.get(cc, rules["*"])(number, kind))
    if is_publication and cc == "KR":
        compact = rewritten.with_korean_right(compact, kind)
    if compact.isascii() and compact.isdigit():
        return compact
    is_of_another = is_publication and cc not in {"IT", "JP"} and _OF_ANOTHER.match(compact)
    if is_of_another or not _NORMAL.fullmatch(compact):
        raise NumberRefusedError(f"{number!r} is not a number of {cc}")
    return compact


def _pct_number(receiving: str, digits: str) -> str:
    if re.fullmatch(r"(?:19|20)\d{2}0\d{6}", digits):  # US 2009/0048785 W: the serial padded to seven
        digits = digits[:4] + digits[5:]
    if re.fullmatch(r"\d{10}", digits):
        return f"WO-{receiving}{digits}"
    if re.fullmatch(r"\d{7,8}", digits):  # two-digit year, five or six digits: PCT/US95/04489
        year = int(digits[:2])
        return f"WO-{receiving}{year + (1900 if year >= 78 else 2000)}{int(digits[2:]):06d}"
    raise NumberRefusedError(f"{digits!r} is not the number of a PCT application at {receiving}")
