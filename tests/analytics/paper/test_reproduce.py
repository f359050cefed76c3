"""The paper's Table 2 gives its Table 3 and Figure 3 (docs/methods.md)."""

import csv
import json
import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from analytics.matrix.printed import paper_rows
from analytics.matrix.strategy import Cuts, Strategy
from analytics.paper.reproduce import reproduce
from app.studies import reproduce as cmd_reproduce
from words.language import use

REFERENCE = Path(__file__).parents[3] / ".." / "shared" / "reference" / "paper"


def test_table_3_and_figure_3_follow_from_table_2():
    result = reproduce()
    assert max(result.largest_difference) <= 5e-7
    assert result.strategies_equal == len(result.technologies) == 20
    assert result.frame.weights == pytest.approx((0.249320, 0.228245, 0.216055, 0.306380), abs=1e-6)


def test_packaged_tables_equal_the_reference():
    if not REFERENCE.is_dir():
        pytest.skip("../shared/reference/paper is not here")
    for name in ("table2_indicators.csv", "table3_situation.csv"):
        packaged = Path(__file__).parents[3] / "analytics" / "data" / name
        ours = list(csv.reader(packaged.read_text("utf-8").splitlines()))
        assert ours == list(csv.reader((REFERENCE / name).read_text("utf-8").splitlines()))


def test_table_2_prints_the_raw_dynamics_it_sums_to():
    for row in paper_rows():
        terms = 0 if row.dynamics_as_printed == "0" else None
        if terms is None:
            terms = sum(int(a) * int(b) for a, b in (t.split("×") for t in row.dynamics_as_printed.split("+")))
        assert terms == row.dynamics_raw, row.name_zh


def test_near_line_technologies_and_what_lies_beyond():
    watched = {row.name_zh: row.watch_towards for row in reproduce().technologies if row.is_watch}
    assert watched == {"芯片": Strategy.ENTRENCH, "锂电池隔膜": Strategy.POSITION, "真空蒸镀机": Strategy.ASSAULT}
    assert not any(row.is_watch for row in reproduce(Cuts(0.5, 0.5, 0.0)).technologies)


def test_disagreements_name_the_weight_that_rounds_otherwise():
    found = reproduce().disagreements
    assert any("0.306380" in item.en and "0.31" in item.en and item.where == "§2.3" for item in found)
    assert {"Table 1, Table 2", "Figure 2, §3", "Appendix 1, Table 2"} <= {item.where for item in found}
    assert all(item.zh and item.reading for item in found)


def _app():
    app = typer.Typer()
    cmd_reproduce.register(app)
    app.callback()(lambda: None)
    return app


def test_command_prints_json_with_exactly_nine_fields():
    answer = CliRunner().invoke(_app(), ["reproduce", "--json"])
    assert answer.exit_code == 0, answer.output
    rows = json.loads(answer.output)["technologies"]
    names = "number name_zh name_en capability dynamics strategy printed_capability printed_dynamics printed_strategy"
    assert [list(row) for row in rows] == [names.split()] * 20
    assert rows[15]["strategy"] == rows[15]["printed_strategy"] == "entrench"


def test_command_prints_the_table_for_people():
    answer = CliRunner().invoke(_app(), ["reproduce"])
    assert answer.exit_code == 0, answer.output
    assert "20 / 20" in answer.output
    assert "Where the paper disagrees with itself" in answer.output
    assert not re.search("[\u4e00-\u9fff]", answer.output.replace("攻坚", "").replace("挖壕", ""))


def test_in_chinese_the_command_prints_no_english_sentence():
    use("zh")
    answer = CliRunner().invoke(_app(), ["reproduce"])
    assert "论文自身不一致之处" in answer.output
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", answer.output)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", ["80", "170", None])
def test_the_printed_table_cuts_no_figure_short_and_states_each_difference(columns, language, monkeypatch, capsys):
    from app.studies.reproduce import matrix_study

    monkeypatch.delenv("COLUMNS", raising=False)
    if columns:
        monkeypatch.setenv("COLUMNS", columns)
    use(language)
    matrix_study(False)
    lines = capsys.readouterr().out.splitlines()
    rows = [line for line in lines if re.match(r"\W*\d+\W+[\u4e00-\u9fffA-Z].*\d\.\d{6} .*[+-]\de", line)]
    assert len(rows) == 20
    for line, row in zip(rows, reproduce().technologies, strict=True):
        figures = re.findall(r"(?<![\d.])\d\.\d{6}(?!\d)", line)
        assert figures == [
            f"{v:.6f}" for v in (row.capability, row.printed_capability, row.dynamics, row.printed_dynamics)
        ]
        assert len(re.findall(r"[+-]\de[+-]\d\d", line)) == 2
        assert "…" not in line
