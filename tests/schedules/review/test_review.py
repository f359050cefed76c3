"""The list review: its figures recomputed from plain records, its judgement, its proposals in the list."""

from __future__ import annotations

import json
import random
import tomllib
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from app.watch.init import write_workspace
from app.watch.review import register
from etl.catalogue.edit import set_status
from etl.catalogue.load import CatalogueError, load_catalogue, packaged_catalogue, packaged_text
from etl.catalogue.models import Technology
from schedules.review.figures import Figures
from schedules.review.judge import hold_when_doubtful, judge
from schedules.review.review import NothingToReviewError, review, run_review
from warehouse.clock import FakeClock
from warehouse.core import Core
from warehouse.publish import connect_snapshot, current
from warehouse.settings import Settings, parse_settings
from warehouse.workspace import Workspace

T = date(2021, 6, 1)
NOW = datetime(2026, 11, 21, 6)
WATCHED = [t.id for t in packaged_catalogue().technologies if t.status == "watched"]
GOOD = Figures(
    is_screened=True, families_found=200, families=100, families_earlier=40, families_later=60, least_coverage=0.9,
    least_coverage_indicator="claims", confirmed_share=0.95, refused_publications=3, growth=1.1, overlap_share=0.1,
    overlap_with="chip", stability=1.0, runs_compared=6,
)  # fmt: skip


def technology(status: str = "watched", **more: object) -> Technology:
    base = {"id": "x", "name_zh": "甲", "name_en": "X", "status": status, "query": "x", "reason": "r"}
    return Technology.model_validate(base | more)


def changed(**figures: object) -> Figures:
    return Figures(**{name: getattr(GOOD, name) for name in GOOD.__slots__} | figures)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figures", "codes", "as_watched", "as_candidate", "verdict"),
    [
        ({}, [], None, "add", "could be watched"),
        ({"families": 29}, ["few_families"], "retire", None, "not measurable by patents"),
        ({"families": 30}, [], None, "add", "could be watched"),
        ({"families_earlier": 9}, ["few_earlier"], "retire", None, "not measurable by patents"),
        ({"families_later": 0}, ["few_later"], "retire", None, "not measurable by patents"),
        ({"families_later": None}, [], None, "add", "could be watched"),
        ({"not_placed_why": "no claims known"}, ["not_placed"], "retire", None, "not measurable by patents"),
        ({"least_coverage": 0.79}, ["coverage"], None, None, "could be watched"),
        ({"least_coverage": 0.8}, [], None, "add", "could be watched"),
        ({"confirmed_share": 0.5}, ["confirmed"], None, None, "could be watched"),
        ({"confirmed_share": None}, [], None, "add", "could be watched"),
        ({"growth": 3.1}, ["growth"], None, None, "could be watched"),
        ({"growth": 0.2}, ["fell"], None, None, "could be watched"),
        ({"growth": 0.2, "families": 5}, ["few_families", "fell"], None, None, "not measurable by patents"),
        ({"overlap_share": 0.51}, ["overlap"], None, None, "could be watched"),
        ({"stability": 0.4}, ["unstable"], None, None, "could be watched"),
        ({"stability": 0.4, "runs_compared": 3}, [], None, "add", "could be watched"),
    ],
)
def test_judgement(
    figures: dict[str, object], codes: list[str], as_watched: str | None, as_candidate: str | None, verdict: str
) -> None:
    watched = judge(technology(), changed(**figures), Settings())
    assert (watched.codes, watched.proposal, watched.verdict) == (codes, as_watched, "watched")
    candidate = judge(technology("candidate"), changed(**figures), Settings())
    assert (candidate.codes, candidate.proposal, candidate.verdict) == (codes, as_candidate, verdict)
    if codes:
        assert candidate.finding_en
        assert candidate.finding_zh
        assert any("\u4e00" <= char <= "\u9fff" for char in candidate.finding_zh)


def test_unknown_is_neither_good_nor_bad() -> None:
    assert judge(technology(), Figures(), Settings()).proposal is None
    unknown = judge(technology("candidate"), Figures(), Settings())
    assert (unknown.verdict, unknown.proposal, unknown.codes) == ("could be watched", None, ["no_records"])
    software = judge(technology("candidate", measurable=False, query=None), Figures(), Settings())
    assert (software.verdict, software.proposal, software.finding_en) == ("not measurable by patents", None, "r")


def test_what_a_review_retired_only_a_person_puts_back() -> None:
    item = judge(technology("candidate"), GOOD, Settings(), retired=True)
    assert (item.proposal, item.codes) == (None, ["retired_before"])


