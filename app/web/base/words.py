"""How a page says what the program says elsewhere: its sentences, headings and values, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from words.columns import form, heading
from words.glossary import Language
from words.language import say

UNKNOWN = Markup('<span class="unknown">—</span>')


def speaker(lang: str) -> Language:
    """Return the language of an address or a cookie as the program's own."""
    return "zh" if lang == "zh" else "en"


def spoken(text: str | None, lang: str) -> str:
    """Return a sentence of the program in `lang`; nothing for none."""
    return "" if text is None else say(text, speaker(lang))


def headed(name: str, lang: str) -> str:
    """Return what a column is called in `lang`."""
    return heading(name, speaker(lang))


def is_number(value: Any) -> bool:
    """Return whether a value is set to the right."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def cell(value: Any, name: str, lang: str) -> str | Markup:
    """Return a value of the column `name` as people read it: figures, shares, words; unknown is a dash."""
    if value is None or value != value:  # noqa: PLR0124 - NaN is unknown
        return UNKNOWN
    if isinstance(value, bool):
        return spoken("yes" if value else "no", lang)
    if isinstance(value, date):
        return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    how = form(name)
    if is_number(value):
        return _number(value, how)
    return spoken(str(value), lang) if how in ("text", "word") else str(value)


def _number(value: float, how: str) -> str:
    if how == "figure":
        return f"{value:.3f}"
    if how == "share":
        return f"{value * 100:.1f} %"
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"
