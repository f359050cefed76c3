"""What several pages share: which run is shown, with which settings, and the words of its stamp."""

from __future__ import annotations

import json
from typing import Any

import sql
from analytics.matrix.strategy import Cuts
from app.web.base.page import NotFoundError, Page
from warehouse.sections.measuring import Place

FRAMES = ("relative", "anchored")


def query(name: str) -> str:
    """Return the text of ``sql/web/<name>.sql``."""
    return sql.text(f"web/{name}.sql")


def all_runs(page: Page) -> list[dict[str, Any]]:
    """Return every run that placed something, oldest date first, with its settings as a dictionary."""
    return [{**r, "settings": json.loads(r["settings"] or "{}")} for r in page.reader.rows(query("runs"))]


def chosen_run(page: Page, runs: list[dict[str, Any]], name: str = "run") -> dict[str, Any]:
    """Return the run that the address names, else the latest live one. Raises NotFoundError."""
    wanted = page.whole(name, 0, low=0)
    if wanted:
        found = [r for r in runs if r["run_id"] == wanted]
        if not found:
            msg = f"Run {wanted} placed nothing in this snapshot."
            raise NotFoundError(msg)
        return found[0]
    live = [r for r in runs if r["origin"] == "live"] or runs
    if not live:
        raise NotFoundError("No technology has been placed yet.")
    return max(live, key=lambda r: (r["as_of"], r["run_id"]))


def run_before(runs: list[dict[str, Any]], run: dict[str, Any]) -> dict[str, Any] | None:
    """Return the live run before `run` that was made with equal settings, or None: others cannot be compared."""
    earlier = [
        r for r in runs
        if r["origin"] == run["origin"] and r["settings_hash"] == run["settings_hash"]
        and (r["as_of"], r["run_id"]) < (run["as_of"], run["run_id"])
    ]  # fmt: skip
    return max(earlier, key=lambda r: (r["as_of"], r["run_id"])) if earlier else None


def placed_by(run: dict[str, Any]) -> Place:
    """Return the [place] settings of a run; what it did not record is as by default."""
    return Place.model_validate({k: v for k, v in run["settings"].items() if k in Place.model_fields})


def cuts_of(run: dict[str, Any], technology: str | None = None) -> tuple[float, float]:
    """Return the cuts of K and D that the run was placed with, a technology's own first."""
    return Cuts.of(placed_by(run), technology).values


def stamp(run: dict[str, Any], frame: str) -> dict[str, Any]:
    """Return what every figure is stamped with: run, date, label, focal country, policy, windows, frame."""
    settings = run["settings"]
    return {
        "run_id": run["run_id"], "as_of": run["as_of"], "origin": run["origin"], "data_label": run["data_label"],
        "focal_country": settings.get("focal_country"), "screening": settings.get("screening"),
        "windows": settings.get("windows"), "country_rule": settings.get("country_rule"), "frame": frame,
    }  # fmt: skip
