"""Dates and numbers of files that write them badly, up to the merged tables and the audits."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import sql
from etl.exports.read import read_export
from etl.load.merged.merge import rebuild
from etl.records import Parsed, Record
from tests.etl.load.filed import CASES, load
from warehouse.core import connect
from warehouse.migrate import migrate

real = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is not here: the given files")


@real
def test_no_date_is_a_century_off():
    read = read_export(CASES / "lens-year-end-century" / "lens_old.csv")
    published = {r.publication_number: r.publication_date for r in read.parsed.records}
    assert published == {
        "CN-104252199-A": date(2014, 12, 31),
        "CN-201688799-U": date(2010, 12, 29),
        "EP-0004799-B1": date(1981, 12, 30),
        "DE-199999-C": date(1908, 2, 1),
    }
    assert all(r.filing_date < r.publication_date for r in read.parsed.records)


@real
def test_a_table_of_numbers_gives_no_digit_more():
    folder = CASES / "numbers-as-pandas-floats"
    korean = read_export(folder / "kipris_floats.csv").parsed.records
    assert [(r.publication_number, r.application_number) for r in korean] == [
        ("KR-20150104799-A", "KR-20140099999"),
        ("KR-1016350000099-B1", "KR-20140099999"),
        ("KR-20240017099-A", "KR-20220099999"),
    ]
    others = read_export(folder / "patentscope_like_bq_floats.csv").parsed.records
    assert [(r.publication_number, r.publication_date, r.source_family_id, r.citation_count) for r in others] == [
        ("US-10937599-B2", date(2021, 3, 2), "docdb:65999999", 25),
        ("EP-3463499-B1", date(2022, 3, 2), "docdb:60412599", None),
    ]


@real
def test_numbers_a_spreadsheet_destroyed_lose_the_row_with_a_reason():
    read = read_export(CASES / "kipris-all-rows-lost" / "kipris.csv")
    assert read.parsed.records == []
    assert {reject.action for reject in read.parsed.rejects} == {"record skipped"}
    assert all("scientific notation" in reject.reason for reject in read.parsed.rejects)


def _audit(con, name: str) -> list[str]:
    rows = con.execute(sql.text(f"audits/{name}.sql")).fetchall()
    return [row[1] for row in rows]


def test_audits_find_dates_that_cannot_be(tmp_path: Path):
    con = connect(tmp_path / "core.duckdb")
    migrate(con)

    def record(number: int, published: date, filed: date, first: date | None = None) -> Record:
        text = f"CN-10{number:07d}-A"
        return Record(text, "CN", text[3:-2], "A", publication_date=published, filing_date=filed, priority_date=first,
                      row_no=number)  # fmt: skip

    load(
        con, "made",
        Parsed([
            record(1, date(2010, 1, 1), date(2009, 1, 1), date(2009, 1, 1)),
            record(2, date(1910, 1, 1), date(2009, 1, 1)),
            record(3, date(2010, 1, 1), date(2009, 1, 1), date(2009, 6, 1)),
            record(4, date(2010, 1, 1), date(1809, 1, 1)),
            record(5, date(2030, 1, 1), date(2009, 1, 1)),
        ]),
        1, date(2024, 6, 1),
    )  # fmt: skip
    assert _audit(con, "published_before_filed") == ["CN-100000002-A", "CN-100000003-A"]
    assert _audit(con, "filed_before_1877") == ["CN-100000004-A"]
    assert _audit(con, "dates_in_the_future") == ["CN-100000005-A"]


def test_audits_find_lapses_and_symbols_out_of_time(tmp_path: Path):
    con = connect(tmp_path / "core.duckdb")
    migrate(con)

    def record(number: int, **more: Any) -> Record:
        text = f"CN-10{number:07d}-A"
        return Record(text, "CN", text[3:-2], "A", publication_date=date(2010, 1, 1), filing_date=date(2009, 1, 1),
                      row_no=number, **more)  # fmt: skip

    def lapse(year: int) -> list[tuple[date | None, str | None, str, str | None]]:
        return [(date(year, 1, 1), None, "lapse", "x")]

    load(
        con, "made",
        Parsed([
            record(1, lapse_date=date(2012, 1, 1), legal_events=lapse(2012), ipc=["H01L21/02", "H10D1/00"]),
            record(2, lapse_date=date(2002, 1, 1)),
            record(3, legal_events=lapse(2002)),
            record(4, legal_events=lapse(2030)),
            record(5, ipc=["H01L21/02", "H01X1/00"]),
            record(6, ipc=["G06E1/00", "A01B1/00"]),
        ]),
        1, date(2024, 6, 1),
    )  # fmt: skip
    rebuild(con, {})
    assert sorted(_audit(con, "lapsed_out_of_time")) == ["CN-100000002-A", "CN-100000003-A", "CN-100000004-A"]
    assert _audit(con, "ipc_out_of_time") == ["CN-100000005-A"]
    con.execute("UPDATE ipc_subclasses SET ended = DATE '2008-12-31' WHERE subclass = 'G06E'")
    assert sorted(_audit(con, "ipc_out_of_time")) == ["CN-100000005-A", "CN-100000006-A"]
    con.execute("UPDATE ipc_subclasses SET ended = NULL WHERE subclass = 'G06E'")
    con.execute(  # the groups as WIPO's inventory has them; page 1 is an older file, which no longer counts
        "INSERT INTO ipc_symbols VALUES"
        " ('A01B1/00', '1968-09-01', '2008-12-31', 2), ('G06E1/00', '1990-01-01', NULL, 2),"
        " ('H01L21/02', '1968-09-01', '1989-12-31', 2), ('H01L21/02', '1990-01-01', NULL, 2),"
        " ('H01L21/02', '1968-09-01', '1969-12-31', 1), ('H10D1/00', '2025-01-01', NULL, 2)"
    )
    assert sorted(set(_audit(con, "ipc_out_of_time"))) == ["CN-100000005-A", "CN-100000006-A"]
    con.execute("UPDATE ipc_symbols SET ended = NULL WHERE symbol = 'A01B1/00'")
    assert sorted(set(_audit(con, "ipc_out_of_time"))) == ["CN-100000005-A"]
    con.execute("DELETE FROM ipc_symbols WHERE symbol = 'G06E1/00'")  # no edition ever had it
    assert sorted(set(_audit(con, "ipc_out_of_time"))) == ["CN-100000005-A", "CN-100000006-A"]
    lives = dict(con.execute("SELECT symbol, life FROM ipc_symbol_lives").fetchall())
    assert lives == {
        "H01L21/02": "existed", "H10D1/00": "made since", "A01B1/00": "existed", "G06E1/00": "never",
        "H01X1/00": "never",
    }  # fmt: skip


@pytest.mark.parametrize("family", ["65999999.0", "65999999"])
def test_a_family_number_through_a_spreadsheet(tmp_path: Path, family: str):
    file = tmp_path / "bq.csv"
    file.write_text(
        "publication_number,country_code,kind_code,publication_date,filing_date,ipc_codes,assignees,family_id\n"
        f"EP3463499.0,EP,B1,20220302.0,20170525.0,G06T7/00,A INC,{family}\n",
        encoding="utf-8",
    )
    (record,) = read_export(file).parsed.records
    assert (record.publication_number, record.source_family_id) == ("EP-3463499-B1", "docdb:65999999")
