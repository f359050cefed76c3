"""What the cells of a column look like: publication numbers, dates, IPC symbols, countries, counts, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from etl.normalise.dates import DateRefusedError, parse_date
from etl.normalise.ipc import ipc_symbols
from etl.normalise.numbers.canonical import NumberRefusedError, parse_application_number, parse_publication_number
from etl.normalise.places.countries import country_code

_SEPARATORS = (";;", " | ", "|", "; ", ";", "\n", "、", "，", ", ")
_STATES = re.compile(
    r"active|alive|dead|pending|granted|expired|lapsed|inactive|revoked|withdrawn|有效|失效|审中|授权|公开|驳回|撤回|终止|등록|공개|거절|소멸|취하|포기",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Test:
    """A form of cell: the fields it may be of (most likely first), in words, and whether a cell has it.

    `hints`: parts of a header that a field needs where the cells alone do not distinguish it.
    """

    fields: tuple[str, ...]
    what: str
    holds: Callable[[str], bool]
    hints: dict[str, str]

    def fits_header(self, name: str, header: str) -> bool:
        """Whether the header lets the field be."""
        hint = self.hints.get(name)
        return hint is None or re.search(hint, header, re.IGNORECASE) is not None


def first_of(cell: str) -> str:
    """The first value of a cell that may be a list."""
    return re.split(r"\s*(?:;;|[;|\n、]|,\s)\s*", cell.strip(), maxsplit=1)[0]


def separator_of(cells: list[str]) -> str | None:
    """What separates the values of a list: the separator most cells have; None where they are no lists."""
    found = Counter(next((s for s in _SEPARATORS if s in cell), "") for cell in cells)
    found.pop("", None)
    most = found.most_common(1)
    return most[0][0].strip(" ") if most and most[0][1] >= max(1, 0.1 * len(cells)) else None


def _parses(convert: Callable[[str], object]) -> Callable[[str], bool]:
    def holds(cell: str) -> bool:
        try:
            return convert(first_of(cell)) is not None
        except (NumberRefusedError, DateRefusedError, ValueError):
            return False

    return holds


def _publication(text: str) -> object:
    cc, number, kind = parse_publication_number(text)
    return (cc, number) if kind is not None or len(re.sub(r"\D", "", number)) >= 6 else None


def _application(text: str) -> object:
    return parse_application_number(text) if re.search(r"\d{6}", text) else None


def _date(text: str) -> object:
    return parse_date(text) if len(text) >= 8 else None


def _symbol(text: str) -> object:
    symbols, refused = ipc_symbols([text])
    return symbols if symbols and not refused else None


def _is_count(text: str) -> bool:
    return re.fullmatch(r"\d{1,5}(?:\.0)?", text.strip()) is not None


def _is_country(text: str) -> bool:
    return country_code(first_of(text)) is not None


def _is_text(text: str) -> bool:
    return not re.fullmatch(r"[\d\W]*", text)


_OWNER = r"applicant|assignee|owner|申请人|权利人|출원인"
VALUES: tuple[Test, ...] = (
    Test(
        ("publication_number", "grant_number", "publication_numbers"), "publication numbers", _parses(_publication),
        {"grant_number": r"grant|regist|授权|등록", "publication_numbers": r"numbers|专利号列表"},
    ),
    Test(
        ("cited_by", "cites", "family_members"), "publication numbers", _parses(_publication),
        {"cited_by": r"citing|cited.by|被引", "cites": r"cited|引证|引用|인용", "family_members": r"famil|同族|패밀리"},
    ),
    Test(("application_number",), "application numbers", _parses(_application), {}),
    Test(("priorities",), "application numbers", _parses(_application), {"priorities": r"prior|优先|우선"}),
    Test(
        ("publication_date", "filing_date", "priority_date", "grant_date", "lapse_date"), "dates", _parses(_date),
        {
            "publication_date": r"publ|公开|公布|公告|공개|issue", "filing_date": r"fil|appl|申请|출원",
            "priority_date": r"prior|优先|우선", "grant_date": r"grant|授权|등록",
            "lapse_date": r"laps|expir|失效|소멸",
        },
    ),
    Test(
        ("ipc", "cpc", "ipc_main"), "IPC or CPC symbols", _parses(_symbol),
        {"cpc": r"cpc|cooperative", "ipc_main": r"main|主|first"},
    ),
    Test(
        ("applicant_countries", "authority"), "countries or offices", _is_country,
        {"authority": r"office|authority|jurisd|publ|受理|公开国|国别|국가", "applicant_countries": _OWNER},
    ),
    Test(
        ("claim_count", "citation_count", "publication_year"), "whole numbers", _is_count,
        {
            "claim_count": r"claim|权利要求|청구", "citation_count": r"cited|citing|forward|被引|피인용",
            "publication_year": r"publ.*year|公开年",
        },
    ),
    Test(("legal_status",), "states of a right", lambda cell: _STATES.search(cell) is not None, {}),
    Test(
        ("title", "applicants", "abstract", "applicant_addresses", "claims_text"), "text", _is_text,
        {
            "title": r"title|标题|名称|题名|명칭", "applicants": _OWNER, "abstract": r"abstract|摘要|초록|요약",
            "applicant_addresses": r"address|地址|주소", "claims_text": r"claims|权利要求|청구범위",
        },
    ),
)  # fmt: skip
