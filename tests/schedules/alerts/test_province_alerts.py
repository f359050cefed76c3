"""Changes of the provincial study become alerts: once, with their evidence, and not when the rule is off."""

from datetime import datetime

import duckdb
import pytest

from schedules.alerts.provinces import alert_province_changes
from warehouse.migrate import migrate, refresh_views
from warehouse.settings import Settings, parse_settings

NOW = datetime(2026, 1, 1)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    migrate(con)
    refresh_views(con)
    con.execute(
        "INSERT INTO run_provinces VALUES (7, 'ic-manufacturing', 2022, 2021, 28, 500, 25, '{}', 'h', 'synthetic',"
        " 0.9, 0.8, NULL, NULL, [])"
    )
    con.executemany(
        "INSERT INTO run_province_changes VALUES (7, 5, ?, ?, ?, ?, 'was', 'now', ?, ?)",
        [
            ["path", "440000", None, "high", "广东甲。", "Guangdong one."],
            ["path", "440000", None, "low", "广东乙。", "Guangdong two."],
            ["necessity_lost", None, "rd_intensity", None, "不再。", "No longer."],
        ],
    )
    return con


def test_one_alert_a_province_and_one_a_condition_told_once(con):
    made = alert_province_changes(con, 7, Settings(), NOW)
    assert [(a.rule, a.data_label, a.run_id) for a in made] == [
        ("province_necessity", "synthetic", 7), ("province_path", "synthetic", 7),
    ]  # fmt: skip
    assert made[1].text_en == "Guangdong one. Guangdong two."
    assert alert_province_changes(con, 7, Settings(), NOW) == []
    queries = con.execute("SELECT query FROM alert_evidence ORDER BY alert_id").fetchall()
    assert [len(con.execute(q).fetchall()) for (q,) in queries] == [1, 2]


def test_a_rule_that_is_off_tells_nothing(con):
    off = parse_settings("[alerts.rules.province_path]\nenabled = false\n")
    assert [a.rule for a in alert_province_changes(con, 7, off, NOW)] == ["province_necessity"]
    states = dict(con.execute("SELECT rule, state FROM alert_facts").fetchall())
    assert states == {"province_path": "resolved", "province_necessity": "new"}