def test_when_most_fail_the_data_is_doubted() -> None:
    bad, good = changed(families=1), GOOD
    items = [judge(technology(), figures, Settings()) for figures in (bad, bad, good)]
    held, why = hold_when_doubtful(items)
    assert [item.proposal for item in held] == [None, None, None]
    assert why is not None
    assert "数据存疑" in why
    items = [judge(technology(), figures, Settings()) for figures in (bad, good, good)]
    assert hold_when_doubtful(items) == (items, None)


# ---------------------------------------------------------------------------------------------------- on a warehouse
@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return write_workspace(tmp_path / "ws")[0]


def insert(core: Core, table: str, rows: list[dict[str, object]]) -> None:
    core.con.register("made_rows", pl.DataFrame(rows, infer_schema_length=None).to_arrow())
    core.con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM made_rows")
    core.con.unregister("made_rows")


def fill(core: Core, seed: int = 1, few: tuple[str, ...] = ()) -> dict[str, dict[int, int | None]]:
    """Fill two live runs; return per technology the families of run 2 with their windows."""
    rng = random.Random(seed)
    hashes = {t.id: t.query_hash for t in load_catalogue(core.workspace.technologies_file).technologies}
    families: dict[str, dict[int, int | None]] = {}
    rows: dict[str, list[dict[str, object]]] = {}
    for run in (1, 2):
        base = {"run_id": run, "as_of": T, "data_label": "synthetic"}
        rows.setdefault("runs", []).append(base | {"kind": "refresh", "state": "succeeded", "started_at": NOW})
        for n, item in enumerate(WATCHED):
            count = 12 if item in few else rng.randint(60, 120)
            chosen = rng.sample(range(n * 100, n * 100 + 300), count)
            families[item] = {k: 1 if i < count // 3 else rng.choice([2, 2, 2, None]) for i, k in enumerate(chosen)}
            own = {"run_id": run, "technology_id": item}
            place = {"frame": "relative", "origin": "live", "query_hash": hashes[item], "strategy": "assault"}
            rows.setdefault("run_placements", []).append(base | own | place | {"families": count})
            found = {"step_no": 0, "step": "found", "families_left": count * (1 + run), "unknown": 0}
            rows.setdefault("run_screening", []).append(own | found)
            rows.setdefault("run_indicators", []).extend(
                own | {"indicator": indicator, "coverage": coverage, "families": count}
                for indicator, coverage in (("applications", 1.0), ("claims", 0.85))
            )
            rows.setdefault("run_families", []).extend(
                own | {"family_key": key, "family_id": f"f{key}", "window": window}
                for key, window in families[item].items()
                if run == 2
            )
    for table, some in rows.items():
        insert(core, table, some)
    return families


def publication(core: Core, number: str, key: int, technology_id: str, query_hash: str, verdict: str) -> None:
    """One publication returned for a technology; verdict yes, unknown, no or import."""
    core.con.execute(
        "INSERT INTO publications (publication_number, country, number, family_key, family_id, sources, field_source,"
        " cited_by_known, is_synthetic) VALUES (?, 'CN', ?, ?, ?, [], '{}', false, true)",
        [number, number, key, f"f{key}"],
    )
    hit = {"source": "lens", "technology_id": technology_id, "query_hash": query_hash, "publication_number": number}
    insert(core, "source_hits", [hit | {"page_id": 1, "row_no": 1, "run_id": 1, "last_run": 2}])
    if verdict != "no":
        basis = {"yes": "local", "unknown": "source", "import": "import"}[verdict]
        core.con.execute(
            "INSERT INTO memberships VALUES (?, ?, ?, ?, ?, ?, ?)",
            [technology_id, query_hash, number, key, T, basis, True if verdict == "yes" else None],
        )


def test_figures_are_those_of_the_plain_records(workspace: Workspace) -> None:
    with Core(workspace) as core:
        families = fill(core)
        catalogue = load_catalogue(workspace.technologies_file)
        lidar = catalogue.get("lidar").query_hash or ""
        for i, verdict in enumerate(["yes", "yes", "yes", "unknown", "no", "no"]):
            publication(
                core, f"CN-{i}-A", i // 2, "lidar", lidar, verdict
            )  # families 0: yes, 1: yes and unknown, 2: refused
        publication(core, "CN-9-A", 9, "lidar", "import", "import")
        items = {item.technology.id: item for item in review(core.con, 2, Settings(), catalogue)[0]}
    assert len(items) == 35
    for name, windows in families.items():
        found = items[name].figures
        assert found.families == len(windows)
        assert found.families_earlier == sum(window == 1 for window in windows.values())
        assert found.families_later == sum(window == 2 for window in windows.values())
        assert found.families_found == len(windows) * 3
        assert (found.least_coverage, found.least_coverage_indicator) == (0.85, "claims")
        assert (found.stability, found.runs_compared) == (1.0, 2)
        shares = {o: len(windows.keys() & other.keys()) / len(windows) for o, other in families.items() if o != name}
        assert found.overlap_share == pytest.approx(max(shares.values()))
        assert shares[found.overlap_with or ""] == max(shares.values())
    assert items["lidar"].figures.confirmed_share == 1.0
    assert items["lidar"].figures.refused_publications == 2
    assert items["chip"].figures.confirmed_share is None
    assert items["ito-target"].figures == Figures()
    assert items["operating-system"].verdict == "not measurable by patents"


def test_growth_is_told_only_between_runs_with_the_same_query(workspace: Workspace) -> None:
    with Core(workspace) as core:
        fill(core)
        catalogue = load_catalogue(workspace.technologies_file)
        core.con.execute("UPDATE run_screening SET families_left = 100 WHERE run_id = 1")
        core.con.execute("UPDATE run_screening SET families_left = 450 WHERE run_id = 2")
        core.con.execute("UPDATE run_placements SET query_hash = 'old' WHERE run_id = 1 AND technology_id = 'chip'")
        core.con.execute("UPDATE run_placements SET strategy = 'position' WHERE run_id = 1 AND technology_id = 'lidar'")
        items = {item.technology.id: item for item in review(core.con, 2, Settings(), catalogue)[0]}
    assert items["lidar"].figures.growth == 4.5
    assert "growth" in items["lidar"].codes
    assert items["lidar"].figures.stability == 0.5
    assert items["chip"].figures.growth is None
    assert (items["chip"].figures.stability, items["chip"].figures.runs_compared) == (None, 1)


def test_a_candidate_that_files_were_imported_onto_is_counted(workspace: Workspace) -> None:
    with Core(workspace) as core:
        fill(core)
        keys = range(40)
        filed = [date(2005 if key < 15 else 2015, 1, 1) if key < 39 else date(2030, 1, 1) for key in keys]
        since = date(2016, 1, 1)
        member = {"technology_id": "ito-target", "query_hash": "import", "member_from": since}
        insert(core, "family_memberships", [member | {"family_key": key} for key in keys])
        state = {"valid_from": since, "valid_to": date(9999, 12, 31)}
        insert(core, "family_states", [state | {"family_key": k, "filing_date": filed[k]} for k in keys])
        found = {
            i.technology.id: i for i in review(core.con, 2, Settings(), load_catalogue(workspace.technologies_file))[0]
        }
    item = found["ito-target"]
    assert (item.figures.families, item.figures.families_earlier, item.figures.families_later) == (40, 15, 24)
    assert item.figures.is_screened is False
    assert (item.verdict, item.proposal) == ("could be watched", "add")


def test_a_review_is_stored_published_and_changes_nothing_unasked(workspace: Workspace) -> None:
    before = workspace.technologies_file.read_bytes()
    with Core(workspace) as core:
        fill(core, few=("lidar", "chip"))
        done = run_review(core, Settings(), clock=FakeClock(NOW))
    assert [item.technology.id for item in done.proposals] == ["chip", "lidar"]
    assert workspace.technologies_file.read_bytes() == before
    con = connect_snapshot(current(workspace))
    assert con.execute("SELECT of_run, additions, retirements, is_applied, data_label FROM reviews").fetchone() == (
        2, 0, 2, False, "synthetic",
    )  # fmt: skip
    rows = con.execute(
        "SELECT technology_id, findings FROM review_items WHERE proposal = 'retire' ORDER BY 1"
    ).fetchall()
    assert rows == [(item, ["few_families", "few_earlier", "few_later"]) for item in ("chip", "lidar")]
    assert con.execute("SELECT count(*) FROM review_items").fetchone() == (35,)
    assert con.execute("SELECT kind, state FROM runs WHERE run_id = 3").fetchone() == ("review", "succeeded")


def test_applying_makes_a_new_edition_and_keeps_every_comment(workspace: Workspace) -> None:
    before = workspace.technologies_file.read_text(encoding="utf-8")
    with Core(workspace) as core:
        fill(core, few=("lidar",))
        done = run_review(core, Settings(), clock=FakeClock(NOW), apply=True)
        after = workspace.technologies_file.read_text(encoding="utf-8")
        again = run_review(core, Settings(), clock=FakeClock(NOW), apply=True)
        editions = core.con.execute("SELECT edition_id, note FROM editions ORDER BY 1").fetchall()
    assert done.applied_edition_id == editions[-1][0] == 2
    assert editions[-1][1] == "list review 3: retire lidar"
    assert again.proposals == []
    removed = [line for line in before.splitlines() if line not in after.splitlines()]
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert removed == []  # its status line reads like every other candidate's
    assert len(added) == 1
    assert added[0].startswith('reason = "2026-11-21 清单复核退出观察：')
    assert [line for line in after.splitlines() if line.startswith("#")] == [
        line for line in before.splitlines() if line.startswith("#")
    ]
    lidar = load_catalogue(workspace.technologies_file).get("lidar")
    assert lidar.status == "candidate"


def test_the_setting_applies_too_and_the_command_line_overrules_it(workspace: Workspace) -> None:
    settings = parse_settings("[review]\napply = true\n")
    with Core(workspace) as core:
        fill(core, few=("lidar",))
        assert run_review(core, settings, clock=FakeClock(NOW), apply=False).applied_edition_id is None
        assert run_review(core, settings, clock=FakeClock(NOW)).applied_edition_id is not None


def test_a_review_that_was_cut_is_done_again_under_its_number(workspace: Workspace) -> None:
    with Core(workspace) as core:
        fill(core)
        first = run_review(core, Settings(), clock=FakeClock(NOW))
        core.con.execute("UPDATE runs SET state = 'running' WHERE run_id = ?", [first.review_id])
        second = run_review(core, Settings(), clock=FakeClock(NOW))
        assert second.review_id == first.review_id
        assert core.con.execute("SELECT count(*) FROM review_items").fetchone() == (35,)


def test_nothing_to_review(workspace: Workspace) -> None:
    with Core(workspace) as core:
        with pytest.raises(NothingToReviewError, match="stuckneck refresh"):
            run_review(core, Settings(), clock=FakeClock(NOW))
        fill(core)
        with pytest.raises(NothingToReviewError, match="run 99"):
            run_review(core, Settings(), clock=FakeClock(NOW), run_id=99)


def test_the_command(workspace: Workspace) -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    runner = CliRunner()
    assert runner.invoke(app, ["review", "-w", str(workspace.root)]).exit_code == 6
    with Core(workspace) as core:
        fill(core, few=("lidar",))
    result = runner.invoke(app, ["review", "-w", str(workspace.root)], catch_exceptions=False)
    assert "Proposed: retire lidar " in result.stdout
    assert "review --apply" in result.stdout
    result = runner.invoke(app, ["review", "--apply", "--json", "-w", str(workspace.root)], catch_exceptions=False)
    shown = json.loads(result.stdout)
    assert shown["applied_edition_id"] == 2
    assert {item["verdict"] for item in shown["items"]} == {"watched", "could be watched", "not measurable by patents"}


# --------------------------------------------------------------------------------------------- editing the list
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_the_status_and_the_reason_change(newline: str) -> None:
    text = packaged_text("technologies.toml").replace("\n", newline)
    changed_text = set_status(text, "ito-target", "watched", 'why "so" \\ 甲')
    old, new = tomllib.loads(text), tomllib.loads(changed_text)
    for entry in old["technology"]:
        if entry["id"] == "ito-target":
            entry.update(status="watched", reason='why "so" \\ 甲')
    assert new == old
    assert changed_text.count(newline) == text.count(newline)
    assert ("\r\n" in changed_text) is (newline == "\r\n")


def test_lines_inside_a_query_are_never_taken_for_keys() -> None:
    text = (
        "[[technology]]\nid = 'a'\nquery = '''\nstatus = 1\n[[technology]]\nid = 'b'\n'''\nstatus = 'candidate' # why\n"
    )
    out = set_status(text, "a", "watched", "r")
    assert out == text.replace("status = 'candidate' # why\n", "status = 'watched' # why\nreason = \"r\"\n")
    with pytest.raises(CatalogueError, match="by hand"):
        set_status(text, "b", "watched", "r")
    with pytest.raises(CatalogueError, match="by hand"):
        set_status("technology = [{id = 'a', status = 'watched'}]\n", "a", "candidate", "r")
    with pytest.raises(CatalogueError, match="by hand"):
        set_status("[[technology]]\nid = 'a'\nstatus = 'candidate'\nreason = '''\nlong\n'''\n", "a", "watched", "r")
