"""What the pictures of the citation network share: words in both languages, figures, wrapped text, colours, saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.fonts import save_figure
from words.glossary import Language, in_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


COUNTRY_COLOURS = ("#c0392b", "#2c7fb8", "#27ae60", "#e08e0b", "#8e44ad", "#16a085", "#a0522d", "#d16ba5")
OTHER_COLOUR = "#7f8c8d"
CJK_FROM = 0x2E7F  # a line may break on either side of any character above
_ADVANCES: dict[str, float] = {}  # width of a character at one point


@dataclass(frozen=True, slots=True)
class Caption:
    """The words around a picture: technology, as-of date (None: all), share of the citations that leave the set."""

    name: str
    as_of: str | None = None
    outside_share: float | None = None
    synthetic: bool = False

    def title(self, what: str, language: Language) -> str:
        """Title line, with the synthetic label where it applies."""
        words = in_language(language)
        label = f" · {words['synthetic']}" if self.synthetic else ""
        return drawable(f"{self.name} · {words[what]}{label}")

    def note(self, language: Language, *more: str) -> str:
        """Line under the title: as-of date, outside share, and whatever the picture adds."""
        words = in_language(language)
        parts = [f"{words['as_of']} {self.as_of}"] if self.as_of else []
        if self.outside_share is not None:
            parts.append(f"{words['outside']} {self.outside_share:.0%}")
        return drawable(" · ".join([*parts, *(part for part in more if part)]))


def drawable(text: str) -> str:
    """Text the packaged font can draw; what it lacks becomes a visible mark."""
    from app import fonts

    return fonts.drawable(text)


def figure(width: float, height: float) -> Figure:
    """Return an empty figure (inches) that needs no display and draws Chinese."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from app.fonts import use_cjk

    use_cjk()
    made = Figure(figsize=(width, height))
    FigureCanvasAgg(made)
    return made


def headline(made: Figure, title: str, note: str) -> None:
    """Write title and note at the top left, each wrapped to the width of the figure."""
    height = made.get_figheight()
    lines = wrap(made, title, made.get_figwidth() * 72 - 24, 13, most=2)
    made.text(0.012, 1 - 0.10 / height, "\n".join(lines), fontsize=13, va="top", ha="left")
    below = 0.10 + 0.27 * len(lines)
    notes = wrap(made, note, made.get_figwidth() * 72 - 24, 9, most=2)
    made.text(0.012, 1 - below / height, "\n".join(notes), fontsize=9, va="top", ha="left", color="#555555")


def text_width(made: Figure, text: str, size: float) -> float:
    """Width of a text in points as it will be drawn."""
    from matplotlib.font_manager import FontProperties

    canvas: Any = made.canvas
    renderer = canvas.get_renderer()
    width: float = renderer.get_text_width_height_descent(text, FontProperties(size=size), False)[0]
    return width * 72 / made.dpi


def wrap(made: Figure, text: str, points: float, size: float, most: int) -> list[str]:
    """Break a text into `most` lines of a measured width at most, at words or Chinese characters; … marks a cut."""
    lines: list[str] = []
    rest = " ".join(text.split())
    while rest and len(lines) < most:
        taken = _fitting(made, rest, points, size)
        if taken < len(rest) and len(lines) == most - 1:
            taken = _fitting(made, rest, points - _advance(made, "…", size), size)
            return [*lines, rest[:taken].rstrip() + "…"]
        lines.append(rest[:taken].rstrip())
        rest = rest[taken:].lstrip()
    return lines or [""]


def _fitting(made: Figure, text: str, points: float, size: float) -> int:
    """Characters of the text that fit a width, ended at a place where a line may break."""
    used = 0.0
    fit = 0
    for fit, char in enumerate(text):  # noqa: B007 the count is what is wanted
        used += _advance(made, char, size)
        if used > points * 0.99:  # a hair for hinting
            break
    else:
        return len(text)
    for end in range(fit, fit // 2, -1):
        if text[end].isspace() or ord(text[end]) > CJK_FROM or ord(text[end - 1]) > CJK_FROM:
            return end
    return max(fit, 1)


def _advance(made: Figure, char: str, size: float) -> float:
    """Width that one more character takes, in points; measured once a character, since laying out text is slow."""
    if char not in _ADVANCES:
        _ADVANCES[char] = (text_width(made, f"x{char}{char}x", 20) - text_width(made, f"x{char}x", 20)) / 20
    return _ADVANCES[char] * size


def country_colours(countries: Sequence[str | None]) -> dict[str | None, str]:
    """Colour of each country: the most frequent get one of their own, the rest and the unknown share grey."""
    names = [country for country in countries if country is not None]
    ranked = sorted(set(names), key=lambda name: (-names.count(name), name))
    colours: dict[str | None, str] = dict.fromkeys(ranked, OTHER_COLOUR)
    colours.update(zip(ranked, COUNTRY_COLOURS, strict=False))
    return {**colours, None: OTHER_COLOUR}


def place(made: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Axes with margins in inches from the figure's edges."""
    width, height = made.get_figwidth(), made.get_figheight()
    box = (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    return made.add_axes(box)


def save(made: Figure, stem: Path, stamp: str = "") -> list[Path]:
    """Write a figure as PNG (300 dpi), SVG and PDF beside each other, `stamp` in their properties."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    paths = [stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "svg", "pdf")]
    for path in paths:
        save_figure(made, path, 300, stamp)
    return paths
