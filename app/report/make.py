"""A report from a published snapshot: gathered, written in words, cut to the pages asked for, drawn, put into files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from app.matrix.head import Head
from app.report.content.compose import compose
from app.report.content.draw import draw_pictures
from app.report.content.facts import gather
from app.report.content.model import Brief
from app.report.writers.book import write_book
from app.report.writers.page import write_page
from app.report.writers.pdf import write_pdf
from app.report.writers.slides import slide_count, write_slides
from app.report.writers.word import write_word
from warehouse.settings import Settings
from words.glossary import Choice, Language

WRITERS: dict[str, Callable[[Sequence[Brief], Path], object]] = {
    ".docx": write_word, ".pdf": write_pdf, ".pptx": write_slides, ".html": write_page, ".xlsx": write_book,
}  # fmt: skip
_LANGUAGES: dict[Choice, tuple[Language, ...]] = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}


def run_before(con: duckdb.DuckDBPyConnection, head: Head) -> int | None:
    """Return the run of the record before `head` that was made by the same settings; None: there is none."""
    found = con.execute(
        "SELECT max(p.run_id) FROM run_placements AS p JOIN runs AS r ON r.run_id = p.run_id"
        " WHERE p.origin = 'live' AND p.run_id < ? AND r.settings_hash IS NOT DISTINCT FROM ?",
        [head.run_id, head.settings_hash],
    ).fetchone()
    return None if found is None else found[0]


def write_report(
    con: duckdb.DuckDBPyConnection, snapshot: Path, head: Head, before: Head | None, settings: Settings,
    files: Sequence[Path], *, frame: str = "relative", language: Choice = "en", pages: int | None = None,
) -> bool:  # fmt: skip
    """Write the report on the run `head` to `files` by their endings; False when it placed nothing in `frame`.

    `before`: the run that changes are counted from. `pages`: at most so many pages of A4 in each language, slides in a
    .pptx; the least important sections go first, the first one always stays. `language`: both writes one after the
    other. Raises ImportError where the extra `report` is missing for a .docx, .pptx or .pdf, or for `pages`.
    """
    facts = gather(con, snapshot, head, before, frame, settings)
    if facts is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        whole = [draw_pictures(compose(facts, each), facts, con, Path(folder)) for each in _LANGUAGES[language]]
        for file in files:
            measure = slide_count if file.suffix == ".pptx" else _sheets
            briefs = whole if pages is None else [_fitting(b, pages, measure) for b in whole]
            partial = file.with_name(f"partial-{file.name}")
            WRITERS[file.suffix](briefs, partial)
            partial.replace(file)
    return True


def _sheets(brief: Brief) -> int:
    return write_pdf([brief], None)


def _fitting(brief: Brief, pages: int, measure: Callable[[Brief], int]) -> Brief:
    """Return the report with as many of its most important sections as fit on `pages`, one at the least."""
    for count in range(len(brief.sections), 1, -1):
        shorter = brief.shortened(count)
        if measure(shorter) <= pages:
            return shorter
    return brief.shortened(1)
