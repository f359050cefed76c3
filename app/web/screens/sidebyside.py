"""Technologies side by side: place, odds, every indicator and the new IPC prefixes of up to four at once."""

from __future__ import annotations

from typing import Any

from app.web.base.page import NotFoundError, Page, View
from app.web.screens.common import FRAMES, all_runs, chosen_run, query, stamp
from warehouse.indicators import BY_ID, in_order

_SEATS = ("a", "b", "c", "d")
_SHOWN_AT_FIRST = 3
_INDICATORS = (
    "SELECT technology_id, indicator, value, numerator, denominator, coverage, least, most FROM indicators"
    " WHERE run_id = $run AND list_contains($chosen, technology_id)"
)
_SHIFT = (
    "SELECT technology_id, prefix, level, amplitude FROM ipc_shift_detail WHERE run_id = $run AND is_counted"
    " AND list_contains($chosen, technology_id) ORDER BY technology_id, level, prefix"
)


def technologies(page: Page) -> View:
    """Show up to four technologies of a run. Arguments: a, b, c, d (ids; without any, the first three), run, frame."""
    run = chosen_run(page, all_runs(page))
    frame = page.one_of("frame", FRAMES, "relative")
    placed = page.reader.rows(query("placements"), {"run": run["run_id"], "frame": frame})
    known = {row["technology_id"]: row for row in placed}
    chosen = _chosen(page, known)
    values: dict[str, object] = {"run": run["run_id"], "chosen": chosen}
    indicators = page.reader.rows(_INDICATORS, values)
    return View(
        tables={
            "stamp": stamp(run, frame),
            "technologies": [known[key] for key in chosen],
            "indicators": indicators,
            "ipc_shift": page.reader.rows(_SHIFT, values),
        },
        main="technologies",
        extra={
            "run": run, "frame": frame, "all": placed, "seats": _SEATS, "chosen": chosen,
            "order": in_order({r["indicator"] for r in indicators}),
            "cells": {(r["technology_id"], r["indicator"]): r for r in indicators},
            "indicator_names": {name: one.zh if page.lang == "zh" else one.en for name, one in BY_ID.items()},
        },
    )  # fmt: skip


def _chosen(page: Page, known: dict[str, dict[str, Any]]) -> list[str]:
    """Return the ids that the address names, each once; the first that are placed where it names none."""
    named = list(dict.fromkeys(page.args[seat] for seat in _SEATS if page.args.get(seat)))
    for key in named:
        if key not in known:
            msg = f"{key}: no technology of that id in this run."
            raise NotFoundError(msg)
    return named or [key for key, row in known.items() if row["strategy"] is not None][:_SHOWN_AT_FIRST]
