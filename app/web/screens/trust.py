"""What a place rests on: search quality, completeness, holders, every other choice, and whether it will move."""

from __future__ import annotations

from typing import Any

from analytics.forecast.backtest import HORIZON
from app.ask.coverage import read as read_completeness
from app.outlook.reading import Forecast, forecast_of
from app.outlook.sensitivity import stored
from app.quality.read import holder_sentence, quality_of
from app.web.base.access import Role
from app.web.base.page import NotFoundError, Page, View
from app.web.base.words import spoken
from app.web.screens.common import FRAMES, all_runs, chosen_run, stamp

_NAMES = (
    "SELECT technology_id, name_zh, coalesce(name_en, name_zh) AS name_en, number FROM edition_items WHERE edition_id"
    " IN (SELECT max(edition_id) FROM editions WHERE kind = 'technologies') ORDER BY number NULLS LAST, technology_id"
)
_WHOLE = (
    "SELECT technology_id, measure, basis, estimate, low, high, decided, is_current, estimated_at FROM search_quality"
    " WHERE dimension = 'all' AND estimate IS NOT NULL ORDER BY technology_id, measure, basis"
)
_SAMPLES = (
    "SELECT s.sample_id, s.technology_id, s.drawn_at, count(DISTINCT i.item) AS items,"
    " count(DISTINCT j.item) AS judged, count(DISTINCT j.judge) AS judges FROM quality_samples AS s"
    " JOIN quality_items AS i USING (sample_id) LEFT JOIN quality_judgements AS j USING (sample_id, item)"
    " GROUP BY ALL ORDER BY s.sample_id DESC"
)
_MONTHS = 24


def named(page: Page) -> list[dict[str, Any]]:
    """Return id and names of every technology of the newest list, in its order."""
    return page.reader.rows(_NAMES)


def quality(page: Page) -> View:
    """Show precision and recall of every search, and which searches nobody judged."""
    run = chosen_run(page, all_runs(page))
    by: dict[str, list[dict[str, Any]]] = {}
    for row in page.reader.rows(_WHOLE):
        by.setdefault(row["technology_id"], []).append(row)
    rows = [{**one, "estimates": by.get(one["technology_id"], [])} for one in named(page)]
    flat = [{"technology_id": r["technology_id"], **e} for r in rows for e in r["estimates"]]
    return View(
        tables={"stamp": stamp(run, "relative"), "estimates": flat, "samples": page.reader.rows(_SAMPLES)},
        main="estimates",
        extra={"rows": rows, "judged": [r for r in rows if r["estimates"]]},
    )


def quality_one(page: Page) -> View:
    """Show all that is known of one technology's search. Path: its id."""
    run = chosen_run(page, all_runs(page))
    key = page.path["technology"]
    found = [one for one in named(page) if one["technology_id"] == key]
    if not found:
        msg = f"{key}: no technology of that id in this snapshot."
        raise NotFoundError(msg)
    known = quality_of(page.reader.cursor, key)
    if page.role < Role.analyst:  # the examples of a proposal are records
        known["proposals"] = [{**one, "examples": None} for one in known["proposals"]]
    known["estimates"] = [one for one in known["estimates"] if one["estimate"] is not None]
    return View(tables={"stamp": stamp(run, "relative"), **known}, main="estimates", extra={"technology": found[0]})


def holders(page: Page) -> View:
    """Show how concentrated the holders of every technology are, and the risk that one country monopolises it."""
    run = chosen_run(page, all_runs(page))
    rows = page.reader.rows(
        "SELECT * FROM holder_concentration WHERE run_id = $run ORDER BY list_position(['high', 'medium', 'low'], risk)"
        " NULLS LAST, hhi DESC NULLS LAST, technology_id", {"run": run["run_id"]},
    )  # fmt: skip
    return View(
        tables={"stamp": stamp(run, "relative"), "holders": rows}, main="holders",
        extra={"sentences": {r["technology_id"]: spoken(holder_sentence(r), page.lang) for r in rows}},
    )  # fmt: skip


def completeness(page: Page) -> View:
    """Show what is there of what should be, by source, office and month. Argument: source."""
    run = chosen_run(page, all_runs(page))
    listed = page.reader.rows("SELECT DISTINCT source FROM completeness ORDER BY source")
    sources = tuple(r["source"] for r in listed)
    source = page.one_of("source", sources, "*" if "*" in sources else sources[0]) if sources else None
    found = read_completeness(page.reader.cursor, _MONTHS, source)
    months = sorted({m["published_month"] for m in found["months"]})
    cells = {(m["office"], m["published_month"]): m for m in found["months"]}
    return View(
        tables={"stamp": stamp(run, "relative"), **found}, main="months",
        extra={"sources": sources, "source": source, "by_month": months, "cells": cells},
    )  # fmt: skip


def sensitivity(page: Page) -> View:
    """Show the strategy of every technology under each other choice. Argument: frame."""
    frame = page.one_of("frame", FRAMES, "relative")
    rows = stored(page.reader.cursor, frame)
    choices = list(dict.fromkeys(name for row in rows for name in row["variants"]))
    runs = all_runs(page)
    wanted = [r for r in runs if rows and r["as_of"] == rows[0]["as_of"] and r["origin"] == "live"]
    return View(
        tables={"stamp": stamp(wanted[-1] if wanted else chosen_run(page, runs), frame), "sensitivity": rows},
        main="sensitivity",
        extra={"frame": frame, "choices": choices, "placed": [r for r in rows if r["strategy"]]},
    )


def kept_forecast(page: Page, frame: str) -> Forecast | None:
    """Return the forecast of a frame, read once a snapshot; None where none is stored."""
    return page.reader.kept(("forecast", frame), lambda: forecast_of(page.reader.cursor, frame))


def forecast(page: Page) -> View:
    """Show how likely another quadrant is within twelve months, and how good such statements were. Argument: frame."""
    frame = page.one_of("frame", FRAMES, "relative")
    run = chosen_run(page, all_runs(page))
    found = kept_forecast(page, frame)
    said = found.rows if found else []
    return View(
        tables={
            "stamp": stamp(run, frame), "months": HORIZON, "forecast": said,
            "back_test": None if found is None else found.test | {"bins": found.bins},
        },
        main="forecast",
        extra={
            "frame": frame, "found": found, "test": found.test if found else None,
            "bins": found.bins if found else [],
        },
    )  # fmt: skip
