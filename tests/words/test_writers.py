"""Whatever a title, a name or a file says, every writer writes it: readable by what opens it, and obeyed by nobody."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import duckdb
import markdown
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from analytics.network.writers import WRITERS as NETWORK_WRITERS
from analytics.network.writers import NetworkTable
from analytics.provinces import tables as study_tables
from app.ask.package import Exported, describe
from app.quality import workbook
from app.report.content.model import Brief, Bullets, Column, Section, Table, Text
from app.report.make import WRITERS as REPORT_WRITERS
from app.report.writers.latex import write_tex
from app.report.writers.values import write_csv
from app.studies.provinces.html import _table as study_rows
from app.tables import SqlFormat, write_table
from etl.catalogue.edit import add_technology
from etl.exports.drafting.draft import Column as Drafted
from etl.exports.drafting.draft import _draft
from tests.words.test_safe import HOSTILE, html_of, is_control
from warehouse.frames import frame_of
from warehouse.migrate import migrate, refresh_views
from words.safe import plain_text

LIST = """
[edition]
name = "one"
[[technology]]
id = "a"
number = 1
name_zh = "a"
name_en = "A"
status = "candidate"
reason = "r"
"""
LONG = st.one_of(HOSTILE, st.builds(lambda text: text * 3_000, HOSTILE))


def controls(text: str) -> list[str]:
    return [c for c in text if is_control(c) and c not in "\n\t"]


def brief(text: str) -> Brief:
    """A report that says `text` wherever a report says something that came from outside."""
    table = Table((Column(text), Column("n", "whole")), ((text, 1), (None, None)), "values")
    blocks = (Text(text), Text(text, quiet=True), Bullets((text, "second")), table)
    return Brief("en", text, text, text, text, (Section(text, blocks, 0),))


def written(write: Callable[[Sequence[Brief], Path], object], text: str, ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"report{ending}")
        write([brief(text)], file)
        return file.read_bytes()


def test_every_writer_of_reports_is_tried_here() -> None:
    assert set(REPORT_WRITERS) == {".docx", ".pdf", ".pptx", ".html", ".xlsx"}
    assert set(NETWORK_WRITERS) == {"gexf", "graphml", "pajek", "vosviewer"}


@pytest.mark.parametrize("ending", [".docx", ".pptx"])
@settings(max_examples=6)
@given(text=LONG)
def test_documents_and_slides_are_xml_that_says_the_text(ending: str, text: str) -> None:
    held = ""
    with zipfile.ZipFile(io.BytesIO(written(REPORT_WRITERS[ending], text, ending))) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                held += "".join(ET.fromstring(parts.read(name)).itertext())
    assert controls(held) == []
    for word in plain_text(text).split():
        assert word.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") in held


@settings(max_examples=4)
@given(text=HOSTILE)
def test_a_pdf_is_set_whatever_the_text(text: str) -> None:
    assert written(REPORT_WRITERS[".pdf"], text, ".pdf").startswith(b"%PDF-")


@settings(max_examples=5)
@given(text=HOSTILE)
def test_a_page_holds_no_tag_and_no_control_of_the_text(text: str) -> None:
    page = written(REPORT_WRITERS[".html"], f"x{text}", ".html").decode()
    calm = written(REPORT_WRITERS[".html"], "x", ".html").decode()
    assert controls(page) == []

    def tags(of: str) -> list[Any]:
        return [one[0] for one in html_of(of) if isinstance(one, tuple)]

    assert tags(page) == tags(calm)


@settings(max_examples=10)
@given(text=LONG)
def test_workbooks_hold_text_and_no_formula(text: str) -> None:
    content = written(REPORT_WRITERS[".xlsx"], text, ".xlsx")
    for rows in (sheet.to_python() for sheet in sheets(content)):
        assert controls("".join(cell for row in rows for cell in row if isinstance(cell, str))) == []
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets/" in name)


def sheets(content: bytes) -> list[Any]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_name(name) for name in book.sheet_names]


@settings(max_examples=25)
@given(text=HOSTILE)
def test_values_are_csv_without_formulas(text: str) -> None:
    content = written(write_csv, text, ".csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert [len(row) for row in rows] == [3, 3, 3]
    for cell in (cell for row in rows for cell in row):
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@settings(max_examples=25)
@given(text=HOSTILE)
def test_latex_has_no_command_of_the_text(text: str) -> None:
    def commands(content: str) -> int:
        body = content.partition("\\begin{document}")[2]
        for own in (
            r"\textbackslash{}",
            r"\textasciitilde{}",
            r"\textasciicircum{}",
            r"\textless{}",
            r"\textgreater{}",
        ):
            body = body.replace(own, "")
        return sum(body[at + 1].isalpha() for at, c in enumerate(body[:-1]) if c == "\\")

    content = written(write_tex, f"x{text}", ".tex").decode()
    assert controls(content) == []
    assert commands(content) == commands(written(write_tex, "x", ".tex").decode())
    assert content.partition("\\documentclass")[0].count("\n") == 2, "two lines of comment, whatever the title says"


@pytest.mark.parametrize("form", NETWORK_WRITERS)
@settings(max_examples=20)
@given(text=HOSTILE)
def test_networks_open_again(form: str, text: str) -> None:
    # What a warehouse holds can be encoded; the rest may be there.
    text = text.encode("utf-8", "replace").decode()
    nodes = pl.DataFrame({"id": ["1", "2"], "label": [text, "x"], "holder": [text, None], "year": [2020, None]})
    edges = pl.DataFrame({"source": ["1"], "target": ["2"], "weight": [1]})
    with tempfile.TemporaryDirectory() as folder:
        for file in NETWORK_WRITERS[form](NetworkTable(text, nodes, edges, directed=True), Path(folder, "net")):
            content = file.read_text(encoding="utf-8-sig")
            assert controls(content) == []
            if form in {"gexf", "graphml"}:
                ET.fromstring(content)
            elif form == "pajek":
                assert len(content.splitlines()) == 5
            else:
                assert content.count("\n") in {1, 2, 3}


@settings(max_examples=20)
@example(text="\x1b" + "\U00010330" * 300)
@given(text=LONG)
def test_a_workbook_for_judges_opens_and_holds_no_formula(text: str) -> None:
    row: dict[str, Any] = dict.fromkeys(workbook.COLUMNS, text)
    row |= {"first_publication_date": date(2020, 1, 2), **workbook.links("US1234567B2")}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "judge.xlsx")
        workbook.write(file, [row], text)
        content = file.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = ET.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    assert sheet.find("{*}dataValidations/{*}dataValidation") is not None, "the verdict is chosen from a list"
    for rows in (sheet.to_python() for sheet in sheets(content)):
        assert controls("".join(cell for row in rows for cell in row if isinstance(cell, str))) == []


@settings(max_examples=25)
@given(text=HOSTILE)
def test_a_study_page_shows_the_text_and_nothing_else(text: str) -> None:
    def page(said: str) -> str:
        cells = (study_tables.Cell(said), study_tables.Cell("0.500", 0.5))
        return "".join(study_rows(study_tables.Table(1, said, (said, "n"), (cells,), (said,)), "Table 1", ""))

    assert page(text).count("<") == page("x").count("<"), "no tag of the text's own"
    assert controls(page(text)) == []


def package_of(con: duckdb.DuckDBPyConnection, name: str, text: str, folder: Path) -> tuple[dict[str, Any], str]:
    """Write a data package in which sources, queries and the table `name` say `text`; return description and README."""
    con.execute("DELETE FROM sources")
    con.execute("INSERT INTO sources VALUES ('mine', ?, ?, false, 1, '{}')", [text, text])
    con.execute("UPDATE edition_items SET technology_id = ?, query_hash = ?", [text, text])
    quoted = name.replace('"', '""')
    con.execute(f'CREATE OR REPLACE TABLE "{quoted}" AS SELECT ? AS title', [text])
    con.execute(f"COMMENT ON COLUMN \"{quoted}\".title IS '{text.replace(chr(39), chr(39) * 2)}'")
    exported = []
    for how in (SqlFormat.csv, SqlFormat.json):
        file = folder / f"own.{how.value}"
        write_table(frame_of(con.sql(f'FROM "{quoted}"')), how, file)
        exported.append(Exported(name, file, 1))
    describe(con, "snapshot-000001", folder, exported)
    return json.loads((folder / "datapackage.json").read_bytes()), (folder / "README.md").read_text(encoding="utf-8")


@settings(max_examples=20)
@example(text="a\n# b [x](http://y) `c\x1b\u202e")
@given(text=HOSTILE)
def test_a_data_package_says_the_text_and_obeys_it_nowhere(holding: duckdb.DuckDBPyConnection, text: str) -> None:
    text = text.encode("utf-8", "replace").decode().replace("\0", "")  # what a warehouse's names can hold
    with tempfile.TemporaryDirectory() as folder:
        package, readme = package_of(holding, "own", text, Path(folder))
        calm_folder = Path(folder, "calm")
        calm_folder.mkdir()
        _, calm = package_of(holding, "own", "x", calm_folder)
        for file in Path(folder).glob("*.*"):
            content = file.read_text(encoding="utf-8-sig")
            assert controls(content) == [], file.name
        rows = list(csv.reader(io.StringIO(Path(folder, "dictionary.csv").read_text(encoding="utf-8-sig"))))
    assert package["sources"][0]["title"] == text, "a program reads what was said"
    assert package["resources"][1]["schema"]["fields"][0]["description"] == text
    assert len(readme.splitlines()) == len(calm.splitlines()), "no line of the text's own"
    assert len(tags_of(readme)) == len(tags_of(calm)), "no mark-up of the text's own"
    assert not [cell for row in rows for cell in row if cell.lstrip(" ").startswith(("=", "+", "-", "@"))]


def tags_of(readme: str) -> list[Any]:
    return [one for one in html_of(markdown.markdown(readme)) if isinstance(one, tuple)]


@pytest.fixture(scope="module")
def holding() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with one placement, made with one query."""
    with duckdb.connect() as con:
        migrate(con)
        refresh_views(con)
        con.execute(
            "INSERT INTO runs (run_id, kind, state, started_at, edition_id, program_version)"
            " VALUES (1, 'place', 'succeeded', '2022-01-01', 1, '1')"
        )
        con.execute(
            "INSERT INTO run_placements (run_id, technology_id, frame, as_of, origin, data_label)"
            " VALUES (1, 'lidar', 'relative', '2022-01-01', 'live', 'synthetic')"
        )
        con.execute(
            "INSERT INTO edition_items (edition_id, technology_id, name_zh, name_en, status, query_hash)"
            " VALUES (1, 'lidar', '激光雷达', 'Lidar', 'watched', 'q')"
        )
        yield con


