"""A fifth indicator, and a line of a technology's own, switched on in the settings, through the commands."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from analytics.matrix.strategy import Cuts
from app.main import app
from tests.app.matrix.test_record_and_what_if import as_json, place, placed, run, workspace
from warehouse.settings import parse_settings

__all__ = ["placed", "workspace"]
LATER = date(2021, 6, 30)
FIVE = ["applications", "citations", "claims", "pct", "grants"]


def asked(workspace, query):
    done = CliRunner().invoke(app, ["sql", "-w", str(workspace), query, "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def switched_on(folder, monkeypatch, lines):
    settings = folder / "stuckneck.toml"
    settings.write_text(settings.read_text() + lines)
    return place(folder, LATER, monkeypatch)


def test_the_four_stay_the_default(workspace):
    rows = asked(workspace, "SELECT DISTINCT indicator FROM indicators ORDER BY 1")
    assert [row["indicator"] for row in rows] == sorted(FIVE[:4])


def test_a_fifth_indicator_is_measured_weighed_and_shown(workspace, monkeypatch):
    switched_on(workspace, monkeypatch, f"indicators = {json.dumps(FIVE)}\n")
    query = "SELECT technology_id, indicator, value, weight FROM indicators WHERE run_id = 3 ORDER BY ALL"
    rows = asked(workspace, query)
    assert {row["indicator"] for row in rows} == set(FIVE)
    assert all(row["weight"] > 0 for row in rows)
    placed = [row for row in as_json("matrix", "-w", workspace) if row["strategy"] is not None]
    assert placed
    for place_row in placed:
        mine = [row for row in rows if row["technology_id"] == place_row["technology_id"]]
        assert len(mine) == 5
        assert abs(place_row["capability"] - sum(row["weight"] * row["value"] for row in mine)) < 1e-9
    shown = run("show", "tech-1", "-w", workspace)
    assert "grants" in shown
    assert "grants" in run("doctor", "-w", workspace)
    assert run("history", "tech-1", "-w", workspace)
    said = run("explain", "tech-1", "--from", "2", "--to", "3", "-w", workspace)
    assert "different settings" in said
    picture = workspace / "m.svg"
    run("chart", picture, "-w", workspace)
    assert picture.stat().st_size > 10_000


def test_the_families_behind_the_fifth_indicator_are_those_that_it_counts(workspace, monkeypatch):
    switched_on(workspace, monkeypatch, f"indicators = {json.dumps(FIVE)}\n")
    query = (
        "SELECT i.numerator, i.denominator, count(*) FILTER (f.grant_in_force AND focal_weight > 0) AS mine,"
        " count(*) FILTER (f.grant_in_force AND focal_weight IS NOT NULL) AS every"
        " FROM indicators AS i JOIN run_families AS f USING (run_id, technology_id)"
        " WHERE run_id = 3 AND technology_id = 'tech-1' AND indicator = 'grants' GROUP BY ALL"
    )
    [row] = asked(workspace, query)
    assert (row["numerator"], row["denominator"]) == (row["mine"], row["every"])
    listed = as_json("families", "tech-1", "--indicator", "grants", "--side", "focal", "-w", workspace)
    assert len(listed) == row["mine"] > 0


def test_a_line_of_its_own_moves_one_technology_and_is_written_behind_its_name(workspace, monkeypatch):
    before = {row["technology_id"]: row for row in as_json("matrix", "-w", workspace)}
    name, k = next((n, r["capability"]) for n, r in before.items() if r["strategy"] is not None)
    own = round(k + 0.05 if k >= 0.5 else k - 0.05, 2)
    switched_on(
        workspace, monkeypatch, f"[place.cuts.{name}]\ncapability = {own}\n[place.cuts.nothing]\ndynamics = 0.4\n"
    )
    query = "SELECT * FROM matrix_latest WHERE frame = 'relative'"
    after = {row["technology_id"]: row for row in asked(workspace, query)}
    settings = parse_settings((workspace / "stuckneck.toml").read_text())
    for technology, row in after.items():
        if row["strategy"] is None:
            continue
        line = own if technology == name else 0.5
        high = row["capability"] >= line
        assert row["strategy"] in (("assault", "disrupt") if high else ("entrench", "position"))
        assert row["distance"] == pytest.approx(min(abs(row["capability"] - line), abs(row["dynamics"] - 0.5)))
    assert Cuts.of(settings.place, name).values == (own, 0.5)
    picture = workspace / "m.svg"
    run("chart", picture, "-w", workspace)
    assert f"K ≥ {own:g}" in picture.read_text()
    assert "cuts nothing" in {row["check"] for row in as_json("doctor", "-w", workspace)}
