"""Numbers that differ from DOCDB's form only by how year, zeros and parts are written: one table, office by office.

Thomson and Derwent write the whole year before 2000 and drop a Korean right, PATENTSCOPE pads German and Russian
numbers with zeros, Lens writes Australian years in front, and epodoc puts the year before every application.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from etl.normalise.numbers.rules import NumberRefusedError

Form = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
_KOREAN_RIGHTS: Final = {"B": "10", "Y": "20"}  # by kind: patent, utility model
_OLD_KOREAN = 190_000  # registrations up to about here are kept with seven digits and no right (0172101)


def _forms(*pairs: tuple[str, str | Callable[[re.Match[str]], str]]) -> list[Form]:
    return [(re.compile(pattern), made) for pattern, made in pairs]


def _short_year(match: re.Match[str]) -> str:
    """Return ``MI951234`` for ``1995MI1234`` and ``RM20110626`` for ``2011RM0626``."""
    year, town, serial = match.groups()
    return f"{town}{year if year >= '2000' else year[2:]}{serial}"


def _german(match: re.Match[str]) -> str:
    """Return 102004012345, 19845678 or 4012345 for epodoc's year, right and serial."""
    year, digits = int(match[1]), match[2]
    if year >= 2004:
        return f"{digits[0]}0{year}{digits[1:]}"
    return f"{digits[0]}{year % 100:02d}{digits[2:]}" if year >= 1995 else digits


def _australian(match: re.Match[str]) -> str:
    """Return ``8019191`` for 1991 080191: the serial and two digits of the year, as all were numbered up to 2002."""
    year, serial = match.groups()
    return f"{int(serial)}{year[2:]}"


def _danish(match: re.Match[str]) -> str:
    """Return ``340578`` for 1978 03405: the serial and two digits of the year, as all were numbered up to 1996."""
    return f"{int(match[2])}{match[1]}"


def _czech(match: re.Match[str]) -> str:
    """Return ``20024241`` for 2002 04241: the year and the serial without zeros (PV 2002-4241)."""
    return f"{match[1]}{int(match[2])}"


# Offices of the Indian patent office, and the same for the national phase, as its numbers and as DOCDB names them.
_INDIAN_OFFICES: Final = {
    "CHE": "CH", "DEL": "DE", "MUM": "MU", "KOL": "KO", "CHENP": "CN", "DELNP": "DN", "MUMNP": "MN", "KOLNP": "KN",
    "MAS": "MA", "BOM": "BO", "CAL": "CA",
}  # fmt: skip
_INDIAN_YEAR: Final = r"(?:19[5-9]\d|20[01]\d)"  # since 2016 numbers have twelve digits and no office
_INDIAN = rf"({'|'.join(sorted([*_INDIAN_OFFICES, *_INDIAN_OFFICES.values()], key=len, reverse=True))})"


def _indian(match: re.Match[str]) -> str:
    """Return ``2014DN09120`` for 9120/DELNP/2014, in whatever order year, office and serial are.

    Raises NumberRefusedError where either side of the office may be the year.
    """
    year, office, serial = match["year"], match["office"], int(match["serial"])
    if year != match["serial"] and re.fullmatch(_INDIAN_YEAR, match["serial"]) and match[0][4:5].isalpha():
        raise NumberRefusedError(f"{match[0]!r} may be of the year {year} or {serial}: its parts are not told apart")
    return f"{year}{_INDIAN_OFFICES.get(office, office)}{serial:05d}"


def indian_of_year(number: str, year: int) -> str:
    """Return ``1995DE01979`` for 1995DE1979 of 1995: the date beside a number says which side is the year."""
    parts = re.fullmatch(rf"(\d{{1,5}}){_INDIAN}(\d{{1,5}})", number)
    if parts is None or (int(parts[1]) == year) == (int(parts[3]) == year):
        return number
    serial = parts[3] if int(parts[1]) == year else parts[1]
    return f"{year}{parts[2]}{serial.zfill(5)}"


_INDIAN_FORMS: Final = [
    (form.replace("OFFICE", f"(?P<office>{_INDIAN[1:]}").replace("YEAR", rf"(?P<year>{_INDIAN_YEAR})"), _indian)
    for form in (r"(?P<serial>\d{1,5})OFFICEYEAR", r"YEAROFFICE(?P<serial>\d{1,5})", r"OFFICEYEAR(?P<serial>\d{1,5})")
]
# PI0619662 with its check digit; MU and DI are utility models and designs, C1 a certificate of addition
_BRAZILIAN = (r"(PI|MU|DI|C\d)(\d{7})\d", r"\1\2")
_MEXICAN = (r"(?:19(?=9)|20(?=0[0-6]))(\d{2})(\d{6})", r"PA\1\2")  # IMPI numbered PA/a/ up to 2006
_ITALIAN = (r"((?:19|20)\d{2})([A-Z]{2})(\d{4})", _short_year)
_RUSSIAN = (r"19(9\d)(\d{6})", r"\1\2")
_SHORT_YEAR = (r"19(\d{2})(\d{5})", r"\1\2")

