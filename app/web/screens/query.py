"""Another query for a technology, tried on the documents at hand: what it finds, gains, loses and just misses."""

from __future__ import annotations

from typing import Any

import polars as pl

from app.web.base.page import NotFoundError, Page, View
from app.web.screens.trust import named
from etl.catalogue.load import load_catalogue
from etl.query.canonical import query_hash
from etl.query.lexer import QuerySyntaxError
from etl.query.parser import parse
from etl.sampling.documents import near_misses

_EXAMPLES = 8
_LIVE = 200_000  # documents at hand up to which a query is tried as it is typed
_TITLES = (
    "SELECT family_key, family_id, coalesce(title_en, title, title_zh) AS title_en, coalesce(title_zh, title, title_en)"
    " AS title_zh, country, first_publication_date, main_subclass FROM families"
    " WHERE list_contains($keys, family_key) ORDER BY first_publication_date DESC NULLS LAST, family_id"
)


def query_page(page: Page) -> View:
    """Try a query. Path: the technology; argument: q (default: the query in force)."""
    key = page.path["technology"]
    listed = {t.id: t for t in load_catalogue(page.workspace.technologies_file).technologies}
    if key not in listed:
        msg = f"{key}: no technology of that id in the list."
        raise NotFoundError(msg)
    own = listed[key].query or ""
    text = page.args.get("q", own)[:20_000].strip()
    [documents] = page.reader.rows("SELECT count(*) AS n FROM publications")
    found, refused = ({}, None) if not text else _tried(page, key, text)
    names = {t["technology_id"]: t for t in named(page)}
    return View(
        tables={"counts": [found["counts"]] if found else [], "examples": found.get("examples", {})},
        main="counts",
        extra={
            "technology": names.get(key, {"technology_id": key, "name_zh": listed[key].name_zh,
                                          "name_en": listed[key].name_en}),
            "text": text, "own": own, "is_changed": text != own.strip(), "refused": refused, "found": found,
            "documents": documents["n"], "is_live": documents["n"] <= _LIVE,
        },
    )  # fmt: skip


def _tried(page: Page, technology: str, text: str) -> tuple[dict[str, Any], str | None]:
    """Return counts and examples of a query, or the sentence that says why it cannot be read."""
    try:
        query = parse(text, technology)
    except QuerySyntaxError as error:
        return {}, str(error)
    near = near_misses(page.reader.cursor, query)
    hits = set(near.filter("unreturned")["family_key"])
    outside = near.filter(~pl.col("unreturned"))
    now = page.reader.rows(
        "SELECT DISTINCT m.family_key FROM family_memberships AS m WHERE m.technology_id = $technology"
        " AND m.query_hash IN (SELECT query_hash FROM edition_items WHERE technology_id = $technology"
        " AND edition_id = (SELECT max(edition_id) FROM editions WHERE kind = 'technologies')"
        " UNION ALL SELECT 'import')",
        {"technology": technology},
    )
    members = {r["family_key"] for r in now}
    groups = {
        "hits": hits, "gained": hits - members, "lost": members - hits,
        "excluded": set(outside.filter("excluded")["family_key"]),
        "one_clause": set(outside.filter(pl.col("one_clause") & ~pl.col("excluded"))["family_key"]),
    }  # fmt: skip
    counts = {"now": len(members), **{name: len(keys) for name, keys in groups.items()}, "hash": query_hash(query)}
    examples = {name: _examples(page, keys) for name, keys in groups.items() if keys}
    return {"counts": counts, "examples": examples}, None


def _examples(page: Page, keys: set[int]) -> list[dict[str, Any]]:
    return page.reader.rows(f"{_TITLES} LIMIT {_EXAMPLES}", {"keys": sorted(keys)})
