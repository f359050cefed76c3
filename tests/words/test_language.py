"""One language at a time: how it is chosen, how a sentence is found, and that none lacks its Chinese."""

from __future__ import annotations

import io
import re
import string
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.commands import take_globals
from words import language
from words.columns import COLUMNS, heading
from words.extract import sentences
from words.glossary import TERMS, in_language
from words.language import of_environment, of_workspace, say, zone_of_workspace

PO = language.LOCALE / "zh_CN" / "LC_MESSAGES" / "stuckneck.po"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_sentence_has_its_chinese() -> None:
    with PO.open("rb") as stream:
        catalogue = read_po(stream, locale="zh_CN")
    found = sentences()
    assert len(found) > 800
    missing = [f"{s.place}: {s.text!r}" for s in found if not (entry := catalogue.get(s.text)) or not entry.string]
    assert not missing, "add these to words/locale/zh_CN and run `make words`"


def test_the_compiled_catalogue_is_that_of_the_po_file() -> None:
    with PO.open("rb") as stream:
        catalogue = read_po(stream, locale="zh_CN")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    assert compiled.getvalue() == PO.with_suffix(".mo").read_bytes(), "run `make words`"


def test_chinese_sentences_keep_their_gaps_and_use_chinese_punctuation() -> None:
    with PO.open("rb") as stream:
        entries = [(str(m.id), str(m.string)) for m in read_po(stream, locale="zh_CN") if m.id]
    for english, chinese in entries:
        gaps = {name for _, name, _, _ in string.Formatter().parse(english) if name is not None}
        kept = {name for _, name, _, _ in string.Formatter().parse(chinese) if name is not None}
        assert kept <= gaps, english
        code = chinese == english  # a command or a line of TOML
        assert code or CHINESE.search(chinese) or not re.search(r"[a-z]{4,} [a-z]{3,}", chinese), chinese
        assert not re.search(r"[\u4e00-\u9fff][,;?!]", chinese), chinese


def test_a_sentence_with_figures_is_found_by_its_template() -> None:
    assert say("out.csv: 12 rows", "zh") == "out.csv：12 行"
    assert say("claims: known for none of 7 families", "zh") == "权利要求数：7 个专利族均未知"
    assert say("nobody wrote this one", "zh") == "nobody wrote this one"
    assert say("out.csv: 12 rows", "en") == "out.csv: 12 rows"


def test_what_fills_a_gap_is_never_read_as_a_template() -> None:
    assert say("{1}{0}.csv: {9} rows", "zh") == "{1}{0}.csv：{9} 行"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [({}, "en"), ({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LANG": "zh_TW", "LC_ALL": "C"}, "en"),
     ({"LC_MESSAGES": "zh"}, "zh"),
     ({"LANG": "de_DE", "LC_ALL": ""}, "en")],
)  # fmt: skip
def test_the_locale_decides_last(environ: dict[str, str], expected: str) -> None:
    assert of_environment(environ) == expected


def test_the_workspace_states_language_and_zone(tmp_path: Path) -> None:
    assert of_workspace(tmp_path) is None
    (tmp_path / "stuckneck.toml").write_text('lang = "zh"\ntime_zone = "Europe/Berlin"\n', encoding="utf-8")
    below = tmp_path / "inbox"
    below.mkdir()
    assert of_workspace(below) == "zh"
    assert zone_of_workspace(below).key == "Europe/Berlin"
    (tmp_path / "stuckneck.toml").write_text('lang = "fr"\ntime_zone = "Moon/Sea"\n', encoding="utf-8")
    assert of_workspace(tmp_path) is None
    assert zone_of_workspace(tmp_path).key == "UTC"
    (tmp_path / "stuckneck.toml").write_text("lang = ", encoding="utf-8")
    assert of_workspace(tmp_path) is None, "the command that reads the settings says what is wrong"


def test_global_options_are_taken_before_and_behind_the_command() -> None:
    asked, rest = take_globals(["--lang", "zh", "show", "chip", "-q", "--", "--lang", "en"])
    assert (asked.lang, asked.quiet, rest) == ("zh", True, ["show", "chip", "--", "--lang", "en"])
    assert take_globals(["--json", "matrix"])[1] == ["matrix", "--json"]
    assert take_globals(["matrix", "--json"])[1] == ["matrix", "--json"]
    assert take_globals(["matrix", "--lang=en"]) == (take_globals(["--lang=en"])[0], ["matrix"])


def test_terms_and_columns_have_both_languages() -> None:
    for name, column in COLUMNS.items():
        assert column.zh, name
        assert column.en, name
        assert not CHINESE.search(column.en), name
    assert in_language("zh").keys() == in_language("en").keys() == TERMS.keys()
    assert not [key for key, text in in_language("en").items() if CHINESE.search(text)]
    assert heading("some_new_column", "zh") == "some new column"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("no column count: the table has technology, country, index", ["count", "technology, country, index"]),
        (
            "x.csv, row 3, column country: expected a date; '6/8/08' is not a date; the field is left empty.",
            ["country"],
        ),
        ("x.csv has no column 'number': its columns are country, number.", ["'number'", "country, number"]),
        ("unknown field technology; fields are technology, strategy", ["technology", "technology, strategy"]),
    ],
)
def test_names_of_columns_and_fields_are_the_readers_own(text: str, kept: list[str]) -> None:
    chinese = say(text, "zh")
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert all(name in chinese for name in kept)


def test_lists_of_proper_names_are_translated() -> None:
    assert say("No family was found in Beijing, Tibet.", "zh") == "未检出专利族：北京、西藏。"
