"""What each office's numbers look like, and the DOCDB form of each: one small function per office."""

from __future__ import annotations

import re
from collections.abc import Callable

from etl.normalise.numbers import japan

Rule = Callable[[str, str], str]  # (number as written, upper case; kind or "") -> canonical number
LITERATURE = frozenset({"RD", "TP", "XP"})  # XP: EPO; Research Disclosure and Technology Disclosures: Derwent
_SEPARATORS = re.compile(r"[\s/.,\-]+")


class NumberRefusedError(ValueError):
    """The text is not a patent number, or its digits are lost; the message says which and what to do."""


class LiteratureNumberError(NumberRefusedError):
    """The number names literature or a disclosure (XP, RD, TP), which is cited but is no patent and has no family."""


def _compact(number: str) -> str:
    return _SEPARATORS.sub("", number)


def _plain(number: str, _kind: str) -> str:
    return _compact(number)


def _without_check_digit(number: str, _kind: str) -> str:
    return _compact(re.sub(r"(?<=\d{6})[.\-]\d$", "", number.strip()))  # HK 05123456.7, SG 200501234-5


def _us_publication(number: str, kind: str) -> str:
    compact = _compact(number)
    match = re.fullmatch(r"([A-Z]{0,2})0*(\d+)", compact)
    if match is None:
        return _only_of(r"(?!\d+[A-Z])", compact)
    letters, digits = match.groups()
    if letters:
        return letters + _only_of(r"\d{1,7}$", digits)
    if re.fullmatch(r"(?:19|20)\d{2}0\d{6}", digits):
        digits = digits[:4] + digits[5:]  # 2011/0185700: the serial's leading zero is dropped in DOCDB
    return digits if kind == "A0" else _only_of(r"\d{1,8}$|20\d{8}$", digits)


def _only_of(shape: str, number: str) -> str:
    """Return `number` where it is written as the office's numbers are: with a digit more it names nothing."""
    if not re.match(shape, number):
        raise NumberRefusedError(f"{number!r} is longer than a publication number of its office")
    return number


def _cn_publication(number: str, _kind: str) -> str:
    compact = _compact(number)
    return _only_of(r"\d{1,9}$", compact) if compact.isdigit() else compact


def _wo_publication(number: str, _kind: str) -> str:
    compact = _compact(number)
    if re.fullmatch(r"(?:19[7-9]|20\d)\d{6,7}", compact):
        year, serial = int(compact[:4]), int(compact[4:])
    elif re.fullmatch(r"\d{7,8}", compact):
        year, serial = int(compact[:2]), int(compact[2:])
        year += 1900 if year >= 78 else 2000  # the first PCT publication is of 1978
    else:
        year = serial = 0
    if year < 1978:
        raise NumberRefusedError(f"{number!r} is not a WO publication number (expected as in 2013/121230 or 95/27654)")
    return f"{year}{serial:06d}" if year >= 2004 else f"{year % 100:02d}{serial:05d}"


def _ep_publication(number: str, _kind: str) -> str:
    compact = _compact(number)
    return _only_of(r"0*\d{7,8}$", compact.zfill(7)) if compact.isdigit() else compact


def _ep_application(number: str, _kind: str) -> str:
    compact = re.sub(r"\.\d$", "", number.strip())  # 91103744.6: check digit
    compact = _compact(compact)
    if re.fullmatch(r"(?:19|20)\d{2}0\d{6}", compact):  # epodoc form
        return compact[2:4] + compact[5:]
    return compact.zfill(8) if compact.isdigit() and len(compact) == 7 else compact


def cn_check_digit(number: str) -> str:
    """Check digit of a Chinese application number (8 or 12 digits): weights 2..9, 2..5, modulo 11 (ZC 0006-2003)."""
    total = sum(int(digit) * (2 + position % 8) for position, digit in enumerate(number))
    return "0123456789X"[total % 11]


def _cn_application(number: str, _kind: str) -> str:
    match = re.fullmatch(r"(\d{12}|\d{8})[.\-]?([0-9X])?", re.sub(r"\s", "", number))
    if match is None:
        raise NumberRefusedError(f"{number!r} is not a Chinese application number (8 or 12 digits and a check digit)")
    digits, check = match.groups()
    if check and check != cn_check_digit(digits):
        raise NumberRefusedError(
            f"the check digit of {number!r} is {check}, computed {cn_check_digit(digits)}: a digit is wrong"
        )
    return str(digits)


