"""The record and the what-if: other settings leave the record as it was, and are shown when asked for."""

import json
import shutil
from datetime import date, datetime

import pytest
from typer.testing import CliRunner

from analytics.matrix.printed import paper_frame
from app.main import app
from app.watch.init import write_workspace
from schedules.runs import place as place_runs
from tests.analytics.made_warehouse import fill, make
from warehouse.clock import Clock
from warehouse.core import Core
from warehouse.indicators import PAPER
from warehouse.settings import SettingsError, parse_settings

FIRST, SECOND = date(2019, 6, 30), date(2020, 6, 30)
TABLES = ("families", "family_states", "family_citations", "family_citation_counts")


class At(Clock):
    """A clock that says one day."""

    def __init__(self, day):
        self.day = day

    def now(self):
        return datetime(self.day.year, self.day.month, self.day.day)


def run(*words):
    done = CliRunner().invoke(app, [str(w) for w in words])
    assert done.exit_code == (1 if words[0] == "doctor" else 0), done.output  # doctor: records are missing here
    return done.output if "--json" in words else " ".join(done.output.split())  # titles wrap at the terminal's width


def as_json(*words):
    return json.loads(run(*words, "--json"))


def place(workspace, day, monkeypatch, *options):
    monkeypatch.setattr("app.watch.place.SystemClock", lambda: At(day))
    return run("place", "-w", workspace, *options)


@pytest.fixture(scope="module")
def placed(tmp_path_factory):
    """Four technologies of made families, placed twice a year apart by the workspace's own settings."""
    folder = tmp_path_factory.mktemp("placed") / "w"
    house, _ = write_workspace(folder)
    (folder / "stuckneck.toml").write_text(
        "[report]\nformats = []\n"  # the report is the subject of one test
        '[place]\nbootstrap_draws = 0\nnetwork = false\nscreening = "open"\nwindows = "rolling"\n'
    )
    made = make(seed=4, technologies=4, families=60)
    with Core(house) as core:
        for table in TABLES:
            fill(core.con, table, made.con.sql(f"FROM {table}").pl().to_dicts())
        core.con.execute(
            "DELETE FROM family_citations WHERE citing_family_key = cited_family_key"
            " OR citing_family_key NOT IN (SELECT family_key FROM families)"
        )
        fill(core.con, "family_memberships", [m | {"query_hash": "import"} for m in made.memberships])
        for i in range(4):
            core.con.execute(
                "INSERT INTO source_hits BY NAME SELECT 'x' AS source, ? AS technology_id, 'import' AS query_hash,"
                " 'CN-1-A' AS publication_number, 1 AS page_id, 1 AS row_no, 1 AS run_id, 1 AS last_run", [f"tech-{i}"]
            )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        keep_merged(patch)
        for day in (FIRST, SECOND):
            place(folder, day, patch)
    return folder


def keep_merged(patch):
    """Let placing take the merged tables as they are: they were made here, not from records."""
    patch.setattr(place_runs, "merge", lambda *_: None)


@pytest.fixture
def workspace(placed, tmp_path, monkeypatch):
    """A copy that a test may change."""
    keep_merged(monkeypatch)
    return shutil.copytree(placed, tmp_path / "w")


def record(workspace):
    """What the commands that show the record say."""
    return [
        run("matrix", "-w", workspace, "--json"),
        run("matrix", "-w", workspace),
        *[run("history", f"tech-{i}", "-w", workspace) for i in range(4)],
        run("explain", "-w", workspace),
        run("sql", "-w", workspace, "FROM coverage ORDER BY ALL"),
        run("sql", "-w", workspace, "FROM run_families WHERE run_id < 3 ORDER BY ALL"),
    ]


def test_what_ifs_leave_the_record_byte_for_byte(workspace):
    before = record(workspace)  # five of them: more than the runs whose families are kept
    for options in ("--country JP", "--screening paper", "--windows fixed", "--label try", "--as-of 2018-01-31"):
        assert CliRunner().invoke(app, ["place", "-w", str(workspace), *options.split()]).exit_code == 0, options
    assert record(workspace) == before


def test_what_was_given_as_the_workspace_has_it_is_the_record(workspace, monkeypatch):
    out = place(workspace, SECOND, monkeypatch, "--country", "CN", "--windows", "rolling")
    assert "WHAT-IF" not in out
    assert {r["run_id"] for r in as_json("matrix", "-w", workspace)} == {3}


def test_a_placement_of_the_record_leaves_its_report_and_a_what_if_leaves_none(workspace, monkeypatch):
    settings = workspace / "stuckneck.toml"
    settings.write_text(settings.read_text().replace("formats = []", 'formats = ["xlsx"]'))
    place(workspace, SECOND, monkeypatch, "--country", "JP")
    assert not list((workspace / "reports").glob("report-*"))
    place(workspace, SECOND, monkeypatch)
    assert [f.name for f in (workspace / "reports").glob("report-*")] == [f"report-{SECOND}-run-4.xlsx"]