PUBLICATIONS: Final[dict[str, list[Form]]] = {
    "AU": _forms((r"(19\d{2}|200[0-2])0?(\d{5})", _australian)),
    "AP": _forms((r"P(\d{10})", r"\1")),  # AP/P/2012/006391
    "BR": _forms(  # Derwent's years: PI begins with those of 2004
        _BRAZILIAN,
        (r"(?:19|20(?=0[0-3]))(\d{2})(\d{5})", r"\1\2"),
        (r"20(0[4-9]|1[01])(\d{5})", r"PI\1\2"),
    ),
    "CZ": _forms((r"(199\d|20\d{2})(\d{5})", _czech)),
    "DE": _forms((r"0+(\d{7,11})", r"\1")),
    "DK": _forms((r"PA((?:19|20)\d{7})", r"\1"), (r"19([0-8]\d|9[0-6])(\d{5})", _danish)),
    "EA": _forms((r"\d{1,5}", lambda match: match[0].zfill(6))),
    "EP": _forms((r"0+(\d{7})", r"\1")),
    "ES": _forms(_SHORT_YEAR),
    "GR": _forms((r"19(\d{2})(1\d{5})", r"\g<1>0\2")),
    "HR": _forms((r"(20\d{6})", r"P\1")),
    "HU": _forms((r"(?:19(?=9[6-9])|20)(\d{2})(\d{5})", r"P\1\2")),
    "IN": _forms(*_INDIAN_FORMS),
    "IT": _forms(_ITALIAN),
    "KR": _forms((r"((?:19|20)\d{2})(\d{6})", r"\g<1>0\2"), (r"19([4-8]\d|9[0-7])(\d{7})", r"\1\2")),
    "MX": _forms(_MEXICAN),
    "NL": _forms(_SHORT_YEAR),
    "RU": _forms((r"0+(\d{6,7})", r"\1"), _RUSSIAN),
    "SE": _forms(_SHORT_YEAR),
    "ZA": _forms(_SHORT_YEAR),
}
APPLICATIONS: Final[dict[str, list[Form]]] = {
    "AU": _forms((r"((?:19|20)\d{2})0([1-9]\d{5})", r"\1\2"), (r"(19\d{2}|200[0-2])0{0,2}(\d{5})", _australian)),
    "AP": _forms((r"P(\d{10})", r"\1")),
    "BR": _forms(_BRAZILIAN),
    "CA": _forms((r"(?:19|20)\d{2}(\d{7})", r"\1")),
    "CZ": _forms((r"PV((?:19|20)\d{2}\d{1,5})", r"\1"), (r"(199\d|20\d{2})(\d{5})", _czech)),
    "DE": _forms((r"(19\d{2}|20\d{2})(\d{7})", _german), (r"[PG](\d{7})", r"\1")),
    "DK": _forms((r"PA((?:19|20)\d{7})", r"\1")),
    "ES": _forms((r"P((?:19|20)\d{7})", r"\1")),
    "FR": _forms((r"(?:19|20)(\d{2})00(\d{5})", r"\1\2")),
    "IN": _forms(*_INDIAN_FORMS),
    "IT": _forms(_ITALIAN, (r"([A-Z]{2})((?:19|20)\d{2})[AUV]00(\d{4})", lambda m: f"{m[1]}{m[2]}{m[3]}")),
    "KR": _forms((r"((?:19|20)\d{2})(\d{6})", r"\g<1>0\2")),
    "MX": _forms(_MEXICAN),
    "PL": _forms((r"P(\d{6})", r"\1")),
    "RU": _forms((r"(19(?:9\d)|20\d{2})0(\d{6})", r"\1\2"), _RUSSIAN),
    "SU": _forms((r"19\d{2}(\d{7})", r"\1")),
    "TW": _forms(
        (r"0(\d{8})", r"\1"),
        (r"(20\d{2})0(\d{6})", lambda match: f"{int(match[1]) - 1911}{match[2]}"),
    ),
}


def rewritten(forms: dict[str, list[Form]], office: str, number: str) -> str:
    """Return `number` (letters and digits only) of the office in DOCDB's form, where a form of the table fits it."""
    for pattern, made in forms.get(office, ()):
        if match := pattern.fullmatch(number):
            number = match.expand(made) if isinstance(made, str) else made(match)
    return number


def with_korean_right(number: str, kind: str) -> str:
    """Return ``101195773`` for the registration 1195773 of kind B1: Derwent leaves the right out."""
    right = _KOREAN_RIGHTS.get(kind[:1])
    if right is None or not re.fullmatch(r"[1-9]\d{5,6}", number):
        return number
    return number.zfill(7) if int(number) < _OLD_KOREAN else f"{right}{number.zfill(7)}"
