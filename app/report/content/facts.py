"""What a report is made from: one run of a published snapshot, and what changed since an earlier one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from analytics.explain.explain import Move
from analytics.explain.run_records import technology_names
from analytics.explain.sentences import Sentence, sentence
from app.matrix.data import MatrixPicture, placed_by, read_picture
from app.matrix.explain_text import moves_between
from app.matrix.head import Head
from warehouse.rows import rows
from warehouse.settings import Settings

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Facts:
    """One run and its surroundings; lists of rows as the views give them, in the order of the list."""

    head: Head
    before: Head | None
    frame: str
    picture: MatrixPicture
    placements: Rows
    earlier: dict[str, dict[str, Any]]  # the placements of `before`, by technology
    moves: list[tuple[Move, Sentence]]  # technologies whose strategy differs
    indicators: Rows
    held: Rows
    sources: Rows
    list_changes: Rows
    queries: Rows
    settings: dict[str, Any]
    margin: float
    snapshot: str
    version: str


_PLACEMENTS = "SELECT * FROM matrix_at WHERE run_id = ? AND frame = ? ORDER BY number NULLS LAST, technology_id"
_INDICATORS = """
SELECT n.technology_id, n.indicator, n.value, n.numerator, n.denominator, n.coverage FROM indicators AS n
WHERE n.run_id = ? ORDER BY n.technology_id, n.indicator
"""
_SOURCES = """
SELECT s.source, s.title, s.licence, s.is_synthetic, max(p.received_at) AS last_answer, count(p.received_at) AS answers,
       coalesce(sum(p.record_count), 0) AS records
FROM sources AS s LEFT JOIN pages AS p ON p.source = s.source
GROUP BY ALL ORDER BY s.source
"""
_QUERIES = """
SELECT i.technology_id, i.name_zh, i.name_en, i.query_hash, i.status, i.number
FROM edition_items AS i JOIN runs AS r ON r.edition_id = i.edition_id
WHERE r.run_id = ? ORDER BY i.number NULLS LAST, i.technology_id
"""
_LIST_CHANGES = """
WITH old AS (SELECT i.* FROM edition_items AS i JOIN runs AS r ON r.edition_id = i.edition_id WHERE r.run_id = $before),
     new AS (SELECT i.* FROM edition_items AS i JOIN runs AS r ON r.edition_id = i.edition_id WHERE r.run_id = $after)
SELECT coalesce(n.technology_id, o.technology_id) AS technology_id, coalesce(n.name_zh, o.name_zh) AS name_zh,
       coalesce(n.name_en, o.name_en) AS name_en,
       CASE WHEN o.technology_id IS NULL THEN 'added' WHEN n.technology_id IS NULL THEN 'removed'
            WHEN o.status IS DISTINCT FROM n.status THEN 'status' ELSE 'query' END AS change,
       o.status AS status_before, n.status AS status_after
FROM new AS n FULL JOIN old AS o ON o.technology_id = n.technology_id
WHERE o.technology_id IS NULL OR n.technology_id IS NULL OR o.status IS DISTINCT FROM n.status
   OR o.query_hash IS DISTINCT FROM n.query_hash
ORDER BY 1
"""


def gather(
    con: duckdb.DuckDBPyConnection, snapshot: Path, head: Head, before: Head | None, frame: str, settings: Settings
) -> Facts | None:
    """Return the facts of the run `head` and its changes since `before`; None when it placed nothing in `frame`."""
    picture = read_picture(con, frame, 8, head)
    if picture is None:
        return None
    names = technology_names(con)
    earlier = {r["technology_id"]: r for r in rows(con, _PLACEMENTS, before.run_id, frame)} if before else {}
    moves = moves_between(con, before.run_id, head.run_id, settings, frame) if before else []
    stated = con.execute("SELECT settings FROM runs WHERE run_id = ?", [head.run_id]).fetchone()
    changes = rows(con, _LIST_CHANGES, before=before.run_id, after=head.run_id) if before else []
    return Facts(
        head=head, before=before, frame=frame, picture=picture,
        placements=rows(con, _PLACEMENTS, head.run_id, frame), earlier=earlier,
        moves=[(m, sentence(m, names.get(m.technology_id))) for m in moves if m.moved],
        indicators=rows(con, _INDICATORS, head.run_id),
        held=rows(con, "SELECT technology_id, source, why FROM run_held WHERE run_id = ? ORDER BY 1, 2", head.run_id),
        sources=rows(con, _SOURCES), list_changes=changes, queries=rows(con, _QUERIES, head.run_id),
        settings=json.loads(stated[0]) if stated and stated[0] else {}, margin=placed_by(con, head.run_id).watch_margin,
        snapshot=snapshot.stem, version=version("stuckneck"),
    )  # fmt: skip
