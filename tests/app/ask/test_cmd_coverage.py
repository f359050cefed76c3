"""`stuckneck coverage` on a workspace whose run was metered."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from analytics.completeness.store import meter
from app.main import app
from app.watch.init import write_workspace
from tests.analytics.made_warehouse import fill
from warehouse.core import Core
from warehouse.publish import publish
from warehouse.workspace import Workspace

T = date(2021, 5, 31)


@pytest.fixture
def house(tmp_path: Path) -> Workspace:
    place, _ = write_workspace(tmp_path / "ws")
    with Core(place) as core:
        publish(core)
    return place


def metered(place: Workspace) -> None:
    """Ten publications a month for five years; the newest quarter has two, and none of the last year has a country."""
    months = [(year, month) for year in range(2016, 2022) for month in range(1, 13) if (year, month) <= (2021, 4)]
    rows = []
    for year, month in months:
        for at in range(10 if (year, month) < (2021, 2) else 2):
            country = "CN" if (year, month) < (2020, 5) else None
            rows.append(
                {"source": "lens", "part": "biblio", "publication_number": f"CN-{year}{month:02}{at}-A",
                 "authority": "CN", "number": f"{year}{month:02}{at}", "kind": "A", "row_no": at, "page_id": 1,
                 "run_id": 1, "content_hash": 1, "valid_from": T, "publication_date": date(year, month, 5),
                 "applicants": [{"sequence": 1, "name": "A", "country": country, "address": None}]}
            )  # fmt: skip
    with Core(place) as core:
        core.con.execute("INSERT INTO runs (run_id, kind, state, as_of, settings, started_at)"
                         " VALUES (1, 'place', 'succeeded', ?, '{}', '2021-06-01')", [T])  # fmt: skip
        fill(core.con, "source_records", rows)
        meter(core.con, 1, T, 0.1, lambda *_: False)
        publish(core)


def run(place: Workspace, *words: str) -> Result:
    return CliRunner().invoke(app, ["coverage", *words, "-w", str(place.root)], catch_exceptions=False)


def test_nothing_measured_is_said(house: Workspace) -> None:
    said = run(house)
    assert said.exit_code == 6
    assert "No run has measured completeness" in " ".join(said.output.split())


def test_short_months_and_late_fields(house: Workspace) -> None:
    metered(house)
    found = json.loads(run(house, "--json").stdout)
    [office] = found["offices"]
    assert (office["source"], office["office"], office["complete_to"]) == ("lens", "CN", "2021-01-01")
    assert office["late_or_missing"] == 2, "the month just over is not judged, and no earlier run tells the others"
    assert office["title"] == 0.0
    lags = {row["field"]: row["lag"] for row in found["lags"]}
    assert lags["country"] >= 10
    assert "applicant" not in lags
    states = {row["published_month"]: row["state"] for row in found["months"]}
    assert states["2021-02-01"] == "late or missing"
    assert states["2020-12-01"] == "as expected"
    assert states["2021-04-01"] == "unknown"
    assert found["secrecy"]["since"] == "2019-11-28"
    text = " ".join(run(house).output.split())
    assert "18 months after their priority" in text
    assert f"{found['months'][0]['expected']:.3f}" in text, "expected counts have three decimals"
    assert run(house, "--source", "nobody").exit_code == 6
    [every] = json.loads(run(house, "--source", "*", "--json").stdout)["offices"]
    assert every["records"] == office["records"], "one source: together is the same"
    assert run(house, "--format", "csv").stdout.splitlines()[0].startswith("run_id,as_of,source")
