"""The report as PowerPoint slides: a section a slide, long tables over several, stamp and warning on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.report.content.model import Block, Brief, Bullets, Picture, Section, Table, Text, shown
from app.report.writers.word import CJK, LATIN
from words.safe import plain_text

ROWS = 12  # of a table on one slide
POINTS = 7  # sentences on one slide
_WIDTH, _HEIGHT, _MARGIN = 13.333, 7.5, 0.6  # inches, 16:9
_TOP, _FOOT = 1.25, 0.45
_WARNING, _QUIET, _INK, _HEAD = "C53030", "4A5568", "1A202C", "2D3748"


def write_slides(briefs: Sequence[Brief], file: Path) -> None:
    """Write the reports one after another, each with a title slide."""
    import pptx
    from pptx.util import Inches

    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    for brief in briefs:
        slide = _slide(deck, brief)
        _text(slide, [brief.title], (_MARGIN, 2.4, _WIDTH - 2 * _MARGIN, 1.2), size=36)
        _text(slide, [brief.subtitle], (_MARGIN, 3.6, _WIDTH - 2 * _MARGIN, 0.6), size=20, colour=_QUIET)
        for section in brief.sections:
            for title, block, note in _pages(section):
                slide = _slide(deck, brief)
                _text(slide, [title], (_MARGIN, 0.45, _WIDTH - 2 * _MARGIN, 0.7), size=26)
                _block(slide, block)
                if note:
                    high = 0.2 * (1 + len(note) // 130)
                    place = (_MARGIN, _HEIGHT - _FOOT - 0.15 - high, _WIDTH - 2 * _MARGIN, high)
                    _text(slide, [note], place, size=10, colour=_QUIET)
    deck.core_properties.title = plain_text(briefs[0].title)[:255]  # what a property holds
    deck.core_properties.comments = plain_text(briefs[0].stamp)[:255]
    deck.save(str(file))


def slide_count(brief: Brief) -> int:
    """Return how many slides the report takes."""
    return 1 + sum(len(list(_pages(section))) for section in brief.sections)


def _pages(section: Section) -> Iterator[tuple[str, Block, str | None]]:
    """Yield (title, block, small print) of each slide of a section."""
    notes = [b.text for b in section.blocks if isinstance(b, Text)]
    pieces = [p for b in section.blocks if not isinstance(b, Text) for p in _pieces(b)]
    for number, piece in enumerate(pieces):
        title = section.title if len(pieces) == 1 else f"{section.title} ({number + 1}/{len(pieces)})"
        yield title, piece, " ".join(notes) if notes and number == len(pieces) - 1 else None


def _pieces(block: Block) -> list[Block]:
    if isinstance(block, Table) and len(block.rows) > ROWS:
        return [replace(block, rows=block.rows[i : i + ROWS]) for i in range(0, len(block.rows), ROWS)]
    if isinstance(block, Bullets) and len(block.items) > POINTS:
        return [Bullets(block.items[i : i + POINTS]) for i in range(0, len(block.items), POINTS)]
    return [block]


def _slide(deck: Any, brief: Brief) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[6])  # blank
    if brief.warning:
        _text(slide, [brief.warning], (_MARGIN, 0.1, _WIDTH - 2 * _MARGIN, 0.35), size=12, colour=_WARNING)
    place = (_MARGIN, _HEIGHT - _FOOT, _WIDTH - 2 * _MARGIN, 0.35)
    _text(slide, [f"{brief.stamp}   {len(deck.slides)}"], place, size=9, colour=_QUIET)
    return slide


def _text(
    slide: Any, lines: Sequence[str], place: tuple[float, float, float, float], *, size: float,
    colour: str = _INK, points: bool = False,
) -> None:  # fmt: skip
    from pptx.util import Inches, Pt

    frame = slide.shapes.add_textbox(*(Inches(v) for v in place)).text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(size * 0.5)
        _run(paragraph, f"•  {line}" if points else line, size, colour)


def _run(paragraph: Any, text: str, size: float, colour: str) -> None:
    """Write a run with its Latin and East Asian font; PowerPoint keeps them apart."""
    from lxml import etree
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = plain_text(text)
    run.font.size, run.font.name = Pt(size), LATIN
    run.font.color.rgb = _colour(colour)
    slot = etree.SubElement(run._r.get_or_add_rPr(), qn("a:ea"))
    slot.set("typeface", CJK)


def _colour(code: str) -> Any:
    from pptx.dml.color import RGBColor

    made: Any = RGBColor
    return made(*(int(code[i : i + 2], 16) for i in (0, 2, 4)))


def _block(slide: Any, block: Block) -> None:
    if isinstance(block, Bullets):
        room = _HEIGHT - _TOP - _FOOT
        longest = sum(1 + len(i) // 70 for i in block.items)
        size = 18 if longest <= 10 else 15 if longest <= 14 else 12
        _text(slide, block.items, (_MARGIN, _TOP, _WIDTH - 2 * _MARGIN, room), size=size, points=True)
    elif isinstance(block, Picture):
        _picture(slide, block)
    elif isinstance(block, Table):
        _table(slide, block)


def _picture(slide: Any, block: Picture) -> None:
    from PIL import Image
    from pptx.util import Inches

    with Image.open(block.files[".png"]) as image:
        wide, high = image.size
    room = _HEIGHT - _TOP - _FOOT - 0.1
    width = min(_WIDTH - 2 * _MARGIN, room * wide / high)
    shape = slide.shapes.add_picture(
        str(block.files[".png"]), Inches((_WIDTH - width) / 2), Inches(_TOP - 0.05), width=Inches(width)
    )
    shape._element.nvPicPr.cNvPr.set("descr", plain_text(block.caption))


def _table(slide: Any, block: Table) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches

    wide = _WIDTH - 2 * _MARGIN
    high = min(0.4 * (len(block.rows) + 1), _HEIGHT - _TOP - _FOOT - 0.2)
    places = (Inches(_MARGIN), Inches(_TOP), Inches(wide), Inches(high))
    table = slide.shapes.add_table(len(block.rows) + 1, len(block.columns), *places).table
    total = sum(c.width for c in block.columns)
    for index, column in enumerate(block.columns):
        table.columns[index].width = Inches(wide * column.width / total)
        cell = table.cell(0, index)
        cell.fill.solid()
        cell.fill.fore_color.rgb = _colour(_HEAD)
        _run(cell.text_frame.paragraphs[0], column.heading, 11, "FFFFFF")
    for number, row in enumerate(block.rows):
        for index, (column, value) in enumerate(zip(block.columns, row, strict=True)):
            cell = table.cell(number + 1, index)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            paragraph = cell.text_frame.paragraphs[0]
            _run(paragraph, shown(value, column.form), 11 if len(shown(value, column.form)) < 60 else 9, _INK)
            if column.form != "text":
                paragraph.alignment = PP_ALIGN.RIGHT
