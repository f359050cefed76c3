"""`stuckneck provinces`: template, import, run, outcome, check-published, and the whole chain on synthetic data."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from analytics.provinces.panel_tables import all_tables
from analytics.provinces.study import run_study
from app.main import app
from app.studies.provinces.demo import write_conditions
from app.studies.provinces.report import province_names
from app.studies.provinces.text import print_tables
from app.studies.xy import spread
from app.watch.init import write_workspace
from office.plan.provinces import SOLUTION, outcome_counts
from warehouse.core import Core
from warehouse.publish import connect_snapshot, current
from warehouse.sections.provinces import Provinces
from warehouse.workspace import Workspace
from words.language import use

sys.path.insert(0, str(Path(__file__).parents[2] / "analytics" / "provinces"))
from made_cases import made_cases


def invoke(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_published_study_of_integrated_circuits_is_checked():
    answer = json.loads(invoke("reproduce", "--study", "ic", "--json").stdout)
    assert (answer["cannot_be_true"], answer["differs"]) == (2, 1)
    shown = invoke("reproduce", "--study", "ic")
    assert shown.exit_code == 0
    assert "0.343454" in shown.stdout
    assert "cannot be true" in shown.stdout
    assert not re.search("[\u4e00-\u9fff]", shown.stdout)
    chinese = invoke("--lang", "zh", "reproduce", "--study", "ic").stdout
    assert "不可能成立  [组态 H3]" in chinese
    assert not re.search(r"[a-z]{3,} [a-z]{3,}", chinese)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_at_80_columns_no_figure_is_broken_and_every_table_says_synthetic(language, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    use(language)
    study = run_study(made_cases(), Provinces(permutations=20))
    tables = all_tables(study, province_names()[language], language)
    print_tables(tables, label="synthetic")
    printed = capsys.readouterr().out
    assert printed.count("[合成]" if language == "zh" else "[synthetic]") >= len(tables)
    assert all(cell_len(line) <= 80 for line in printed.splitlines())
    figures = {c.text for table in tables for row in table.rows for c in row if re.fullmatch(r"[<\d.]+%?", c.text)}
    assert figures
    assert not [f for f in figures if not re.search(rf"(?<![\d.<]){re.escape(f)}(?![\d.%])", printed)]


def test_check_published_takes_any_file(tmp_path):
    file = tmp_path / "study.toml"
    file.write_text("cases = 20\n[nca.A.cr]\naccuracy = 91.3\n", encoding="utf-8")
    answer = json.loads(invoke("provinces", "check-published", file, "--json").stdout)
    assert [f["verdict"] for f in answer["findings"]] == ["differs"]
    bad = invoke("provinces", "check-published", tmp_path / "none.toml")
    assert bad.exit_code == 2
    assert "cannot be read" in bad.stderr


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_template_is_filled_in_by_the_user_and_by_nobody_else(tmp_path, ending):
    file = tmp_path / f"conditions.{ending}"
    assert invoke("provinces", "template", file).exit_code == 0
    checked = invoke("provinces", "import", file, "--dry-run")
    assert checked.exit_code == 2  # nothing in it yet
    assert "value, source are empty" in checked.stderr
    assert "168 refused" in checked.stderr


def test_template_of_base_variables_asks_for_national_totals(tmp_path):
    file = tmp_path / "base.csv"
    invoke("provinces", "template", file, "--base", "--year", 2020)
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig")))
    assert {r["variable"] for r in rows if r["province"] == "全国"} == {
        "parks", "employment_services", "employment_manufacturing", "employment_total",
    }  # fmt: skip
    assert all(r["value"] == "" for r in rows)


def test_without_conditions_run_says_what_is_needed(tmp_path):
    write_workspace(tmp_path / "w")
    shown = invoke("provinces", "run", "-w", tmp_path / "w")
    assert shown.exit_code == 6
    assert "needs your table of conditions" in shown.stderr


def test_import_names_what_is_wrong_and_keeps_it(tmp_path):
    workspace, _ = write_workspace(tmp_path / "w")
    file = tmp_path / "c.csv"
    file.write_text(
        "province,year,variable,value,source\n北京,2021,rd_intensity,6.5,s\n上海,2021,rd_intensity,0.04,s\n"
        "Shangai,2021,gdp,1,s\n上海,2021,gdp,43214.85,年鉴\n上海,2021,rd_expenditure,1819.8,年鉴\n",
        encoding="utf-8",
    )
    shown = invoke("provinces", "import", file, "-w", tmp_path / "w")
    assert shown.exit_code == 0
    assert "did you mean 'shanghai'?" in shown.stderr
    with Core(workspace) as core:
        kept = core.con.execute("SELECT row_no, column_name FROM rejects ORDER BY 1").fetchall()
        stored = core.con.execute("SELECT variable, value, is_derived FROM province_conditions ORDER BY 1").fetchall()
    assert kept == [(2, "value"), (4, "province")]
    assert stored == [("gdp", 43214.85, False), ("rd_expenditure", 1819.8, False), ("rd_intensity", 0.04, False)]


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("chain") / "demo"
    done = invoke("provinces", "demo", "--folder", folder, "--no-plots", "--json")
    assert done.exit_code == 0, done.output
    return folder, json.loads(done.stdout)


@pytest.mark.slow
def test_whole_chain_recovers_the_planted_configuration(house):
    _, answer = house
    assert answer["data_label"] == "synthetic"
    assert {code: case["outcome"] for code, case in answer["cases"].items()} == outcome_counts()
    pairs = answer["high"]["intermediate"]
    (model,) = [m for pair in pairs.values() for m in pair["models"]]
    assert set(model["terms"]) == {"*".join(path) for path in SOLUTION}
    ce = answer["nca"]["conditions"]["rd_intensity"]["ceilings"]["ce_fdh"]
    assert ce["effect_size"] >= 0.1
    assert ce["p_value"] < 0.05


@pytest.mark.slow
def test_every_file_says_synthetic_and_holds_the_tables(house):
    folder, _ = house
    files = {f.name: f for f in (folder / "reports" / "provinces").iterdir()}
    assert set(files) >= {f"table{n}_{x}.csv" for n in range(1, 6) for x in ("zh", "en")} | {
        "tables_zh.xlsx",
        "tables_zh.tex",
        "tables_en.tex",
    }
    for name, file in files.items():
        if file.suffix in {".csv", ".tex", ".html"}:
            text = file.read_text(encoding="utf-8-sig")
            assert "synthetic" in text.lower() or "合成" in text, name
    assert "●" in files["table5_zh.csv"].read_text(encoding="utf-8-sig")
    assert "\\core{}" in files["tables_en.tex"].read_text(encoding="utf-8")
    assert 'class="core"' in files["provinces_zh.html"].read_text(encoding="utf-8")


@pytest.mark.slow
def test_outcome_shows_rules_and_the_unknown(house):
    folder, _ = house
    answer = json.loads(invoke("provinces", "outcome", "-w", folder, "--year", 2022, "--json").stdout)
    counts = {r["province"]: r["families_published"] for r in answer["families"]}
    assert counts.pop(None) == 25
    assert counts == outcome_counts()
    shares = [r for r in answer["rules"] if r["category"] == "manufacturing"]
    assert sum(r["share"] for r in shares) == pytest.approx(1)
    assert {"province", "code", "city", "unknown", "abroad"} <= {r["rule"] for r in shares}


@pytest.mark.slow
def test_a_province_that_changes_path_raises_an_alert(house, tmp_path):
    folder, _ = house
    rows = list(csv.reader(write_conditions(tmp_path / "c.csv").open(encoding="utf-8-sig")))
    changed = [rows[0], *(r for r in rows[1:] if r[0] == "440000")]
    for row in changed[1:]:  # Guangdong loses what held it on its path, in the same synthetic world
        row[3] = "0.19" if row[2] == "digital_technology" else row[3]
    (tmp_path / "c.csv").write_text("\n".join(",".join(r) for r in changed), encoding="utf-8")
    assert invoke("provinces", "import", tmp_path / "c.csv", "-w", folder).exit_code == 0
    done = invoke("provinces", "run", "-w", folder, "--no-plots")
    assert done.exit_code == 0, done.output
    con = connect_snapshot(current(Workspace(folder)))
    alerts = con.execute("SELECT rule, text_en, data_label FROM alert_facts WHERE rule = 'province_path'").fetchall()
    assert any("Guangdong changes path" in text for _, text, _ in alerts)
    assert {label for *_, label in alerts} == {"synthetic"}


@pytest.mark.slow
def test_panel_of_several_years_joins_the_five_tables(house, tmp_path, monkeypatch):
    folder, _ = house
    rows = list(csv.reader(write_conditions(tmp_path / "c.csv").open(encoding="utf-8-sig")))
    earlier = [rows[0], *([r[0], "2020", *r[2:]] for r in rows[1:])]
    (tmp_path / "earlier.csv").write_text("\n".join(",".join(r) for r in earlier), encoding="utf-8")
    one = invoke("provinces", "run", "-w", folder, "--years", "2018-2022", "--no-plots")
    assert one.exit_code == 6
    assert "A panel needs at least 2 years" in one.stderr
    assert invoke("provinces", "import", tmp_path / "earlier.csv", "-w", folder).exit_code == 0
    counts = outcome_counts()
    monkeypatch.setattr(
        "analytics.provinces.cases.outcome_by_province", lambda _con, _settings, _year: (dict(counts), True)
    )
    done = invoke(
        "provinces", "run", "-w", folder, "--years", "2021-2022", "--no-plots", "--json", "-o", tmp_path / "o"
    )
    assert done.exit_code == 0, done.output
    panel = json.loads(done.stdout)["panel"]
    assert panel["years"] == [2021, 2022]
    assert panel["observations"] == 56
    whole = panel["high"]["panel"]["sufficiency"]["solution"]
    assert list(whole["between"]["groups"]) == ["2021", "2022"]
    assert {f"table{n}_en.csv" for n in range(1, 11)} | {"panel.csv"} <= {f.name for f in (tmp_path / "o").iterdir()}
    assert "面板必要条件分析" in (tmp_path / "o" / "provinces_zh.html").read_text(encoding="utf-8")
    con = connect_snapshot(current(Workspace(folder)))
    stored = con.execute(
        "SELECT consistency FROM run_province_panel WHERE outcome = 'high' AND expression = 'solution'"
        " AND level = 'pooled'"
    ).fetchall()
    assert stored == [(whole["pooled"]["consistency"],)]


@pytest.mark.parametrize("years", ["2018", "2022-2018", "a-b"])
def test_years_of_a_panel_are_first_and_last(tmp_path, years):
    write_workspace(tmp_path / "w")
    shown = invoke("provinces", "run", "-w", tmp_path / "w", "--years", years)
    assert shown.exit_code == 2
    assert "such as 2018-2022" in shown.stderr


@pytest.mark.slow
def test_pictures_are_drawn_in_both_languages(house):
    from app.studies.provinces.report import write_report
    from schedules.runs.provinces import read_cases, run_study
    from warehouse.sections.provinces import Provinces

    folder, _ = house
    settings = Provinces(permutations=20)
    study = run_study(read_cases(connect_snapshot(current(Workspace(folder))), settings), settings)
    files = write_report(study, folder / "out")
    stems = {f.stem for f in files if f.suffix == ".svg"}
    assert {"xy_H1_zh", "xy_H1_en", "bottleneck_cr_fdh_zh", "truth_table_high_en"} <= stems
    assert {f.stem for f in files if f.suffix == ".png"} == stems
    assert "data:image/svg+xml;base64," in files[0].read_text(encoding="utf-8")


def test_labels_keep_their_distance():
    placed = spread([0.9, 0.9, 0.2, 0.89])
    assert sorted(placed, reverse=True)[:3] == pytest.approx([0.9, 0.864, 0.828])
    assert placed[2] == 0.2
