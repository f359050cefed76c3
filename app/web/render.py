"""A page as HTML, JSON or CSV, in one language."""

from __future__ import annotations

import gettext
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from app.common import csv_of, plain
from app.web.base import words
from app.web.base.page import View
from words.ipc import titled
from words.safe import json_text, shown

LANGUAGES = ("zh", "en")
FORMS = ("json", "csv", "xlsx")  # of every page's data
_LOCALE = Path(__file__).parent / "locale"


@cache
def environment(lang: str) -> Environment:
    """Return the templates with the texts of one language; everything is escaped unless it is a template's own."""
    env = Environment(
        loader=PackageLoader("app.web"), autoescape=select_autoescape(default=True), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"], finalize=shown,
    )  # fmt: skip
    env.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(
        number=number, share=share, day=day, places=places, when=when,
        cell=lambda value, name: words.cell(value, name, lang), spoken=lambda text: words.spoken(text, lang),
        headed=lambda name: words.headed(name, lang), ipc=lambda code: titled([code], "zh" if lang == "zh" else "en"),
    )  # fmt: skip
    env.tests["figure"] = words.is_number
    env.globals["lang"] = lang
    return env


@cache
def translations(lang: str) -> gettext.NullTranslations:
    """Return the texts of one language; English is the texts' own."""
    return gettext.translation("web", _LOCALE, languages=[lang], fallback=lang == "en")


def html(name: str, lang: str, context: Mapping[str, Any]) -> str:
    """Return the page `name` filled with `context`."""
    return environment(lang).get_template(f"{name}.html").render(context)


def as_json(view: View) -> bytes:
    """Return the page's tables as JSON, Chinese as it is, dates as ISO 8601, unknown as null."""
    return json_text(json.dumps(plain(dict(view.tables)), ensure_ascii=False, indent=1)).encode()


def as_xlsx(view: View) -> bytes:
    """Return the page's main table as a workbook; texts stay texts."""
    import polars as pl

    from app.tables import write_book

    rows: Sequence[Mapping[str, Any]] = view.tables[view.main]
    names = list(dict.fromkeys(name for row in rows for name in row))
    # Objects, so that each cell keeps its own kind: numbers stay numbers beside texts.
    columns = [pl.Series(name, [_flat(row.get(name)) for row in rows], dtype=pl.Object) for name in names]
    stream = io.BytesIO()
    write_book({"result": pl.DataFrame(columns)}, stream)
    return stream.getvalue()


def as_csv(view: View) -> bytes:
    """Return the page's main table as CSV with a byte order mark, as Excel wants it; unknown is empty.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    rows: Sequence[Mapping[str, Any]] = view.tables[view.main]
    names = list(rows[0]) if rows else []
    return b"\xef\xbb\xbf" + csv_of(names, ([_flat(row.get(n)) for n in names] for row in rows)).encode()


def _flat(value: Any) -> Any:
    return json.dumps(plain(value), ensure_ascii=False) if isinstance(value, dict | list | tuple) else value


def etag(*parts: str) -> str:
    """Return the tag of an answer that depends on nothing but `parts`."""
    return '"' + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24] + '"'


def number(value: float | None) -> str | Markup:
    """A count with thousands separated; unknown is a dash."""
    return words.UNKNOWN if value is None else f"{value:,.0f}"


def places(value: float | None, digits: int = 3) -> str | Markup:
    """K, D and probabilities with three decimals; unknown is a dash."""
    return words.UNKNOWN if value is None else f"{value:.{digits}f}"


def share(value: float | None) -> str | Markup:
    """A share in percent with one decimal; unknown is a dash."""
    return words.UNKNOWN if value is None else f"{value * 100:.1f} %"


def day(value: date | None) -> str | Markup:
    """A date as ISO 8601; unknown is a dash."""
    return words.UNKNOWN if value is None else value.isoformat()[:10]


def when(value: datetime | None) -> str | Markup:
    """A moment in UTC, to the minute; unknown is a dash."""
    return words.UNKNOWN if value is None else f"{value:%Y-%m-%d %H:%M} UTC"
