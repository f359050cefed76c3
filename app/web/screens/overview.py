"""The overview: the matrix as of a date, what moved and may move, what is unsettled, alerts, sources, completeness."""

from __future__ import annotations

from typing import Any

from analytics.matrix.strategy import own_lines
from app.ask.coverage import read as read_completeness
from app.web.base.page import Page, View
from app.web.base.plot import matrix_plot
from app.web.screens.common import FRAMES, all_runs, chosen_run, cuts_of, placed_by, query, run_before, stamp
from app.web.screens.trust import kept_forecast

_SOON = 5


def overview(page: Page) -> View:
    """Show the matrix of one run. Arguments: run, frame, zoom (0: the whole square)."""
    runs = all_runs(page)
    run = chosen_run(page, runs)
    frame = page.one_of("frame", FRAMES, "relative")
    rows = page.reader.rows(query("placements"), {"run": run["run_id"], "frame": frame})
    before = run_before(runs, run)
    moved = []
    if before is not None:
        found = page.reader.rows(query("moves"), {"before": before["run_id"], "after": run["run_id"], "frame": frame})
        moved = [m for m in found if m["from_strategy"] != m["to_strategy"]]
    names = "name_zh" if page.lang == "zh" else "name_en"
    drawn = [{**row, names: f"{row[names]}{own_lines(placed_by(run), row['technology_id'])}"} for row in rows]
    return View(
        tables={
            "stamp": stamp(run, frame),
            "placements": rows,
            "moved": moved,
            "alerts": page.reader.rows("FROM alerts_open ORDER BY created_at DESC LIMIT 8"),
            "sources": page.reader.rows(
                "SELECT source, max(received_at) AS last_answer, count(*) AS answers, sum(record_count) AS records"
                " FROM pages GROUP BY source ORDER BY source"
            ),
        },
        main="placements",
        extra={
            "run": run, "before": before, "frame": frame, "names": names,
            "runs": [r for r in runs if r["origin"] in ("live", "backfill") or r["run_id"] == run["run_id"]],
            "plot": matrix_plot(drawn, cuts_of(run), names, zoom=page.one_of("zoom", ("0", "1"), "1") == "1"),
            "zoom": page.args.get("zoom", "1"),
            "unsettled": [r for r in rows if r["unsettled"]],
            "watch": [r for r in rows if r["is_watch"]],
            "not_placed": [r for r in rows if r["strategy"] is None],
            "complete": _complete(page), **_soon(page, frame, rows),
        },
    )  # fmt: skip


def _complete(page: Page) -> dict[str, Any] | None:
    """Return how complete the records of all sources together are: offices, and how many are short or late."""
    offices = read_completeness(page.reader.cursor, 24, "*")["offices"]
    if not offices:
        return None
    known = [o["complete_to"] for o in offices if o["complete_to"] is not None]
    return {
        "offices": len(offices), "complete_to": min(known) if known else None,
        "short": [o["office"] for o in offices if o["short"]],
        "late": [o["office"] for o in offices if o["late_or_missing"]],
    }  # fmt: skip


def _soon(page: Page, frame: str, placed: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the technologies most likely in another quadrant in twelve months, where a forecast may be given."""
    found = kept_forecast(page, frame)
    names = {r["technology_id"]: r for r in placed if r["strategy"] is not None}
    given = [
        {**names[r["technology_id"]], "p_moves": r["p_moves"]}
        for r in (found.rows if found else []) if r["p_moves"] is not None and r["technology_id"] in names
    ]  # fmt: skip
    given.sort(key=lambda r: (-r["p_moves"], r["technology_id"]))
    return {"soon": given[:_SOON], "has_forecast": bool(given)}
