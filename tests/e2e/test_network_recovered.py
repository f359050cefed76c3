"""What the simulated office plants in each technology's network is found again in what both services answer."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from datetime import date, datetime
from pathlib import Path
from unittest.mock import patch

import networkx as nx
import numpy as np
import pytest
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))
from house import CREDENTIALS, FIRST, make_workspace

from analytics.network.catalogue import subject
from analytics.network.warehouse import read_network
from app.main import app
from etl.sources.settings import load_settings
from office.corpus.corpus import Corpus
from office.corpus.dependence import PERIODS
from office.service.office import Office
from schedules.alerts.own_rules import evaluate_own_rules
from schedules.runs.place import place_again
from schedules.runs.refresh import refresh
from tests.corpora import full
from warehouse.clock import SystemClock
from warehouse.core import Core
from warehouse.publish import connect_snapshot, current
from warehouse.sections.measuring import Place
from warehouse.workspace import Workspace

pytestmark = pytest.mark.slow
RULE = """
[alerts.rules.dependent]
title = "Depends on others"
sql = "SELECT technology_id, 'foreign dependence above a third' AS fact FROM network_latest WHERE indicator = 'foreign_dependence' AND value > 1 / 3.0"
"""  # noqa: E501


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return full()


@pytest.fixture(scope="module")
def workspace(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    with Office(corpus) as office, patch.dict(os.environ, CREDENTIALS):
        made = make_workspace(
            tmp_path_factory.mktemp("net") / "ws", office, harvest="enrichment_requests = 0", place="", more=RULE
        )
        with Core(made, purpose="test") as core:
            refresh(core, load_settings(made.settings_file), clock=SystemClock(), as_of=FIRST)
    return made


def run(workspace: Workspace, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "-w", str(workspace.root)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def families_of(workspace: Workspace) -> dict[str, str]:
    con = connect_snapshot(current(workspace))
    return dict(con.execute("SELECT publication_number, family_id FROM publications").fetchall())


def test_planted_main_path(corpus: Corpus, workspace: Workspace) -> None:
    family = families_of(workspace)
    con = connect_snapshot(current(workspace))
    for name, truth in corpus.truth.technologies.items():
        planted = [family[key] for key in truth.main_path]
        rows = con.execute(
            "SELECT family_id FROM network_path_latest WHERE technology_id = ? AND variant = 'global'"
            " ORDER BY position",
            [name],
        ).fetchall()
        path = [row[0] for row in rows]
        at = path.index(planted[0])
        assert path[at : at + len(planted)] == planted, name


def test_planted_dependence(corpus: Corpus, workspace: Workspace) -> None:
    con = connect_snapshot(current(workspace))
    for name, truth in corpus.truth.technologies.items():
        graph = read_network(con, Place(), FIRST, name, subject(con, name).pairs).graph
        cited, citing = graph.all_inside()
        year = np.concatenate([graph.cited_on, graph.broken.cited_on]).astype("datetime64[Y]").astype(int) + 1970
        country = graph.nodes.country
        home = country.code_of("CN")
        found = {}
        for first, last in PERIODS:
            mine = (country.codes[citing] == home) & (year >= first) & (year <= last)
            found[f"{first}-{last}"] = float((country.codes[cited[mine]] != home).mean())
        assert found == pytest.approx(truth.dependence), name


def test_the_fall_is_seen_in_every_technology(corpus: Corpus, workspace: Workspace) -> None:
    con = connect_snapshot(current(workspace))
    rows = con.execute(
        "SELECT technology_id, dependence_recent, dependence_before, foreign_dependence, self_reliance, coverage,"
        " outside_share, data_label, strategy FROM network_history"
    ).fetchall()
    assert {row[0] for row in rows} == set(corpus.truth.technologies)
    for name, recent, before, whole, own, coverage, outside, label, strategy in rows:
        assert recent < before, name
        assert whole + own == pytest.approx(1)
        assert 0 < coverage < 1, "documents that no query returns have no known country"
        assert 0 < outside < 0.3
        assert (label, strategy is None) == ("synthetic", False)


def test_an_alert_rule_can_read_it(workspace: Workspace) -> None:
    con = connect_snapshot(current(workspace))
    above = con.execute(
        "SELECT technology_id FROM network_latest WHERE indicator = 'foreign_dependence' AND value > 1 / 3.0"
    ).fetchall()
    settings = load_settings(workspace.settings_file)
    with Core(workspace, purpose="test") as core:
        problems = evaluate_own_rules(core.con, workspace, settings, datetime(2021, 6, 1))
        raised = core.con.execute("SELECT DISTINCT technology_id FROM alerts WHERE rule = 'dependent'").fetchall()
    assert problems == []
    assert set(raised) == set(above) != set()


def test_show_has_a_paragraph(workspace: Workspace) -> None:
    english = run(workspace, "--lang", "en", "show", "battery-separator")
    for words in ("Citation network: Main path", "Foreign dependence of CN", "synthetic"):
        assert words in english
    assert "引文网络：主路径" in run(workspace, "--lang", "zh", "show", "battery-separator")
    assert len(json.loads(run(workspace, "show", "battery-separator", "--json"))["network"]) == 3


def test_the_command_says_the_same_as_the_run(workspace: Workspace) -> None:
    made = json.loads(run(workspace, "network", "battery-separator", "--json"))
    con = connect_snapshot(current(workspace))
    [(stored,)] = con.execute(
        "SELECT value FROM network_latest WHERE technology_id = 'battery-separator'"
        " AND indicator = 'foreign_dependence'"
    ).fetchall()
    assert made["figures"][0]["value"] == stored
    assert (made["data_label"], made["as_of"]) == ("synthetic", "2021-05-31")
    shift = con.execute(
        "SELECT prefix FROM run_shift WHERE technology_id = 'battery-separator' AND is_counted"
    ).fetchall()
    assert {row["prefix"] for row in made["joined"]} == {prefix for (prefix,) in shift}
    text = run(workspace, "network", "battery-separator")
    assert "Main path  · data: synthetic" in text
    assert "技术主路径" not in text
    assert text.count("data: synthetic") >= 6
    assert "技术主路径  · 数据：合成" in run(workspace, "--lang", "zh", "network", "battery-separator")


def counts(workspace: Workspace, day: str) -> dict[str, int]:
    rows = json.loads(run(workspace, "network", "chip", "--as-of", day, "--table", "build", "--json"))["build"]
    return {row["item"]: row["count"] for row in rows}


def test_an_earlier_day_is_a_smaller_network(workspace: Workspace) -> None:
    now, then = (counts(workspace, day) for day in ("2021-05-31", "2012-12-31"))
    assert 0 < then["families"] < now["families"]
    assert then["families"] + then["families_published_later"] == now["families"]
    assert then["citations_later"] > 0


def test_csv_carries_the_label(workspace: Workspace) -> None:
    rows = list(csv.DictReader(io.StringIO(run(workspace, "network", "chip", "--table", "flows", "--format", "csv"))))
    assert {row["data_label"] for row in rows} == {"synthetic"}
    assert {row["technology_id"] for row in rows} == {"chip"}


def test_pictures_and_files(workspace: Workspace, tmp_path: Path) -> None:
    folders = ("--pictures", str(tmp_path / "p"), "--files", str(tmp_path / "f"))
    run(workspace, "network", "chip", "--variant", "key_route_global", "--language", "zh", *folders)
    pictures = sorted(path.name for path in (tmp_path / "p").iterdir())
    assert len(pictures) == 15
    picture = next(path for path in (tmp_path / "p").iterdir() if path.suffix == ".png")
    assert b"queries " in picture.read_bytes()
    assert all(".zh." in name for name in pictures)
    files = [path.name for path in (tmp_path / "f").iterdir()]
    assert all("synthetic" in name for name in files)
    made = nx.read_gexf(tmp_path / "f" / "chip-citations-synthetic.gexf")
    graphml = nx.read_graphml(tmp_path / "f" / "chip-citations-synthetic.graphml")
    assert set(made.edges) == set(graphml.edges)
    assert any(data["main_path"] for _, data in made.nodes(data=True))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chipp",), "Did you mean chip?"),
        (("chip", "--table", "nothing"), "no such table"),
        (("chip", "--kind", "gephi"), "choose among gexf"),
        (("chip", "--as-of", "1950-01-01"), "no family is known as of 1950-01-01"),
    ],
)
def test_bad_input_is_one_sentence(workspace: Workspace, words: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(app, ["network", *words, "-w", str(workspace.root)])
    assert result.exit_code == 2
    assert said in result.stderr


def test_switched_off(corpus: Corpus, workspace: Workspace) -> None:
    settings = workspace.settings_file.read_text(encoding="utf-8")
    workspace.settings_file.write_text(settings.replace("[place]\n", "[place]\nnetwork = false\n"), encoding="utf-8")
    with Core(workspace, purpose="test") as core:
        done = place_again(core, load_settings(workspace.settings_file), clock=SystemClock(), as_of=date(2021, 6, 1))
    con = connect_snapshot(current(workspace))
    [(rows,)] = con.execute("SELECT count(*) FROM network_indicators WHERE run_id = ?", [done.run_id]).fetchall()
    assert rows == 0
    workspace.settings_file.write_text(settings, encoding="utf-8")
