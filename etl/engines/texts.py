"""The SQL of the bulk tables: one text for both engines where one can serve, else two side by side."""

from __future__ import annotations

import sql


def text(name: str, engine: str) -> str:
    """The SELECT `name` of ``sql/bulk``: the engine's own (``NAME.ENGINE.sql``), or the one that serves both."""
    own = f"{name}.{engine}.sql"
    return sql.text(f"bulk/{own if own in sql.names('bulk') else f'{name}.sql'}")
