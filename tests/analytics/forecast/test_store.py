"""What a run foresees is stored with its back-test, from its own places, and only where it may be said."""

import pytest

from analytics.forecast.backtest import back_test, scored
from analytics.forecast.store import NOT_BEATEN, OTHER_QUERY, TOO_SHORT, foresee, store_forecast
from analytics.forecast.tracks import read_tracks
from analytics.matrix.strategy import DEFAULT_CUTS
from tests.schedules.alerts import test_approaching_alerts as made
from warehouse.sections.measuring import Place


def last_run(runs):
    return runs.con.execute("SELECT max(run_id) FROM run_placements WHERE origin = 'live'").fetchone()[0]


def stored(runs, run_id):
    """Rows of the view by technology."""
    found = runs.con.execute("SELECT * FROM forecast WHERE run_id = ?", [run_id])
    names = [d[0] for d in found.description]
    return {row[names.index("technology_id")]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def test_each_technology_has_its_odds_with_the_back_test_beside_them():
    runs = made.watching(made.walks())
    runs.add(made.NEAR)
    run_id = last_run(runs)
    for _ in range(2):
        store_forecast(runs.con, run_id, Place())
    rows = stored(runs, run_id)
    assert set(rows) == set(made.NAMES)
    test = back_test(scored(read_tracks(runs.con, "anchored")[0], DEFAULT_CUTS))
    for row in rows.values():
        odds = [row[f"p_{s}"] for s in ("assault", "disrupt", "entrench", "position")]
        assert sum(odds) == pytest.approx(1)
        assert row["p_moves"] == pytest.approx(1 - row[f"p_{row['strategy']}"])
        assert row[f"p_{row['towards']}"] <= row["p_moves"] + 1e-12
        assert (row["statements"], row["brier_forecast"], row["beats"]) == (test.statements, test.forecast, True)
    assert rows["t03"]["p_moves"] > 0.3 > rows["t05"]["p_moves"], "from the run's own places, not the backfill's"
    assert rows["t03"]["towards"] == "position"
    bins = runs.con.execute("SELECT low, statements, said, held FROM run_backtest_bins WHERE run_id = ?", [run_id])
    assert bins.fetchall() == [(b[0], *b[2:]) for b in test.bins]


def test_where_it_may_not_be_said_the_row_says_why():
    track = made.walks()
    track[:] = 0.45
    runs = made.watching(track)
    store_forecast(runs.con, last_run(runs), Place())
    assert {r["not_said_why"] for r in stored(runs, last_run(runs)).values()} == {NOT_BEATEN}
    runs = made.watching(made.walks(), query="another")
    store_forecast(runs.con, last_run(runs), Place())
    rows = stored(runs, last_run(runs)).values()
    assert {(r["not_said_why"], r["p_moves"], r["towards"]) for r in rows} == {(OTHER_QUERY, None, None)}
    runs = made.watching(made.walks())
    runs.con.execute("DELETE FROM run_placements WHERE origin = 'backfill' AND as_of < DATE '2021-01-01'")
    store_forecast(runs.con, last_run(runs), Place())
    rows = stored(runs, last_run(runs)).values()
    assert {(r["not_said_why"], r["statements"]) for r in rows} == {(TOO_SHORT, 0)}


def test_a_backfill_by_other_settings_says_nothing_of_a_run_and_what_was_stored_goes():
    runs = made.watching(made.walks())
    store_forecast(runs.con, last_run(runs), Place())
    assert stored(runs, last_run(runs))
    runs.con.execute("UPDATE runs SET settings_hash = 'other' WHERE kind = 'backfill'")
    assert foresee(runs.con, last_run(runs), "anchored", Place()) is None
    store_forecast(runs.con, last_run(runs), Place())
    assert stored(runs, last_run(runs)) == {}
