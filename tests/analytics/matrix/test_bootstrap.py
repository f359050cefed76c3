"""The bootstrap agrees with a plain re-implementation over records, and its weights are Poisson.

Source: docs/methods.md, Strategy matrix.
"""

from collections import Counter
from datetime import date
from math import exp, factorial, isnan, nan

import numpy as np
import polars as pl
import pytest
from scipy.stats import beta

from analytics.matrix.bootstrap import _TABLE, bootstrap, draw_figures, draw_weights, stream
from analytics.matrix.frames import relative_frame
from analytics.matrix.place import place
from analytics.matrix.strategy import Strategy
from analytics.measure.measure import measure
from tests.analytics import plain_methods as plain
from tests.analytics.made_warehouse import make
from warehouse.sections.measuring import Place
from warehouse.settings import Settings

DRAWS = 60


def plain_shares(records, weights, halves=(0.0, 0.0)):
    """Shares of one weighted draw, over records; `halves`: families added to the focal side and to the other."""
    sums = {}
    for name in ("applications", "citations", "claims", "pct"):
        numerator = denominator = total = squares = 0.0
        for r, w in zip(records, weights, strict=True):
            value = {
                "applications": 1,
                "citations": r["forward_citations"],
                "claims": r["claim_count"],
                "pct": r["is_pct"],
            }
            if r["focal_weight"] is None or value[name] is None:
                continue
            denominator += w * value[name]
            numerator += w * value[name] * r["focal_weight"]
            total, squares = total + value[name], squares + value[name] ** 2
        one = squares / total if total else 0.0
        denominator += sum(halves) * one
        numerator += halves[0] * one
        sums[name] = numerator / denominator if denominator else nan
    return list(sums.values())


def drawn_halves(settings, name, draws):
    return np.random.Generator(stream(settings.seed, name, "halves")).gamma(0.5, size=(2, draws)).T.tolist()


def plain_counts(records):
    counts = {1: Counter(), 2: Counter()}
    for r in records:
        if r["window"] and r["main_subclass"]:
            counts[r["window"]][r["main_subclass"]] += 1
    return counts


def told_dynamics(earlier, later, codes, top, draws, rng):
    """Draws anyone can make again: they rise from the number of classes of the earlier window."""
    assert codes == sorted(codes)
    assert top == 6
    return float((earlier > 0).sum()) + np.arange(draws) % 7


@pytest.fixture(scope="module", params=["default", "fractional"])
def placed(request):
    made = make(seed=21, technologies=4, families=50)
    chosen = Settings(place=Place(bootstrap_draws=DRAWS, country_rule=request.param, top=6))
    return chosen.place, measure(made.con, chosen, date(2021, 6, 1), made.technologies).families


