"""`doctor` says what feeds each indicator, at what cost and on what terms, and which indicator will be missing."""

import pytest

from app.watch.doctor import _feeds, _verdict
from etl.sources.settings import load_settings
from warehouse.workspace import Workspace


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    for name in ("STUCKNECK_OPS_KEY", "STUCKNECK_OPS_SECRET", "STUCKNECK_LENS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "stuckneck.toml").touch()
    return Workspace(tmp_path)


def findings(workspace):
    found = _feeds(workspace, load_settings(workspace.settings_file))
    return {check: (state, sentence) for check, state, sentence in found}


def test_without_a_source_every_indicator_is_named_missing(workspace):
    found = findings(workspace)
    assert {state for state, _ in found.values()} == {"warn"}
    assert len(found) == 5
    assert all("cannot be placed without it" in sentence for _, sentence in found.values())


def test_cost_licence_and_partial_feeding_are_said(workspace, monkeypatch):
    monkeypatch.setenv("STUCKNECK_LENS_TOKEN", "x")
    found = findings(workspace)
    assert found["indicator applications"] == ("ok", "lens (yes, requests: 1 per 100 records)")
    state, sentence = found["indicator claims"]
    assert state == "warn"
    assert "partial" in sentence
    assert "technologies may lack it" in sentence
    assert "attribution to The Lens" in found["licence lens"][1]
    assert "licence epo_ops" not in found


def test_an_indicator_the_latest_run_hardly_knew_is_a_warning_though_a_vendor_could_feed_it():
    able = [("yes", "incopat (yes)")]
    assert _verdict(able, None, 0.8) == ("ok", "incopat (yes)")
    assert _verdict(able, (0.0, 0.06), 0.8) == (
        "warn", "incopat (yes); latest run: known for 0% to 6% of a technology's families (the floor is 80%)"
    )  # fmt: skip
    assert _verdict([("partial", "lens (partial)")], (0.95, 0.95), 0.8)[0] == "ok"
