"""Whole kinds: every known header is a decision, and a kind is known in whatever order, form and company it comes."""

from __future__ import annotations

import random
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from app.pages.sources import _NEEDS, use_of
from etl.exports import packaged_vendors, read_export
from etl.exports.drafting.draft import draft_vendor
from etl.exports.headers import understand
from etl.exports.vendor import load_vendor
from etl.records import PageRefusedError
from tests.etl.exports import made_exports as made

KNOWN = tomllib.loads((Path(__file__).parent / "known_headers.toml").read_text("utf-8"))
OWN = [key for key in made.IMPORTED if not packaged_vendors()[key].detect.generic]
PAGE = (Path(__file__).parents[3] / "docs" / "exports.md").read_text("utf-8")


def saved(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "list.dat"
    path.write_bytes(content)
    return path


def seen(read):
    return [
        (r.publication_number, r.publication_date, r.ipc, r.applicants, r.citation_count) for r in read.parsed.records
    ]


@pytest.mark.parametrize("key", KNOWN)
def test_every_known_header_is_used_or_known_not_to_be_needed(key: str) -> None:
    strange = [use.header for use in understand(KNOWN[key], packaged_vendors()[key]) if use.note == "not understood"]
    assert strange == []


@pytest.mark.parametrize("key", made.IMPORTED)
def test_what_is_not_used_is_not_stated_or_has_a_reason(key: str) -> None:
    vendor = packaged_vendors()[key]
    assert set(vendor.unusable) <= set(_NEEDS)
    for need, indicator in (("citations", "citations"), ("claims", "claims"), ("legal_status", "legal_status")):
        assert (use_of(vendor, need) == "used") == (vendor.capabilities.get(indicator) != "no")
    tried = re.search(r"Tried on real files of the vendor: (.*?)\. Tried only on (.*?)\. No", PAGE, re.DOTALL)
    real, only_made = tried.groups()
    assert f"`{key}`" in (real if vendor.evidence.tried == "real" else only_made)


@pytest.mark.parametrize("key", made.IMPORTED)
@pytest.mark.parametrize("seed", [1, 2])
def test_columns_in_any_order_under_banners_over_footers_with_any_separator(
    key: str, seed: int, tmp_path: Path
) -> None:
    table = made.rows(packaged_vendors()[key], seed=seed)
    expected = read_export(saved(tmp_path, made.csv_bytes(table)))
    rng = random.Random(seed)
    order = rng.sample(range(len(table[0])), len(table[0]))
    shuffled = [[row[at] for at in order] for row in table]
    banner = [["Query: made"], ["Results", "8"], []][: rng.randrange(4)]
    footer = [[], ["Source: made, all rights reserved"]]
    for delimiter in ",;\t|":
        read = read_export(saved(tmp_path, made.csv_bytes([*banner, *shuffled, *footer], delimiter=delimiter)))
        assert read.kind == key
        assert seen(read) == seen(expected)
        assert (read.rows, read.lost) == (8, 0)


@pytest.mark.parametrize("key", OWN)
def test_strange_columns_beside_a_kind_are_left_over_and_do_not_hide_it(key: str, tmp_path: Path) -> None:
    table = [[*row, "x", "y"] for row in made.rows(packaged_vendors()[key])]
    table[0][-2:] = ["Our remark", "批注"]
    read = read_export(saved(tmp_path, made.csv_bytes(table)))
    assert (read.kind, set(read.parsed.leftover)) == (key, {"Our remark", "批注"})


@pytest.mark.parametrize(("written", "american"), [("08/03/2018", False), ("03/28/2018", True), ("28.03.2018", False)])
def test_the_dates_of_a_table_tell_the_order_of_day_and_month(written: str, american: bool, tmp_path: Path) -> None:
    other = "03/30/2017" if american else "30/03/2017"
    rows = [
        [
            "id",
            "title",
            "assignee",
            "inventor/author",
            "priority date",
            "filing/creation date",
            "publication date",
            "result link",
        ],
        ["US-11999999-B2", "x", "A", "B", other, "02/03/2018", written, "https://example.org"],
    ]
    (record,) = read_export(saved(tmp_path, made.csv_bytes(rows, delimiter=";"))).parsed.records
    assert record.filing_date == (date(2018, 2, 3) if american else date(2018, 3, 2))


def test_generic_headers_are_no_kind_and_the_refusal_says_what_would_decide(tmp_path: Path) -> None:
    rows = [["publication_number", "title", "publication_date", "our notes"], ["EP784699A1", "x", "1997-07-23", "n"]]
    with pytest.raises(PageRefusedError, match=r"of no sure kind.*what would decide: .*--kind.*--draft-vendor"):
        read_export(saved(tmp_path, made.csv_bytes(rows)))


def test_columns_of_ones_own_are_bigquerys_where_numbers_are_written_as_only_it_writes_them(tmp_path: Path) -> None:
    rows = [["publication_number", "title", "our_score"], *[[f"US-{n}-B1", "x", "1"] for n in range(7000000, 7000009)]]
    read = read_export(saved(tmp_path, made.csv_bytes(rows)))
    assert (read.kind, len(read.parsed.records), set(read.parsed.leftover)) == ("bigquery_flat", 9, {"our_score"})


def test_two_kinds_in_one_table_are_asked_about(tmp_path: Path) -> None:
    vendors = packaged_vendors()
    own = ["法律状态/事件", "PatSnap同族被引用专利总数", "受理局"]
    headers = ["公开(公告)号", "申请日", *vendors["incopat"].detect.signature[:3], *own]
    rows = [headers, ["CN101234567A", "2014-01-02", *["x"] * (len(headers) - 2)]]
    with pytest.raises(PageRefusedError, match=r"could be incopat or patsnap_zh; columns that would decide"):
        read_export(saved(tmp_path, made.csv_bytes(rows)))


def _renamed(headers: list[str], names: dict[str, str]) -> list[str]:
    return [names.get(header, header) for header in headers]


def test_columns_renamed_by_hand_are_read_where_their_cells_agree(tmp_path: Path) -> None:
    """A number that is not understood would make each row an application alone, of another name."""
    rows = [
        ["#", "Jurisdiction", "Publication Number", "Lens ID", "Publication Date", "Application Number",
         "Application Date", "IPCR Classifications", "Cited by Patent Count", "Has Full Text", "Simple Family Size"],
        *[[str(n), "US", f"US 7650{n} B2", f"000-000-000-{n}-00X", "2010-01-19", f"US 65784{n} A", "2008-02-03",
           "H01L21/02", "7", "yes", "1"] for n in range(100, 110)],
    ]  # fmt: skip
    names = {"Publication Number": "Patent Number", "Publication Date": "Pub date", "Application Date": "Date filed",
             "IPCR Classifications": "IPC", "Cited by Patent Count": "Forward citations"}  # fmt: skip
    plain = read_export(saved(tmp_path, made.csv_bytes(rows)))
    renamed = read_export(saved(tmp_path, made.csv_bytes([_renamed(rows[0], names), *rows[1:]])))
    assert renamed.kind == plain.kind == "lens_csv"
    known = [name for name in names.values() if name not in renamed.parsed.leftover]
    assert {"Patent Number", "Pub date", "IPC", "Forward citations"} <= set(known)
    for mine, theirs in zip(renamed.parsed.records, plain.parsed.records, strict=True):
        assert mine.publication_number == theirs.publication_number
        assert (mine.publication_date, mine.ipc, mine.citation_count) == (
            theirs.publication_date, theirs.ipc, theirs.citation_count,
        )  # fmt: skip
    wrong = [[*row[:8], "nobody knows", *row[9:]] for row in rows[1:]]
    other = read_export(saved(tmp_path, made.csv_bytes([_renamed(rows[0], names), *wrong])))
    assert "Forward citations" in other.parsed.leftover, (
        "a column that holds something else is left aside, not refused by cells"
    )


def test_a_draft_takes_the_sheet_that_is_understood_and_tells_dates_by_their_order(tmp_path: Path) -> None:
    rows = [["文书编码", "问世之日", "递交之日", "领域"],
            *[[f"CN1023456{n}A", f"2014-0{n % 9 + 1}-12", f"2012-0{n % 9 + 1}-03", "H01L21/02"]
              for n in range(10, 30)]]  # fmt: skip
    path = tmp_path / "own.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, cells in (("封面", [["某研究院"], ["2024年"]]), ("清单", [["清单"], ["整理人", "张三"], *rows])):
            sheet = book.add_worksheet(name)
            for n, row in enumerate(cells):
                sheet.write_row(n, 0, row)
    drafted = load_vendor(draft_vendor(path).text, "own.toml")
    assert drafted.columns == {
        "publication_number": ["文书编码"], "publication_date": ["问世之日"], "filing_date": ["递交之日"],
        "ipc": ["领域"],
    }  # fmt: skip
