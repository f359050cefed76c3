"""A provincial study as plain JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from analytics.nca.report import to_json as nca_json
from analytics.provinces.study import ProvincialStudy
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
    }  # fmt: skip
