"""Japanese numbers: gazette names, eras and the forms of each decade, brought to DOCDB's form.

DOCDB writes unexamined and examined publications up to 1999 with the era's letter and year (``H06279146``), later ones
with the Western year (``2004048632``), patents by their running number (``4961043``), and applications up to 1999 with
the two-digit Western year at the end (``4595983`` is number 45959 of 1983).
"""

from __future__ import annotations

import re
from typing import Final

from etl.normalise.eras import ERA_START

_ERA_YEARS: Final = {"M": 45, "T": 15, "S": 64, "H": 31, "R": 99}
_LETTERS: Final = {"明治": "M", "大正": "T", "昭和": "S", "平成": "H", "令和": "R", "昭": "S", "平": "H", "令": "R"}
# Chinese sources write the names of Japanese gazettes in simplified or traditional characters.
_SIMPLIFIED: Final = str.maketrans("開許實実願録錄號報", "开许实实愿录录号报")
_REGISTERED_MODEL = ("登录实用新案", "实用新案登录", "实登")
_GAZETTES: Final = {
    "特开": "A", "特表": "A", "再公表": "A1", "再表": "A1", "特公": "B2", "特许": "B2",
    "实开": "U", "实表": "U", "实公": "Y2",
}  # fmt: skip
_ERA = "|".join(_LETTERS)
_COUNTRY = r"(?:日本国?|JP)?[\s\-]*(?:专利)?[\s\-]*"
_NUMBER = rf"(?:(?:{_ERA})?\s*(?:\d+|元)\s*年?[\s\-/]*)?第?\s*\d+(?:[\s\-/]+\d+)*\s*号?(?:公报)?"
_KIND = r"\s*\(?([A-Z][0-9]?)?\)?"
_NAMED = re.compile(rf"{_COUNTRY}({'|'.join([*_REGISTERED_MODEL, *_GAZETTES])})(?:公报)?\s*({_NUMBER}){_KIND}")
_FILED = re.compile(rf"{_COUNTRY}(特许愿|特愿|实用新案登录愿|实愿)\s*({_NUMBER})")
_FILED_IN_YEAR = re.compile(rf"{_COUNTRY}((?:{_ERA})\s*(?:\d+|元)\s*年)\s*(特许愿|实用新案登录愿)\s*(第?\s*\d+\s*号?)")
_ERA_ONLY = re.compile(rf"{_COUNTRY}((?:{_ERA})\s*(?:\d+|元)\s*年?[\s\-/]*第?\s*\d+\s*号?){_KIND}")
_WESTERN_STYLE = re.compile(r"JP[\s\-]+([ABUY])[\s\-]+([HSTMR]?\.?\d+(?:[\s\-/]+\d+)?)")  # JP-A-10-507077
_KIND_OF_LETTER = {"A": "A", "B": "B2", "U": "U", "Y": "Y2"}
_ERA_FORM = re.compile(r"([MTSHR])\.?\s*(\d{2}|\d(?=[\s\-/]))[\s\-/]*(\d{1,7})")
_WESTERN_FORM = re.compile(r"((?:19|20)\d{2})[\s\-/]*(\d{6,7})|((?:19|20)\d{2})[\s\-/]+(\d{1,6})")
_TWO_DIGIT_FORM = re.compile(r"(\d{1,2})[\-/](\d{1,7})|(\d{2})(\d{6})")  # 10-507077, 10507077: the era is not named
_RE_PUBLISHED = re.compile(r"WO((?:19|20)?\d{2})[\-/]?(\d{5,6})")


def spelled(text: str) -> str:
    """Return ``特開昭59-173524`` as ``JP S59-173524 A``, and an application so; other text as it came."""
    if text.isascii():
        match = _WESTERN_STYLE.fullmatch(text)
        return f"JP {match[2]} {_KIND_OF_LETTER[match[1]]}" if match else text
    plain = text.translate(_SIMPLIFIED)
    if match := _NAMED.fullmatch(plain):
        name, number, kind = match.groups()
        printed = "WO" if name in {"再表", "再公表"} else ""  # a PCT publication printed again in Japanese
        return f"JP {printed}{_letters(number)} {kind or _gazette_kind(name, number)}"
    if match := _FILED_IN_YEAR.fullmatch(plain):
        year, name, number = match.groups()
        return f"JP {_letters(year)}{_letters(number)} {'U' if name[0] == '实' else ''}".strip()
    if match := _FILED.fullmatch(plain):
        return f"JP {_letters(match[2])} {'U' if match[1][0] == '实' else ''}".strip()
    if match := _ERA_ONLY.fullmatch(plain):
        return f"JP {_letters(match[1])} {match[2] or ''}".strip()
    return text


