"""Families of the simulated office under a search of known precision and recall: both are recovered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import numpy as np
import pytest

from analytics.measure.windows import bounds
from analytics.quality import store
from analytics.quality.correct import corrected, factor_of
from analytics.quality.draw import draw, sides, windows
from etl.catalogue.load import packaged_catalogue
from etl.sampling.documents import near_misses
from tests.analytics.quality.planted import Planted, plant
from warehouse.migrate import migrate, refresh_views
from warehouse.sections.measuring import Place

SAMPLES = 60
NOW = datetime(2022, 1, 1)


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[duckdb.DuckDBPyConnection, Planted]]:
    con = duckdb.connect()
    migrate(con)
    refresh_views(con)
    yield con, plant(con)
    con.close()


def frame_of(con: duckdb.DuckDBPyConnection, planted: Planted) -> store.pl.DataFrame:
    query = packaged_catalogue().get(planted.technology).parsed
    found = store.frame(con, planted.technology, planted.query_hash, near_misses(con, query))
    return windows(sides(found, "CN"), bounds(Place(), date(2021, 5, 31)), "filing_date")


def test_the_frame_holds_what_the_search_returned_and_what_it_lost(
    world: tuple[duckdb.DuckDBPyConnection, Planted],
) -> None:
    con, planted = world
    frame = frame_of(con, planted)
    kinds = {kind: set(part["family_id"]) for (kind,), part in frame.partition_by("kind", as_dict=True).items()}
    assert kinds["hit"] == planted.hits
    lost = planted.right - planted.hits
    assert lost <= kinds["unreturned"] | kinds["one_clause"]
    assert lost & kinds["unreturned"]
    assert lost & kinds["one_clause"]


@pytest.mark.slow
def test_planted_precision_recall_and_share_are_recovered_at_the_stated_rate(
    world: tuple[duckdb.DuckDBPyConnection, Planted],
) -> None:
    """90 % intervals over 60 samples of 150 families: at least 80 % hold the truth (standard error 3.9 %)."""
    con, planted = world
    frame = frame_of(con, planted)
    others = {f for f in frame["family_id"] if f not in planted.focal}
    truth = {
        ("precision", "*"): planted.precision(), ("precision", "focal"): planted.precision(planted.focal),
        ("precision", "others"): planted.precision(others), ("recall", "*"): planted.recall(),
        ("recall", "focal"): planted.recall(planted.focal), ("recall", "others"): planted.recall(others),
    }  # fmt: skip
    right = len(planted.right & planted.focal) / len(planted.right)
    raw = len(planted.hits & planted.focal) / len(planted.hits)
    covered, shares = dict.fromkeys(truth, 0), 0
    for seed in range(SAMPLES):
        estimates = _estimated(con, planted, frame, seed)
        for (measure, value), true in truth.items():
            [one] = [
                e for e in estimates
                if e.measure == measure and e.basis in ("judged", "near") and e.value_of == value
                and e.dimension in ("all", "side")
            ]  # fmt: skip
            covered[measure, value] += one.low is not None and one.high is not None and one.low <= true <= one.high
        factor = factor_of([e for e in estimates if e.basis in ("judged", "near")])
        assert factor is not None
        assert factor.recall_basis == "near"
        low, high = np.quantile(corrected(raw, factor.draws), [0.05, 0.95])
        shares += bool(low <= right <= high)
    assert {key: n / SAMPLES for key, n in covered.items() if n / SAMPLES < 0.8} == {}
    assert shares / SAMPLES >= 0.8
    assert abs(raw - right) > 0.05, "without correction the share is off"


def _estimated(
    con: duckdb.DuckDBPyConnection, planted: Planted, frame: store.pl.DataFrame, seed: int
) -> list[store.Estimate]:
    sample = draw(frame, 150, seed)
    number = store.store_sample(
        con, planted.technology, planted.query_hash, sample, seed=seed, focal="CN", now=NOW
    )  # fmt: skip
    said = {
        r["item"]: ("yes" if r["family_id"] in planted.right else "no", None) for r in sample.items.to_dicts()
    }  # fmt: skip
    store.store_verdicts(con, number, "truth", said, NOW)
    return store.estimates_of(con, planted.technology, planted.query_hash, "CN")


@pytest.mark.slow
def test_capture_recapture_recovers_how_many_right_families_there_are() -> None:
    """No false hits, every right family wanted: what neither source has is what recall lacks."""
    covered = 0
    for seed in range(30):
        con = duckdb.connect()
        migrate(con)
        planted = plant(con, "lidar", recall=(1.0, 1.0), false_hits=(0.0, 0.0), captured=(0.7, 0.6), seed=seed)
        [one] = [
            e for e in store.estimates_of(con, planted.technology, planted.query_hash, "CN")
            if e.basis == "sources:incopat+lens" and e.dimension == "all"
        ]  # fmt: skip
        assert one.low is not None
        assert one.high is not None
        assert one.estimate is not None
        covered += one.low <= planted.recall() <= one.high
        con.close()
    assert covered / 30 >= 0.75  # 90 % intervals, standard error 5.5 %


def test_seeds_recall_what_they_name(world: tuple[duckdb.DuckDBPyConnection, Planted]) -> None:
    con, planted = world
    known = dict(con.execute("SELECT family_id, representative FROM families").fetchall())
    chosen = sorted(planted.right)[::2]
    numbers = [known[f] for f in chosen]
    stated = [(n, n.rpartition("-")[0] if at % 2 else n, None) for at, n in enumerate(numbers)]  # kinds left out too
    store.store_seeds(con, planted.technology, "list.csv", [*stated, ("US1", "US-1", None)], NOW)
    store.store_seeds(con, planted.technology, "families.csv", [(f, None, f) for f in chosen], NOW)
    [one] = [
        e for e in store.estimates_of(con, planted.technology, planted.query_hash, "CN")
        if e.basis == "seeds" and e.dimension == "all"
    ]  # fmt: skip
    assert (one.yes, one.decided) == (len(set(chosen) & planted.hits), len(chosen) + 1)
