"""The pictures of a report, drawn once for each language into a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from app.report.content.facts import Facts
from app.report.content.model import Block, Brief, Picture


def draw_pictures(brief: Brief, facts: Facts, con: duckdb.DuckDBPyConnection, folder: Path) -> Brief:
    """Draw every picture of `brief` as .svg and .png into `folder`; return the brief with the files filled in."""

    def drawn(block: Block) -> Block:
        if not isinstance(block, Picture):
            return block
        files = {ending: folder / f"{block.key}-{brief.language}{ending}" for ending in (".svg", ".png")}
        _draw(block.key, brief, facts, con, list(files.values()))
        return replace(block, files=files)

    sections = tuple(replace(s, blocks=tuple(drawn(b) for b in s.blocks)) for s in brief.sections)
    return replace(brief, sections=sections)


def _draw(key: str, brief: Brief, facts: Facts, con: duckdb.DuckDBPyConnection, files: list[Path]) -> None:
    if key == "matrix":
        from app.matrix.sheet import draw_matrix

        draw_matrix(facts.picture, *files, intervals=True, language=brief.language)
        return
    from app.matrix.track import draw_histories

    for file in files:
        draw_histories(con, facts.frame, file, language=brief.language)
