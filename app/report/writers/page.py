"""The report as one HTML file: fonts and pictures inside, no script, made for screen and print."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from app.fonts import embedded_css
from app.report.content.model import Brief, Picture, every_text, shown
from words.safe import plain_text
from words.safe import shown as harmless


def write_page(briefs: Sequence[Brief], file: Path) -> None:
    """Write the reports one after another into one page."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=harmless)
    template = environment.from_string(files(__package__).joinpath("brief.html").read_text(encoding="utf-8"))
    used = "".join(sorted({c for brief in briefs for text in every_text(brief) for c in plain_text(text)}))
    page = template.render(
        briefs=briefs, font_face=embedded_css(used), shown=shown, embedded=_embedded,
        kind_of=lambda block: type(block).__name__,
    )  # fmt: skip
    file.write_text(page, encoding="utf-8")


def _embedded(picture: Picture) -> str:
    """Return the picture as an address that holds it."""
    drawn = base64.b64encode(picture.files[".svg"].read_bytes()).decode("ascii")
    return f"data:image/svg+xml;base64,{drawn}"
