"""The network's views say by what they were measured, and keep what-ifs out of the record."""

import json
from datetime import date

import duckdb
import pytest

from analytics.network.figures.lead import beside_placements
from warehouse.migrate import migrate, refresh_views

BY = {"focal_country": "CN", "country_rule": "default", "screening": "open", "windows": "rolling"}
RUNS = [  # run, year, origin, settings
    (1, 2019, "live", BY),
    (2, 2020, "adhoc", BY | {"focal_country": "JP"}),
    (3, 2020, "live", BY),
    (4, 2021, "live", BY | {"screening": "monitor"}),
]


@pytest.fixture
def con():
    con = duckdb.connect()
    migrate(con)
    refresh_views(con)
    for run, year, origin, settings in RUNS:
        day = date(year, 12, 31)
        con.execute(
            "INSERT INTO runs (run_id, kind, as_of, settings, settings_hash, data_label, state, resumed, started_at)"
            " VALUES (?, 'place', ?, ?, ?, 'synthetic', 'succeeded', 0, now())",
            [run, day, json.dumps(settings), json.dumps(settings)],
        )
        con.execute(
            "INSERT INTO run_placements BY NAME SELECT ? AS run_id, 'chip' AS technology_id, 'relative' AS frame,"
            " ? AS as_of, ? AS origin, 'synthetic' AS data_label, 'q' AS query_hash, 9 AS families, 0.6 AS capability,"
            " 0.4 AS dynamics, 4.0 AS dynamics_raw, 'assault' AS strategy, false AS is_watch, false AS low_evidence",
            [run, day, origin],
        )
        con.execute(
            "INSERT INTO network_indicators BY NAME SELECT ? AS run_id, ? AS as_of, 'chip' AS technology_id,"
            " 'foreign_dependence' AS indicator, 0.5 AS value, 1.0 AS coverage", [run, day],
        )  # fmt: skip
    return con


def test_history_is_the_record_and_says_where_it_breaks(con):
    found = con.execute(
        "SELECT run_id, focal_country, screening, windows, origin, is_break FROM network_history ORDER BY run_id"
    ).fetchall()
    assert found == [
        (1, "CN", "open", "rolling", "live", False),
        (3, "CN", "open", "rolling", "live", False),
        (4, "CN", "monitor", "rolling", "live", True),
    ]
    every = con.execute("SELECT run_id, focal_country, origin FROM network_at ORDER BY run_id").fetchall()
    assert (2, "JP", "adhoc") in every
    assert len(every) == len(RUNS)


def test_latest_says_by_what_it_was_measured(con):
    found = con.execute("SELECT run_id, focal_country, screening, windows FROM network_latest").fetchall()
    assert found == [(4, "CN", "monitor", "rolling")]
    for view in ("network_path_latest", "network_joined"):
        columns = [row[0] for row in con.execute(f"DESCRIBE {view}").fetchall()]
        assert {"focal_country", "screening", "windows"} <= set(columns)


def test_rows_beside_placements_say_where_settings_changed(con, monkeypatch):
    monkeypatch.setattr(
        "analytics.network.figures.lead._row", lambda placed, *_: (*placed[:2], *[None] * 6, *placed[2:])
    )
    table = beside_placements(con, "chip", date(2022, 1, 1), lambda _: None, "CN")
    assert table["is_break"].to_list() == [False, False, True]
