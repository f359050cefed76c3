"""Files that were read wrongly or not at all, each with its right values; the cases lie beside the checkout."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.exports import read_export

CASES = Path(__file__).parents[3] / ".." / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases (../shared/cases) are not here")


def records(name):
    read = read_export(CASES / name)
    return read, {record.publication_number: record for record in read.parsed.records}


def test_thomson_columns_renamed_are_derwents_and_not_bigquerys():
    read, found = records("thomson-read-as-bigquery/thomson_made.xlsx")
    first, second = found["EP-0784699-A1"], found["CN-102703499-A"]
    assert read.kind == "derwent"
    assert "Clarivate" in read.vendor.source.licence
    assert first.ipc == ["C12N7/00", "C12N15/09", "A61K31/12"]
    assert (first.filing_date, first.application_number) == (date(1995, 10, 5), "EP-1995936399")
    assert (first.citation_count, len(first.cited_by)) == (2, 2)
    assert first.applicants[0][1:3] == ("EXAMPLE UNIVERSITY", "US")
    assert (second.ipc, second.citation_count) == (["C12N15/113"], 0)
    assert read.parsed.leftover == {}


def test_patentscope_takes_the_office_from_its_own_column():
    read, found = records("patentscope-country-column/resultList.xlsx")
    assert set(found) == {
        "US-2006019999", "US-RE44799", "US-D668899", "CN-109045399", "KR-20220147899", "CA-3032799", "WO-2018048999",
    }  # fmt: skip
    assert [record.authority for record in read.parsed.records].count("US") == 3
    assert found["US-2006019999"].publication_date == date(2006, 1, 19)
    assert all(record.ipc for record in found.values())
    assert read.lost == 0


@pytest.mark.parametrize("name", ["gp-search-made.csv", "gp-search-made-excel-semicolon.csv"])
def test_google_search_download_also_after_a_european_spreadsheet(name):
    read, found = records(f"google-search-csv/{name}")
    assert read.kind == "google_search"
    filed = {number: record.filing_date for number, record in found.items()}
    assert filed == {
        "US-11999999-B2": date(2018, 3, 8), "CN-114999999-B": date(2022, 5, 5),
        "WO-2021099999-A1": date(2020, 11, 19), "US-2019199999-A1": date(2017, 12, 21),
    }  # fmt: skip
    published = [record.publication_date for record in found.values()]
    assert published == [date(2022, 6, 7), date(2022, 8, 30), date(2021, 5, 27), date(2019, 6, 27)]
    assert all(len(record.applicants) == 1 and record.priority_date for record in found.values())
    assert found["US-11999999-B2"].applicants[0][1] == "Example Works, Ltd."
    assert {(r.ipc, r.citation_count, r.claim_count, r.cited_by) for r in found.values()} == {(None, None, None, None)}
    assert found["WO-2021099999-A1"].is_pct


def test_espacenet_list_with_several_publications_in_a_cell():
    read, found = records("espacenet-csv/espacenet_en.csv")
    assert read.kind == "espacenet"
    assert {n: (r.publication_date, r.source_family_id) for n, r in found.items()} == {
        "US-4750799-A": (date(1988, 6, 14), "docdb:24999999"),
        "EP-0211999-A1": (date(1987, 2, 25), "docdb:24999999"),
        "CN-2034599-Y": (date(1989, 3, 22), "docdb:4839999"),
    }
    assert [a[1:3] for a in found["US-4750799-A"].applicants] == [("EXAMPLE CORP", "US"), ("EXEMPLE SA", "FR")]
    assert found["US-4750799-A"].ipc == ["B25B1/10", "B25B1/24"]
    assert found["US-4750799-A"].priority_date == date(1985, 8, 7)


def test_derwent_innovations_index_as_spreadsheet_and_as_tagged_text():
    sheet, found = records("dii-derwent-index/savedrecs.xlsx")
    text, same = records("dii-derwent-index/savedrecs.txt")
    assert (sheet.kind, text.kind) == ("dii", "dii")
    assert {number: record.publication_date for number, record in found.items()} == {
        "CN-117299999-A": date(2023, 12, 8), "WO-2024119999-A1": date(2024, 6, 12),
        "US-2024299999-A1": date(2024, 9, 5),
    }  # fmt: skip
    assert set(same) == {"CN-117299999-A", "WO-2024119999-A1"}
    assert same["WO-2024119999-A1"].publication_date == date(2024, 6, 12)
    assert len({record.source_family_id for record in (*found.values(), *same.values())}) == 1
    assert {tuple(record.ipc) for record in (*found.values(), *same.values())} == {("B01J13/02", "C01B32/158")}
    assert [a[1] for a in found["CN-117299999-A"].applicants] == ["UNIV EXAMPLE", "EXAMPLE CO LTD"]


def test_a_list_with_application_numbers_only_counts_as_applications():
    read, _ = records("application-number-only/cn_appl_only.xlsx")
    first, second = read.parsed.records
    assert read.kind == "cn_table"
    assert (first.authority, first.application_number, first.ipc) == ("CN", "CN-85102499", ["H02K17/02"])
    assert (second.publication_type, second.filing_date) == ("utility_model", date(2012, 5, 30))
    assert read.lost == 0


def test_rows_whose_every_number_a_spreadsheet_destroyed_are_lost_and_counted():
    read, found = records("kipris-all-rows-lost/kipris.csv")
    assert (read.rows, read.lost, found) == (2, 2, {})


def test_incopat_regression():
    read, _ = records("incopat-made/incopat_export.xlsx")
    found = read.parsed.records
    assert [r.citation_count for r in found] == [15, 15, 15, None, 3]
    assert [r.claim_count for r in found] == [10, 9, None, 6, 20]
    assert [r.source_family_id for r in found].count("incopat:90000001") == 3
    assert found[3].legal_status == "inactive"
    assert read.parsed.leftover == {}
