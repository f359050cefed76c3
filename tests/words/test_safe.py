"""Text from outside is harmless where it is shown: a property for each place."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import unicodedata
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from python_calamine import CalamineWorkbook
from rich.console import Console

from app.common import csv_of
from app.fonts import clean_texts, use_cjk
from app.layout import print_table
from app.tables import SqlFormat, write_table
from app.web.render import environment
from words.safe import (
    SHEET_CHARACTERS,
    chat_text,
    csv_text,
    json_text,
    message_text,
    one_line,
    plain_text,
    sheet_value,
    xml_text,
)

# Any text, lone surrogates and controls included, with the dangerous ones often.
HOSTILE = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("\x1b\x9b\x07\x00\r\n\t\u202e\u2066\u200f\ufeff\ud83d=+-@＝[]()*_`<>&\"'"),
    ),
    max_size=40,
)


def is_control(char: str) -> bool:
    return (
        unicodedata.category(char) in {"Cc", "Cs"}
        or char in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    )


@given(HOSTILE)
def test_plain_text_has_no_control_and_can_be_encoded(text: str) -> None:
    clean = plain_text(text)
    assert not [c for c in clean if is_control(c) and c not in "\n\t"]
    clean.encode("utf-8")
    assert plain_text(clean) == clean
    assert "\n" not in one_line(text)


@given(HOSTILE)
def test_a_terminal_table_prints_no_escape_sequence(text: str) -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=False, width=60, highlight=False)
    print_table(console, [{"title": text, "n": 1}], ["title", "n"], as_asked=True)
    print_table(console, [{"title": "x", text or "y": 1}], ["title", text or "y"], title=text)
    assert not [c for c in stream.getvalue() if is_control(c) and c != "\n"]


@given(HOSTILE)
def test_csv_holds_no_formula_and_one_row_a_row(text: str) -> None:
    [[name], [cell]] = list(csv.reader(io.StringIO(csv_of([text or "n"], [[text]]))))
    for shown in (name, cell):
        assert not shown.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert csv_text("Widget") == "Widget"


def test_numbers_in_csv_stay_numbers() -> None:
    assert csv_of(["d"], [[-1.5], [None]]) == "d\n-1.5\n\n" or csv_of(["d"], [[-1.5], [None]]) == 'd\n-1.5\n""\n'


@given(HOSTILE)
def test_xml_is_well_formed_and_says_the_same(text: str) -> None:
    read = ET.fromstring(f'<a b="{xml_text(text)}">{xml_text(text)}</a>')
    assert (read.text or "") == plain_text(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    assert not list(read)


@given(HOSTILE)
def test_json_is_the_same_value_without_controls(text: str) -> None:
    dumped = json_text(json.dumps({"t": text}, ensure_ascii=False))
    assert json.loads(dumped) == {"t": text}
    assert not [c for c in dumped if is_control(c)]


@given(HOSTILE)
def test_chat_marks_are_shown(text: str) -> None:
    shown = chat_text(text)
    for mark in "`*_[]<#|~":
        assert shown.count(mark) == shown.count(f"\\{mark}")


@pytest.mark.parametrize(
    "value",
    ["=1+1", "x" * 40_000, date(1890, 5, 1), date(2021, 5, 31), datetime(1899, 1, 1, 5), datetime(2021, 5, 31, 6, 7),
     datetime(2021, 5, 31, tzinfo=UTC), "a\x1b[31m\ud83d", None, 3.5, True],
)  # fmt: skip
def test_a_workbook_takes_every_value(value: Any) -> None:
    held = sheet_value(value)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "in_memory": True}) as book:
        sheet = book.add_worksheet("s")
        if isinstance(held, datetime | date):
            sheet.write_datetime(0, 0, held, book.add_format({"num_format": "yyyy-mm-dd"}))
        elif isinstance(held, str):
            assert len(held) <= SHEET_CHARACTERS
            sheet.write_string(0, 0, held)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue())).get_sheet_by_index(0).to_python()
    if isinstance(held, str):
        assert rows[0][0] == held
    if value == date(2021, 5, 31):
        assert rows[0][0] == date(2021, 5, 31)


@given(HOSTILE)
def test_messages_show_what_their_service_would_obey(text: str) -> None:
    for service in ("slack", "discord", "mmosts", "dingtalk", "feishu", "wecombot", "mailto"):
        shown = message_text(text, service)
        assert not [c for c in shown if is_control(c) and c not in "\n\t"]
    assert "<" not in message_text(text, "slack")
    assert message_text(text, "discord") == chat_text(text)
    assert message_text(text, "dingtalk") == plain_text(text), "the robots are sent plain text"


@given(HOSTILE)
def test_a_page_shows_the_text_and_nothing_else(text: str) -> None:
    page = environment("en").from_string('<a t="{{ text }}">{{ text }}</a>').render(text=text)
    read = html_of(page)
    assert read == [("a", plain_text(text)), plain_text(text)] or not plain_text(text)


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, value) for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def html_of(page: str) -> list[object]:
    seen = Seen()
    seen.feed(page)
    seen.close()
    texts = "".join(one for one in seen.found if isinstance(one, str))
    return [*[one for one in seen.found if not isinstance(one, str)], texts]


@settings(max_examples=15, deadline=None)
@given(HOSTILE.filter(lambda text: "$" not in text))  # mathematics is matplotlib's own language
def test_an_svg_chart_is_xml_without_controls(text: str) -> None:
    use_cjk()
    figure = Figure(figsize=(2, 2))
    figure.text(0.1, 0.5, text)
    figure.suptitle(text)
    clean_texts(figure)
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    drawn = stream.getvalue().decode()
    ET.fromstring(drawn)
    assert not [c for c in drawn if is_control(c) and c not in "\n\t"]


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(
        HOSTILE, st.dates(), st.datetimes(), st.datetimes(timezones=st.timezones()), st.floats(), st.integers(),
        st.none(), st.booleans(), st.lists(HOSTILE, max_size=3),
        st.builds(lambda text: text * 3_000, HOSTILE),
    )
)  # fmt: skip
def test_a_workbook_is_written_whatever_a_query_gives(value: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "out.xlsx")
        try:
            column = pl.Series("a", [plain_or(value)], pl.String if isinstance(value, str) else None)
        except (TypeError, ValueError, OverflowError):
            return  # no warehouse holds such a value
        write_table(column.to_frame(), SqlFormat.xlsx, file)
        CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()


def plain_or(value: Any) -> Any:
    """The value as a column of text may hold it: DuckDB takes no lone surrogate."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
