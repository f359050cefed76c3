"""Files that are known and not read (``strangers.toml``): said what they are, and what to do instead."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Any

from etl.records import PageRefusedError

_ROOT = re.compile(r"<([A-Za-z_][\w:.\-]{0,60})[\s/>]")


def refuse_stranger(name: str, beginning: str) -> None:
    """Raise PageRefusedError where `beginning` (of an archive: its members' names) is that of a known stranger."""
    for pattern, what, advice in _strangers():
        if pattern.search(beginning):
            raise PageRefusedError(f"{name}: {what}; {advice}.")


def refuse_table(name: str, headers: Iterable[str]) -> None:
    """Raise PageRefusedError where `headers` are those of a known table that is not read."""
    there = {header.strip().lower() for header in headers}
    for entry in _table()["table"]:
        if any(there.issuperset(map(str.lower, own)) for own in entry["headers"]):
            raise PageRefusedError(f"{name}: {entry['is']}; {entry['do']}.")


def refuse_xml(name: str, beginning: str) -> None:
    """Raise PageRefusedError for XML of no kind that is read, naming its first element."""
    refuse_stranger(name, beginning)
    root = _ROOT.search(re.sub(r"<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?>", "", beginning, flags=re.DOTALL))
    first = f" (its first element is {root[1]})" if root else ""
    raise PageRefusedError(
        f"{name}: XML of no kind that is read{first}; expected an office's bulk file (docs/sources.md), a saved answer"
        " of OPS or Lens, or a table: export it as CSV or XLSX."
    )


@lru_cache(maxsize=1)
def _strangers() -> list[tuple[re.Pattern[str], str, str]]:
    return [(re.compile(entry["begins"], re.DOTALL), entry["is"], entry["do"]) for entry in _table()["file"]]


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("etl.exports.forms").joinpath("strangers.toml").read_text("utf-8"))
