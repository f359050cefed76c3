"""What each office's numbers look like, and the DOCDB form of each: one small function per office."""

from __future__ import annotations

import re
from collections.abc import Callable

Rule = Callable[[str, str], str]  # (number as written, upper case; kind or "") -> canonical number
_SEPARATORS = re.compile(r"[\s/.,\-]+")
_ERA_START = {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}  # year before the era's first


class NumberRefusedError(ValueError):
    """The text is not a patent number, or its digits are lost; the message says which and what to do."""


def _compact(number: str) -> str:
    return _SEPARATORS.sub("", number)


def _plain(number: str, _kind: str) -> str:
    return _compact(number)


def _us_publication(number: str, _kind: str) -> str:
    compact = _compact(number)
    if re.fullmatch(r"(?:19|20)\d{2}0\d{6}", compact):  # 2011/0185700: the serial's leading zero is dropped in DOCDB
        return compact[:4] + compact[5:]
    match = re.fullmatch(r"([A-Z]{0,2})0*(\d+)", compact)
    return match.group(1) + match.group(2) if match else compact


def _wo_publication(number: str, _kind: str) -> str:
    compact = _compact(number)
    if re.fullmatch(r"(?:19[7-9]|20\d)\d{6,7}", compact):
        year, serial = int(compact[:4]), int(compact[4:])
    elif re.fullmatch(r"\d{7,8}", compact):
        year, serial = int(compact[:2]), int(compact[2:])
        year += 1900 if year >= 78 else 2000  # the first PCT publication is of 1978
    else:
        raise NumberRefusedError(f"{number!r} is not a WO publication number (expected as in 2013/121230 or 95/27654)")
    return f"{year}{serial:06d}" if year >= 2004 else f"{year % 100:02d}{serial:05d}"


def _ep_publication(number: str, _kind: str) -> str:
    compact = _compact(number)
    return compact.zfill(7) if compact.isdigit() and len(compact) < 7 else compact


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


def _jp_parts(number: str) -> tuple[int, int] | None:
    """Year (Western) and serial of a number that names its year; None for a plain running number."""
    era = re.fullmatch(r"([MTSHR])\.?\s*(\d{2}|\d(?=[\s\-/]))[\s\-/]*(\d{1,7})", number.strip())
    if era:
        return _ERA_START[era.group(1)] + int(era.group(2)), int(era.group(3))
    western = re.fullmatch(r"((?:19|20)\d{2})[\s\-/]*(\d{6,7})|((?:19|20)\d{2})[\s\-/]+(\d{1,6})", number.strip())
    if western:
        return int(western.group(1) or western.group(3)), int(western.group(2) or western.group(4))
    return None


def _jp_publication(number: str, _kind: str) -> str:
    parts = _jp_parts(number)
    if parts is None:
        return _compact(number)
    year, serial = parts
    if year >= 2000:
        return f"{year}{serial:06d}"
    letter = "H" if year >= 1989 else "S"
    if year <= 1925:
        letter = "T"
    return f"{letter}{year - _ERA_START[letter]:02d}{serial}"


def _jp_application(number: str, _kind: str) -> str:
    parts = _jp_parts(number)
    if parts is None:
        return _compact(number)
    year, serial = parts
    return f"{year}{serial:06d}" if year >= 2000 else f"{serial}{year % 100:02d}"  # DOCDB: 45959 of 1983 is 4595983


def _kr_number(number: str, _kind: str) -> str:
    compact = _compact(number)
    if re.fullmatch(r"[1-4]0(?:19|20)\d{9}", compact):  # 10-2015-0104710: right, year, serial
        return compact[2:]
    match = re.fullmatch(r"([1-4]0)-(\d{1,6})", number.strip())
    return match.group(1) + match.group(2).zfill(7) if match else compact


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


def _mx_publication(number: str, _kind: str) -> str:
    compact = _compact(number)
    match = re.fullmatch(r"(PA|MX)A(\d{2})(\d{2})(\d{6})", compact)  # PA/a/2005/003863, MX/a/2009/009078
    if match is None:
        return compact
    letters, century, year, serial = match.groups()
    return f"PA{year}{serial}" if letters == "PA" else f"{century}{year}{serial}"


def _br_number(number: str, _kind: str) -> str:
    return _compact(re.sub(r"-\d$", "", number.strip()))  # PI0619662-3: check digit


PUBLICATION_RULES: dict[str, Rule] = {
    "*": _plain, "US": _us_publication, "WO": _wo_publication, "EP": _ep_publication, "JP": _jp_publication,
    "KR": _kr_number, "DE": _de_number, "RU": _ru_number, "BR": _br_number, "MX": _mx_publication,
}  # fmt: skip
APPLICATION_RULES: dict[str, Rule] = {
    "*": _plain, "WO": _wo_application, "EP": _ep_application, "CN": _cn_application, "JP": _jp_application,
    "KR": _kr_number, "DE": _de_number, "RU": _ru_number, "BR": _br_number,
}  # fmt: skip
