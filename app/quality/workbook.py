"""The workbook a judge fills in: written with a drop-down of verdicts, read back whatever became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

from analytics.quality.intervals import NO, UNSURE, YES
from etl.exports.forms.delimited import delimited_rows
from etl.exports.forms.workbook import workbook_sheets
from etl.sampling.documents import Document
from words.columns import heading
from words.language import current, say
from words.safe import plain_text, sheet_value

COLUMNS = (
    "item", "verdict", "note", "publication_number", "family_title", "other_title", "abstract", "claims_head", "ipc",
    "first_applicant", "country", "first_publication_date", "espacenet", "google_patents", "lens",
)  # fmt: skip
_WIDTHS = {
    "item": 9,
    "verdict": 9,
    "note": 24,
    "family_title": 44,
    "other_title": 36,
    "abstract": 70,
    "claims_head": 50,
}
_HEAD = 600  # characters of the claims
_ITEM = re.compile(r"\s*(\d{1,9})-(\d{1,9})\s*")
_WORDS = {
    YES: {"yes", "y", "1", "true", "是", "是的", "相关", "有关", "属于", "对", "√", "✓", "✔"},
    NO: {"no", "n", "0", "false", "否", "不相关", "无关", "不属于", "不是", "非", "错", "×", "✗", "✘"},
    UNSURE: {"unsure", "not sure", "?", "maybe", "unclear", "不确定", "不清楚", "存疑", "待定"},
}


def links(number: str) -> dict[str, str]:
    """Return where a publication can be looked at, by name of the service."""
    joined = quote(number.replace("-", ""))
    return {
        "espacenet": f"https://worldwide.espacenet.com/patent/search?q=pn%3D{joined}",
        "google_patents": f"https://patents.google.com/patent/{joined}",
        "lens": f"https://www.lens.org/lens/search/patent/list?q=publication_number%3A{joined}",
    }


def row_of(sample_id: int, item: Mapping[str, Any], document: Document | None) -> dict[str, Any]:
    """Return one row of the workbook; the judge does not see whether the query found it."""
    titles = document.titles if document else ()
    return {
        "item": f"{sample_id}-{item['item']}", "verdict": None, "note": None,
        "publication_number": item["publication_number"], "family_title": titles[0] if titles else None,
        "other_title": titles[1] if len(titles) > 1 else None,
        "abstract": "\n\n".join(document.abstracts) if document else None,
        "claims_head": (document.claims[0][:_HEAD] if document and document.claims else None),
        "ipc": "; ".join(document.ipc[:12]) if document else None,
        "first_applicant": document.applicants[0] if document and document.applicants else None,
        "country": item["country"], "first_publication_date": item["first_publication_date"],
        **links(item["publication_number"]),
    }  # fmt: skip


def write(file: Path, rows: Sequence[Mapping[str, Any]], question: str) -> None:
    """Write the workbook: text stays text, whatever it begins with; only links of our own are links."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(file), options) as book:
        sheet = book.add_worksheet("judge")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
        for c, name in enumerate(COLUMNS):
            sheet.set_column(c, c, _WIDTHS.get(name, 16), wrapped)
            sheet.write_string(0, c, heading(name, current()), bold)
            for r, row in enumerate(rows, 1):
                _write_cell(sheet, r, c, name, row[name], wrapped, day)
        verdict = COLUMNS.index("verdict")
        choices = [say(word) for word in (YES, NO, UNSURE)]
        sheet.data_validation(
            1, verdict, max(len(rows), 1), verdict,
            {"validate": "list", "source": choices, "input_title": say("verdict"), "input_message": _prompt(question)},
        )  # fmt: skip
        sheet.freeze_panes(1, 2)


def _prompt(question: str) -> str:
    """Return what Excel shows beside the cell: it takes 255 units of UTF-16."""
    return plain_text(question).encode("utf-16-le")[:500].decode("utf-16-le", "ignore")


def _write_cell(sheet: Any, row: int, column: int, name: str, value: Any, wrapped: Any, day: Any) -> None:
    held = sheet_value(value)
    if held is None:
        return
    if name in {"espacenet", "google_patents", "lens"}:
        sheet.write_url(row, column, held, string=name)
    elif isinstance(held, str):
        sheet.write_string(row, column, held, wrapped)
    else:
        sheet.write_datetime(row, column, held, day)


