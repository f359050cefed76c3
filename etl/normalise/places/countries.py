"""Countries and offices from names (Chinese, English), codes and registers' brackets to ST.3 / ISO alpha-2."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Final

from etl.normalise.places.provinces import province
from etl.normalise.simplified import simplified

# International and regional offices of WIPO ST.3 (and XX, unknown): a publication may be theirs, but nobody resides
# there, and a family of which only they are known is of unknown country (docs/methods.md, Counting).
ORGANISATIONS: Final = frozenset(
    {"AP", "BX", "EA", "EM", "EP", "EU", "GC", "IB", "OA", "QZ", "WO", "XN", "XU", "XV", "XX"}
)
_CODE_AND_NAME = re.compile(r"([A-Z]{2})[\s\-:]*\(?\s*([^\x00-\x7f][^()]*?)\s*\)?")


@lru_cache(maxsize=8192)
def country_code(text: str | None) -> str | None:
    """Two-letter code of a country or office; None when the text names none that is known (unknown is not a guess).

    Accepts a code (``cn``), a Chinese or English name (``中国``, ``Korea``), and a name before a code in
    brackets (``NOKIA [FI]``, ``中国[CN]``, ``美国(US)``).
    """
    if text is None:
        return None
    folded = unicodedata.normalize("NFKC", text).strip()
    if not folded or len(folded) > 200:
        return None
    bracketed = re.search(r"[\[(]\s*([A-Za-z]{2})\s*[\])]\s*$", folded)
    if bracketed and bracketed[1].upper() in _known_codes():
        return bracketed[1].upper()
    key = _key(folded)
    if key in _known_codes():
        return key
    named = _CODE_AND_NAME.fullmatch(folded)  # CN中国, US-美国, KR(韩国)
    return named[1] if named and _names().get(_key(named[2])) == named[1] else _names().get(key)


def is_office(code: str) -> bool:
    """Whether two letters are the code of a country or an office (WIPO ST.3, former ones too)."""
    return code in _known_codes()


def asked_country(text: str) -> str | None:
    """Country that a person names: as `country_code`, or by its three-letter ISO code; None for an organisation.

    >>> asked_country("日本"), asked_country("JPN"), asked_country("jp"), asked_country("EP")
    ('JP', 'JP', 'JP', None)
    """
    code = country_code(text) or _ISO3.get(text.strip().upper())
    return None if code in ORGANISATIONS else code


def residence_code(text: str | None) -> str | None:
    """Like country_code, but None for an organisation's code: nobody resides in EP or WO."""
    code = country_code(text)
    return None if code in ORGANISATIONS else code


@lru_cache(maxsize=8192)
def address_country(text: str | None) -> str | None:
    """Country an address states: in brackets, as its first or last part, before a Chinese place, by a Chinese province.

    None where it names none; two letters without brackets are none, because they may be a state's (CA, DE).
    """
    if text is None:
        return None
    folded = unicodedata.normalize("NFKC", text[:400]).strip()
    bracketed = re.search(r"[\[(]\s*([A-Z]{2})\s*[\])]\s*$", folded)
    parts = [part for part in re.split(r"[,;]\s*", folded) if part]
    named = [bracketed[1] if bracketed else None, *(_names().get(_key(parts[i])) for i in (-1, 0) if parts)]
    found = next((code for code in named if code in _known_codes() - ORGANISATIONS - _STATES), None)
    return found or _chinese_country(folded)