def test_a_what_if_is_shown_by_run_and_by_name_and_says_what_it_is(workspace, monkeypatch):
    said = place(workspace, SECOND, monkeypatch, "--country", "JP", "--label", "japan")
    assert "JP, open, rolling windows" in said
    assert "WHAT-IF" in said
    for words in (("--run", "3"), ("--label", "japan")):
        rows = as_json("matrix", "-w", workspace, *words)
        assert {(r["focal_country"], r["origin"], r["run_label"]) for r in rows} == {("JP", "adhoc", "japan")}
        assert "WHAT-IF" in run("matrix", "-w", workspace, *words)
        assert "JP" in run("show", "tech-0", "-w", workspace, *words)
    shown = as_json("history", "tech-0", "-w", workspace, "--label", "japan")
    assert [r["focal_country"] for r in shown] == ["CN", "CN", "JP"]
    refused = CliRunner().invoke(app, ["matrix", "-w", str(workspace), "--label", "nobody"])
    assert refused.exit_code != 0
    assert "named: japan" in refused.output


def test_the_matrix_of_an_earlier_date_is_the_record_of_then(workspace):
    rows = as_json("matrix", "-w", workspace, "--as-of", "2019-12-31")
    assert {(r["run_id"], r["as_of"]) for r in rows} == {(1, "2019-06-30")}
    assert "From 2019-06-30" in run("explain", "-w", workspace, "--since", "2019-12-31")


def test_changed_settings_break_the_series_and_nothing_rises_or_falls(workspace, monkeypatch):
    toml = workspace / "stuckneck.toml"
    toml.write_text(toml.read_text() + 'focal_country = "US"\n')
    place(workspace, date(2021, 6, 30), monkeypatch)
    for i in range(4):
        track = as_json("history", f"tech-{i}", "-w", workspace)
        assert [r["is_break"] for r in track] == [False, False, True]
        assert [r["focal_country"] for r in track] == ["CN", "CN", "US"]
    shown = as_json("explain", "-w", workspace)
    assert shown
    assert all(r["settings_changed"] for r in shown)
    for row in shown:
        assert not any(word in row["sentence_en"] for word in ("rose", "fell", "moved", "progress"))
        assert not any(word in row["sentence_zh"] for word in ("升至", "降至", "转为"))
    assert not any(r["settings_changed"] for r in as_json("explain", "-w", workspace, "--from", 1, "--to", 2))


def test_compare_sets_runs_countries_and_policies_side_by_side(workspace, monkeypatch):
    rows = as_json("compare", 1, 2, "-w", workspace)
    for row in rows:
        parts = [p.split(" K ")[1].split(" D ") for p in row["made by"].split("; ") if " K " in p]
        assert sum(float(k) for k, _ in parts) == pytest.approx(row["K change"] or 0, abs=3e-4)
        assert sum(float(d) for _, d in parts) == pytest.approx(row["D change"] or 0, abs=3e-4)
    place(workspace, SECOND, monkeypatch, "--country", "JP", "--label", "japan")
    stored = {r["technology_id"]: r for r in as_json("matrix", "-w", workspace, "--label", "japan")}
    own = {r["technology_id"]: r for r in as_json("matrix", "-w", workspace)}
    for row in as_json("compare", "CN", "JP", "-w", workspace):
        assert row["K then"] == own[row["technology_id"]]["capability"]
        assert row["K now"] == stored[row["technology_id"]]["capability"]
    assert "Settings differ" in run("compare", 2, "japan", "-w", workspace)
    assert "Settings differ" not in run("compare", "2019-06-30", 2, "-w", workspace)
    assert {r["differs"] for r in as_json("compare", "open", "open", "-w", workspace)} == {False}


def test_four_technologies_are_said_to_be_few(workspace):
    assert "Relative places rest on few: 4 technologies" in run("matrix", "-w", workspace)


def test_a_new_workspace_follows_the_date_and_doctor_points_at_one_that_does_not(tmp_path, workspace):
    write_workspace(tmp_path / "new")
    assert 'windows = "rolling"' in (tmp_path / "new" / "stuckneck.toml").read_text()
    found = {r["check"]: r for r in as_json("doctor", "-w", workspace, "--offline")}
    assert found["windows"]["state"] == "ok"
    (workspace / "stuckneck.toml").write_text("")
    found = {r["check"]: r for r in as_json("doctor", "-w", workspace, "--offline")}
    assert found["windows"]["state"] == "warn"
    assert 'windows = "rolling"' in found["windows"]["finding"]


def test_the_papers_policy_brings_the_papers_windows(workspace, monkeypatch):
    place(workspace, SECOND, monkeypatch, "--screening", "paper", "--label", "paper")
    head = run("sql", "-w", workspace, "SELECT DISTINCT windows FROM applied_settings ORDER BY 1")
    assert "fixed 2001-2010, 2011-2021" in head


def test_place_says_how_many_families_lie_in_no_window(workspace, monkeypatch):
    out = place(workspace, SECOND, monkeypatch, "--windows", "fixed", "--as-of", "2023-06-30")
    assert "lie in no window" in out


def test_the_papers_ranges_and_weights_place_any_number_of_technologies(workspace, monkeypatch):
    toml = workspace / "stuckneck.toml"
    toml.write_text(toml.read_text() + 'baseline = "paper"\n')
    place(workspace, date(2021, 6, 30), monkeypatch)
    paper = paper_frame()
    shown = [r for r in as_json("matrix", "-w", workspace, "--frame", "anchored") if r["families"]]
    assert len(shown) == 4
    for row in shown:
        figures = {
            i["indicator"]: i["value"] for i in as_json("show", row["technology_id"], "-w", workspace)["indicators"]
        }
        assert row["capability"] == pytest.approx(
            sum(w * figures[i] for w, i in zip(paper.weights, PAPER, strict=True))
        )
    with pytest.raises(SettingsError, match="state one of them"):
        parse_settings('[place]\nbaseline = "paper"\nbaseline_run = 1\n')
