"""Applicant names folded so that one holder is counted once; never used to decide a country."""

from __future__ import annotations

import re
import unicodedata

# Legal forms, longest first. They differ between offices for one and the same holder, so they say nothing about who it is.
_FORMS_CJK = (
    "集团股份有限公司", "集团有限责任公司", "股份有限责任公司", "集团有限公司", "股份有限公司", "有限责任公司", "有限责任事业公司", "(集团)公司",
    "有限公司", "总公司", "集团公司", "株式会社", "有限会社", "合同会社", "国立大学法人", "独立行政法人", "国立研究開発法人", "一般財団法人", "公司", "集团",
    "주식회사", "유한회사", "(주)", "㈜", "(株)",
)  # fmt: skip
_FORMS_LATIN = frozenset(
    ["INC", "INCORPORATED", "CORP", "CORPORATION", "CO", "COMPANY", "LTD", "LIMITED", "LLC", "LLP", "LP", "PLC", "PTY", "PTE", "GMBH", "MBH", "AG", "KG", "KGAA", "OHG", "SE", "SA", "SAS", "SARL", "SRL", "SPA", "NV", "BV", "BVBA", "CV", "AB", "OY", "OYJ", "AS", "ASA", "APS", "SP", "ZOO", "ZO", "DOO", "KK", "KABUSHIKI", "KAISHA", "YK", "YUGEN", "GK", "LTDA", "EURL", "SCA", "SNC", "OOO", "OAO", "ZAO", "PAO", "AO", "FGUP", "GMBHCOKG", "HOLDING", "HOLDINGS", "GROUP", "GRP", "THE", "ET", "AND", "CIE"]
)
_SYNONYMS = {
    "TECHNOLOGY": "TECH", "TECHNOLOGIES": "TECH", "UNIVERSITY": "UNIV", "UNIVERSITAET": "UNIV", "UNIVERSITE": "UNIV", "INSTITUTE": "INST",
    "INDUSTRY": "IND", "INDUSTRIES": "IND", "INTERNATIONAL": "INT", "RESEARCH": "RES", "DEVELOPMENT": "DEV", "MANUFACTURING": "MFG",
    "ENGINEERING": "ENG", "ELECTRONICS": "ELECTRONIC", "SYSTEMS": "SYSTEM", "LABORATORIES": "LAB", "LABORATORY": "LAB",
}  # fmt: skip


def fold_name(name: str) -> str:
    """Key under which spellings of one holder meet: NFKC, case, accents, punctuation and legal forms taken away.

    >>> fold_name("Ｓｉｅｍｅｎｓ Aktiengesellschaft AG") == fold_name("SIEMENS AKTIENGESELLSCHAFT")
    True
    >>> fold_name("中芯国际集成电路制造（上海）有限公司")
    '中芯国际集成电路制造上海'

    A name made of legal forms only keeps them: the key is empty only for text without letters or digits.
    """
    folded = unicodedata.normalize("NFKC", name).upper()
    folded = re.sub(r"\s*\[[A-Z]{2}\]\s*$", "", folded)
    if re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", folded):
        return _fold_cjk(folded)
    return _fold_latin(folded)


def _fold_cjk(name: str) -> str:
    bare = re.sub(r"\s+", "", name)
    if bare in _FORMS_CJK:
        return bare
    for form in _FORMS_CJK:
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
    kept = [_SYNONYMS.get(word, word) for word in words if word not in _FORMS_LATIN]
    return " ".join(kept or words)
