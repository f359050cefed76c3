"""What a message says as fields, for programs that receive webhooks: nothing must be read from a sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import duckdb

import sql
from schedules.alerts.basis.facts import Alert
from warehouse.rows import rows

# The settings that people ask about first; the hash stands for all that determine figures.
_SETTINGS = ("focal_country", "country_rule", "screening", "windows", "earlier", "later", "baseline")


def fields_of(con: duckdb.DuckDBPyConnection, alerts: Sequence[Alert]) -> list[dict[str, Any]]:
    """Return one dictionary an alert, in their order; what is unknown, or none, is None. K and D: relative frame."""
    found = rows(con, sql.text("ask/alert_fields.sql"), alerts=[alert.alert_id for alert in alerts])
    by_id = {row["alert_id"]: row for row in found}
    return [_fields(alert, by_id[alert.alert_id]) for alert in alerts]


def _fields(alert: Alert, row: dict[str, Any]) -> dict[str, Any]:
    stated = json.loads(row["settings"] or "{}")
    return {
        "alert": alert.alert_id,
        "fingerprint": alert.fingerprint,
        "rule": alert.rule,
        "severity": alert.severity,
        "certainty": alert.certainty,
        "technology": alert.technology_id,
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "source": alert.source,
        "from": alert.from_strategy,
        "to": alert.to_strategy,
        "frames": alert.frames,
        "probability": alert.probability,
        "K": row["capability"],
        "D": row["dynamics"],
        "K_before": row["capability_before"],
        "D_before": row["dynamics_before"],
        "run": alert.run_id,
        "run_before": row["run_before"],
        "as_of": None if alert.as_of is None else alert.as_of.isoformat(),
        "settings": {"hash": row["settings_hash"], **{key: stated.get(key) for key in _SETTINGS if key in stated}},
        "data": alert.data_label,
        "state": alert.state,
        "found_at": f"{alert.created_at:%Y-%m-%dT%H:%M:%S}Z",
        "title": {"zh": alert.title_zh, "en": alert.title_en},
        "why": {"zh": alert.why_zh, "en": alert.why_en},
    }
