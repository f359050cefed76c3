"""What the READMEs and docs/*.md name is there: commands, options, links, make targets, codes; nothing is private."""

from __future__ import annotations

import re
import shlex
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from app.commands import COMMANDS, load
from app.common import Exit
from app.pages.commands import PAGES as COMMAND_PAGES
from app.pages.commands import commands, filled, options, page, readme_language, table

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = (*READMES, *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "zh").glob("*.md")))
COMMAND_NAMES = {command.name: command for command in COMMANDS}


def blocks(text: str) -> list[str]:
    return re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)


def commands_of(block: str) -> list[str]:
    """What a reader types: the lines after a prompt, whose answers are in the page's language; else the whole block."""
    typed = re.findall(r"^\$ .*$", block, re.MULTILINE)
    return typed or block.splitlines()


def prose(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


# ---------------------------------------------------------------- commands
def command_lines() -> list[Any]:
    found = []
    for file in PAGES:
        text = file.read_text(encoding="utf-8")
        shown = re.findall(r"^(?:\$ )?stuckneck ([a-z].*)$", "\n".join(blocks(text)), re.MULTILINE)
        said = re.findall(r"(?<!`)`stuckneck ([a-z][^`]*)`(?!`)", prose(text))
        found += [pytest.param(words, False, id=f"{named(file)}: {words[:60]}") for words in dict.fromkeys(shown)]
        found += [pytest.param(words, True, id=f"{named(file)}: {words[:60]}") for words in dict.fromkeys(said)]
    return found


@cache
def loaded(name: str) -> Any:
    return load(COMMAND_NAMES[name])


def parsed(words: list[str]) -> None:
    """Let the command line's own parser take the words; nothing is run."""
    command = loaded(words[0])
    path, rest = words[0], words[1:]
    while rest and rest[0] in getattr(command, "commands", {}):
        command, path, rest = command.commands[rest[0]], f"{path} {rest[0]}", rest[1:]
    command.make_context(path, rest)


@pytest.mark.parametrize(("line", "in_prose"), command_lines())
def test_command_line_parses(line: str, in_prose: bool) -> None:
    line = re.split(r"   | # ", line, maxsplit=1)[0]
    if not re.search(r'["\']', line):
        line = re.sub(r"\[[^\]]*\]", "", line)  # `[--topics]`: what a form leaves to the reader
        line = re.split(r"\s*[|…]", line, maxsplit=1)[0] if in_prose else line  # `alerts list|show`: the first
    try:
        parsed(shlex.split(line))
    except typer.BadParameter as error:
        if not in_prose or type(error).__name__ != "MissingParameter":  # in prose a command may be named alone
            raise


def test_pages_of_commands_are_current() -> None:
    for language, name in COMMAND_PAGES.items():
        assert (ROOT / name).read_text(encoding="utf-8") == page(language), "run: make docs"
    for file in READMES:
        text = file.read_text(encoding="utf-8")
        assert filled(text, table(readme_language(file.name))) == text, "run: make docs"


def test_every_command_and_option_is_listed() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for path, command in commands():
        section = text.split(f"\n## {path}\n", 1)[1].split("\n## ")[0]
        missing = [name for option in options(command) for name in option.opts if f"`{name}`" not in section]
        assert missing == [], path
        for file in READMES:
            assert f"| `stuckneck {path}` |" in file.read_text(encoding="utf-8")


# ---------------------------------------------------------------- links, targets, codes
def anchors(file: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_relative_links_resolve(file: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(file.read_text(encoding="utf-8"))):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        linked = (file.parent / name) if name else file
        assert linked.exists(), f"{named(file)} links to {target}"
        if anchor:
            assert anchor in anchors(linked), f"{named(file)} links to {target}"


@pytest.mark.parametrize("file", READMES, ids=lambda f: f.name)
def test_make_targets_exist(file: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|\$ )make ([a-z-]+)", file.read_text(encoding="utf-8")))
    assert {"demo", "test", "lint", "bench", "wheel", "docs"} <= named
    assert named <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("file", READMES, ids=lambda f: f.name)
def test_exit_codes_are_those_of_the_program(file: Path) -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", file.read_text(encoding="utf-8"), re.MULTILINE)}
    assert codes == {int(code) for code in Exit} | {130, 143}  # stopped by a signal


# ---------------------------------------------------------------- the two READMEs in step
def test_chinese_readme_is_in_step() -> None:
    texts = [file.read_text(encoding="utf-8") for file in READMES]
    english, chinese = texts
    assert [commands_of(b) for b in blocks(chinese)] == [commands_of(b) for b in blocks(english)]
    heads = [[len(mark) for mark in re.findall(r"^(#+) ", prose(text), re.MULTILINE)] for text in (english, chinese)]
    assert heads[0] == heads[1]
    links = [set(re.findall(r"\]\(([^)\s]+)\)", prose(text))) for text in (english, chinese)]
    translated = {f"docs/{file.name}": f"docs/zh/{file.name}" for file in (ROOT / "docs" / "zh").glob("*.md")}
    assert {translated.get(link, link) for link in links[0]} - {"README.zh-CN.md"} == links[1] - {"README.md"}
    for mark in ("commands", "benchmarks"):
        part = re.compile(rf"<!-- {mark}:begin -->.*?<!-- {mark}:end -->", re.DOTALL)
        rows = [re.findall(r"^\| (`[^|]+`|[^|]+) \|", "".join(part.findall(text)), re.MULTILINE) for text in texts]
        assert part.findall(english)
        assert rows[0][1:] == rows[1][1:], "the same rows, each README in its own language"
    said = [set(re.findall(r"`((?:stuckneck|make) [^`]+)`", prose(text))) for text in (english, chinese)]
    assert said[0] == said[1]


# ---------------------------------------------------------------- nothing private
HOMES = re.compile(rf"/(?:root|home|Users)/(?!USER|you|user|stuckneck)\w+/|{re.escape(str(ROOT))}/")
REGISTRIES = re.compile(
    r"--(?:extra-)?index-url|https?://[\w.-]*(?:nexus|artifactory|mirror|proxy)[\w.-]*/", re.IGNORECASE
)


def test_no_path_of_a_machine_and_no_registry_host() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: the tracked files cannot be listed")
    wrong = []
    for name in listed.stdout.split("\0"):
        file = ROOT / name
        if not name or not file.is_file() or file == Path(__file__):
            continue
        text = file.read_text(encoding="utf-8", errors="ignore")
        wrong += [f"{name}: {m.group()}" for pattern in (HOMES, REGISTRIES) for m in pattern.finditer(text)]
    assert wrong == []


@pytest.mark.parametrize("page", READMES, ids=lambda p: p.name)
def test_first_picture_is_small_and_labelled(page: Path) -> None:
    found = re.search(r"!\[([^\]]+)\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    assert found is not None
    assert (ROOT / found[2]).stat().st_size < 300_000
    assert re.search("synthetic|合成数据", found[1], re.IGNORECASE)
