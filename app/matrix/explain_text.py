"""What changed between two runs, in sentences and rows, from a published snapshot."""

from __future__ import annotations

from typing import Any

import duckdb

from analytics.explain.explain import Move, explain
from analytics.explain.run_records import technology_names
from analytics.explain.sentences import Sentence, sentence
from analytics.matrix.frames import RELATIVE
from warehouse.settings import Settings


def moves_between(
    con: duckdb.DuckDBPyConnection, earlier: int, later: int, settings: Settings, frame: str = RELATIVE
) -> list[Move]:
    """Return every technology's change; the earlier date is measured again, so that revisions can be told apart."""
    return explain(con, earlier, later, settings, frame=frame)


def sentences(
    con: duckdb.DuckDBPyConnection, earlier: int, later: int, settings: Settings, *, moved_only: bool
) -> list[Sentence]:
    """Return one sentence a technology, in both languages for the caller to choose."""
    names = technology_names(con)
    said = []
    for move in moves_between(con, earlier, later, settings):
        if move.moved or not moved_only:
            said.append(sentence(move, names.get(move.technology_id)))
    return said


def move_row(move: Move, names: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """Return one move as a flat row for JSON, CSV and tables."""
    said = sentence(move, names.get(move.technology_id))
    row: dict[str, Any] = {
        "technology_id": move.technology_id, "frame": move.frame, "from": move.before.strategy,
        "to": move.after.strategy, "moved": move.moved, "cause": move.cause.value,
        "capability_before": move.before.capability, "capability_after": move.after.capability,
        "dynamics_before": move.before.dynamics, "dynamics_after": move.after.dynamics,
        "probability": move.after.odds.get(move.after.strategy or ""), "likelier": move.after.likelier,
    }  # fmt: skip
    for part in move.parts:
        row[f"capability_{part.part}"] = part.capability_change
        row[f"dynamics_{part.part}"] = part.dynamics_change
    row["settings_changed"] = move.settings_changed
    row["new_prefixes"] = ",".join(move.new_prefixes)
    row["gone_prefixes"] = ",".join(move.gone_prefixes)
    row["sentence_zh"], row["sentence_en"] = said.zh, said.en
    return row
