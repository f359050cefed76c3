"""Every figure and peer of the R package's reference runs, to 1e-9 relative."""

from typing import Any

import numpy as np
import pytest

from analytics.nca import Scope, analyse
from analytics.nca.ceilings.model import Ceiling, ConditionResult

OUTCOME = "Innovation performance"
CEILINGS: list[Ceiling] = ["cols", "qr", "ce_vrs", "cr_vrs", "ce_fdh", "cr_fdh", "c_lp"]
RUNS = {"": (1, None), "_corner2": (2, None), "_corner3": (3, None), "_corner4": (4, None)}
RUNS["_scope"] = (1, Scope(0.0, 120.0, 0.0, 240.0))
EDGES = ["constY", "dup_peers", "likert5", "negslope", "outside_line", "single_peer", "withNA"]
FIELDS = {
    "Ceiling zone": "ceiling_zone",
    "Effect size": "effect_size",
    "# above": "above",
    "c-accuracy": "accuracy",
    "Ceiling accuracy": "accuracy",
    "Fit": "fit",
    "Slope": "slope",
    "Intercept": "intercept",
    "Abs. ineff.": "absolute_inefficiency",
    "Rel. ineff.": "relative_inefficiency",
    "Condition ineff.": "condition_inefficiency",
    "Outcome ineff.": "outcome_inefficiency",
    "Complexity": "complexity",
}
# Cells where the R package's own figure is not the definition's: (version, data, corner, ceiling) → fields.
DEVIATIONS: dict[tuple[str, str, int, str], set[str]] = {
    # 4.0.5's solver stops off the optimum on duplicated peers (5.0.1 has ours; proven below).
    ("v4", "likert5", 1, "c_lp"): set(FIELDS),
    # The line only touches the scope's corner: R gives NA or 0 by a rounding error of 1e-32.
    ("v4", "likert5", 4, "cols"): {"Ceiling zone", "Effect size"},
    # R's slope through a constant outcome is 1.5e-16, not 0, so it "falls away" in corner 3 only.
    ("v5", "constY", 3, "cols"): {"# above", "Ceiling accuracy"},
}


def assert_figures(result: ConditionResult, expected: dict[str, Any], deviating: dict[str, set[str]], tag: str) -> None:
    for ceiling, figures in expected.items():
        ours = result.ceilings[ceiling]  # type: ignore[index]
        if figures.get("Accuracy nof") is not None and ours.above is not None:
            assert result.n - ours.above == figures["Accuracy nof"]
        for label, value in figures.items():
            if label not in FIELDS or label in deviating.get(ceiling, ()):
                continue
            found = getattr(ours, FIELDS[label])
            where = f"{tag} {ceiling} {label}"
            if value is None or found is None:
                assert found is value, where
            else:
                assert found == pytest.approx(value, rel=1e-9, abs=1e-9), where


def as_list(value: Any) -> list[float]:
    return value if isinstance(value, list) else [value]


def peer_set(peers: dict[str, Any] | None) -> list[tuple[float, float]]:
    return [] if peers is None else sorted(zip(as_list(peers["x"]), as_list(peers["y"]), strict=True))


def our_peers(result: ConditionResult, ceiling: str) -> list[tuple[float, float]]:
    peers = result.ceilings[ceiling].peers  # type: ignore[index]
    return sorted(zip(peers.x.tolist(), peers.y.tolist(), strict=True))


@pytest.mark.parametrize("version", ["v4", "v5"])
@pytest.mark.parametrize("run", RUNS)
def test_example_figures_and_peers(version, run, reference_json, reference_columns):
    expected = reference_json(f"nca/{version}/nca.example{run}.json")
    data = reference_columns("nca/v4/nca.example.csv")
    corner, scope = RUNS[run]
    for name, condition in expected["conditions"].items():
        result = analyse(data[name], data[OUTCOME], ceilings=CEILINGS, corner=corner, scope=scope)
        assert_figures(result, condition["params"], {}, f"{version}{run}/{name}")
        for ceiling, peers in expected["peers"].items():
            assert our_peers(result, ceiling) == peer_set(peers.get(name)), (run, name, ceiling)


@pytest.mark.parametrize("version", ["v4", "v5"])
@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("corner", [1, 2, 3, 4])
def test_edge_data(version, name, corner, reference_json, reference_columns):
    """Where R itself stops with an error our result is still defined; elsewhere it is R's."""
    data = reference_columns(f"nca/edge_data/{name}.csv")
    result = analyse(data["X"], data["Y"], ceilings=[*CEILINGS, "ols"], corner=corner, r_rules=True)
    assert set(result.ceilings) == {*CEILINGS, "ols"}
    expected = reference_json(f"nca/edge_{version}/{name}.json")[f"corner{corner}"]
    if "error" in expected:
        return
    count, area = expected["global"][:2]
    assert result.n == count
    assert result.scope.area == pytest.approx(area, rel=1e-9)
    deviating = {k[3]: fields for k, fields in DEVIATIONS.items() if k[:3] == (version, name, corner)}
    assert_figures(result, expected["params"], deviating, f"{version}/{name}/{corner}")
    for one, peers in expected["peers"].items():
        if one not in deviating and one not in ("qr", "cols"):
            assert our_peers(result, one) == peer_set(peers), (name, corner, one)


def test_r_rules_change_nothing_on_the_example(reference_columns):
    data = reference_columns("nca/v4/nca.example.csv")
    plain = analyse(data["Individualism"], data[OUTCOME], ceilings=CEILINGS)
    ruled = analyse(data["Individualism"], data[OUTCOME], ceilings=CEILINGS, r_rules=True)
    for name in CEILINGS:
        assert plain.ceilings[name].ceiling_zone == ruled.ceilings[name].ceiling_zone


def test_c_lp_is_the_optimum_where_r_4_stops_short(reference_columns, reference_json):
    """Total distance to the peers: our line (and 5.0.1's) beats 4.0.5's level line on likert5."""
    data = reference_columns("nca/edge_data/likert5.csv")
    result = analyse(data["X"], data["Y"], ceilings=["c_lp", "ce_fdh"])
    line, peers = result.ceilings["c_lp"], result.ceilings["ce_fdh"].peers
    theirs = reference_json("nca/edge_v4/likert5.json")["corner1"]["params"]["c_lp"]

    def total(slope: float, intercept: float) -> float:
        gaps = intercept + slope * peers.x - peers.y
        assert np.min(gaps) > -1e-9
        return float(np.sum(gaps))

    assert line.slope is not None
    assert line.intercept is not None
    assert total(line.slope, line.intercept) < total(theirs["Slope"], theirs["Intercept"]) - 1.0


def test_spot_figures_of_the_method_notes(reference_columns):
    data = reference_columns("nca/v4/nca.example.csv")
    individualism = analyse(data["Individualism"], data[OUTCOME]).ceilings
    assert individualism["ce_fdh"].effect_size == pytest.approx(0.415507980158832, rel=1e-12)
    assert individualism["cr_fdh"].intercept == pytest.approx(28.3527091317564, rel=1e-12)