def jp_publication(number: str, kind: str, years: range | None = None) -> str:
    """Return DOCDB's form of a Japanese publication's number. Raises NumberRefusedError."""
    try:
        return japan.publication(number, kind, years)
    except ValueError as error:
        raise NumberRefusedError(f"{number!r} is not the number of one Japanese publication: {error}") from None


def _jp_application(number: str, _kind: str) -> str:
    try:
        return japan.application(number)
    except ValueError as error:
        raise NumberRefusedError(f"{number!r} is not a Japanese application number: {error}") from None


def _kr_number(number: str, kind: str) -> str:
    # 10-2015-0104710, 1995-12345: the hyphens say which part is the year
    text = re.sub(r"^(?:[1-4]0-)?((?:19|20)\d{2})-(\d{1,7})$", lambda m: m[1] + m[2].zfill(7), number.strip())
    if registered := re.fullmatch(r"([1-4]0)-(\d{1,7})(?:-(\d{4}))?", text):  # 10-1635000, 10-2041984-0000
        right, serial, share = registered.groups()
        return f"{right}{serial.zfill(7)}{'' if share in {None, '0000'} else share}"
    compact = _compact(text)
    if not re.fullmatch(r"[1-4]0\d{11}", compact):
        return compact
    is_dated = (
        re.fullmatch(r"[1-4]0(?:19[4-9]|20[0-4])\d{8}", compact) is not None
    )  # 10-2015-0104710: right, year, serial
    is_registered = compact.endswith("0000")  # KIPRIS: 10 2041984 0000: right, number, share of the right
    if kind[:1] in {"B", "Y", "S"}:
        return compact[:-4] if is_registered else compact[2:] if is_dated else compact
    if is_dated and is_registered and not kind and compact[6] not in "07":
        is_dated = False  # serials of a year begin with 0, those of the national phase with 7
    elif is_dated and is_registered and not kind:
        raise NumberRefusedError(f"{number!r} may be a registration or a publication: its kind is not stated")
    return compact[2:] if is_dated else compact[:-4] if is_registered else compact


def _de_number(number: str, _kind: str) -> str:
    return _compact(re.sub(r"\.\d$", "", number.strip()))  # 10 2004 012 345.6: check digit


def _ru_number(number: str, _kind: str) -> str:
    return _compact(re.sub(r"(?:/\d{2}|\(\d+\))$", "", number.strip()))  # 2012128949/06: the examining division


def _wo_application(number: str, _kind: str) -> str:
    compact = _compact(number)
    match = re.fullmatch(
        r"((?:19|20)\d{2})([A-Z]{2})(\d{3,6})", compact
    )  # WO2016JP67809: year, receiving office, serial
    return f"{match.group(2)}{match.group(1)}{int(match.group(3)):06d}" if match else compact


def _mx_number(number: str, _kind: str) -> str:
    compact = _compact(number)
    # PA/a/2005/003863, MX/a/2009/009078, and a/2009/009078 behind the office: right, year, serial
    match = re.fullmatch(r"(PA|NL|MX)?[AEFU]((?:19|20)\d{2})(\d{6})", compact)
    if match is None:
        return compact
    letters, year, serial = match.groups()
    return f"{letters}{year[2:]}{serial}" if letters in {"PA", "NL"} else f"{year}{serial}"


def _in_number(number: str, _kind: str) -> str:
    # 9120/DELNP/2014: the strokes say which part is the year
    return _compact(re.sub(r"^(\d{1,5})/([A-Z]{2,5})/((?:19|20)\d{2})$",
                           lambda m: f"{m[3]}{m[2]}{m[1].zfill(5)}", number.strip()))  # fmt: skip


def _br_number(number: str, _kind: str) -> str:
    compact = _compact(re.sub(r"-\d$", "", number.strip()))  # PI0619662-3: check digit
    return compact[:12] if re.fullmatch(r"[1-3]\d20\d{2}\d{7}", compact) else compact  # BR 11 2012 012345 6


