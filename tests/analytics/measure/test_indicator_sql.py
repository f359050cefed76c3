"""Indicator SQL: one SELECT per file, under a header, in the portable subset."""

import re
from datetime import date

import pytest
import sqlglot

import sql
from analytics.matrix.place import place
from tests.analytics import plain_methods as plain
from tests.analytics.made_warehouse import make
from warehouse.indicators import BY_ID, DECLARED
from warehouse.sections.measuring import Place
from warehouse.settings import Settings

FILES = sql.names("indicators")
HEADER = ("-- name:", "-- grain:", "-- columns:", "-- units:")
NOT_PORTABLE = r"\b(asof|concat|pivot|unpivot|list_\w+|date_diff|regexp_replace|arg_max|arg_min|qualify)\b|//|%|::|->"


@pytest.mark.parametrize("name", FILES)
def test_has_its_header_and_is_one_portable_select(name):
    text = sql.text(f"indicators/{name}")
    for line in HEADER:
        assert line in text, f"{name} lacks {line}"
    assert f"-- name: {name.removesuffix('.sql')}\n" in text
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    assert not re.search(NOT_PORTABLE, body, re.IGNORECASE)
    statements = sqlglot.parse(body, read="duckdb")
    assert len(statements) == 1
    assert isinstance(statements[0], sqlglot.exp.Select)
    assert " / " not in body or "nullif" in body.lower()


def test_the_sql_names_every_declared_indicator_and_no_other():
    shares, spread, view = (
        sql.text(name) for name in ("indicators/shares.sql", "indicators/share_spread.sql", "views/indicators.sql")
    )
    for one in DECLARED:
        assert f"AS {one.known},\n" in shares
        assert f"AS {one.total},\n" in shares
        assert f"'{one.id}'" in spread
        assert f"WHEN '{one.id}' THEN '{one.zh}'" in view
        assert one.column is None or f"f.{one.column}" in spread
    assert shares.count(" AS ") == 1 + 2 * (len(DECLARED) - 1) + 1
    assert spread.count("SELECT f.technology_id") == len(DECLARED)
    assert view.count("WHEN '") == len(DECLARED)


def test_the_shares_and_the_shift_in_sql_are_what_the_run_stored():
    made = make(seed=3)
    place(made.con, 1, Settings(place=Place(bootstrap_draws=0)), date(2019, 6, 30), made.technologies)
    made.con.execute("CREATE TEMP VIEW measured_families AS SELECT * EXCLUDE (run_id) FROM run_families")
    cells = made.con.sql(sql.text("indicators/shares.sql")).pl()
    stored = made.con.sql("SELECT * FROM run_indicators WHERE run_id = 1").pl()
    for row in stored.iter_rows(named=True):
        one = BY_ID[row["indicator"]]
        mine = cells.filter(technology_id=row["technology_id"]).drop_nulls("focal_weight")
        assert (mine[one.known].sum(), mine[one.total].sum()) == (row["known_families"], row["denominator"])
        assert (mine[one.total] * mine["focal_weight"]).sum() == pytest.approx(row["numerator"])
    counts = made.con.sql(sql.text("indicators/shift.sql")).pl()
    for (technology,), mine in counts.partition_by("technology_id", as_dict=True).items():
        pairs = {(m, s): (a, b) for m, s, a, b in mine.drop("technology_id").rows()}
        query = "SELECT any_value(dynamics_raw) FROM run_placements WHERE technology_id = ?"
        kept = made.con.execute(query, [technology]).fetchall()[0]
        assert plain.shift(pairs, 20)[0] == kept[0]
    methods = made.con.execute(sql.text("indicators/country_methods.sql")).fetchall()
    stored = made.con.execute("SELECT technology_id, method, families FROM run_country_methods").fetchall()
    assert sorted(methods) == sorted(stored)
