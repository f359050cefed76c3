"""`stuckneck catalogue add`: one more technology in the list, by options or by answering questions."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.common import WorkspaceOption, fail, out
from etl.catalogue.check import check
from etl.catalogue.edit import add_technology, read_text, write_text
from etl.catalogue.load import CatalogueError, parse_catalogue
from etl.catalogue.models import ID_PATTERN
from etl.query.lexer import QuerySyntaxError
from etl.query.parser import parse
from warehouse.workspace import Workspace
from words.language import say


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name, Chinese or English, such as 量子计算.")],
    workspace: WorkspaceOption = Path(),
    query: Annotated[str | None, typer.Option("--query", help="Query (docs/query-language.md).")] = None,
    item_id: Annotated[
        str | None, typer.Option("--id", help="Key, such as quantum-computing (default: from the English name).")
    ] = None,
    english: Annotated[str | None, typer.Option("--name-en", help="English name; may be left out.")] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why it is not watched: it becomes a candidate.")
    ] = None,
) -> None:
    """Add a technology to technologies.toml; what is not given is asked for on a terminal."""
    file = Workspace.open(workspace).technologies_file
    query = query or (None if reason else _ask('Query, such as tiab:(量子计算 OR "quantum computing")'))
    if not query and not reason:
        raise fail("A watched technology needs --query; a candidate needs --reason.")
    key = (
        item_id or _key(english or name) or _ask("Key: lower-case English letters and hyphens, e.g. quantum-computing")
    )
    if not key:
        raise fail(
            "--id is needed where no English name gives one: lower-case letters and hyphens, e.g. quantum-computing."
        )
    entry: dict[str, Any] = {"id": key, "name_zh": name}
    entry |= {"name_en": english} if english else {}
    entry |= {"status": "candidate", "reason": reason} if reason else {"status": "watched"}
    entry |= {"query": query} if query else {}
    try:
        if query:
            parse(query, key)
        changed = add_technology(read_text(file), entry, file.name)
        found = check(parse_catalogue(changed, file.name))
    except (CatalogueError, QuerySyntaxError) as error:
        raise fail(str(error)) from None
    own = [f for f in found if f.item == key or key in f.message.split()]
    if any(f.severity == "error" for f in own):
        raise fail("\n".join(f.message for f in own))
    write_text(file, changed)
    for finding in own:
        out.print(f"{finding.severity}: {finding.message}", soft_wrap=True)
    out.print(f"{file.name}: {key} was added; the next refresh harvests it.")


def _ask(what: str) -> str | None:
    """Return the answer on a terminal; None where nobody can be asked."""
    if not sys.stdin.isatty():
        return None
    answer: str = typer.prompt(say(what), default="", show_default=False, err=True)
    return answer.strip() or None


def _key(name: str) -> str | None:
    """Return the key that an English name gives; None for a Chinese one."""
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") if name.isascii() else ""
    return key if re.fullmatch(ID_PATTERN, key) else None
