"""Changing the status of a technology in ``technologies.toml`` and leaving every comment where it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from etl.catalogue.load import CatalogueError, parse_catalogue
from words.safe import toml_text

_FENCE = re.compile(r"'''|\"\"\"")


def set_status(text: str, technology_id: str, status: str, reason: str, file: str = "technologies.toml") -> str:
    """Return `text` with the technology's ``status`` and ``reason`` lines changed, and nothing else.

    Raises CatalogueError when the lines cannot be found where they are expected, or when anything else would change.
    """
    lines = text.splitlines(keepends=True)
    first, last = _block(lines, technology_id)
    outside = _outside_strings(lines)
    places = {
        key: next((n for n in range(first, last) if outside[n] and re.match(rf"\s*{key}\s*=", lines[n])), None)
        for key in ("status", "reason")
    }
    if places["status"] is None:
        raise _by_hand(file, technology_id)
    at = places["status"]
    newline = "\r\n" if lines[at].endswith("\r\n") else "\n"
    written = reason.replace("\\", "\\\\").replace('"', '\\"')
    lines[at] = re.sub(r"""(=\s*)(["'])[a-z]+\2""", rf"\g<1>\g<2>{status}\g<2>", lines[at], count=1)
    if places["reason"] is None:
        lines[at] = lines[at].rstrip("\r\n") + newline + f'reason = "{written}"{newline}'
    else:
        lines[places["reason"]] = f'reason = "{written}"{newline}'
    changed = "".join(lines)
    _verify(text, changed, technology_id, {"status": status, "reason": reason}, file)
    return changed


def write_text(path: Path, text: str) -> None:
    """Replace the file by `text` in one step: a cut leaves the old file or the new one, never half of one."""
    partial = path.with_suffix(path.suffix + ".partial")
    partial.write_text(text, encoding="utf-8", newline="")
    partial.replace(path)


def read_text(path: Path) -> str:
    """Return the file's text with its line ends as they are."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return handle.read()


def _outside_strings(lines: list[str]) -> list[bool]:
    """Return for each line whether it starts outside a multi-line string."""
    out, fence = [], ""
    for line in lines:
        out.append(not fence)
        for found in _FENCE.findall(line if fence else line.split("#", 1)[0]):
            if not fence:
                fence = found
            elif fence == found:
                fence = ""
    return out


def _block(lines: list[str], technology_id: str) -> tuple[int, int]:
    """Return the first line after the technology's table header, and the line after the table."""
    outside = _outside_strings(lines)
    heads = [n for n, line in enumerate(lines) if outside[n] and re.match(r"\s*\[", line)]
    for start, end in pairwise([*heads, len(lines)]):
        if not re.match(r"\s*\[\[\s*technology\s*\]\]", lines[start]):
            continue
        pattern = rf"""\s*id\s*=\s*["']{re.escape(technology_id)}["']"""
        if any(outside[n] and re.match(pattern, lines[n]) for n in range(start, end)):
            return start + 1, end
    raise _by_hand("technologies.toml", technology_id)


def set_query(text: str, technology_id: str, query: str, file: str = "technologies.toml") -> str:
    """Return `text` with the technology's query changed, and nothing else.

    Raises CatalogueError when its lines cannot be found where they are expected, or when anything else would change.
    """
    lines = text.splitlines(keepends=True)
    first, last = _block(lines, technology_id)
    outside = _outside_strings(lines)
    at = next((n for n in range(first, last) if outside[n] and re.match(r"\s*query\s*=", lines[n])), None)
    if at is None:
        raise _by_hand(file, technology_id, "query")
    end = next((n for n in range(at + 1, last) if outside[n]), last)
    newline = "\r\n" if lines[at].endswith("\r\n") else "\n"
    if "'''" in query:
        raise _by_hand(file, technology_id, "query")
    body = query.strip().splitlines()
    lines[at:end] = [f"{line}{newline}" for line in ("query = '''", *body, "'''")]
    changed = "".join(lines)
    _verify(text, changed, technology_id, {"query": "\n".join(body) + "\n"}, file)
    return changed


def _verify(before: str, after: str, technology_id: str, wanted: dict[str, str], file: str) -> None:
    old: dict[str, Any] = tomllib.loads(before)
    try:
        new: dict[str, Any] = tomllib.loads(after)
    except tomllib.TOMLDecodeError:
        raise _by_hand(file, technology_id, " and ".join(wanted)) from None
    for entry in old["technology"]:
        if entry["id"] == technology_id:
            entry.update(wanted)
    if new != old:
        raise _by_hand(file, technology_id, " and ".join(wanted))


def _by_hand(file: str, technology_id: str, what: str = "status") -> CatalogueError:
    return CatalogueError(f"{file}: {what} of {technology_id} could not be changed safely; change it by hand.")


def add_technology(text: str, entry: Mapping[str, Any], file: str = "technologies.toml") -> str:
    """Return `text` with one more ``[[technology]]`` at its end, and nothing else changed.

    Raises CatalogueError when the list with it could not be used.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = ["[[technology]]", *(f"{key} = {_toml(value)}" for key, value in entry.items())]
    changed = text.rstrip("\r\n") + newline * 2 + newline.join(lines) + newline
    parse_catalogue(changed, file)
    old: dict[str, Any] = tomllib.loads(text)
    alone = {key: tomllib.loads(f"value = {_toml(value)}")["value"] for key, value in entry.items()}
    old["technology"] = [*old.get("technology", []), alone]
    if tomllib.loads(changed) != old:
        raise CatalogueError(f"{file}: {entry['id']} could not be added safely; add it by hand.")
    return changed


def _toml(value: Any) -> str:
    """Return a text or number as TOML."""
    return toml_text(value) if isinstance(value, str) else json.dumps(value)
