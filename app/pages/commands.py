"""The list of commands, from the command line itself: a page in each language and the sections of both READMEs.

``python -m app.pages.commands`` rewrites them in the checkout it is run in (`make docs` does this for all pages).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.commands import COMMANDS, load
from words.glossary import Language
from words.language import say

BEGIN, END = "<!-- commands:begin -->", "<!-- commands:end -->"
READMES = ("README.md", "README.zh-CN.md")
PAGES: dict[Language, str] = {"en": "docs/commands.md", "zh": "docs/zh/commands.md"}
_HEADS: dict[Language, str] = {
    "en": """\
# Commands

[中文](zh/commands.md)

Generated from the command line by `python -m app.pages.commands`; do not edit by hand.

`-w` names the workspace folder; without it the one here or above. Exit codes: [README](../README.md#exit-codes).
""",
    "zh": """\
# 命令

[English](../commands.md)

本页由 `python -m app.pages.commands` 根据命令行生成，请勿手工修改。

`-w` 指定工作区文件夹；不给出时取当前文件夹或其上级。退出码见 [README](../../README.zh-CN.md#退出码)。
""",
}
_OPTION_HEADS: dict[Language, str] = {"en": "| option | default | |", "zh": "| 选项 | 默认值 | |"}


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command that does something (`alerts list`, not `alerts`) with its parser, in order of --help."""
    for command in COMMANDS:
        yield from _walk(command.name, load(command))


def _walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", {})
    if not children:
        yield path, command
    for name, child in children.items():
        if not child.hidden:
            yield from _walk(f"{path} {name}", child)


def _first_paragraph(command: Any) -> str:
    return " ".join(str(command.help or "").split("\n\n")[0].split())


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def options(command: Any) -> list[Any]:
    """Return the options of a command, without --help."""
    return [p for p in command.params if not _is_argument(p) and "--help" not in p.opts and not p.hidden]


def _metavar(argument: Any) -> str:
    word = argument.metavar or argument.name.upper()
    return word if argument.required or word.startswith("[") else f"[{word}]"


def _usage(path: str, command: Any) -> str:
    words = [_metavar(p) for p in command.params if _is_argument(p)]
    return " ".join(["stuckneck", path, *words])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _default(option: Any, language: Language) -> str:
    value = option.default
    if option.required:
        return "必填" if language == "zh" else "required"
    if value is None or isinstance(value, bool) or callable(value) or value == Path() or value in ((), []):
        return ""
    return f"`{value}`"


def table(language: Language) -> str:
    """Return the table of commands for a README in its language, one line each."""
    heads = "| 命令 | 作用 |" if language == "zh" else "| command | what it does |"
    lines = [heads, "|---|---|"]
    lines += [
        f"| `stuckneck {path}` | {_cell(say(_first_paragraph(command), language))} |" for path, command in commands()
    ]
    return "\n".join(lines)


def page(language: Language) -> str:
    """Return the page of commands: every command with its arguments and options, in one language."""
    lines = [_HEADS[language]]
    for path, command in commands():
        lines += [f"## {path}", "", f"    {_usage(path, command)}", "", say(_first_paragraph(command), language), ""]
        arguments = [p for p in command.params if _is_argument(p) and p.help]
        colon = "：" if language == "zh" else ": "
        lines += [f"- `{_metavar(p)}`{colon}{_cell(say(p.help, language))}" for p in arguments]
        if arguments:
            lines.append("")
        own = options(command)
        if own:
            lines += [_OPTION_HEADS[language], "|---|---|---|", *(_row(option, language) for option in own), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(option: Any, language: Language) -> str:
    names = ("、" if language == "zh" else ", ").join(f"`{o}`" for o in [*option.opts, *option.secondary_opts])
    return f"| {names} | {_default(option, language)} | {_cell(say(option.help or '', language))} |"


def filled(text: str, body: str, begin: str = BEGIN, end: str = END) -> str:
    """Return `text` with the text between the two marks replaced. Raises ValueError where a mark is missing."""
    if begin not in text or end not in text:
        msg = f"the marks {begin} and {end} are missing"
        raise ValueError(msg)
    pattern = re.escape(begin) + r".*?" + re.escape(end)
    return re.sub(pattern, lambda _: f"{begin}\n{body}\n{end}", text, flags=re.DOTALL)


def readme_language(name: str) -> Language:
    """Return the language of a README by its name."""
    return "zh" if "zh" in name else "en"


def main() -> None:
    """Rewrite the pages and the sections of the READMEs."""
    root = Path(__file__).parents[2]
    for language, name in PAGES.items():
        (root / name).write_text(page(language), encoding="utf-8")
    for name in READMES:
        file = root / name
        file.write_text(filled(file.read_text(encoding="utf-8"), table(readme_language(name))), encoding="utf-8")


if __name__ == "__main__":
    main()