# ISO 3166 alpha-3; asked for by people, never read from an address, where three letters may be anything.
_ISO3: Final = {
    pair[:3]: pair[3:]
    for pair in [
        "AREAE",
        "ARMAM",
        "ARGAR",
        "AUTAT",
        "AUSAU",
        "AZEAZ",
        "BIHBA",
        "BGDBD",
        "BELBE",
        "BGRBG",
        "BMUBM",
        "BRNBN",
        "BRABR",
        "BHSBS",
        "BLRBY",
        "CANCA",
        "CHECH",
        "CHLCL",
        "CHNCN",
        "COLCO",
        "CRICR",
        "CUBCU",
        "CYPCY",
        "CZECZ",
        "DEUDE",
        "DNKDK",
        "DOMDO",
        "DZADZ",
        "ECUEC",
        "ESTEE",
        "EGYEG",
        "ESPES",
        "FINFI",
        "FRAFR",
        "GBRGB",
        "GEOGE",
        "GRCGR",
        "GTMGT",
        "HKGHK",
        "HRVHR",
        "HUNHU",
        "IDNID",
        "IRLIE",
        "ISRIL",
        "INDIN",
        "IRQIQ",
        "IRNIR",
        "ISLIS",
        "ITAIT",
        "JORJO",
        "JPNJP",
        "KENKE",
        "KGZKG",
        "PRKKP",
        "KORKR",
        "KWTKW",
        "CYMKY",
        "KAZKZ",
        "LBNLB",
        "LIELI",
        "LKALK",
        "LTULT",
        "LUXLU",
        "LVALV",
        "MARMA",
        "MCOMC",
        "MDAMD",
        "MNEME",
        "MKDMK",
        "MNGMN",
        "MACMO",
        "MLTMT",
        "MEXMX",
        "MYSMY",
        "NGANG",
        "NICNI",
        "NLDNL",
        "NORNO",
        "NZLNZ",
        "PANPA",
        "PERPE",
        "PHLPH",
        "PAKPK",
        "POLPL",
        "PRTPT",
        "PRYPY",
        "QATQA",
        "ROURO",
        "SRBRS",
        "RUSRU",
        "SAUSA",
        "SYCSC",
        "SWESE",
        "SGPSG",
        "SVNSI",
        "SVKSK",
        "SMRSM",
        "SLVSV",
        "THATH",
        "TJKTJ",
        "TKMTM",
        "TUNTN",
        "TURTR",
        "TTOTT",
        "TWNTW",
        "UKRUA",
        "USAUS",
        "URYUY",
        "UZBUZ",
        "VENVE",
        "VGBVG",
        "VNMVN",
        "WSMWS",
        "ZAFZA",
        "ZMBZM",
        "ZWEZW",
    ]
}
_STATES = frozenset({"GE"})  # Georgia is as often the state
_SPECIAL_PROVINCES = {"71": "TW", "81": "HK", "82": "MO"}


def _chinese_country(address: str) -> str | None:
    bare = re.sub(r"^[\d\s()]+", "", address)
    if not re.match(r"[\u3400-\u9fff]", bare):
        return "CN" if re.fullmatch(r"\d{2}|\d{6}", address) and province(address) else None
    for length in range(min(10, len(bare)), 1, -1):
        code = _names().get(bare[:length])
        if code is not None and code not in ORGANISATIONS:
            return code
    if re.search(r"[\u3040-\u30ff県]|東京都|北海道|大阪府|京都府", bare):
        return None  # a Japanese address: cities of both countries share their names
    found = province(bare)
    if found is None or found.rule not in {"province", "city"}:
        return None
    return _SPECIAL_PROVINCES.get(found.code[:2], "CN")


def filing_country(number: str) -> str | None:
    """Country of an application ``CC-NUMBER``, for a PCT application its receiving office's; None for other offices.

    >>> filing_country("WO-CN2016106668"), filing_country("DE-102004012345"), filing_country("WO-IB2013050676")
    ('CN', 'DE', None)
    """
    office = number[3:5] if number.startswith("WO-") and number[3:5].isalpha() else number[:2]
    return None if office in ORGANISATIONS else office


def one_country(codes: Iterable[str | None]) -> str | None:
    """The country that all of `codes` name, offices that are none left aside; None when they name several or none."""
    named = {code for code in codes if code is not None and code not in ORGANISATIONS}
    return named.pop() if len(named) == 1 else None


def country_names(code: str) -> tuple[str, str] | None:
    """English and Chinese name of a code; None when it is not in the table."""
    return _table().get(code)


def _key(text: str) -> str:
    return simplified(re.sub(r"[\s.,'’\-]+", "", text)).upper()


@lru_cache(maxsize=1)
def _rows() -> list[list[str]]:
    text = resources.files("etl.normalise.places").joinpath("countries.tsv").read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, str]]:
    return {code: (english, chinese) for code, english, chinese, _ in _rows()}


@lru_cache(maxsize=1)
def _known_codes() -> frozenset[str]:
    return frozenset(_table())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {
        _key(name): code
        for code, english, chinese, others in _rows()
        for name in (english, chinese, *others.split("|"))
        if name
    }
