"""Alerts about judged searches: under the floor, well again, and changed since."""

from datetime import datetime

from .made_runs import Runs, alerts_of

HOME = {"chip": (0.60, 20.0), "separator": (0.40, 30.0), "sensor": (0.40, 30.0)}
NOW = datetime(2024, 1, 2)


def estimate(runs: Runs, measure: str, basis: str, value: float, sample: int = 1, query: str = "q") -> None:
    runs.con.execute(
        "INSERT INTO quality_estimates (technology_id, query_hash, measure, basis, dimension, value_of, estimate, low,"
        " high, decided, assumption, sample_id, estimated_at) VALUES ('chip', ?, ?, ?, 'all', '*', ?, 0.1, 0.9, 40,"
        " 'a', ?, ?)",
        [query, measure, basis, value, sample, NOW],
    )


def test_quality_under_the_floor_is_told_once_and_resolved_when_it_is_well() -> None:
    runs = Runs()
    estimate(runs, "precision", "judged", 0.75)
    estimate(runs, "recall", "seeds", 0.9)
    estimate(runs, "recall", "sources:lens+epo_ops", 0.1)  # overstated by construction: no floor for it
    made = alerts_of(runs.add(HOME), "search_quality")
    assert [(a.technology_id, a.title_en) for a in made] == [("chip", "Chip: precision under the floor")]
    assert "75.0%" in made[0].text_zh
    assert "80%" in made[0].text_en
    rows = runs.con.execute("SELECT query FROM alert_evidence WHERE alert_id = ?", [made[0].alert_id]).fetchall()
    assert runs.con.execute(rows[0][0]).fetchall()
    assert alerts_of(runs.add(HOME), "search_quality") == []
    runs.con.execute("UPDATE quality_estimates SET estimate = 0.95, sample_id = 2 WHERE measure = 'precision'")
    runs.add(HOME)
    assert [r[3] for r in runs.rules("rule = 'search_quality'")] == ["resolved"]


def test_a_changed_query_asks_for_a_new_sample() -> None:
    runs = Runs()
    runs.con.execute("INSERT INTO quality_samples VALUES (1, 'chip', 'q', ?, 1, 'CN')", [NOW])
    runs.add(HOME)
    assert alerts_of(runs.add(HOME, query="other"), "search_unjudged") == [], "nobody has judged it yet"
    runs.con.execute("INSERT INTO quality_judgements VALUES (1, 1, 'Li', 'yes', NULL, ?)", [NOW])
    [alert] = alerts_of(runs.add(HOME, query="third"), "search_unjudged")
    assert alert.technology_id == "chip"
    assert "catalogue sample chip" in alert.text_en
    runs.con.execute("INSERT INTO quality_samples VALUES (2, 'chip', 'third', ?, 1, 'CN')", [NOW])
    runs.con.execute("INSERT INTO quality_judgements VALUES (2, 1, 'Li', 'yes', NULL, ?)", [NOW])
    runs.add(HOME, query="third")
    assert [r[3] for r in runs.rules("rule = 'search_unjudged'")] == ["resolved"]
