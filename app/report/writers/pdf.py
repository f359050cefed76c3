"""The report as a PDF with embedded fonts, set by Typst; also the measure of how many pages a report takes."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from app.fonts import FONT_NAME, drawable
from app.report.content.model import Block, Brief, Bullets, Picture, Text, shown
from words.safe import plain_text


def write_pdf(briefs: Sequence[Brief], file: Path | None) -> int:
    """Write the reports one after another (without a file: only set them); return how many pages they take."""
    import typst

    with tempfile.TemporaryDirectory() as folder, as_file(files("app.fonts")) as fonts:
        root = Path(folder)
        data = {"font": FONT_NAME, "briefs": [_brief(b, root) for b in briefs]}
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        markup = root / "brief.typ"
        markup.write_text(files(__package__).joinpath("brief.typ").read_text(encoding="utf-8"), encoding="utf-8")
        how: Any = {"root": folder, "font_paths": [str(fonts)], "ignore_system_fonts": True}
        made = typst.compile(str(markup), **how)
        pages = json.loads(typst.query(str(markup), "<pages>", field="value", one=True, **how))
    assert isinstance(made, bytes)
    if file is not None:
        file.write_bytes(made)
    return int(pages)


def _say(text: str) -> str:
    return drawable(plain_text(text))


def _brief(brief: Brief, root: Path) -> dict[str, Any]:
    return {
        "language": brief.language, "title": _say(brief.title), "subtitle": _say(brief.subtitle),
        "stamp": _say(brief.stamp), "warning": _say(brief.warning) if brief.warning else None,
        "sections": [
            {"title": _say(s.title), "blocks": [_block(b, root) for b in s.blocks]} for s in brief.sections
        ],
    }  # fmt: skip


def _block(block: Block, root: Path) -> dict[str, Any]:
    if isinstance(block, Text):
        return {"kind": "text", "text": _say(block.text), "quiet": block.quiet}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": [_say(i) for i in block.items]}
    if isinstance(block, Picture):
        source = block.files[".svg"]
        shutil.copy(source, root / source.name)
        return {"kind": "picture", "file": source.name, "caption": _say(block.caption)}
    return {
        "kind": "table",
        "columns": [
            {"heading": _say(c.heading), "width": c.width, "number": c.form != "text"} for c in block.columns
        ],
        "rows": [[_say(shown(v, c.form)) for v, c in zip(r, block.columns, strict=True)] for r in block.rows],
    }  # fmt: skip
