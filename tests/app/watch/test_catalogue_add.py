"""`catalogue add`, and mistakes in lists and settings: all at once, with an example, in the reader's language."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.main import app
from etl.catalogue.load import CatalogueError, load_catalogue, parse_catalogue
from etl.query.canonical import canonical
from etl.query.lexer import QuerySyntaxError
from etl.query.parser import parse
from etl.sources.settings import load_settings
from warehouse.settings import SettingsError
from words.language import say

LIST = '# 我的清单\n[[technology]]\nid = "chip"\nname_zh = "芯片"\nstatus = "watched"\nquery = "芯片"  # kept\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "stuckneck.toml").write_text("")
    (tmp_path / "technologies.toml").write_text(LIST, encoding="utf-8")
    return tmp_path


def add(root: Path, *words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(app, ["catalogue", "add", *words, "-w", str(root)])
    assert done.exit_code == code, done.output
    return done


def test_what_is_added_is_in_the_list_and_nothing_else_changed(root: Path) -> None:
    query = 'tiab:(量子计算 或 "quantum computing") 且 非 ipc:G06Q'
    add(root, "量子计算", "--id", "quantum-computing", "--query", query)
    text = (root / "technologies.toml").read_text(encoding="utf-8")
    assert text.startswith(LIST.rstrip())
    item = load_catalogue(root / "technologies.toml").get("quantum-computing")
    assert (item.name_zh, item.name_en, item.status) == ("量子计算", "量子计算", "watched")
    assert canonical(item.parsed) == canonical(parse(query))  # type: ignore[arg-type]
    add(root, "Quantum sensing", "--reason", "few patents yet")
    assert load_catalogue(root / "technologies.toml").get("quantum-sensing").status == "candidate"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("量子计算", "--query", "量子计算"), "--id"),
        (("量子计算", "--id", "量子", "--query", "量子计算"), "quantum-computing"),
        (("Chip", "--query", "other words"), "quotes"),
        (("Chip", "--query", "chips"), "used 2 times"),
        (("Chips", "--query", "芯片"), "same query"),
        (("Chips",), "--query"),
    ],
)
def test_what_cannot_be_added_is_said_and_leaves_the_file(root: Path, words: tuple[str, ...], said: str) -> None:
    assert said in add(root, *words, code=2).output
    assert (root / "technologies.toml").read_text(encoding="utf-8") == LIST


WRONG = """
[[technology]]
id = "Quantum Computing"
name_zh = "量子计算"
status = "on"
query = "a b"
[[technology]]
id = "x"
name_zh = "某技术"
status = "watched"
query = "(a"
number = "one"
"""


def test_all_mistakes_are_said_at_once_with_an_example_and_in_chinese() -> None:
    with pytest.raises(CatalogueError) as raised:
        parse_catalogue(WRONG, "t.toml")
    english = str(raised.value)
    for part in ("such as quantum-computing", "expected one of 'watched', 'candidate'", "a whole number", "AND or OR",
                 "never closed"):  # fmt: skip
        assert part in english
    assert "[a-z]" not in english
    chinese = say(english, "zh")
    for part in ("例如 quantum-computing", "应为以下之一", "应为整数", "此处应有 AND", "此括号没有闭合"):
        assert part in chinese
    assert "expected" not in chinese


def test_both_lists_are_checked_at_once(root: Path) -> None:
    (root / "technologies.toml").write_text(WRONG, encoding="utf-8")
    (root / "topics.toml").write_text('[[topic]]\nid = "t"\nparent = "none"\nname_zh = "t"\nquery = "t"\n', "utf-8")
    done = CliRunner().invoke(app, ["catalogue", "check", "-w", str(root)])
    assert done.exit_code == 2
    assert "technologies.toml" in done.output
    assert "topics.toml" in done.output


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("光刻机 或 lidar", "光刻机 OR lidar"), ("a 且 b 或 c", "a AND b OR c"), ("a 且 非 b", "a AND NOT b"),
        ("a 且非 (b 或 c)", "a AND NOT (b OR c)"), ("非 ti:（a 或 b）", "NOT ti:(a OR b)"),
    ],
)  # fmt: skip
def test_chinese_operators_are_the_english_ones(chinese: str, english: str) -> None:
    assert canonical(parse(chinese)) == canonical(parse(english))


def test_the_words_of_operators_inside_a_term_or_quotes_are_no_operators() -> None:
    assert str(canonical(parse("非晶合金"))) == "tiab:非晶合金"
    assert "或" in str(canonical(parse('"或"')))
    with pytest.raises(QuerySyntaxError):
        parse("a 或")


@pytest.mark.parametrize(
    ("said", "code"), [("日本", "JP"), ("Japan", "JP"), ("JPN", "JP"), ("kr", "KR"), ("德国", "DE")]
)
def test_the_focal_country_may_be_named(root: Path, said: str, code: str) -> None:
    (root / "stuckneck.toml").write_text(f'[place]\nfocal_country = "{said}"\n', encoding="utf-8")
    assert load_settings(root / "stuckneck.toml").place.focal_country == code


def test_what_is_no_country_is_refused_with_an_example(root: Path) -> None:
    (root / "stuckneck.toml").write_text('[place]\nfocal_country = "Atlantis"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="such as 日本, Japan, JP or JPN; found 'Atlantis'"):
        load_settings(root / "stuckneck.toml")
    assert tomllib.loads((root / "stuckneck.toml").read_text("utf-8"))
