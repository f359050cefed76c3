"""A provincial study as plain JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from analytics.nca.report import to_json as nca_json
from analytics.provinces.panel import PanelStudy
from analytics.provinces.study import ProvincialStudy
from analytics.qca.panel_report import to_json as panel_json
from analytics.qca.report import to_json as qca_json


def study_json(study: ProvincialStudy) -> dict[str, Any]:
    """Return cases, calibration, NCA and both QCAs, unrounded; the shapes of ``nca --json`` and ``qca --json``."""
    cases = study.cases
    columns = ("outcome", *cases.conditions)
    return {
        "data_label": cases.data_label,
        "outcome": {
            "topic": cases.topic, "year": cases.outcome_year, "families": cases.families, "unknown": cases.unknown,
        },
        "conditions_year": cases.conditions_year,
        "conditions": list(cases.conditions),
        "cases": {
            code: dict(zip(columns, [float(cases.outcome[i]), *cases.raw[i].tolist()], strict=True))
            for i, code in enumerate(cases.provinces)
        },
        "calibration": {
            name: {**asdict(study.descriptions[name]), **asdict(anchors)} for name, anchors in study.anchors.items()
        },
        "nca": nca_json(study.nca),
        "high": qca_json(study.high, details=True),
        "low": qca_json(study.low, details=True),
        "robustness": [{"setting": r.label, "relation": r.relation, "paths": len(r.model)} for r in study.robustness],
        "notes": list(study.notes),
        **({} if study.panel is None else {"panel": _panel(study.panel)}),
    }  # fmt: skip


def _panel(panel: PanelStudy) -> dict[str, Any]:
    return {
        "data_label": panel.cases.data_label,
        "years": sorted(set(panel.cases.years)),
        "observations": len(panel.cases.years),
        "calibration": {name: asdict(anchors) for name, anchors in panel.anchors.items()},
        "high": {**qca_json(panel.analyses["high"]), "panel": panel_json(panel.rows["high"])},
        "low": {**qca_json(panel.analyses["low"]), "panel": panel_json(panel.rows["low"])},
        "notes": list(panel.notes),
    }
