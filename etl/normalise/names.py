"""Applicant names folded so that one holder is counted once; never used to decide a country."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[str, ...], frozenset[str], dict[str, str]]:
    """Legal forms in Chinese, Japanese and Korean; in Latin letters; abbreviations."""
    tables = tomllib.loads(resources.files("etl.normalise").joinpath("legal_forms.toml").read_text("utf-8"))
    return tuple(tables["cjk"]), frozenset(tables["latin"].split()), tables["synonyms"]


def fold_name(name: str) -> str:
    """Key under which spellings of one holder meet: NFKC, case, accents, punctuation and legal forms taken away.

    >>> fold_name("Ｓｉｅｍｅｎｓ Aktiengesellschaft AG") == fold_name("SIEMENS AKTIENGESELLSCHAFT")
    True
    >>> fold_name("中芯国际集成电路制造（上海）有限公司")
    '中芯国际集成电路制造上海'

    A name made of legal forms only keeps them: the key is empty only for text without letters or digits.
    """
    folded = unicodedata.normalize("NFKC", name[:1000]).upper().strip()
    folded = re.sub(r"\[[A-Z]{2}\]$", "", folded)
    if re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", folded):
        return _fold_cjk(folded)
    return _fold_latin(folded)


def has_legal_form(name: str) -> bool:
    """Whether a name in Latin letters holds a legal form (LTD, GMBH, THE …)."""
    return not _tables()[1].isdisjoint(re.findall(r"[A-Z]+", name.upper().replace(".", "")))


def _fold_cjk(name: str) -> str:
    bare = re.sub(r"\s+", "", name)
    forms = _tables()[0]
    if bare in forms:
        return bare
    for form in forms:
        if bare.startswith(form) and len(bare) > len(form):
            bare = bare[len(form) :]
        if bare.endswith(form) and len(bare) > len(form):
            bare = bare[: -len(form)]
    return re.sub(r"[^\w]", "", bare) or re.sub(r"[^\w]", "", name)


def _fold_latin(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("ß", "SS").replace("Ø", "O")
    plain = re.sub(r"(?<=\b[A-Z])\.(?=[A-Z]\b)", "", plain).replace(".", "").replace("'", "")
    words = re.findall(r"[^\W_]+", plain)
    _, forms, synonyms = _tables()
    kept = [synonyms.get(word, word) for word in words if word not in forms]
    return " ".join(kept or words)
