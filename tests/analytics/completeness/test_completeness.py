"""The meter of completeness: months against a plain count, expectations, lags, and falls of fields."""

from __future__ import annotations

from datetime import date

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.completeness.fields import Filled, fell
from analytics.completeness.months import FIELDS, age_in_months, field_lags, final_shares, monthly, with_expected
from analytics.completeness.store import fallen, fallen_at, meter
from tests.analytics.made_warehouse import fill
from warehouse.migrate import migrate

T = date(2021, 5, 31)


def publications(rows: list[tuple[date, bool]], office: str = "CN") -> pl.DataFrame:
    """Publications of one source with every field, or with none but a title."""
    return pl.DataFrame(
        [
            {"source": "lens", "publication_number": f"{office}-{i}-A", "office": office, "publication_date": day}
            | {name: whole or name == "title" for name in FIELDS}
            for i, (day, whole) in enumerate(rows)
        ]
    )


def each_month(counts: list[int], last: date = date(2021, 4, 1)) -> list[tuple[date, bool]]:
    """`counts` publications a month, the newest month last."""
    months = pl.date_range(last.replace(year=last.year - len(counts) // 12 - 1), last, "1mo", eager=True)
    return [(m, True) for m, n in zip(months.to_list()[-len(counts) :], counts, strict=True) for _ in range(n)]


@given(st.lists(st.tuples(st.dates(date(2019, 1, 1), date(2021, 12, 31)), st.booleans()), min_size=1, max_size=30))
def test_months_are_a_plain_count(rows: list[tuple[date, bool]]) -> None:
    found = monthly(publications(rows), T)
    known = [(day, whole) for day, whole in rows if day <= T]
    for row in found.to_dicts():
        inside = [
            w for d, w in known if (d.year, d.month) == (row["published_month"].year, row["published_month"].month)
        ]
        assert row["records"] == row["with_title"] == len(inside)
        assert row["with_claims"] == sum(inside)
        assert row["age"] == age_in_months(row["published_month"], T)
    if known:
        assert found["records"].sum() == len(known)
        first = min(d for d, _ in known)
        assert found.height == (2021 - first.year) * 12 + 5 - first.month + 1, "months without a record are there too"
    else:
        assert found.height == 0


def test_a_month_that_lacks_records_is_under_what_the_past_lets_expect() -> None:
    found = with_expected(monthly(publications(each_month([20] * 13 + [4])), date(2021, 5, 31))).filter(
        pl.col("age") > 0
    )
    last = found.filter(pl.col("published_month") == date(2021, 4, 1)).to_dicts()
    assert not last, "the month before the date is just over: it is not judged"
    rows = with_expected(monthly(publications(each_month([20] * 13 + [4])), date(2021, 7, 1))).to_dicts()
    by_month = {r["published_month"]: r for r in rows}
    april = by_month[date(2021, 4, 1)]
    assert april["expected"] == 20
    assert april["records"] == 4 < april["expected_low"]
    assert by_month[date(2021, 3, 1)]["records"] >= by_month[date(2021, 3, 1)]["expected_low"]
    assert rows[0]["expected"] is None, "nothing lies before the first months"


def test_expected_intervals_hold_most_months_of_a_steady_series() -> None:
    rng = np.random.default_rng(2)
    counts = rng.poisson(30, 240).tolist()
    rows = with_expected(monthly(publications(each_month(counts)), date(2021, 6, 30)))
    known = rows.filter(pl.col("expected").is_not_null() & (pl.col("age") > 1))
    inside = known.filter(pl.col("records").is_between("expected_low", "expected_high")).height / known.height
    assert 0.82 <= inside <= 0.97


def test_how_much_of_a_month_was_there_at_an_age_is_read_from_earlier_runs() -> None:
    now = monthly(publications(each_month([10] * 30)), date(2021, 5, 31))
    then = pl.DataFrame(
        {"source": ["lens"] * 2, "office": ["CN"] * 2, "age": [1, 1], "records": [6, 8],
         "published_month": [date(2019, 12, 1), date(2020, 1, 1)]}
    )  # fmt: skip
    assert final_shares(then, now) == {("lens", "CN", 1): pytest.approx(0.7)}
    assert final_shares(then.with_columns(published_month=date(2021, 4, 1)), now) == {}, "that month may still grow"


def test_a_field_that_comes_late_has_its_lag() -> None:
    rows = [(day, age_in_months(day, T) >= 5) for day, _ in each_month([10] * 60)]
    lags = {r["field"]: r["lag"] for r in field_lags(monthly(publications(rows), T)).to_dicts()}
    assert lags["title"] == 0
    assert lags["citations"] == 5


def test_a_fall_is_more_than_the_setting_and_more_than_chance() -> None:
    assert fell(Filled(100, 90), Filled(100, 60), 0.1)
    assert not fell(Filled(100, 90), Filled(100, 85), 0.1)
    assert not fell(Filled(25, 20), Filled(25, 16), 0.1), "so few may differ by chance"
    assert not fell(Filled(10, 10), Filled(10, 0), 0.1), "fewer than twenty records tell nothing"
    assert not fell(Filled(100, 60), Filled(100, 90), 0.1)


def warehouse(run_id: int, con: duckdb.DuckDBPyConnection, query: str = "q") -> None:
    con.execute(
        "INSERT INTO run_placements (run_id, technology_id, frame, as_of, origin, data_label, query_hash)"
        " VALUES (?, 'chip', 'relative', ?, 'live', 'synthetic', ?)",
        [run_id, T, query],
    )


def test_a_field_that_a_source_stops_stating_is_found_and_compared_with_the_last_sound_run() -> None:
    con = duckdb.connect()
    migrate(con)
    record = {"source": "lens", "part": "biblio", "authority": "CN", "kind": "A", "page_id": 1, "row_no": 1,
              "run_id": 1, "content_hash": 1, "valid_from": T, "publication_date": date(2020, 3, 1)}  # fmt: skip
    rows = [
        {**record, "publication_number": f"CN-{i}-A", "number": str(i), "claim_count": 5, "ipc": ["G06F1/00"]}
        for i in range(60)
    ]
    fill(con, "source_records", rows)
    hits = {"source": "lens", "technology_id": "chip", "query_hash": "q", "page_id": 1, "row_no": 1, "run_id": 1}
    fill(con, "source_hits", [{**hits, "publication_number": f"CN-{i}-A", "last_run": 1} for i in range(60)])
    fill(con, "source_hits", [{**hits, "query_hash": "other", "publication_number": "CN-1-A", "last_run": 1}])
    warehouse(1, con)
    meter(con, 1, T, 0.1, lambda *_: False)
    assert fallen(con, 1) == {}
    con.execute("UPDATE source_records SET claim_count = NULL WHERE try_cast(number AS INTEGER) < 30")
    for run in (2, 3):
        warehouse(run, con)
        meter(con, run, T, 0.1, lambda *_: False)
        assert fallen(con, run) == {("*", "claims", 1): ["chip"]}, "as long as it has not come back"
        assert fallen_at(con, run, "claims") == ["lens"]
    warehouse(4, con)
    meter(con, 4, T, 0.1, lambda run, source, field: (run, source, field) == (3, "*", "claims"))
    assert fallen(con, 4) == {}, "a person said the lower level is real"
    warehouse(5, con, query="new")
    con.execute("UPDATE source_hits SET query_hash = 'new' WHERE query_hash = 'q'")
    con.execute("UPDATE source_records SET ipc = NULL")
    meter(con, 5, T, 0.1, lambda *_: False)
    assert fallen(con, 5) == {}, "another query's records are no comparison"
    shares = con.execute("SELECT DISTINCT records, with_claims, with_ipc FROM run_completeness WHERE run_id = 5"
                         " AND records > 0").fetchall()  # fmt: skip
    assert shares == [(60, 30, 0)]
