"""What a column holds: by what its cells look like, and by what the tables of all vendors call its header."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from etl.exports.cells import cell_text
from etl.exports.headers import ColumnUse, fold_header, header_words
from etl.exports.vendor import packaged_vendors
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


is_day = _parses(_date)
_OWNER = r"applicant|assignee|owner|anmelder|inhaber|déposant|titulaire|申请人|权利人|出願人|権利者|출원인"
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
        ("publication_date", "filing_date", "priority_date", "grant_date", "lapse_date"), "dates", is_day,
        {
            "publication_date": r"publ|veröff|公开|公布|公告|公開|公知|공개|issue",
            "filing_date": r"fil|appl|anmeld|dépôt|申请|出願|출원",
            "priority_date": r"prior|优先|優先|우선", "grant_date": r"grant|授权|등록",
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
            "claim_count": r"claim|anspr|revendic|权利要求|請求項|청구",
            "citation_count": r"cited|citing|forward|zitiert|被引|피인용",
            "publication_year": r"publ.*year|公开年",
        },
    ),
    Test(("legal_status",), "states of a right", lambda cell: _STATES.search(cell) is not None, {}),
    Test(
        ("title", "applicants", "abstract", "applicant_addresses", "claims_text"), "text", _is_text,
        {
            "title": r"title|titel|titre|标题|名称|题名|명칭", "applicants": _OWNER,
            "abstract": r"abstract|zusammenf|abrégé|摘要|要約|초록|요약",
            "applicant_addresses": r"address|地址|주소", "claims_text": r"claims|权利要求|청구범위",
        },
    ),
)  # fmt: skip
# Fields whose column has to look like what it is called; the rest is decided by the header alone.
_CHECKED = {name: test for test in VALUES for name in test.fields}
_AGREE = 0.8


def fields_called(header: str) -> dict[str, list[str]]:
    """Field → the kinds that call it by `header`; empty where none does."""
    known = _known_headers()
    return known.get(fold_header(header)) or known.get(_bag(header)) or {}


def fit(cells: Sequence[str], test: Test | None) -> tuple[float, str]:
    """Share of the cells (filled ones) that are as `test` says, and that in words."""
    if test is None or not cells:
        return 1.0, f"{len(cells)} cells are filled"
    good = [cell for cell in cells if test.holds(cell)]
    offices = {cell[:2].upper() for cell in good} if "number" in test.what else set()
    office = f"{offices.pop()} " if len(offices) == 1 else ""
    return len(good) / len(cells), f"{len(good)} of {len(cells)} values look like {office}{test.what}"


def test_of(field: str) -> Test | None:
    """What the cells of `field` have to look like; None where its header decides."""
    return _CHECKED.get(field)


def take_renamed(uses: list[ColumnUse], body: Sequence[list[object]]) -> None:
    """Give a column that its vendor's table does not know a field, where all others that know its header call it so.

    Lists are renamed by hand, and a number that is not understood is worse than none: the row would count as something
    else. The field must not be there otherwise, nobody may leave the header aside, and the cells have to agree.
    """
    there = {use.field for use in uses if use.field}
    for use in uses:
        called = fields_called(use.header) if use.note == "not understood" and use.header else {}
        if len(called) != 1 or _left_aside(use.header):
            continue
        (name,) = called
        test = test_of(name)
        cells = [text for row in body if use.index < len(row) and (text := cell_text(row[use.index]))]
        if name not in there and test is not None and cells and fit(cells, test)[0] >= _AGREE:
            use.field, use.note = name, "used"
            there.add(name)


def _bag(header: str) -> str:
    return " ".join(sorted(header_words(header)))


def _left_aside(header: str) -> bool:
    folded = fold_header(header)
    return any(folded == fold_header(alias) for vendor in packaged_vendors().values() for alias in vendor.unused)


@lru_cache(maxsize=1)
def _known_headers() -> dict[str, dict[str, list[str]]]:
    """Folded header (or its words, joined) → field → the kinds that use it so."""
    found: dict[str, dict[str, list[str]]] = {}
    for vendor in packaged_vendors().values():
        for name, aliases in vendor.columns.items():
            for alias in aliases:
                for key in {fold_header(alias), _bag(alias)} - {""}:
                    found.setdefault(key, {}).setdefault(name, []).append(vendor.key)
    return found