def test_agrees_with_a_plain_re_implementation_over_records(placed):
    settings, families = placed
    names = sorted(families["technology_id"].unique())
    base = relative_frame([[0.1, 0.2, 0.3, 0.4], [0.5, 0.1, 0.6, 0.2], [0.3, 0.9, 0.1, 0.7]], [3.0, 40.0, 9.0])
    draws = []
    for name in names:
        records = families.filter(pl.col("technology_id") == name).to_dicts()
        weights = draw_weights(stream(settings.seed, name), DRAWS, len(records)).tolist()
        counts = plain_counts(records)
        before, now = plain.top(counts[1], counts[2], 6), plain.top(counts[2], counts[1], 6)
        estimate = sum((5 - k) * len({c[:k] for c in now} - {c[:k] for c in before}) for k in (1, 2, 3, 4))
        raws = [float(estimate), *(len(counts[1]) + float(i % 7) for i in range(DRAWS))]
        halves = drawn_halves(settings, name, DRAWS)
        shares = [plain_shares(records, [1] * len(records))]
        shares += [plain_shares(records, w, h) for w, h in zip(weights, halves, strict=True)]
        draws.append(list(zip(shares, raws, strict=True)))
        found = draw_figures(families.filter(pl.col("technology_id") == name), name, settings, told_dynamics)
        np.testing.assert_allclose(found[0], shares, rtol=1e-12)
        np.testing.assert_array_equal(found[1], raws)
    k, d = {"relative": [], "anchored": []}, {"relative": [], "anchored": []}
    for draw in zip(*draws, strict=True):
        ok = [not isnan(sum(x)) and not isnan(r) for x, r in draw]
        able = [(x, r) for (x, r), there in zip(draw, ok, strict=True) if there]
        w, raws = plain.weights([x for x, _ in able]), [r for _, r in able]
        for frame, u, low, high in (
            ("relative", w, min(raws), max(raws)),
            ("anchored", base.weights, base.dynamics_minimum, base.dynamics_maximum),
        ):
            k[frame].append(
                [
                    sum(a * b for a, b in zip(u, x, strict=True)) if t else nan
                    for (x, _), t in zip(draw, ok, strict=True)
                ]
            )
            d[frame].append(
                [(r - low) / (high - low) if t and high > low else nan for (_, r), t in zip(draw, ok, strict=True)]
            )
    for found in bootstrap(families, names, settings, base, told_dynamics):
        i = names.index(found.technology_id)
        ks, ds = np.array(k[found.frame])[:, i], np.array(d[found.frame])[:, i]
        for ends, drawn in ((found.capability, ks), (found.dynamics, ds)):
            low, high = np.nanquantile(drawn[1:], [0.05, 0.95])
            assert ends == pytest.approx((min(low, drawn[0]), max(high, drawn[0])), abs=1e-9)
        ks, ds = ks[1:], ds[1:]
        there = ~np.isnan(ks) & ~np.isnan(ds)
        share = np.mean((ks[there] >= 0.5) & (ds[there] >= 0.5))
        assert found.probabilities[Strategy.DISRUPT] == pytest.approx(0.98 * share + 0.005)
        assert sum(found.probabilities.values()) == pytest.approx(1)


def test_weights_are_poisson_1():
    assert _TABLE.mean() == 1.0
    for k in range(8):
        assert np.mean(k == _TABLE) == pytest.approx(exp(-1) / factorial(k), abs=1e-4)
    weights = draw_weights(stream(1, "x"), 400, 999)
    assert weights.shape == (400, 999)
    assert weights.mean() == pytest.approx(1, abs=0.01)
    assert weights.var() == pytest.approx(1, abs=0.02)
    assert abs(np.corrcoef(weights[:, 0], weights[:, 1])[0, 1]) < 0.2


def test_same_seed_same_result_and_another_technology_changes_no_stream(placed):
    settings, families = placed
    names = sorted(families["technology_id"].unique())
    assert bootstrap(families, names, settings) == bootstrap(families, names, settings)
    other = Place(**(settings.model_dump() | {"seed": 5}))
    assert bootstrap(families, names, settings) != bootstrap(families, names, other)
    base = relative_frame([[0.1, 0.2, 0.3, 0.4], [0.5, 0.1, 0.6, 0.2]], [3.0, 40.0])
    alone = bootstrap(families, names[:1], settings, base)[-1]
    assert alone == next(c for c in bootstrap(families, names, settings, base) if c.frame == "anchored")


def test_large_totals_leave_float32_for_float64():
    rng = np.random.default_rng(2)
    rows = pl.DataFrame(
        {
            "technology_id": ["t"] * 500, "focal_weight": rng.integers(0, 2, 500).astype(float),
            "forward_citations": rng.integers(1, 2_000_000, 500), "claim_count": [3] * 500, "is_pct": [True] * 500,
            "window": [1, 2] * 250, "main_subclass": ["H01L"] * 500,
        }
    )  # fmt: skip
    shares = draw_figures(rows, "t", Place(bootstrap_draws=20))[0][1:]
    weights = draw_weights(stream(Place().seed, "t"), 20, 500).astype(np.float64)
    cited = rows["forward_citations"].to_numpy().astype(float)
    focal, others = np.array(drawn_halves(Place(), "t", 20)).T * (cited**2).sum() / cited.sum()
    numerator = weights @ (cited * rows["focal_weight"].to_numpy()) + focal
    np.testing.assert_allclose(shares[:, 1], numerator / (weights @ cited + focal + others), rtol=1e-13)


