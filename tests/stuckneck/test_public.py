"""The public package: what it says of a workspace is what the views say, and its methods are the commands' own."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import stuckneck as sn
from app.main import app
from warehouse.publish import NoSnapshotError, connect_snapshot
from warehouse.sandbox.queries import SqlRefusedError
from warehouse.workspace import NotAWorkspaceError

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
CASES = pl.DataFrame(
    {
        "case": ["A", "B", "C", "D", "E", "F"],
        "funds": [0.9, 0.7, 0.2, 0.6, 0.1, 0.8],
        "people": [0.8, 0.9, 0.3, 0.4, 0.2, 0.6],
        "result": [0.9, 0.8, 0.2, 0.5, 0.1, 0.7],
    }
)


def test_what_is_public_is_named() -> None:
    assert set(sn.__all__) == {"Watch", "__version__", "nca", "open", "place", "qca"}
    assert all(getattr(sn, name) is not None for name in sn.__all__)


def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspaceError):
        sn.open(tmp_path)
    (tmp_path / "stuckneck.toml").write_text("")
    with pytest.raises(NoSnapshotError):
        sn.open(tmp_path).matrix()


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> sn.Watch:
    """The paper's technologies placed by hand-written run rows in a published snapshot."""
    import duckdb

    from warehouse import migrate

    folder = tmp_path_factory.mktemp("public")
    (folder / "stuckneck.toml").write_text("")
    (folder / "snapshots").mkdir()
    file = folder / "snapshots" / "snapshot-000001.duckdb"
    with duckdb.connect(str(file)) as con:
        migrate.migrate(con)
        migrate.refresh_views(con)
        con.execute("INSERT INTO runs (run_id, kind, state, as_of, settings, settings_hash, started_at)"
                    " VALUES (1, 'place', 'succeeded', '2021-05-31', '{}', 'h', '2021-06-01')")  # fmt: skip
        con.execute(
            "INSERT INTO run_placements (run_id, technology_id, frame, as_of, origin, data_label, query_hash, families,"
            " capability, dynamics_raw, dynamics, strategy, is_watch, low_evidence)"
            " VALUES (1, 'chip', 'relative', '2021-05-31', 'live', 'real', 'q', 3, 0.6, 9, 0.4, 'assault',"
            " false, false)"
        )
        con.executemany(
            "INSERT INTO run_families (run_id, technology_id, family_key, family_id, focal_weight, country,"
            " country_method, forward_citations, claim_count, is_pct)"
            " VALUES (1, 'chip', ?, ?, ?, ?, 'priority', ?, ?, ?)",
            [
                [1, "f:1", 1.0, "CN", 3, 10, True],
                [2, "f:2", 0.0, "US", 0, None, False],
                [3, "f:3", None, None, None, 4, None],
            ],
        )
    (folder / "snapshots" / "current").write_text(file.name)
    return sn.open(folder)


def test_the_matrix_is_the_view(watch: sn.Watch) -> None:
    row = watch.matrix().row(0, named=True)
    assert (row["technology_id"], row["capability"], row["strategy"]) == ("chip", 0.6, "assault")
    assert watch.snapshot == "snapshot-000001.duckdb"
    with connect_snapshot(watch.workspace.snapshots / watch.snapshot) as con:
        names = [d[0] for d in con.execute("SELECT * FROM matrix_latest").description or []]
    assert watch.matrix().columns == names
    assert watch.history("chip").height == 1
    assert watch.history("chip", frame="anchored").height == 0


@pytest.mark.parametrize(
    ("indicator", "side", "expected"),
    [
        ("applications", "all", ["f:1", "f:2", "f:3"]), ("applications", "unknown", ["f:3"]),
        ("citations", "all", ["f:1"]), ("claims", "all", ["f:1", "f:3"]),
        ("pct", "focal", ["f:1"]), ("pct", "others", []),
    ],
)  # fmt: skip
def test_families_behind_a_figure(watch: sn.Watch, indicator: str, side: str, expected: list[str]) -> None:
    found = watch.families("chip", indicator=indicator, side=side)  # type: ignore[arg-type]
    assert found["family_id"].to_list() == expected


