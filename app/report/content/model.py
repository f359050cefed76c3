"""What a report says, without how a file shows it: sections of blocks, each in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from words.glossary import Language


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the decimals it is printed with, for columns that hold several kinds of figures."""

    value: float
    digits: int


Cell = str | int | float | Figure | None
Form = Literal["text", "whole", "three", "percent"]  # how a column's values are written


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, how its values are written, and its share of the width."""

    heading: str
    form: Form = "text"
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; a missing value is None and shown as a dash: unknown, not zero."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    name: str  # of the worksheet


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart: `draw` writes it to the file it is given (.svg or .png). `caption` describes it in words."""

    key: str
    caption: str
    files: dict[str, Path] = field(default_factory=dict)  # by ending, filled in when drawn


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences, one a point."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph; `quiet` is small print."""

    text: str
    quiet: bool = False


Block = Table | Picture | Bullets | Text


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its blocks. `rank`: what is kept when pages are few, 0 first."""

    title: str
    blocks: tuple[Block, ...]
    rank: int


@dataclass(frozen=True, slots=True)
class Brief:
    """A report in one language. `stamp`: run, settings, snapshot and version, in short; on every page.

    `warning`: what the data are unless they are real, also on every page.
    """

    language: Language
    title: str
    subtitle: str
    stamp: str
    warning: str | None
    sections: tuple[Section, ...]

    def shortened(self, count: int) -> Brief:
        """Return the report with its `count` most important sections, in their order."""
        kept = sorted(range(len(self.sections)), key=lambda i: (self.sections[i].rank, i))[:count]
        sections = tuple(s for i, s in enumerate(self.sections) if i in kept)
        return Brief(self.language, self.title, self.subtitle, self.stamp, self.warning, sections)


def shown(value: Cell, form: Form) -> str:
    """Return a cell as text: three decimals for K and D, percentages for shares and odds, a dash for unknown."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, Figure):
        return f"{value.value:.{value.digits}f}"
    if form == "percent":
        return f"{value:.1%}"
    return f"{value:.3f}" if form == "three" else f"{value:,}"


def every_text(brief: Brief) -> Sequence[str]:
    """Return every piece of text in the report: what a font must be able to draw."""
    found = [brief.title, brief.subtitle, brief.stamp, brief.warning or ""]
    for section in brief.sections:
        found.append(section.title)
        for block in section.blocks:
            if isinstance(block, Text):
                found.append(block.text)
            elif isinstance(block, Bullets):
                found += block.items
            elif isinstance(block, Picture):
                found.append(block.caption)
            else:
                found += [c.heading for c in block.columns]
                found += [shown(v, c.form) for row in block.rows for v, c in zip(row, block.columns, strict=True)]
    return found