@dataclass(slots=True)
class Filled:
    """What a filled workbook says: sample → item → (verdict, note); blank rows; a sentence a row of no use.

    `numbers`: the publication that stands beside each (sample, item), where the file says one.
    """

    verdicts: dict[int, dict[int, tuple[str, str | None]]] = field(default_factory=dict)
    numbers: dict[tuple[int, int], str] = field(default_factory=dict)
    blank: int = 0
    problems: list[str] = field(default_factory=list)


def read(file: Path) -> Filled:
    """Return what a judge filled in (workbook or CSV). Raises PageRefusedError and OSError; a bad row costs itself."""
    out = Filled()
    columns: dict[str, int] | None = None
    for rows in _sheets(file):
        for at, cells in enumerate(rows, 1):
            if columns is None:
                columns = _columns(cells)
            else:
                _take(out, file.name, at, columns, cells)
        if columns is not None:  # the other sheets are the judge's own
            break
    if columns is None:
        names = ", ".join(heading(name, current()) for name in ("item", "verdict"))
        out.problems.append(f"{file.name}: no row of headings with {names}; give back the workbook that was written.")
    return out


def shown(file: Path) -> list[dict[str, str]]:
    """Return the families of a workbook as they are shown to the judge, by column; empty where it is none of ours."""
    out: list[dict[str, str]] = []
    columns: list[str | None] = []
    for cells in chain.from_iterable(_sheets(file)):
        if columns:
            out.append({name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name})
        elif _columns(cells) is not None:
            known = {heading(name, language): name for name in COLUMNS for language in ("zh", "en")}
            columns = [known.get(cell.strip(), cell.strip() if cell.strip() in COLUMNS else None) for cell in cells]
    return [row for row in out if row.get("item")]


def _sheets(file: Path) -> Iterator[Iterator[list[str]]]:
    """Yield the rows of each sheet; a CSV is one."""
    if file.suffix.lower() == ".csv":
        with file.open("rb") as stream:
            yield ([str(cell) for cell in row] for row in delimited_rows(stream, file.name)[1])
        return
    for _, rows in workbook_sheets(file.read_bytes(), file.name):
        yield ([str(cell) for cell in row] for row in rows)


def _columns(cells: Sequence[str]) -> dict[str, int] | None:
    """Return where item, verdict and note are, None where this is no row of headings; in either language."""
    where = {
        name: i for name in COLUMNS[:4] for i, cell in enumerate(cells)
        if cell.strip() in {name, heading(name, "zh"), heading(name, "en")}
    }  # fmt: skip
    return where if {"item", "verdict"} <= where.keys() else None


def _take(out: Filled, name: str, at: int, columns: Mapping[str, int], cells: Sequence[str]) -> None:
    item, said, note, number = (
        cells[columns[c]].strip() if c in columns and columns[c] < len(cells) else "" for c in COLUMNS[:4]
    )
    if not item and not said:
        return
    match = _ITEM.fullmatch(item)
    if match is None:
        out.problems.append(f"{name}, row {at}: {item[:40]!r} is no number of an item (as 3-17); the row is left out.")
        return
    if not said:
        out.blank += 1
        return
    folded = normalize("NFKC", said).casefold().removesuffix(".0").rstrip(" .。!！")
    verdict = next((verdict for verdict, words in _WORDS.items() if folded in words), None)
    if verdict is None:
        choices = "/".join(say(word) for word in (YES, NO, UNSURE))
        out.problems.append(f"{name}, row {at}: the verdict is {said[:40]!r}; expected {choices}. The row is left out.")
        return
    verdicts = out.verdicts.setdefault(int(match[1]), {})
    place = int(match[2])
    if place in verdicts and verdicts[place][0] != verdict:
        out.problems.append(f"{name}, row {at}: item {item} is judged twice and differently; the first one counts.")
        return
    verdicts.setdefault(place, (verdict, note or None))
    if number:
        out.numbers[int(match[1]), place] = number
