"""What is known of a search's quality, read from a published snapshot; below the commands that show it."""

from __future__ import annotations

from typing import Any

import duckdb

from warehouse.rows import rows
from words.language import say

_ORDER = "ORDER BY measure, basis, list_position(['all', 'side', 'window', 'office', 'country'], dimension), value_of"


def quality_of(con: duckdb.DuckDBPyConnection, technology: str) -> dict[str, list[dict[str, Any]]]:
    """Return everything known of one technology's search: estimates, judges, corrected shares and odds, proposals."""
    run = "(SELECT max(run_id) FROM run_placements WHERE origin = 'live')"
    hashes = "(SELECT query_hash FROM search_quality WHERE technology_id = ?)"
    return {
        "estimates": rows(con, f"SELECT * FROM search_quality WHERE technology_id = ? {_ORDER}", technology),  # noqa: S608
        "judges": rows(
            con,
            "SELECT a.* FROM quality_agreement AS a JOIN quality_samples AS s USING (sample_id)"
            " WHERE s.technology_id = ? ORDER BY ALL",
            technology,
        ),
        "corrected_shares": rows(
            con,
            f"SELECT * FROM corrected_shares WHERE technology_id = ? AND run_id = {run} ORDER BY indicator",  # noqa: S608
            technology,
        ),
        "corrected_places": rows(
            con,
            f"SELECT * FROM corrected_places WHERE technology_id = ? AND run_id = {run} ORDER BY frame",  # noqa: S608
            technology,
        ),
        "proposals": rows(
            con,
            f"SELECT * FROM quality_terms WHERE technology_id = ? AND query_hash IN {hashes} ORDER BY proposal, z DESC",  # noqa: S608
            technology, technology,
        ),
    }  # fmt: skip


def lines(found: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return what is known in a few sentences, for `show` too; empty where nothing was judged."""
    said = []
    if any(not one["is_current"] and one["basis"] == "judged" for one in found["estimates"]):
        said.append(say("The query changed since it was judged: draw a new sample (`stuckneck catalogue sample`)."))
    for one in found["estimates"]:
        if one["dimension"] == "all" and one["estimate"] is not None and one["is_current"]:
            share = f"{one['estimate']:.1%} ({one['low']:.1%}–{one['high']:.1%})"
            said.append(say(f"{one['measure']} by {one['basis']}: {share}, {one['decided']} decided"))
    for one in found["corrected_shares"]:
        share = f"{one['corrected']:.1%} ({one['low']:.1%}–{one['high']:.1%})"
        said.append(say(f"{one['indicator']}: {one['value']:.1%}, corrected for the search {share}"))
    return said


def holder_lines(con: duckdb.DuckDBPyConnection, technology: str) -> list[str]:
    """Return concentration and risk of the latest run of the record in one sentence; empty where not measured."""
    return [holder_sentence(one) for one in concentration_of(con, technology) if one["hhi"] is not None]


def concentration_of(con: duckdb.DuckDBPyConnection, technology: str) -> list[dict[str, Any]]:
    """Return the row of the view holder_concentration of the latest run of the record; empty where not measured."""
    return rows(
        con,
        "SELECT * FROM holder_concentration WHERE technology_id = ? AND origin = 'live' ORDER BY run_id DESC LIMIT 1",
        technology,
    )


def holder_sentence(one: dict[str, Any]) -> str:
    """Return one technology's concentration (a row of the view holder_concentration) in one sentence."""
    if one["hhi"] is None:
        return say("No first applicant is known.")
    if one["top_lead_country"] is None:
        return say(f"HHI {one['hhi']:.3f} over {one['holders']} holders; no family is known to be cited.")
    risk = one["risk"] or "unknown (fewer than ten holders of the most cited families)"
    return say(
        f"HHI {one['hhi']:.3f} over {one['holders']} holders; {one['top_lead_country']} has "
        f"{one['top_lead_share']:.1%} of the most cited tenth and {one['top_holders_in_lead']} of its "
        f"{one['top_holders']} largest holders; risk of a monopoly: {risk}."
    )
