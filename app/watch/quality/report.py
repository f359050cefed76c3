"""What is known of a search's quality, from the published snapshot: for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.common import Exit, Format, fail, out, print_json, print_rows
from app.quality.read import quality_of
from warehouse.publish import connect_snapshot, current
from warehouse.rows import rows
from warehouse.workspace import Workspace
from words.language import current as current_language
from words.language import say

_ESTIMATES = (
    "measure", "basis", "dimension", "value_of", "estimate", "low", "high", "decided", "yes", "unsure", "families",
    "coverage",
)  # fmt: skip
_FORMS = dict.fromkeys(("estimate", "low", "high", "value", "corrected", "agreed"), "share")
_FORMS |= {"value_of": "word", "kappa": "figure", "z": "figure", "factor": "figure"}


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
    for basis, assumed in dict.fromkeys((one["basis"].partition(":")[0], one["assumption"]) for one in known):
        out.print(
            f"  {say(basis)}{'：' if current_language() == 'zh' else ': '}{say(assumed)}", markup=False, soft_wrap=True
        )
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
