"""Each page of docs/zh is the whole of the English page of its name: headings, code, tables; and it is Chinese."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.test_pages import ROOT, blocks, prose

DOCS = ROOT / "docs"
CHINESE = sorted((DOCS / "zh").glob("*.md"))
per_page = pytest.mark.parametrize("page", CHINESE, ids=lambda page: page.name)


def both(page: Path) -> tuple[str, str]:
    """The English and the Chinese text of a page."""
    return (DOCS / page.name).read_text(encoding="utf-8"), page.read_text(encoding="utf-8")


def code(text: str) -> list[list[str]]:
    """The lines of each block of code and of each formula; comments are in the page's language, and left out."""
    fenced = [[re.sub(r"(^| +)# .*$", "", line).rstrip() for line in block.splitlines()] for block in blocks(text)]
    formulas = re.findall(r"(?<=\n\n) {4}\S.*", prose(text))
    return [[line for line in block if line] for block in fenced] + [formulas]


def figures(row: str) -> tuple[list[str], list[str]]:
    """The numbers of a table's row and what it names as code, whatever their order in the sentence."""
    return sorted(re.findall(r"\d+(?:[.,]\d+)*", re.sub(r"`[^`]*`", "", row))), sorted(re.findall(r"`([^`]+)`", row))


def test_there_are_chinese_pages() -> None:
    assert {"methods.md", "operations.md", "sources.md"} <= {page.name for page in CHINESE}


@per_page
def test_headings_and_code_are_those_of_the_english_page(page: Path) -> None:
    english, chinese = both(page)
    heads = [[len(mark) for mark in re.findall(r"^(#+) ", prose(text), re.MULTILINE)] for text in (english, chinese)]
    assert heads[1] == heads[0]
    assert code(chinese) == code(english)


@per_page
def test_tables_have_the_rows_and_numbers_of_the_english_page(page: Path) -> None:
    english, chinese = (re.findall(r"^\|.*$", prose(text), re.MULTILINE) for text in both(page))
    assert len(chinese) == len(english)
    astray = [(en, zh) for en, zh in zip(english, chinese, strict=True) if figures(en) != figures(zh)]
    assert astray == []


@per_page
def test_sections_name_what_the_english_ones_name(page: Path) -> None:
    """Numbers (of two digits or more) and what is written as code: a sentence with one cannot be left out."""
    english, chinese = (prose(text).split("\n## ") for text in both(page))
    left_out = {}
    for en, zh in zip(english, chinese, strict=True):
        names = {re.sub(r"\s*[\u4e00-\u9fff]+$", "", name) for name in re.findall(r"`([^`]+)`", en)}
        numbers = set(re.findall(r"\d+[.,]?\d+", re.sub(r"`[^`]*`", "", en)))
        left_out[en.splitlines()[0]] = sorted(each for each in names | numbers if each not in zh)
    assert {head: each for head, each in left_out.items() if each} == {}


@per_page
def test_the_pages_lead_to_each_other(page: Path) -> None:
    english, chinese = both(page)
    assert f"[中文](zh/{page.name})" in english
    assert f"[English](../{page.name})" in chinese


@per_page
def test_a_link_from_chinese_leads_to_chinese(page: Path) -> None:
    linked = set(re.findall(r"(?<!English)\]\(\.\./([\w-]+\.md)", prose(page.read_text(encoding="utf-8"))))
    assert linked & {each.name for each in CHINESE} == set()


@per_page
def test_sentences_are_chinese(page: Path) -> None:
    whole = page.read_text(encoding="utf-8")
    written = re.sub(r"(?m)^```sql\n(?:(?!```).*\n)+```\n\n(?:\|.*\n)+", "", whole)  # a query and what it printed
    text = re.sub(r"`[^`]*`|<[^>]*>", "", prose(written))
    assert re.findall(r"(?:\b[a-z]{2,}[ ,;:]+){4,}[a-z]{2,}", text) == [], "left in English"
    assert re.findall(r".{0,10}[\u4e00-\u9fff][,;:?!(].{0,10}", text) == [], "punctuation of Chinese is full-width"


@per_page
def test_bold_words_end_where_markdown_sees_it(page: Path) -> None:
    for paragraph in prose(page.read_text(encoding="utf-8")).split("\n\n"):
        parts = re.sub(r"`[^`]*`", "`", paragraph).split("**")
        unseen = [
            bold
            for bold, after in zip(parts[1::2], parts[2::2], strict=True)
            if re.match(r"\w", after) and re.search(r"\W$", bold)
        ]
        assert unseen == [], "put the punctuation behind the asterisks"
