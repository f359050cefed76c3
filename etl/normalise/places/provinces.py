"""Province of a Chinese address by GB/T 2260, with the rule that settled it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import NamedTuple


class Province(NamedTuple):
    """A first-level division: six-digit GB/T 2260 code, Chinese short, full and English name, postcodes."""

    code: str
    zh: str
    zh_full: str
    en: str
    postcodes: tuple[str, ...]


class ProvinceMatch(NamedTuple):
    """Province (six-digit code) and the rule that settled it: code, province, city, county or postcode."""

    code: str
    rule: str


@lru_cache(maxsize=1)
def provinces() -> dict[str, Province]:
    """The 34 first-level divisions by six-digit code."""
    rows = (line.split("\t") for line in _lines("provinces.tsv"))
    return {code: Province(code, zh, full, en, tuple(post.split())) for code, zh, full, en, post in rows}


def province(text: str | None) -> ProvinceMatch | None:
    """Province of an address, a province's name (Chinese or English) or a GB/T 2260 code; None when it does not say.

    Rules in order: a code that is the whole text; the province named first; the city named first; a county whose
    name exists in one province only; the postcode. A name counts where it begins the address or follows 中国 and
    the postcode before it counts elsewhere, so that 上海路 in 南京市 is Jiangsu.

    >>> province("226634 江苏省南通市海安县老坝港镇海港村16组")
    ProvinceMatch(code='320000', rule='province')
    >>> province("深圳市南山区高新技术产业园")
    ProvinceMatch(code='440000', rule='city')
    """
    if text is None:
        return None
    folded = unicodedata.normalize("NFKC", text[:400]).strip()
    code = re.fullmatch(r"(?:CN[\s\-]?)?(\d{2})(?:\d{4})?(?:[;,\s].*)?", folded)
    if code and f"{code[1]}0000" in provinces() and not re.match(r"(?:CN[\s\-]?)?\d{6}\s+\D", folded):
        return ProvinceMatch(f"{code[1]}0000", "code")
    return _by_chinese(folded) or _by_english(folded) or _by_postcode(folded)


def _by_chinese(folded: str) -> ProvinceMatch | None:
    bare = re.sub(r"^(?:\(?\d{6}\)?|中华人民共和国|中国|CN|P\.?R\.?C\.?|[\s,;:()\[\]])+", "", folded)
    for names, rule in ((_province_names(), "province"), (_cities(), "city"), (_counties(), "county")):
        for length in range(min(12, len(bare)), 1, -1):
            found = names.get(bare[:length])
            if found:
                return ProvinceMatch(found, rule)
    for names, rule in ((_full_names(), "province"), (_city_names_full(), "city"), (_counties(), "county")):
        hit = _first_inside(bare, names)
        if hit:
            return ProvinceMatch(hit, rule)
    return None


def _first_inside(text: str, names: dict[str, str]) -> str | None:
    for start in range(1, min(len(text), 120)):
        for length in range(min(12, len(text) - start), 2, -1):
            found = names.get(text[start : start + length])
            if found:
                return found
    return None


def _by_english(folded: str) -> ProvinceMatch | None:
    words = re.findall(r"[a-z]+", folded.lower())
    joined = f" {' '.join(words)} "
    hits = [
        (joined.rfind(f" {name} "), code, rule)
        for names, rule in ((_english_names(), "province"), (_english_cities(), "city"))
        for name, code in names.items()
        if f" {name} " in joined
    ]
    named = [hit for hit in hits if hit[2] == "province"] or hits
    if not named:
        return None
    _, code, rule = max(named)  # English addresses end with the province
    return ProvinceMatch(code, rule)


def _by_postcode(folded: str) -> ProvinceMatch | None:
    match = re.search(r"(?<!\d)(\d{6})(?!\d)", folded)
    if match is None or not re.search(r"[\u3400-\u9fff]|China|\bCN\b", folded):
        return None
    for entry in provinces().values():
        if match[1].startswith(entry.postcodes):
            return ProvinceMatch(entry.code, "postcode")
    return None


@lru_cache(maxsize=1)
def _province_names() -> dict[str, str]:
    names = {name: p.code for p in provinces().values() for name in (p.zh, p.zh_full, f"{p.zh}省", f"{p.zh}市")}
    return names | {"内蒙": "150000"}


@lru_cache(maxsize=1)
def _full_names() -> dict[str, str]:
    return {p.zh_full: p.code for p in provinces().values()}


@lru_cache(maxsize=1)
def _english_names() -> dict[str, str]:
    names = {" ".join(re.findall(r"[a-z]+", p.en.lower())): p.code for p in provinces().values()}
    return names | {
        "neimenggu": "150000",
        "nei mongol": "150000",
        "xizang": "540000",
        "taipei": "710000",
        "hongkong": "810000",
    }


@lru_cache(maxsize=1)
def _english_cities() -> dict[str, str]:
    return dict(line.split("\t")[::-1] for line in _lines("cities_en.tsv"))


@lru_cache(maxsize=1)
def _city_names_full() -> dict[str, str]:
    return {name: code for level, code, names in _gazetteer() if level == "city" for name in names}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    full = _city_names_full()
    short = {name[:-1]: code for name, code in full.items() if name.endswith("市") and len(name) > 2}
    return full | {name: code for name, code in short.items() if name not in _province_names()}


@lru_cache(maxsize=1)
def _counties() -> dict[str, str]:
    return {name: code for level, code, names in _gazetteer() if level == "county" for name in names}


@lru_cache(maxsize=1)
def _gazetteer() -> list[tuple[str, str, list[str]]]:
    rows = (line.split("\t") for line in _lines("gazetteer.tsv"))
    return [(level, code, names.split()) for level, code, names in rows]


def _lines(name: str) -> list[str]:
    text = resources.files("etl.normalise.places").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