def test_place_stores_certainty_in_both_frames_and_zero_draws_store_none():
    made = make(seed=4, families=60)
    result = place(made.con, 1, Settings(place=Place(bootstrap_draws=50)), date(2021, 1, 1), made.technologies)
    assert len(result.certainty) == 8
    rows = made.con.execute(
        "select p.capability between c.capability_low and c.capability_high "
        "and p.dynamics between c.dynamics_low and c.dynamics_high, "
        "p_assault + p_disrupt + p_entrench + p_position, c.draws, c.seed from run_certainty c "
        "join run_placements p using (run_id, technology_id, frame)"
    ).fetchall()
    assert len(rows) == 8
    assert all(near and total == pytest.approx(1) and (n, seed) == (50, 20210601) for near, total, n, seed in rows)
    place(made.con, 1, Settings(place=Place(bootstrap_draws=0)), date(2021, 1, 1), made.technologies)
    assert made.con.execute("select count(*) from run_certainty").fetchall() == [(0,)]


@pytest.mark.parametrize(("found", "of"), [(0, 40), (40, 40), (3, 40), (20, 40)])
def test_a_share_is_drawn_as_jeffreys_prior_has_it(found, of):
    """None of 40 is not surely none: what is drawn is close to beta(found + 1/2, others + 1/2)."""
    rows = pl.DataFrame(
        {
            "technology_id": ["t"] * of, "focal_weight": [1.0] * found + [0.0] * (of - found),
            "forward_citations": [0] * of, "claim_count": [1] * of, "is_pct": [True] * (of // 2) + [None] * (of // 2),
            "window": [1, 2] * (of // 2), "main_subclass": ["H01L"] * of,
        }
    )  # fmt: skip
    shares = draw_figures(rows, "t", Place(bootstrap_draws=4000))[0]
    assert shares[0, 0] == found / of
    assert np.isnan(shares[:, 1]).all()  # nothing was ever cited: still nothing to divide by
    for column, k, n in ((0, found, of), (2, found, of), (3, min(found, of // 2), of // 2)):
        assert (shares[1:, column] > 0).all()
        assert (shares[1:, column] < 1).all()
        drawn = np.quantile(shares[1:, column], [0.05, 0.95])
        np.testing.assert_allclose(drawn, beta.ppf([0.05, 0.95], k + 0.5, n - k + 0.5), atol=0.02)


def test_intervals_cover_the_truth_at_about_the_stated_rate():
    """A known share p: over repeated samples, the 90 % interval of K covers it about nine times in ten."""
    rng = np.random.default_rng(9)
    base = relative_frame([[0.0] * 4, [1.0, 0.5, 0.5, 0.5]], [0.0, 40.0])
    p, n, covered, tries = 0.4, 300, 0, 150
    for i in range(tries):
        rows = pl.DataFrame(
            {
                "technology_id": ["t"] * n, "focal_weight": (rng.random(n) < p).astype(float),
                "forward_citations": rng.poisson(4, n), "claim_count": rng.integers(1, 20, n), "is_pct": [True] * n,
                "window": rng.integers(1, 3, n), "main_subclass": ["H01L"] * n,
            }
        )  # fmt: skip
        found = bootstrap(rows, ["t"], Place(bootstrap_draws=200, seed=i), base)[-1]
        covered += found.capability[0] <= p <= found.capability[1]
    assert abs(covered / tries - 0.9) < 3.5 * (0.9 * 0.1 / tries) ** 0.5
