"""What is known of a search's quality, from the published snapshot: for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from app.common import Exit, Format, fail, out, print_json, print_rows
from app.matrix.show import rows
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace
from words.language import say

_ESTIMATES = (
    "measure", "basis", "dimension", "value_of", "estimate", "low", "high", "decided", "yes", "unsure", "families",
    "coverage",
)  # fmt: skip
_ORDER = "ORDER BY measure, basis, list_position(['all', 'side', 'window', 'office', 'country'], dimension), value_of"
_FORMS = dict.fromkeys(("estimate", "low", "high", "value", "corrected", "agreed"), "share")


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


def print_quality(workspace: Workspace, technologies: Sequence[str], how: Format) -> None:
    """Print what is known of the searches of `technologies`."""
    with connect_snapshot(current(workspace)) as con:
        found = {technology: quality_of(con, technology) for technology in technologies}
    if how is Format.json:
        print_json(found)
        return
    if how is Format.csv:
        print_rows([one for parts in found.values() for one in parts["estimates"]], how)
        return
    for technology, parts in found.items():
        _print_one(technology, parts)


def _print_one(technology: str, parts: dict[str, list[dict[str, Any]]]) -> None:
    if not parts["estimates"]:
        msg = f"{technology} was not judged yet; `stuckneck catalogue sample {technology}` draws families to judge."
        raise fail(msg, Exit.NOTHING)
    if any(not one["is_current"] and one["basis"] == "judged" for one in parts["estimates"]):
        out.print(
            "The query changed since it was judged: draw a new sample (`stuckneck catalogue sample`).", markup=False
        )
    known = [one for one in parts["estimates"] if one["estimate"] is not None]
    print_rows(known, Format.table, title=technology, columns=_ESTIMATES, forms=_FORMS)
    for sentence in dict.fromkeys(f"{one['basis'].partition(':')[0]}: {one['assumption']}" for one in known):
        out.print(f"  {sentence}", markup=False, soft_wrap=True)
    for name in ("judges", "corrected_shares", "proposals"):
        if parts[name]:
            print_rows(parts[name], Format.table, title=name.replace("_", " "), columns=_SHOWN[name], forms=_FORMS)
    if parts["proposals"]:
        out.print("Proposals only: nothing is changed; edit the query in technologies.toml.", markup=False)


_SHOWN = {
    "judges": ("first_judge", "second_judge", "items", "agreed", "kappa"),
    "corrected_shares": ("indicator", "value", "corrected", "low", "high", "factor", "recall_basis"),
    "proposals": ("proposal", "field", "term", "inside", "inside_total", "outside", "outside_total", "z", "examples"),
}


def overview(workspace: Workspace) -> list[dict[str, Any]]:
    """Return one row a technology with an estimate: precision and the recalls, whole, of the newest query."""
    with connect_snapshot(current(workspace)) as con:
        return rows(
            con,
            "SELECT technology_id, name_zh, name_en, measure, basis, estimate, low, high, decided, is_current"
            " FROM search_quality WHERE dimension = 'all' AND estimate IS NOT NULL"
            " ORDER BY technology_id, measure, basis",
        )