@settings(max_examples=50)
@example(text='a"\nlicence = "mine\x7f\x1b')
@given(text=HOSTILE)
def test_a_drafted_vendor_table_names_the_headers_and_says_nothing_else(text: str) -> None:
    def draft(header: str) -> dict[str, Any]:
        columns = [Drafted("Publication number", {0: "CN1A"}, "publication_number", "1"),
                   Drafted(header, dict.fromkeys(range(3), header))]  # fmt: skip
        return tomllib.loads(_draft(Path(f"{header.replace('/', '')}.csv"), columns).text)

    drafted, calm = draft(text), draft("x")
    known = text.encode("utf-8", "replace").decode()
    assert drafted["unused"] == [known]
    assert drafted["detect"]["signature"] == ["Publication number", known]
    assert drafted["source"].keys() == calm["source"].keys()
    assert {**drafted, "unused": 0, "detect": 0, "source": 0} == {**calm, "unused": 0, "detect": 0, "source": 0}


@given(text=HOSTILE)
def test_a_technology_is_added_to_the_list_as_it_was_named(text: str) -> None:
    entry = {"id": "own", "number": 2, "name_zh": "a", "name_en": "b", "status": "candidate", "reason": f"x{text}"}
    added = tomllib.loads(add_technology(LIST, entry))["technology"][-1]
    assert added["reason"] == entry["reason"].encode("utf-8", "replace").decode()
