"""Whose records may be shown to whom: sources whose terms forbid passing records on are for signed-in analysts."""

from __future__ import annotations

from functools import cache
from typing import Any

from app.web.base.access import Role
from app.web.base.page import Page


@cache
def open_sources() -> tuple[str, ...]:
    """Return the sources whose records may be passed on by their terms; one that does not say so is not among them."""
    from etl.bulk.detect import SOURCES
    from etl.exports.vendor import packaged_vendors
    from etl.sources.registry import configs

    stated = {config.source for config in configs() if config.passes_on}
    stated |= {vendor.source.key for vendor in packaged_vendors().values() if vendor.source.passes_on}
    return tuple(sorted(stated | {key for key, one in SOURCES.items() if one.get("passes_on")}))


def withheld(page: Page, rows: list[dict[str, Any]], *fields: str) -> list[dict[str, Any]]:
    """Return `rows` (each a family_id) with `fields` taken out where this reader may not see that family's records.

    Records of the simulated office are nobody's, and shown to everybody.
    """
    if page.role >= Role.analyst or not rows:
        return rows
    closed = page.reader.rows(
        "SELECT DISTINCT family_id FROM publications WHERE list_contains($families, family_id) AND NOT is_synthetic"
        " AND NOT list_has_all($open, sources)",
        {"families": [r["family_id"] for r in rows], "open": list(open_sources())},
    )
    names = {r["family_id"] for r in closed}
    return [{**r, **dict.fromkeys(fields)} if r["family_id"] in names else r for r in rows]
