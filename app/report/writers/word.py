"""The report as a Word document: East Asian fonts set for Windows, real tables, stamp and warning on every page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.report.content.model import Block, Brief, Bullets, Picture, Table, Text, shown
from words.safe import plain_text

LATIN, CJK = "Calibri", "Microsoft YaHei"  # both are on every Windows with Office; others replace them by their own
_WARNING, _QUIET, _HEAD = "C53030", "4A5568", "E2E8F0"


def write_word(briefs: Sequence[Brief], file: Path) -> None:
    """Write the reports one after another, each from a new page on."""
    import docx
    from docx.shared import Cm, Pt

    document = docx.Document()
    for style in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet", "Caption", "Header", "Footer"):
        _fonts(document.styles[style])
    document.styles["Normal"].font.size = Pt(10.5)
    for number, brief in enumerate(briefs):
        section = document.sections[0] if number == 0 else document.add_section()
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2)
        _edges(section, brief)
        _body(document, brief, float(Cm(17)))
    document.core_properties.title = plain_text(briefs[0].title)[:255]  # what a property holds
    document.core_properties.comments = plain_text(briefs[0].stamp)[:255]
    document.save(str(file))


def _fonts(style: Any) -> None:
    """Set the Latin and the East Asian font of a style; Word keeps them apart."""
    from docx.oxml.ns import qn

    style.font.name = LATIN
    slots = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        slots.attrib.pop(qn(f"w:{theme}"), None)
    slots.set(qn("w:eastAsia"), CJK)


def _edges(section: Any, brief: Brief) -> None:
    """Write the warning into the header and the stamp with the page number into the footer."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    top = section.header.paragraphs[0]
    top.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if brief.warning:
        _run(top, brief.warning, colour=_WARNING, size=9)
    bottom = section.footer.paragraphs[0]
    _run(bottom, f"{brief.stamp}   ", colour=_QUIET, size=7.5)
    _page_number(bottom)


def _page_number(paragraph: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _run(paragraph: Any, text: str, *, colour: str | None = None, size: float | None = None) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(plain_text(text))
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    if size:
        run.font.size = Pt(size)


def _body(document: Any, brief: Brief, width: float) -> None:
    document.add_heading(plain_text(brief.title), level=0)
    _run(document.add_paragraph(), brief.subtitle, colour=_QUIET)
    if brief.warning:
        _run(document.add_paragraph(), brief.warning, colour=_WARNING)
    for section in brief.sections:
        document.add_heading(plain_text(section.title), level=1)
        for block in section.blocks:
            _block(document, block, width)


def _block(document: Any, block: Block, width: float) -> None:
    from docx.shared import Emu

    if isinstance(block, Text):
        _run(
            document.add_paragraph(),
            block.text,
            colour=_QUIET if block.quiet else None,
            size=9 if block.quiet else None,
        )
    elif isinstance(block, Bullets):
        for item in block.items:
            _run(document.add_paragraph(style="List Bullet"), item)
    elif isinstance(block, Picture):
        document.add_picture(str(block.files[".png"]), width=Emu(int(width)))
        _alternative(document.inline_shapes[-1], block.caption)
        _run(document.add_paragraph(style="Caption"), block.caption, colour=_QUIET, size=9)
    else:
        _table(document, block, width)


def _alternative(shape: Any, text: str) -> None:
    """Describe a picture in words, for those who hear the document."""
    shape._inline.docPr.set("descr", plain_text(text))


def _table(document: Any, block: Table, width: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Emu

    table = document.add_table(rows=1, cols=len(block.columns))
    table.style = "Table Grid"
    table.autofit = False
    _margins(table)
    total = sum(c.width for c in block.columns)
    widths = [Emu(int(width * c.width / total)) for c in block.columns]
    for grid, wide in zip(table.columns, widths, strict=True):
        grid.width = wide
    for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
        _run(cell.paragraphs[0], column.heading, size=8.5)
        _shade(cell)
    _repeat(table.rows[0])
    for row in block.rows:
        cells = table.add_row().cells
        for cell, column, value in zip(cells, block.columns, row, strict=True):
            _run(cell.paragraphs[0], shown(value, column.form), size=8.5)
            if column.form != "text":
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for row in table.rows:
        _whole(row)
        for cell, wide in zip(row.cells, widths, strict=True):
            cell.width = wide
    document.add_paragraph()


def _margins(table: Any) -> None:
    """Leave little room at the sides of a cell, so that no number is broken, and some above and below the text."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side, room in (("top", "25"), ("left", "50"), ("bottom", "25"), ("right", "50")):  # the schema's order
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), room)
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table._tbl.tblPr.append(margins)


def _shade(cell: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    fill = OxmlElement("w:shd")
    fill.set(qn("w:val"), "clear")
    fill.set(qn("w:fill"), _HEAD)
    cell._tc.get_or_add_tcPr().append(fill)


def _flag(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _repeat(row: Any) -> None:
    """Repeat the heading row on every page the table runs over."""
    _flag(row, "w:tblHeader")


def _whole(row: Any) -> None:
    """Keep a row on one page."""
    _flag(row, "w:cantSplit")