def is_application(text: str) -> bool:
    """Whether `text` is named as the number of an application (特願2018-123456), whose digits a publication has too."""
    plain = "" if text.isascii() else text.translate(_SIMPLIFIED)
    return bool(_FILED.fullmatch(plain) or _FILED_IN_YEAR.fullmatch(plain))


def _gazette_kind(name: str, number: str) -> str:
    if name in _REGISTERED_MODEL:  # without examination since 1994, from number 3 000 001 on
        digits = re.sub(r"\D", "", number)
        return "U" if len(digits) != 7 or digits >= "3000001" else "Y2"
    return _GAZETTES[name]


def _letters(text: str) -> str:
    for era, letter in _LETTERS.items():
        text = text.replace(era, letter)
    text = text.replace("元", "01").replace("公报", "").replace("第", "").replace("号", "")
    return text.replace("年", "-").strip().replace("--", "-")


def _dated(number: str) -> tuple[int, int] | None:
    """Return Western year and serial of a number that names its year and era; None for a running number.

    Raises ValueError for a year no era has.
    """
    text = number.strip()
    if era := _ERA_FORM.fullmatch(text):
        if not 1 <= int(era[2]) <= _ERA_YEARS[era[1]]:
            raise ValueError(f"{era[1]}{era[2]} is no year of an era")
        return ERA_START[era[1]] + int(era[2]), int(era[3])
    if western := _WESTERN_FORM.fullmatch(text):
        return int(western[1] or western[3]), int(western[2] or western[4])
    return None


def _of_unnamed_era(number: str) -> tuple[int, int] | None:
    """Return Western year and serial of ``10-507077`` or ``10507077``; None where the number has another form.

    Years 1 to 12 are of Heisei (a publication of 2000 or later has the Western year), 26 to 64 of Showa. Raises
    ValueError where the year is of neither.
    """
    match = _TWO_DIGIT_FORM.fullmatch(number.strip())
    if match is None:
        return None
    year, serial = int(match[1] or match[3]), int(match[2] or match[4])
    if 1 <= year <= 12:
        return ERA_START["H"] + year, serial
    if 26 <= year <= 64:
        return ERA_START["S"] + year, serial
    raise ValueError(f"{year} is no year of an era whose publications are numbered so")


def publication(number: str, kind: str, years: range | None = None) -> str:
    """Return DOCDB's form of a publication's number; `years` are those in which it may have been published.

    Raises ValueError where two readings are possible or none is.
    """
    compact = re.sub(r"[\s/.,\-]+", "", number)
    if compact.startswith("WO"):
        return _re_published(compact)
    parts = _dated(number) or _of_unnamed_era(number)
    if parts is None:
        if kind[:1] == "A" and re.fullmatch(r"\d{7}", compact):
            return _one_digit_year(compact, years)
        return compact
    year, serial = parts
    if year >= 2000:
        return f"{year}{serial:06d}"
    letter = next(era for era in "HSTM" if year > ERA_START[era])
    return f"{letter}{year - ERA_START[letter]:02d}{serial}"


def _one_digit_year(digits: str, years: range | None) -> str:
    """Return H0212345 for 2012345 of kind A; 5012345 may as well be number 12345 of Showa 50 as 12345 of Heisei 5.

    The year of publication decides; unexamined applications are published since 1971 (Showa 46).
    """
    if digits[0] == "0":
        raise ValueError(f"{digits} begins with no year")
    heisei, showa = f"H0{digits[0]}{int(digits[1:])}", f"S{digits[:2]}{int(digits[2:])}"
    if not 46 <= int(digits[:2]) <= 64:
        return heisei
    fits = [int(digits[0]) + ERA_START["H"] in (years or ()), int(digits[:2]) + ERA_START["S"] in (years or ())]
    if fits[0] == fits[1]:
        raise ValueError(f"{digits} may be of year {digits[:1]} Heisei or of year {digits[:2]} Showa")
    return heisei if fits[0] else showa


def _re_published(compact: str) -> str:
    """Return WO2005012345 (a PCT publication printed again in Japanese) with the year as the WO publication has it."""
    match = _RE_PUBLISHED.fullmatch(compact)
    if match is None:
        return compact
    year = int(match[1])
    if year < 100:
        year += 1900 if year >= 78 else 2000
    if year < 1978:
        raise ValueError(f"the first PCT publications are of 1978, not {year}")
    return f"WO{year}{int(match[2]):06d}" if year >= 2000 else f"WO{year % 100:02d}{int(match[2]):05d}"


def application(number: str) -> str:
    """Return DOCDB's form of an application's number."""
    parts = _dated(number)
    if parts is None:
        parts = _of_unnamed_era(number) if re.fullmatch(r"\d{1,2}-\d{1,7}", number.strip()) else None
    if parts is None:
        return re.sub(r"[\s/.,\-]+", "", number)
    year, serial = parts
    return f"{year}{serial:06d}" if year >= 2000 else f"{serial}{year % 100:02d}"
