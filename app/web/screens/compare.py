"""Comparisons: two runs side by side, and the capability of every country at once."""

from __future__ import annotations

from typing import Any

from app.web.base.page import Page, View
from app.web.base.tiles import tile_map
from app.web.screens.common import FRAMES, all_runs, chosen_run, query, run_before, stamp
from etl.normalise.places.countries import country_names
from warehouse.indicators import BY_ID, in_order

_ROWS = 20

# A country's share of an indicator: its amount over that of all families whose country is known.
_SHARE = "sum({amount}) / nullif(sum(sum({amount})) OVER (PARTITION BY technology_id), 0) AS {name}"


def runs(page: Page) -> View:
    """Compare two runs. Arguments: a (the earlier), b (default: the latest live run and the one before), frame."""
    known = all_runs(page)
    later = chosen_run(page, known, "b")
    earlier = chosen_run(page, known, "a") if page.args.get("a") else (run_before(known, later) or later)
    frame = page.one_of("frame", FRAMES, "relative")
    rows = page.reader.rows(query("moves"), {"before": earlier["run_id"], "after": later["run_id"], "frame": frame})
    comparable = earlier["settings_hash"] == later["settings_hash"]
    return View(
        tables={
            "earlier": stamp(earlier, frame),
            "later": stamp(later, frame),
            "comparable": comparable,
            "changes": rows,
        },
        main="changes",
        extra={"runs": known, "a": earlier, "b": later, "frame": frame, "run": later},
    )


def countries(page: Page) -> View:
    """Show K of every country: its shares of each technology, weighted as the run weighted the focal country's.

    Arguments: run, technology (what the map shows; without it the mean over all). Only families whose country is
    known count, each for one country; ``fractional`` runs have no such country.
    """
    known = all_runs(page)
    run = chosen_run(page, known)
    weights = {
        r["indicator"]: r["weight"]
        for r in page.reader.rows(
            "SELECT indicator, weight FROM run_weights WHERE run_id = $run AND frame = 'relative'",
            {"run": run["run_id"]},
        )
    }
    shares = "".join(f", {_SHARE.format(amount=BY_ID[name].amount, name=name)}" for name in in_order(weights))
    cells = page.reader.rows(query("country_cells").replace("/* shares */", shares), {"run": run["run_id"]})
    table = _by_country(cells, weights)
    placed = page.reader.rows(query("placements"), {"run": run["run_id"], "frame": "relative"})
    technologies = [t for t in placed if any(t["technology_id"] in r for r in table)]
    mapped = page.one_of("technology", ("mean", *(t["technology_id"] for t in technologies)), "mean")
    values = {r["country"]: r[mapped] for r in table if mapped in r}
    plot, untiled = tile_map(values, lambda code: _name(code, page.lang))
    return View(
        tables={"stamp": stamp(run, "relative"), "weights": weights, "countries": table},
        main="countries",
        extra={
            "run": run, "technologies": technologies, "shown": table[:_ROWS], "mapped": mapped, "plot": plot,
            "untiled": untiled, "country_names": {r["country"]: _name(r["country"], page.lang) for r in table},
        },
    )  # fmt: skip


def _name(code: str, lang: str) -> str:
    names = country_names(code)
    return code if names is None else names[1 if lang == "zh" else 0]


def _by_country(cells: list[dict[str, Any]], weights: dict[str, float]) -> list[dict[str, Any]]:
    """Return a row per country: K by technology, the mean over technologies, families; highest mean first."""
    technologies = sorted({c["technology_id"] for c in cells})
    rows: dict[str, dict[str, Any]] = {}
    for cell in cells:
        row = rows.setdefault(cell["country"], {"country": cell["country"], "families": 0})
        row["families"] += cell["families"]
        shares = [(weights[name], cell[name]) for name in in_order(weights) if weights[name]]
        known = all(share is not None for _, share in shares)
        row[cell["technology_id"]] = sum(weight * share for weight, share in shares) if known else None
    for row in rows.values():
        values = [row.get(t, 0.0) for t in technologies]
        row["mean"] = None if any(v is None for v in values) else sum(values) / len(technologies)
    return sorted(rows.values(), key=lambda r: (-(r["mean"] if r["mean"] is not None else -1.0), -r["families"]))