def _gb_application(number: str, _kind: str) -> str:
    """DOCDB keeps two digits of the year up to 2009 (8430284) and four since 2010 (201213456)."""
    text = number.strip()
    if printed := re.fullmatch(r"(?:GB)?\s*(\d{2})[\s/]?(\d{5})\.(\d)", text):  # 8430284.1: check digit
        year, serial = int(printed[1]), printed[2]
        return f"20{year}{serial}" if 10 <= year < 78 else f"{year:02d}{serial}"
    compact = _compact(text)
    if epodoc := re.fullmatch(r"((?:19[5-9]|20\d)\d)(?:00)?(\d{5})", compact):
        return f"{epodoc[1]}{epodoc[2]}" if epodoc[1] >= "2010" else f"{epodoc[1][2:]}{epodoc[2]}"
    return compact


def _se_application(number: str, _kind: str) -> str:
    return _compact(re.sub(r"(?<=\d{7})-\d$", "", number.strip()))  # 9801234-5: check digit


# Numbers that are in DOCDB's form as they are, of offices with a rule: the rule need not look (see `docdb_numbers`).
CANONICAL_PUBLICATION: dict[str, re.Pattern[str]] = {
    "US": re.compile(r"[1-9]\d{5,7}|20\d{2}[1-9]\d{5}"), "EP": re.compile(r"\d{7}|[1-9]\d{7}"),
    "JP": re.compile(r"(?:H(?:0[1-9]|1[01])|S(?:0[1-9]|[1-5]\d|6[0-3]))[1-9]\d{0,5}|20\d{8}"),
    "KR": re.compile(r"\d{8,9}|(?:199[89]|20\d{2})\d{7}"), "CN": re.compile(r"\d{5,9}"),
    "DE": re.compile(r"[1-9]\d{6,11}"), "RU": re.compile(r"[1-9]\d{6,8}|20\d{8}"),
    "WO": re.compile(r"20(?:0[4-9]|[1-9]\d)\d{6}"),
    "BR": re.compile(r"\d{7}|\d{12}|(?:PI|MU|DI|C\d)\d{7}"),
    "MX": re.compile(r"\d{6,7}|20(?:0[7-9]|[1-9]\d)\d{6}"), "AU": re.compile(r"\d{6,7}|20\d{2}[1-9]\d{5}"),
    "CZ": re.compile(r"\d{5,8}"), "DK": re.compile(r"\d{4,7}|20\d{7}"), "ES": re.compile(r"\d{6,7}|20\d{7}"),
    "HU": re.compile(r"P\d{7}|T?\d{4,7}"),
    "IN": re.compile(r"\d{6}|20\d{10}|(?:19|20)\d{2}(?:CH|DE|MU|KO|CN|DN|MN|KN)\d{5}"),
}  # fmt: skip
CANONICAL_APPLICATION: dict[str, re.Pattern[str]] = {
    "EP": re.compile(r"\d{8}"), "CN": re.compile(r"\d{8}|\d{12}"), "JP": re.compile(r"\d{3,8}|20\d{8}"),
    "KR": re.compile(r"\d{8,9}|\d{11}"), "DE": re.compile(r"\d{7,8}|\d{12}"),
    "RU": re.compile(r"\d{7,9}|20\d{8}"), "FR": re.compile(r"\d{7,8}"), "CA": re.compile(r"\d{5,7}"),
    "BR": re.compile(r"\d{7}|\d{12}|(?:PI|MU|DI|C\d)\d{7}"), "MX": re.compile(r"\d{6,7}|20(?:0[7-9]|[1-9]\d)\d{6}"),
    "GB": re.compile(r"\d{4,8}|20[1-9]\d{6}"), "TW": re.compile(r"[1-9]\d{7,8}"),
    "AU": re.compile(r"\d{6,7}|20\d{2}[1-9]\d{5}"),
    "SE": re.compile(r"\d{7,8}"), "WO": re.compile(r"[A-Z]{2}\d{10}"),
}  # fmt: skip
PUBLICATION_RULES: dict[str, Rule] = {
    "*": _plain, "US": _us_publication, "WO": _wo_publication, "EP": _ep_publication, "JP": jp_publication,
    "CN": _cn_publication,
    "KR": _kr_number, "DE": _de_number, "RU": _ru_number, "BR": _br_number, "MX": _mx_number, "IN": _in_number,
}  # fmt: skip
APPLICATION_RULES: dict[str, Rule] = {
    "*": _without_check_digit, "WO": _wo_application, "EP": _ep_application, "CN": _cn_application,
    "JP": _jp_application, "KR": _kr_number, "DE": _de_number, "RU": _ru_number, "BR": _br_number, "MX": _mx_number,
    "IN": _in_number, "GB": _gb_application,
    "SE": _se_application,
}  # fmt: skip