def test_families_of_an_unknown_date_are_not_new(watch: sn.Watch) -> None:
    assert watch.families("chip", new_since=date(2020, 1, 1)).height == 0
    with pytest.raises(ValueError, match="side one of"):
        watch.families("chip", side="ours")  # type: ignore[arg-type]


def test_what_figures_rest_on_is_read_from_its_views(watch: sn.Watch) -> None:
    views = {
        "search_quality": watch.search_quality, "corrected_shares": watch.corrected_shares,
        "completeness": watch.completeness, "holder_concentration": watch.holders,
    }  # fmt: skip
    with connect_snapshot(watch.workspace.snapshots / watch.snapshot) as con:
        for view, read in views.items():
            names = [d[0] for d in con.execute(f"SELECT * FROM {view}").description or []]
            assert read().columns == read("nobody").columns == names
            assert read("nobody").height == 0


def test_sql_is_one_select_in_the_sandbox(watch: sn.Watch) -> None:
    assert watch.sql("SELECT count(*) AS n FROM run_families")["n"].to_list() == [3]
    with pytest.raises(SqlRefusedError):
        watch.sql("DELETE FROM run_families")


def test_nca_is_the_command_s(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    CASES.write_csv(file)
    words = ["nca", str(file), "--outcome", "result", "--conditions", "funds,people", "--permutations", "200", "--json"]
    printed = json.loads(CliRunner().invoke(app, words).output)
    study = sn.nca(CASES, "result", ["funds", "people"], permutations=200)
    for name, condition in study.conditions.items():
        for ceiling, figures in condition.ceilings.items():
            shown = printed["conditions"][name]["ceilings"][ceiling]
            assert shown["effect_size"] == figures.effect_size
            assert shown["p_value"] == figures.p_value


def test_qca_is_the_command_s(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    CASES.write_csv(file)
    words = ["qca", str(file), "--outcome", "result", "--conditions", "funds,people", "--incl-cut", "0.85",
             "--pri-cut", "0.75", "--json"]  # fmt: skip
    printed = json.loads(CliRunner().invoke(app, words).output)
    analysis = sn.qca(CASES, "result", ["funds", "people"], cases="case")
    assert [r["cases"] for r in printed["truth_table"]] == [
        [analysis.cases[i] for i in row.cases] for row in analysis.table.rows
    ]
    for name, fit in analysis.necessity.items():
        assert printed["necessity"][name]["consistency"] == fit.consistency


def test_place_gives_the_paper_s_table_three() -> None:
    from analytics.matrix.printed import paper_rows
    from warehouse.indicators import PAPER

    rows = paper_rows()
    table = pl.DataFrame(
        [dict(zip(PAPER, r.shares, strict=True)) | {"number": r.number, "dynamics_raw": r.dynamics_raw} for r in rows]
    )
    placed = sn.place(table)
    for row, printed in zip(placed.iter_rows(named=True), rows, strict=True):
        assert row["capability"] == pytest.approx(printed.printed_capability, abs=5e-7)
        assert row["dynamics"] == pytest.approx(printed.printed_dynamics, abs=5e-7)
        assert row["strategy"] == printed.printed_strategy.value


def test_what_is_unknown_is_not_placed_and_changes_nobody() -> None:
    table = pl.DataFrame({
        "applications": [0.2, 0.6, None], "citations": [0.1, 0.5, 0.9], "claims": [0.3, 0.4, 0.9],
        "pct": [0.1, 0.7, 0.9], "dynamics_raw": [3, 9, 30],
    })  # fmt: skip
    placed = sn.place(table)
    assert placed["strategy"].to_list()[2] is None
    assert placed.head(2)["capability"].to_list() == sn.place(table.head(2))["capability"].to_list()
    with pytest.raises(ValueError, match="no column 'pct'"):
        sn.place(table.drop("pct"))


def test_the_page_s_second_example_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    scope: dict[str, object] = {}
    exec(blocks[1], scope)  # our own page
    assert scope["study"].conditions["funds"].n == 6  # type: ignore[attr-defined]
    for name in re.findall(r"watch\.(\w+)", blocks[0]):
        assert hasattr(sn.Watch, name)
