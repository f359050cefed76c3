"""How each figure is built: the query that gives it and the settings it depends on; the words are the template's.

The queries run as they stand, on a snapshot or in the SQL page; the ids are the anchors of ``/how``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.web.base.page import Page, View


@dataclass(frozen=True, slots=True)
class Built:
    """One figure: the query that reads it, and the names of the [place] settings that change it."""

    id: str
    sql: str
    settings: tuple[str, ...] = ()


FIGURES = (
    Built("family", "SELECT technology_id, families FROM matrix_latest WHERE frame = 'relative'", ("screening",)),
    Built(
        "country",
        "SELECT technology_id, method, families, share FROM run_country_methods SEMI JOIN latest_run USING (run_id)",
        ("country_rule", "focal_country"),
    ),
    Built(
        "screening",
        "SELECT technology_id, step, families_left, families_lost, unknown FROM screening_funnel"
        " SEMI JOIN latest_run USING (run_id) ORDER BY technology_id, step_no",
        ("screening",),
    ),
    Built(
        "share",
        "SELECT technology_id, indicator, numerator, denominator, value, coverage, least, most FROM indicators"
        " SEMI JOIN latest_run USING (run_id)",
        ("focal_country", "indicators", "self_citations"),
    ),
    Built(
        "capability",
        "SELECT technology_id, sum(weight * value) AS k FROM indicators SEMI JOIN latest_run USING (run_id)"
        " GROUP BY technology_id",
        ("indicators", "baseline"),
    ),
    Built(
        "dynamics",
        "SELECT technology_id, sum(amplitude) FILTER (WHERE is_counted) AS d_raw FROM ipc_shift_detail"
        " SEMI JOIN latest_run USING (run_id) GROUP BY technology_id",
        ("windows", "earlier", "later", "window_date", "top"),
    ),
    Built(
        "quadrant",
        "SELECT technology_id, capability, dynamics, strategy, is_watch FROM matrix_latest WHERE frame = 'relative'",
        ("cut_capability", "cut_dynamics", "cuts", "watch_margin"),
    ),
    Built(
        "odds",
        "SELECT technology_id, p_assault, p_disrupt, p_entrench, p_position, capability_low, capability_high,"
        " dynamics_low, dynamics_high FROM matrix_latest WHERE frame = 'relative'",
        ("bootstrap_draws", "seed"),
    ),
    Built(
        "bounds",
        "SELECT technology_id, capability_least, capability_most, dynamics_least, dynamics_most, holds, is_sharp"
        " FROM bounds WHERE frame = 'relative'",
    ),
    Built("sensitivity", "SELECT technology_id, strategy, tried, moved, survives, moved_by FROM sensitivity"),
    Built(
        "track",
        "SELECT as_of, origin, technology_id, capability, dynamics, strategy, is_break FROM matrix_history"
        " WHERE frame = 'relative' ORDER BY technology_id, as_of",
    ),
    Built("causes", "SELECT technology_id, part, capability_change, dynamics_change FROM run_attributions"),
    Built(
        "path",
        "SELECT technology_id, position, family_id, year, holder FROM network_path_latest WHERE variant = 'global'",
    ),
    Built(
        "holders",
        "SELECT technology_id, hhi, top10_share, lead_country, lead_share, risk FROM holder_concentration"
        " SEMI JOIN latest_run USING (run_id)",
    ),
    Built(
        "search",
        "SELECT technology_id, measure, basis, estimate, low, high FROM search_quality WHERE dimension = 'all'",
    ),
    Built(
        "completeness",
        "SELECT office, published_month, records, expected, state FROM completeness WHERE source = '*'",
    ),
)


def how(page: Page) -> View:
    """Show the definition of every figure with its query and the settings in force."""
    place: dict[str, Any] = page.settings.place.model_dump(mode="json")
    return View(
        tables={
            "settings": [{"setting": k, "value": v} for k, v in place.items()],
            "figures": [{"id": one.id, "sql": one.sql, "settings": list(one.settings)} for one in FIGURES],
        },
        main="settings",
        extra={"built": {one.id: one for one in FIGURES}, "place": place},
    )
