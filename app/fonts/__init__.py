"""The packaged CJK font, so that Chinese is never drawn as boxes on a machine that has none.

`NotoSansSC-subset.otf` holds GB 2312 and symbols (SIL Open Font License 1.1, see OFL.txt).
"""

from __future__ import annotations

import base64
import io
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from words.safe import plain_text

FONT_NAME = "Noto Sans CJK SC"
_FILE = "NotoSansSC-subset.otf"


@cache
def use_cjk() -> str:
    """Make matplotlib draw Chinese with the packaged font, on any machine; return the family name.

    Text in SVG files becomes paths, so that the reader's machine needs no font either.
    """
    import matplotlib as mpl
    from matplotlib import font_manager

    with as_file(files(__name__).joinpath(_FILE)) as path:
        font_manager.fontManager.addfont(str(path))
    mpl.rcParams["font.family"] = [FONT_NAME, "DejaVu Sans"]
    mpl.rcParams["svg.fonttype"] = "path"
    mpl.rcParams["axes.unicode_minus"] = False
    return FONT_NAME


def clean_texts(figure: Any) -> None:
    """Take control characters out of every text of a matplotlib figure: in an SVG file they would be no XML."""
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        text.set_text(plain_text(text.get_text()))


def save_figure(figure: Any, file: Path, dpi: int, stamp: str = "") -> None:
    """Write a figure of matplotlib; `stamp`, by what it was made, goes into the properties of the file.

    The same figure gives the same file: no date of writing is in it.
    """
    clean_texts(figure)
    words = plain_text(stamp)
    metadata: dict[str, str | None] = {
        ".svg": {"Date": None, "Description": words or None},
        ".pdf": {"CreationDate": None, "Subject": words or None},
    }.get(file.suffix, {"Description": words} if words else {})
    figure.savefig(file, dpi=dpi, metadata=metadata)


@cache
def covered() -> frozenset[int]:
    """Return the code points the packaged font can draw."""
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(files(__name__).joinpath(_FILE).read_bytes())) as font:
        return frozenset(font.getBestCmap())


def drawable(text: str) -> str:
    """Return `text` with each character the font lacks replaced by '〓' (geta mark: "this character is missing")."""
    have = covered()
    return "".join(c if ord(c) in have or c.isspace() else "〓" for c in text)


def embedded_css(text: str, family: str = "stuckneck") -> str:
    """Return an ``@font-face`` rule with the font cut to the characters of `text`, for a self-contained HTML page."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(files(__name__).joinpath(_FILE).read_bytes())) as font:
        options = subset.Options()
        options.flavor = "woff2"
        options.notdef_outline = True
        cutter = subset.Subsetter(options)
        cutter.populate(text=text + "".join(chr(c) for c in range(0x20, 0x7F)))
        cutter.subset(font)
        font.flavor = "woff2"
        out = io.BytesIO()
        font.save(out)
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return f"@font-face{{font-family:'{family}';src:url(data:font/woff2;base64,{data}) format('woff2');}}"
