"""Tables for a terminal of any width: fewer columns, then one block a row; a number or an id is never broken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.display import can_print, moment
from words.columns import form, heading
from words.language import current, say
from words.safe import one_line, plain_text

Row = Mapping[str, Any]
_LEAST_TEXT = 14  # a column of sentences is still readable at this width
_PROSE = 24  # longer than this, text may be folded; anything shorter is a name or an id
_FORMS = {"figure": ".3f", "share": ".1%"}
_FRAME = 3  # border and padding of a column


def cell(value: Any, how: str = "") -> str:
    """Return a value as people read it: unknown is a dash, figures have three decimals, shares are percentages."""
    if value is None or value != value:  # noqa: PLR0124 - NaN is unknown
        return "—" if can_print("—") else "-"
    if isinstance(value, bool):
        return ("✓" if can_print("✓") else say("yes")) if value else ""
    if isinstance(value, int | float) and how in _FORMS:
        return format(value, _FORMS[how])
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime):
        return moment(value)
    return one_line(say(str(value)) if how in ("text", "word") else str(value))


def in_language(names: Sequence[str]) -> list[str]:
    """Return the columns without those that repeat another in the language not spoken."""
    other = {"zh": "en", "en": "zh"}[current()]
    dropped = set()
    for name in names:
        stem, _, ending = name.rpartition("_")
        if ending == other and (f"{stem}_{current()}" in names or (other == "zh" and stem in names)):
            dropped.add(name)
        if current() == "zh" and f"{name}_zh" in names:
            dropped.add(name)
    return [name for name in names if name not in dropped]


def constants(rows: Sequence[Row], names: Sequence[str]) -> dict[str, Any]:
    """Return the columns that say the same in every row, with what they say; none for fewer than three rows."""
    if len(rows) < 3 or len(names) < 4:
        return {}
    return {
        name: rows[0].get(name)
        for name in names[1:]
        if rows[0].get(name) not in (None, "", False) and all(r.get(name) == rows[0].get(name) for r in rows)
    }


def print_table(
    console: Console, rows: Sequence[Row], names: Sequence[str], *, title: str | None = None, as_asked: bool = False,
    forms: Mapping[str, str] | None = None, right: Collection[str] = (),
) -> None:  # fmt: skip
    """Print rows to fit the console.

    `right`: columns of figures that are text already.

    `as_asked` keeps every column (a query's own result): where they do not fit, each row becomes a block. Otherwise
    columns that say the same in every row go to the title, then the last ones that do not fit are named below.
    """
    how = {name: (forms or {}).get(name, "" if as_asked else form(name)) for name in names}
    shown = list(names) if as_asked else in_language(names)
    lead = "" if title is None else plain_text(say(title))
    same: dict[str, Any] = {}
    if not as_asked:
        same = constants(rows, shown)
        shown = [n for n in shown if n not in same]
        said = [f"{_head(n, as_asked=False)} {cell(v, how[n])}" for n, v in same.items()]
        lead = "  ".join(filter(None, [lead, *said]))
    text = {n: [cell(r.get(n), how[n]) for r in rows] for n in shown}
    numeric = {n for n in shown if n in right or any(_is_number(r.get(n)) for r in rows)}
    width = console.width
    fitting = _fitting(text, numeric, width, as_asked=as_asked)
    if fitting is None or (len(fitting) < len(shown) / 2 and len(rows) <= 40):
        _print_blocks(console, text, len(rows), lead, as_asked=as_asked)
        return
    _print_columns(console, {n: text[n] for n in fitting}, numeric, lead, width, as_asked=as_asked)
    left = [_head(n, as_asked=as_asked) for n in shown if n not in fitting]
    if left:
        console.print(
            f"  not shown at this width: {('、' if current() == 'zh' else ', ').join(left)} (all: --format csv)",
            soft_wrap=True,
            markup=False,
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _head(name: str, *, as_asked: bool) -> str:
    return one_line(name if as_asked else heading(name, current()))


def _natural(texts: Sequence[str], head: str) -> int:
    return max([Text(t).cell_len for t in texts] + [Text(head).cell_len, 1])


def _least(name: str, texts: Sequence[str], numeric: set[str], head: str) -> int:
    """The width under which a column would break a number, an id or a name."""
    natural = _natural(texts, head)
    longest = max([Text(t).cell_len for t in texts] + [1])
    if name in numeric or not _is_prose(texts):
        return max(longest, min(natural, _longest_word(head)))
    words = max((Text(w).cell_len for t in texts for w in t.split()), default=1)
    return min(natural, max(_LEAST_TEXT, min(words, _PROSE)))


def _is_prose(texts: Sequence[str]) -> bool:
    """Whether a column holds text that may be folded; ids, numbers and short names are never broken."""
    return any(Text(t).cell_len > _PROSE and (" " in t or not t.isascii()) for t in texts)


def _longest_word(text: str) -> int:
    """Cells of the longest word; Chinese may be folded after any fourth character."""
    return max((min(Text(w).cell_len, 8) if not w.isascii() else Text(w).cell_len for w in text.split()), default=1)


def _fitting(text: Mapping[str, list[str]], numeric: set[str], width: int, *, as_asked: bool) -> list[str] | None:
    """Return the columns that fit, first ones first; None: not all fit and all were asked for."""
    kept: list[str] = []
    used = 1
    for name, texts in text.items():
        need = _least(name, texts, numeric, _head(name, as_asked=as_asked)) + _FRAME
        if used + need > width:
            if as_asked:
                return None
            continue
        kept.append(name)
        used += need
    return kept


def _print_columns(
    console: Console, text: Mapping[str, list[str]], numeric: set[str], lead: str, width: int, *, as_asked: bool
) -> None:
    table = Table(title=Text(lead) if lead else None, title_justify="left", header_style="bold")
    heads = {name: _head(name, as_asked=as_asked) for name in text}
    for name, wide in _widths(text, numeric, heads, width).items():
        # Text, not str: a title such as "Widget [bold]" is the patent's own, not markup
        table.add_column(
            Text(heads[name]),
            justify="right" if name in numeric else "left",
            overflow="fold",
            no_wrap=False,
            width=wide,
        )
    for i in range(len(next(iter(text.values()), []))):
        table.add_row(*[Text(texts[i]) for texts in text.values()])
    console.print(table, width=min(width, 100_000))


def _widths(text: Mapping[str, list[str]], numeric: set[str], heads: Mapping[str, str], width: int) -> dict[str, int]:
    """Return each column's width: the least, and what room is left to the first columns that would use it."""
    least = {name: _least(name, texts, numeric, heads[name]) for name, texts in text.items()}
    spare = width - 1 - sum(least.values()) - _FRAME * len(least)
    for name, texts in text.items():
        more = min(max(spare, 0), _natural(texts, heads[name]) - least[name])
        least[name] += more
        spare -= more
    return least


def _print_blocks(console: Console, text: Mapping[str, list[str]], count: int, lead: str, *, as_asked: bool) -> None:
    """Print one block a row, a line a column."""
    if lead:
        console.print(Text(lead, style="bold"), soft_wrap=True)
    heads = {name: _head(name, as_asked=as_asked) for name in text}
    margin = max((Text(h).cell_len for h in heads.values()), default=0)
    for i in range(count):
        console.print(Text(f"-- {i + 1} --", style="bold"))
        for name, texts in text.items():
            pad = " " * (margin - Text(heads[name]).cell_len)
            console.print(Text(f"{heads[name]}{pad}  {texts[i]}"), soft_wrap=True)
