"""One technology: its place with odds, its track, the indicators behind it, the IPC shift, why it moved."""

from __future__ import annotations

from typing import Any

from app.quality.read import holder_sentence, lines, quality_of
from app.web.base.page import NotFoundError, Page, View
from app.web.base.plot import odds_plot, track_plot
from app.web.base.records import withheld
from app.web.base.words import spoken
from app.web.screens.common import FRAMES, all_runs, chosen_run, cuts_of, query, run_before, stamp
from app.web.screens.trust import kept_forecast
from warehouse.indicators import BY_ID

_PARTS = {
    "indicators": "FROM indicators WHERE technology_id = $technology AND run_id = $run",
    "ipc_shift": "FROM ipc_shift_detail WHERE technology_id = $technology AND run_id = $run ORDER BY level, prefix",
    "funnel": "FROM screening_funnel WHERE technology_id = $technology AND run_id = $run ORDER BY step_no",
    "country_methods": "FROM run_country_methods WHERE technology_id = $technology AND run_id = $run"
    " ORDER BY families DESC",
    "dependence": "FROM network_at WHERE technology_id = $technology AND run_id = $run",
    "main_path": "FROM network_path_latest WHERE technology_id = $technology AND run_id = $run AND variant = 'global'"
    " ORDER BY position LIMIT 60",
    "sensitivity": "SELECT kind, value, strategy, capability, dynamics, not_placed_why FROM run_sensitivity"
    " WHERE technology_id = $technology AND frame = 'relative' AND kind <> 'as it is'"
    " AND run_id = (SELECT max(run_id) FROM run_sensitivity) AND $run > 0 ORDER BY kind, value",
    "survival": "FROM sensitivity WHERE technology_id = $technology AND frame = 'relative'"
    " AND run_id = (SELECT max(run_id) FROM run_sensitivity) AND $run > 0",
    "holders": "FROM network_holders WHERE technology_id = $technology AND run_id = $run AND later_rank IS NOT NULL"
    " ORDER BY later_rank LIMIT 10",
}  # fmt: skip
_CHANGES = (
    "SELECT part, capability_change, dynamics_change FROM run_attributions WHERE technology_id = $technology"
    " AND frame = $frame AND from_run = $before AND to_run = $run"
)


def technology(page: Page) -> View:
    """Show one technology. Path: its id; arguments: run, frame."""
    runs = all_runs(page)
    run = chosen_run(page, runs)
    frame = page.one_of("frame", FRAMES, "relative")
    key = page.path["technology"]
    placed = page.reader.rows(query("placements"), {"run": run["run_id"], "frame": frame})
    found = [r for r in placed if r["technology_id"] == key]
    if not found:
        msg = f"{key}: no technology of that id in run {run['run_id']}."
        raise NotFoundError(msg)
    values: dict[str, object] = {"technology": key, "run": run["run_id"]}
    tables: dict[str, Any] = {name: page.reader.rows(text, values) for name, text in _PARTS.items()}
    tables["main_path"] = withheld(page, tables["main_path"], "title_zh", "title_en", "holder")
    examples = page.reader.rows(query("shift_examples"), values)
    tables["shift_examples"] = withheld(page, examples, "title_zh", "title_en", "title", "holder")
    tables["query_editions"] = page.reader.rows(query("query_editions"), {"technology": key})
    track = page.reader.rows(query("track"), {"technology": key, "frame": frame})
    before = run_before(runs, run)
    changes = []
    if before is not None:
        changes = page.reader.rows(_CHANGES, {**values, "frame": frame, "before": before["run_id"]})
    cut_k, cut_d = cuts_of(run, key)
    return View(
        tables={"stamp": stamp(run, frame), "placement": found, "track": track, "changes": changes, **tables},
        main="track",
        extra={
            "indicator_names": {name: one.zh if page.lang == "zh" else one.en for name, one in BY_ID.items()},
            "run": run, "before": before, "frame": frame, "technology": found[0], "all": placed,
            "capability_plot": track_plot(track, "capability", cut_k),
            "dynamics_plot": track_plot(track, "dynamics", cut_d),
            "odds_plot": odds_plot(track),
            **_rests_on(page, values, frame),
        },
    )  # fmt: skip


def _rests_on(page: Page, values: dict[str, object], frame: str) -> dict[str, Any]:
    """Return what the place rests on, in sentences: search, query in force, holders, outlook."""
    key = str(values["technology"])
    held = page.reader.rows(
        "SELECT * FROM holder_concentration WHERE technology_id = $technology AND run_id = $run", values
    )
    forecast = kept_forecast(page, frame)
    return {
        "quality_lines": [spoken(line, page.lang) for line in lines(quality_of(page.reader.cursor, key))],
        "concentration": [spoken(holder_sentence(one), page.lang) for one in held],
        "outlook": next((r for r in forecast.rows if r["technology_id"] == key), None) if forecast else None,
        "query": page.reader.one(
            "SELECT i.edition_id, i.query FROM runs AS r JOIN edition_items AS i USING (edition_id)"
            " WHERE r.run_id = $run AND i.technology_id = $technology", values,
        ),
    }  # fmt: skip
