"""`stuckneck catalogue sample | judge | seeds | quality` on a workspace with a planted search."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from analytics.quality.corrected_run import correct_run
from app.main import app
from app.quality.workbook import COLUMNS, links, read, row_of, write
from app.watch.init import write_workspace
from etl.catalogue.editions import record_edition
from etl.catalogue.load import load_catalogue
from etl.sampling.documents import Document
from tests.analytics.quality.planted import Planted, plant
from warehouse.core import Core
from warehouse.publish import publish
from warehouse.sections.measuring import Place
from warehouse.workspace import Workspace


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Planted]:
    place, _ = write_workspace(tmp_path_factory.mktemp("quality") / "ws")
    with Core(place) as core:
        record_edition(core.con, load_catalogue(place.technologies_file), datetime(2026, 11, 1))
        planted = plant(core.con)
        publish(core)
    return place, planted


def run(workspace: Workspace, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "-w", str(workspace.root)], catch_exceptions=False)


def sheet(file: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()


def fill_in(workspace: Workspace, file: Path, planted: Planted, wrong: int = 0) -> Path:
    """Judge as the truth is, the first `wrong` rows the other way round."""
    with Core(workspace) as core:
        families = dict(core.con.execute("SELECT representative, family_id FROM families").fetchall())
    rows = sheet(file)[1:]
    judged = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    for at, one in enumerate(judged):
        right = (families[str(one["publication_number"])] in planted.right) != (at < wrong)
        one["verdict"] = "yes" if right else "no"
        one.update(links(str(one["publication_number"])), first_publication_date=None)
    out = file.with_name(f"{file.stem}-filled{wrong}.xlsx")
    write(out, judged, "chip")
    return out


def test_from_sample_to_corrected_shares(house: tuple[Workspace, Planted], tmp_path: Path) -> None:
    workspace, planted = house
    file = tmp_path / "judge.xlsx"
    said = run(workspace, "catalogue", "sample", "芯片", "--n", "150", "--seed", "2", "-o", str(file))
    assert said.exit_code == 0, said.output
    assert "sample 1 of chip" in said.output
    head, *rows = sheet(file)
    assert len(rows) == len({row[0] for row in rows}) > 100
    assert not {"hit", "one_clause"} & {str(cell) for row in [head, *rows] for cell in row}, "the judge does not see it"

    first = fill_in(workspace, file, planted)
    judged = run(workspace, "catalogue", "judge", str(first), "--by", "Li", "--json")
    assert judged.exit_code == 0, judged.output
    found = json.loads(judged.stdout)["chip"]["estimates"]
    whole = {(e["measure"], e["basis"]): e for e in found if e["dimension"] == "all"}
    right = whole["precision", "judged"]
    assert right["low"] <= planted.precision() <= right["high"]
    assert {e["dimension"] for e in found} == {"all", "side", "window", "office", "country"}
    assert all(e["assumption"] for e in found)

    second = fill_in(workspace, file, planted, wrong=5)
    table = run(workspace, "catalogue", "judge", str(second), "--by", "Wang")
    assert table.exit_code == 0, table.output
    assert "kappa" in table.output
    agreed = json.loads(run(workspace, "catalogue", "quality", "chip", "--json").stdout)["chip"]["judges"]
    assert [(a["first_judge"], a["second_judge"]) for a in agreed] == [("Li", "Wang")]
    assert agreed[0]["agreed"] == pytest.approx(1 - 5 / len(rows))
    overview = json.loads(run(workspace, "catalogue", "quality", "--json").stdout)
    assert {(r["technology_id"], r["is_current"]) for r in overview} == {("chip", True)}


def test_a_run_has_corrected_shares_beside_the_raw_ones(house: tuple[Workspace, Planted]) -> None:
    workspace, planted = house
    with Core(workspace) as core:
        con = core.con
        con.execute(
            "INSERT INTO runs (run_id, kind, state, as_of, settings, started_at) VALUES"
            " (90, 'place', 'succeeded', '2021-05-31', '{}', '2021-06-01')"
        )
        for technology, query in (("chip", planted.query_hash), ("lidar", "q")):
            con.execute(
                "INSERT INTO run_placements (run_id, technology_id, frame, as_of, origin, data_label, query_hash,"
                " capability, dynamics_raw, dynamics) VALUES (90, ?, 'relative', ?, 'live', 'synthetic', ?, 0.5, ?, 0)",
                [technology, date(2021, 5, 31), query, 3.0 if technology == "chip" else 9.0],
            )
            con.execute(
                "INSERT INTO run_families SELECT 90, ?, family_key, family_id, (country = 'CN')::DOUBLE, country,"
                " 'residence', 1, 5, family_key % 3 = 0, CASE WHEN family_key % 2 = 0 THEN 1 ELSE 2 END,"
                " CASE WHEN family_key % 5 = 0 THEN 'H01L' ELSE 'G06F' END, 'H01L', 2015, NULL FROM families"
                " WHERE ? = 'lidar' OR family_key IN (SELECT family_key FROM family_memberships)",
                [technology, technology],
            )
        assert correct_run(con, 90, Place(bootstrap_draws=200)) == ["chip"]
        raw, corrected, low, high, factor = con.execute(
            "SELECT value, corrected, low, high, factor FROM corrected_shares WHERE run_id = 90"
            " AND indicator = 'applications'"
        ).fetchall()[0]
        assert raw == pytest.approx(len(planted.hits & planted.focal) / len(planted.hits))
        assert corrected / (1 - corrected) == pytest.approx(factor * raw / (1 - raw))
        assert low < corrected < high
        places = con.execute(
            "SELECT technology_id, is_corrected, p_assault + p_disrupt + p_entrench + p_position,"
            " capability_corrected BETWEEN capability_low AND capability_high FROM corrected_places ORDER BY ALL"
        ).fetchall()
        assert [(t, c, k) for t, c, _, k in places] == [("chip", True, True), ("lidar", False, True)]
        assert all(p == pytest.approx(1) for _, _, p, _ in places)
        assert correct_run(con, 90, Place(bootstrap_draws=200, focal_country="US")) == [], "it was judged for another"
        assert con.execute("SELECT count(*) FROM run_corrected").fetchall() == [(0,)]
        for table in ("runs", "run_placements", "run_families", "run_corrected_places"):
            con.execute(f"DELETE FROM {table} WHERE run_id = 90")


def test_a_workbook_of_another_workspace_is_not_taken_for_ones_own(
    house: tuple[Workspace, Planted], tmp_path: Path
) -> None:
    """Samples are counted from 1 everywhere: the numbers of items are the same, the families are not."""
    workspace, planted = house
    file = tmp_path / "judge.xlsx"
    drawn = run(workspace, "catalogue", "sample", "chip", "--n", "20", "--seed", "5", "-o", str(file), "--json")
    assert drawn.exit_code == 0, drawn.output
    filled = [dict(zip(COLUMNS, row, strict=True)) for row in sheet(fill_in(workspace, file, planted))[1:]]
    for row in filled:
        row.update(links(str(row["publication_number"])), first_publication_date=None)
    strange = [row | {"publication_number": f"US-{9_000_000 + at}-B2"} for at, row in enumerate(filled)]
    foreign, mixed = tmp_path / "foreign.xlsx", tmp_path / "mixed.xlsx"
    write(foreign, strange, "chip")
    write(mixed, strange[:3] + filled[3:], "chip")
    said = run(workspace, "catalogue", "judge", str(foreign), "--by", "Sun")
    assert said.exit_code == 2
    assert f"{len(filled)} verdicts are left out: the file has other publications there" in said.stderr
    assert "No verdict could be taken from 1 file;" in said.stderr
    said = run(workspace, "catalogue", "judge", str(mixed), "--by", "Sun")
    assert said.exit_code == 0, said.output
    assert ": 3 verdicts are left out" in said.stderr
    assert f"Sun: {len(filled) - 3} verdicts taken" in said.output


def test_marks_are_read_as_people_make_them_on_whatever_sheet(tmp_path: Path) -> None:
    marks = ["√", "×", "ｙｅｓ", "是的", "No.", "？", "不清楚", "1.0", "无关", "yess", "maybe?"]
    file = tmp_path / "filled.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        book.add_worksheet("说明").write(0, 0, "请先读我")
        page = book.add_worksheet("judge")
        page.write(0, 0, "芯片 评判表")
        page.write_row(1, 0, ["条目", "判定", "备注"])
        for at, mark in enumerate(marks, 2):
            page.write_row(at, 0, [f"1-{at}", mark])
    found = read(file)
    assert [said for said, _ in found.verdicts[1].values()] == [
        "yes", "no", "yes", "yes", "no", "unsure", "unsure", "yes", "no"
    ]  # fmt: skip
    assert [problem.partition(":")[0] for problem in found.problems] == ["filled.xlsx, row 12", "filled.xlsx, row 13"]


def test_bad_rows_cost_themselves(house: tuple[Workspace, Planted], tmp_path: Path) -> None:
    workspace, _ = house
    file = tmp_path / "odd.csv"
    file.write_text(
        "条目,判定,备注\n1-1,是,好\n1-2,perhaps,\nxx,yes,\n1-3,,\n1-1,否,\n1-99999,no,\n77-1,yes,\n", encoding="utf-8"
    )
    said = run(workspace, "catalogue", "judge", str(file), "--by", "Zhao")
    assert said.exit_code == 0, said.output
    lines = said.stderr.splitlines()
    assert len(lines) == 5
    for part in ("row 3", "row 4", "row 6", "no item 99999", "Sample 77"):
        assert sum(part in line for line in lines) == 1, part
    assert "1 verdict taken, 1 row not filled in" in " ".join(said.stdout.split())


@pytest.mark.parametrize(
    ("content", "shown"), [("a,b\n1,2\n", "no row of headings"), ("item,verdict\n1-1,\n", "No verdict")]
)
def test_a_file_that_says_nothing_is_refused(
    house: tuple[Workspace, Planted], tmp_path: Path, content: str, shown: str
) -> None:
    file = tmp_path / "empty.csv"
    file.write_text(content, encoding="utf-8")
    said = run(house[0], "catalogue", "judge", str(file))
    assert said.exit_code == 2
    assert shown in said.output


def test_seeds_are_read_and_counted(house: tuple[Workspace, Planted], tmp_path: Path) -> None:
    workspace, planted = house
    with Core(workspace) as core:
        numbers = dict(core.con.execute("SELECT family_id, representative FROM families").fetchall())
    chosen = [numbers[f] for f in sorted(planted.right)[:30]]
    file = tmp_path / "known.txt"
    file.write_text("\n".join([*chosen, "nonsense"]), encoding="utf-8")
    said = run(workspace, "catalogue", "seeds", "chip", str(file), "--json")
    assert said.exit_code == 0, said.output
    assert "row 31" in said.stderr
    [one] = [e for e in json.loads(said.stdout)["chip"]["estimates"]
             if (e["basis"], e["dimension"]) == ("seeds", "all")]  # fmt: skip
    assert one["decided"] == 30
    assert one["yes"] == len(set(sorted(planted.right)[:30]) & planted.hits)


def test_a_changed_query_asks_for_a_new_sample(house: tuple[Workspace, Planted]) -> None:
    workspace, _ = house
    text = workspace.technologies_file.read_text(encoding="utf-8")
    workspace.technologies_file.write_text(
        text.replace("芯片 OR 集成电路", "芯片 OR 晶片 OR 集成电路", 1), encoding="utf-8"
    )
    with Core(workspace) as core:
        record_edition(core.con, load_catalogue(workspace.technologies_file), datetime(2026, 12, 1))
        publish(core)
    assert "draw a new sample" in " ".join(run(workspace, "catalogue", "quality", "chip").output.split())
    said = run(workspace, "catalogue", "sample", "chip", "-o", str(workspace.root / "new.xlsx"))
    assert said.exit_code == 6
    assert "no family under its present query" in " ".join(said.output.split())
    workspace.technologies_file.write_text(text, encoding="utf-8")


def test_texts_from_outside_stay_text(tmp_path: Path) -> None:
    """A title that begins like a formula or a link is neither; verdicts have a drop-down."""
    import zipfile

    hostile = Document(
        "CN-1-A", ('=HYPERLINK("http://x","y")', "@SUM(1)"), ("+1\x1b[31m",), ("-2",), ("G06F",), ("=1+1",)
    )
    item = {"item": 1, "publication_number": "CN-1-A", "country": "CN", "first_publication_date": date(2020, 1, 2)}
    file = tmp_path / "hostile.xlsx"
    write(file, [row_of(3, item, hostile), row_of(3, {**item, "item": 2}, None)], "chip")
    with zipfile.ZipFile(file) as package:
        body = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in body
    assert 'type="list"' in body
    rows = sheet(file)
    assert rows[1][0] == "3-1"
    assert '=HYPERLINK("http://x","y")' in rows[1]
    assert read(file).blank == 2
