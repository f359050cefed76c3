"""About to move: named once with the back-test where the backfill foresees it; silence everywhere else."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from analytics.forecast.backtest import back_test, scored
from analytics.forecast.tracks import read_tracks
from analytics.matrix.strategy import DEFAULT_CUTS, strategy_at

from .made_runs import Runs, alerts_of

MONTHS = [date(2010 + i // 12, i % 12 + 1, 1) - timedelta(days=1) for i in range(1, 141)]
NAMES = [f"t{i:02}" for i in range(20)]


def backfill(runs, capability, *, settings_hash="s", query="q"):
    """Store monthly places: `capability` of shape (technologies, months), D 0.9 throughout."""
    con = runs.con
    for at, day in enumerate(MONTHS):
        con.execute(
            "INSERT INTO runs (run_id, kind, state, as_of, settings_hash, edition_id, started_at)"
            " VALUES (?, 'backfill', 'succeeded', ?, ?, 1, ?)",
            [1000 + at, day, settings_hash, datetime(2023, 1, 1)],
        )
    rows = pl.DataFrame(
        [
            (1000 + at, NAMES[i], day, query, float(k), strategy_at(k, 0.9, DEFAULT_CUTS))
            for i in range(len(NAMES)) for at, (day, k) in enumerate(zip(MONTHS, capability[i], strict=True))
        ],
        schema=["run_id", "technology_id", "as_of", "query_hash", "capability", "strategy"], orient="row",
    )  # fmt: skip
    con.register("made", rows.to_arrow())
    con.execute(
        "INSERT INTO run_placements BY NAME SELECT *, 'anchored' AS frame, 'backfill' AS origin,"
        " 'synthetic' AS data_label, 100 AS families, 90 AS dynamics_raw, 0.9 AS dynamics FROM made"
    )
    con.unregister("made")


def walks():
    """K wanders about the line: who is near it crosses it often, who is far does not."""
    rng = np.random.default_rng(0)
    start = 0.5 + rng.normal(0, 0.12, (len(NAMES), 1))
    return start + rng.normal(0, 0.012, (len(NAMES), len(MONTHS))).cumsum(axis=1)


def places(capability):
    return {name: (float(k), 90.0) for name, k in zip(NAMES, capability, strict=True)}


def watching(track, **made_with):
    """Return runs whose backfill is `track`, with a baseline in which nobody is near a line."""
    runs = Runs()
    runs.alerts_settings(approaching_probability=0.3)
    backfill(runs, track, **made_with)
    runs.add(FAR)
    return runs


FAR = places(np.full(len(NAMES), 0.9))
NEAR = FAR | {"t03": (0.501, 90.0)}


def test_who_is_about_to_move_is_named_once_with_the_back_test():
    runs = watching(walks())
    test = back_test(scored(read_tracks(runs.con, "anchored")[0], DEFAULT_CUTS))
    assert test.beats
    [alert] = alerts_of(runs.add(NEAR), "approaching")
    assert (alert.technology_id, alert.frames, alert.to_strategy) == ("t03", "anchored", "position")
    assert 0.3 < alert.probability < 0.7
    assert f"{alert.probability:.0%}" in alert.text_en
    assert f"{test.forecast:.3f} / {test.stays:.3f}" in alert.text_zh
    assert alerts_of(runs.add(NEAR), "approaching") == []
    runs.add(FAR)
    assert [r[3] for r in runs.rules("rule = 'approaching'")] == ["resolved"], "it is no longer about to move"


def test_the_floor_is_a_setting():
    runs = watching(walks())
    runs.alerts_settings(approaching_probability=0.9)
    assert alerts_of(runs.add(NEAR), "approaching") == []


def test_a_technology_that_has_moved_is_no_longer_about_to():
    runs = watching(walks())
    runs.add(NEAR)
    runs.add(FAR | {"t03": (0.1, 90.0)})
    assert [r[3] for r in runs.rules("rule = 'approaching'")] == ["resolved"]


@pytest.mark.parametrize("made_with", [{"settings_hash": "other"}, {"query": "another"}])
def test_tracks_made_with_other_settings_or_queries_say_nothing(made_with):
    runs = watching(walks(), **made_with)
    runs.add(NEAR)
    assert runs.rules("rule = 'approaching'") == []


def test_where_the_back_test_does_not_beat_staying_nothing_is_said():
    jump = np.full((len(NAMES), len(MONTHS)), 0.45)
    jump[::2] = 0.55
    jump[:, 70:] = 1 - jump[:, 70:]  # once, all at the same time: nobody could have known
    runs = watching(jump)
    assert not back_test(scored(read_tracks(runs.con, "anchored")[0], DEFAULT_CUTS)).beats
    runs.add(NEAR)
    assert runs.rules("rule = 'approaching'") == []


def test_without_a_backfill_nothing_is_said():
    runs = Runs()
    runs.add(FAR)
    runs.add(NEAR)
    assert runs.rules("rule = 'approaching'") == []
