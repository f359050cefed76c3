"""The overview: the matrix as of a date, what moved, what is unsettled, open alerts, the state of the sources."""

from __future__ import annotations

from analytics.matrix.strategy import own_lines
from app.web.base.page import Page, View
from app.web.base.plot import matrix_plot
from app.web.screens.common import FRAMES, all_runs, chosen_run, cuts_of, placed_by, query, run_before, stamp


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
        },
    )  # fmt: skip
