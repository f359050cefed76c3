"""Alerts about holders: a risk that rose, holders that became few."""

from .made_runs import Runs, alerts_of

HOME = {"chip": (0.60, 20.0), "separator": (0.40, 30.0), "sensor": (0.40, 30.0)}


def concentration(runs: Runs, run_id: int, risk: str | None, hhi: float) -> None:
    runs.con.execute(
        "INSERT INTO run_concentration (run_id, technology_id, families, holder_known, holders, hhi, country_known,"
        " top_cited, top_cited_known, top_lead_country, top_holders, risk) VALUES (?, 'chip', 9, 9, 9, ?, 9, 9, 9,"
        " 'US', 10, ?)",
        [run_id, hhi, risk],
    )


def test_a_risk_that_rose_and_a_limit_that_was_passed_are_told_once() -> None:
    runs = Runs()
    for number, (risk, hhi) in enumerate([("low", 0.2), ("high", 0.2), ("high", 0.3), ("low", 0.2)], 1):
        concentration(runs, number, risk, hhi)
    assert runs.add(HOME) == []
    [alert] = alerts_of(runs.add(HOME), "monopoly")
    assert (alert.technology_id, alert.title_en) == ("chip", "Chip: risk of a monopoly rose to high")
    assert "US" in alert.text_zh
    third = runs.add(HOME)
    assert alerts_of(third, "monopoly") == []
    assert [a.technology_id for a in alerts_of(third, "concentrated")] == ["chip"]
    assert runs.add(HOME) == [], "a risk that falls is no alert"


def test_what_is_unknown_is_no_rise() -> None:
    runs = Runs()
    concentration(runs, 1, None, 0.2)
    concentration(runs, 2, "high", 0.2)
    runs.add(HOME)
    assert alerts_of(runs.add(HOME), "monopoly") == []
