"""Text from outside made harmless for the place where it is shown: one rule a place.

Titles and names come from offices, vendors and people. A terminal obeys escape sequences, Excel computes what begins
like a formula, bidirectional controls reorder what is read, and none of that is the text's to decide.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, tzinfo
from html import escape
from typing import Any

LOST = "\N{REPLACEMENT CHARACTER}"
SHEET_CHARACTERS = 32_767  # what a cell of a workbook holds
_FIRST_SHEET_DAY = date(1900, 3, 1)  # before it Excel and the calendar disagree about 29 February 1900
# C0 but tab and newline, DEL and C1, bidirectional and invisible controls, line separators, lone surrogates, BOM
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_NOT_XML = re.compile("[\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Services (schemes of Apprise) that read Markdown in every message.
_READ_MARKDOWN = frozenset(
    {"discord", "matrix", "mattermost", "mmost", "mmosts", "msteams", "rocket", "rockets", "zulip"}
)
_MARKDOWN = re.compile(r"([\\`*_\[\]()<>#|~!])")


def plain_text(text: str) -> str:
    """Return `text` with every control character replaced by U+FFFD; tabs and line breaks stay, CR LF becomes LF."""
    return _CONTROLS.sub(LOST, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Return `plain_text` on one line, for a table's cell."""
    return plain_text(text).replace("\n", " ").replace("\t", " ")


def shown(value: object) -> object:
    """Return what a template shows: text without control characters; what is marked as our own markup stays."""
    return plain_text(value) if type(value) is str else value


def csv_text(text: str) -> str:
    """Return a CSV cell that no spreadsheet computes: text that begins like a formula gets an apostrophe before it."""
    clean = plain_text(text)
    return f"'{clean}" if clean.lstrip(" ").startswith(_FORMULA) or clean.startswith(_FORMULA) else clean


def json_text(dumped: str) -> str:
    """Return JSON text whose control characters are written as escapes: the same value, harmless to a terminal."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", dumped)


def toml_text(text: str) -> str:
    """Return `text` as a quoted string of TOML, whose escapes are JSON's; only a lone surrogate does not come back."""
    return json_text(json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False))


def xml_text(text: str) -> str:
    """Return `text` for HTML or SVG, also inside a quoted attribute."""
    return escape(_NOT_XML.sub(LOST, plain_text(text)), quote=True)


def chat_text(text: str) -> str:
    """Return `text` for chat services that read Markdown: its marks are shown, not obeyed."""
    return _MARKDOWN.sub(r"\\\1", plain_text(text))


def message_text(text: str, service: str) -> str:
    """Return `text` for a message to `service` (the scheme of its address), as one that shows and does not obey it.

    Slack reads ``<…>`` as links and calls, others read Markdown; the robots of DingTalk, Feishu and WeCom and mail
    are sent plain text.
    """
    if service == "slack":
        return plain_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return chat_text(text) if service in _READ_MARKDOWN else plain_text(text)


def sheet_value(value: Any, zone: tzinfo | None = None) -> Any:
    """Return what a workbook's cell can hold: a number, a date or datetime without zone, or text; None stays.

    Text is cut at 32 767 characters with a note. A moment with a zone is given in `zone` (default: its own); a day that
    Excel cannot count (before March 1900) becomes text.
    """
    if isinstance(value, datetime):
        moment = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
        return moment if moment.date() >= _FIRST_SHEET_DAY else moment.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value if value >= _FIRST_SHEET_DAY else value.isoformat()
    if not isinstance(value, str):
        return value
    clean = plain_text(value)
    if len(clean) <= SHEET_CHARACTERS:
        return clean
    note = f" … [{len(clean)} characters, cut]"
    return clean[: SHEET_CHARACTERS - len(note)] + note
