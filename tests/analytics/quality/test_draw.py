"""Drawing samples: every family has its stratum, sizes add up, and planted precision and recall are recovered."""

from __future__ import annotations

import math
import os
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.quality.draw import draw, shared_out, sides
from analytics.quality.estimates import Estimate, Item, judged_recall, precision

Rates = tuple[float, float]
SAMPLES = int(os.environ.get("STUCKNECK_SAMPLES", "50"))


def made(rng: np.random.Generator, families: int, precision: Rates, missed: Rates) -> pl.DataFrame:
    """A world: hits and near misses of two sides; `precision` and the share of near misses that are right, by side."""
    kinds = rng.choice(["hit", "excluded", "one_clause", "neighbour"], families, p=[0.4, 0.1, 0.35, 0.15])
    country = rng.choice(["CN", "US", "JP"], families, p=[0.3, 0.5, 0.2])
    focal = (country == "CN").astype(int)
    rate = np.where(kinds == "hit", np.array(precision)[1 - focal], np.array(missed)[1 - focal])
    rate = np.where(kinds == "one_clause", rate / 2, rate)
    frame = pl.DataFrame(
        {
            "family_id": [f"f{i:05}" for i in range(families)], "kind": kinds, "country": country,
            "office": rng.choice(["CN", "US", "EP", "JP", "KR"], families, p=[0.4, 0.3, 0.15, 0.1, 0.05]),
            "window": rng.choice(["earlier", "later", "none"], families, p=[0.3, 0.6, 0.1]),
            "is_linked": rng.random(families) < 0.4, "right": rng.random(families) < rate,
        }
    )  # fmt: skip
    return sides(frame, "CN")


def judged(frame: pl.DataFrame, number: int, seed: int) -> tuple[list[Item], dict[int, int]]:
    sample = draw(frame, number, seed)
    items = [
        Item(r["stratum"], r["kind"], r["window"], r["office"], r["country"], r["side"], r["is_linked"],
             "yes" if r["right"] else "no")
        for r in sample.items.to_dicts()
    ]  # fmt: skip
    return items, dict(sample.strata.select("stratum", "families").rows())


def found(estimates: list[Estimate], basis: str, value: str = "*") -> Estimate:
    [one] = [e for e in estimates if e.basis == basis and e.value_of == value and e.dimension in ("all", "side")]
    return one


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 50), min_size=1), st.integers(0, 80))
def test_numbers_are_shared_out_whole(sizes: dict[str, int], number: int) -> None:
    for power in (0.5, 1.0):
        out = shared_out(sizes, number, power)
        assert sum(out.values()) == min(number, sum(sizes.values()))
        assert all(0 <= out[name] <= sizes[name] for name in out)
        present = [name for name, size in sizes.items() if size]
        if number >= len(present):
            assert all(out[name] >= 1 for name in present)


def test_every_family_is_in_one_stratum_and_drawn_ones_are_counted() -> None:
    frame = made(np.random.default_rng(3), 900, (0.9, 0.8), (0.2, 0.1))
    sample = draw(frame, 100, 7)
    assert sample.strata["families"].sum() == frame.height
    assert sample.strata["drawn"].sum() == sample.items.height == 100
    counts = sample.items.group_by("stratum").len().sort("stratum")
    drawn = sample.strata.filter(pl.col("drawn") > 0).select("stratum", "drawn").sort("stratum")
    assert counts["len"].to_list() == drawn["drawn"].to_list()
    assert (sample.strata["drawn"] > 0).all(), "no family is without a chance"
    assert sample.items["item"].to_list() == list(range(1, 101))
    assert sample.items.filter(kind="hit").height == 70
    kinds = sample.items["kind"].to_list()
    assert kinds != sorted(kinds), "the order does not give away what is a hit"


def test_same_seed_same_sample_whatever_the_order_of_rows() -> None:
    frame = made(np.random.default_rng(3), 400, (0.9, 0.8), (0.2, 0.1))
    one, two = draw(frame, 60, 5).items, draw(frame.sample(fraction=1, shuffle=True, seed=2), 60, 5).items
    assert one["family_id"].to_list() == two["family_id"].to_list()
    assert one["family_id"].to_list() != draw(frame, 60, 6).items["family_id"].to_list()


def test_where_near_misses_are_few_more_hits_are_judged() -> None:
    frame = made(np.random.default_rng(3), 900, (0.9, 0.8), (0.2, 0.1))
    few = pl.concat([frame.filter(kind="hit"), frame.filter(kind="excluded").head(4)])
    assert draw(few, 100, 1).items["kind"].value_counts().sort("kind").rows() == [("excluded", 4), ("hit", 96)]
    lonely = pl.concat([frame.filter(kind="hit").head(5), frame.filter(kind="one_clause")])
    assert draw(lonely, 100, 1).items["kind"].value_counts().sort("kind").rows() == [("hit", 5), ("one_clause", 95)]


def test_small_frames_are_drawn_whole() -> None:
    frame = made(np.random.default_rng(3), 30, (0.9, 0.8), (0.2, 0.1))
    hits = frame.filter(kind="hit")
    assert draw(hits, 100, 1).items.height == hits.height
    assert draw(frame.clear(), 100, 1).items.height == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rates", "missed"), [((0.9, 0.9), (0.3, 0.3)), ((0.95, 0.7), (0.1, 0.5)), ((0.5, 0.8), (0.6, 0.2))]
)
def test_planted_precision_and_recall_are_in_their_intervals_at_the_stated_rate(
    rates: tuple[float, float], missed: tuple[float, float]
) -> None:
    """90 % intervals over samples of a fixed world: covered at least 2.5 standard errors short of 90 % of the time."""
    frame = made(np.random.default_rng(11), 4000, rates, missed)
    right, hit = frame["right"].to_numpy(), (frame["kind"] == "hit").to_numpy()
    focal = (frame["side"] == "focal").to_numpy()
    truth = {
        ("judged", "*"): right[hit].mean(), ("judged", "focal"): right[hit & focal].mean(),
        ("near", "*"): hit[right].mean(), ("near", "focal"): hit[right & focal].mean(),
    }  # fmt: skip
    covered = dict.fromkeys(truth, 0)
    rng = np.random.default_rng(1)
    for seed in range(SAMPLES):
        items, families = judged(frame, 200, seed)
        estimates = [*precision(items, families, rng), *judged_recall(items, families, rng)]
        for key, true in truth.items():
            one = found(estimates, *key)
            assert one.low is not None
            assert one.high is not None
            covered[key] += one.low <= true <= one.high
    least = 0.9 - 2.5 * math.sqrt(0.9 * 0.1 / SAMPLES)
    assert {key: n / SAMPLES for key, n in covered.items() if n / SAMPLES < least} == {}


def test_recall_is_unknown_where_a_kind_was_not_judged() -> None:
    items, families = judged(made(np.random.default_rng(11), 800, (0.9, 0.9), (0.3, 0.3)), 80, 1)
    silent = [replace(i, verdict=None) if i.kind == "excluded" else i for i in items]
    assert found(judged_recall(silent, families, np.random.default_rng(1)), "near").estimate is None
    hits = [i for i in items if i.kind == "hit"]
    assert judged_recall(hits, families, np.random.default_rng(1)) == []
