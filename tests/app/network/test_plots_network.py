"""Pictures of the citation network: nothing overlaps or runs off the page, both languages, synthetic data labelled."""

from __future__ import annotations

import itertools
from datetime import date

import matplotlib as mpl
import polars as pl
import pytest

from analytics.network.figures.convergence import convergence
from analytics.network.figures.lead import SCHEMA
from analytics.network.figures.rows import Row
from app.network.plots import Caption, co_classification_change, dependence_trend, flow_heat_map, main_path_flow, save
from app.network.plots_base import figure, text_width, wrap
from app.network.plots_placement import dependence_and_placement

LONG = {
    "en": "Method and apparatus for autonomous obstacle avoidance of multi-rotor unmanned aerial vehicles using a "
    "three-dimensional point cloud of the target area and a storage medium therefor",
    "zh": "一种用于无人机的多旋翼飞行器自主避障导航方法、装置、电子设备及计算机可读存储介质，"
    "其中所述方法包括获取目标区域的三维点云数据并建立地图",
}
SYNTHETIC = {"zh": "合成数据", "en": "synthetic"}
CAPTION = Caption("Drones 无人机", "2020-12-31", 0.42, synthetic=True)


def path_tables(n, language, title=True):
    families = pl.DataFrame(
        {
            "family": [f"F{i:05d}" for i in range(n)],
            "year": [None if i == 2 else 1990 + i for i in range(n)],
            "country": [None if i % 7 == 3 else ("CN", "US", "JP")[i % 3] for i in range(n)],
            "holder": ["深圳市大疆创新科技有限公司" if i % 2 else None for i in range(n)],
            "on_paths": [1 / (i + 1) for i in range(n)],
            "title": [LONG[language] if title else None for _ in range(n)],
        },
        schema_overrides={"title": pl.String},
    )
    pairs = [(i, i + 1) for i in range(n - 1)] + [(0, 3)] * (n > 3)
    rows = [(f"F{a:05d}", f"F{b:05d}", -1.0, 0.5) for a, b in pairs]
    return families, pl.DataFrame(rows, schema=["cited", "citing", "ln_count", "share"], orient="row")


def texts(made):
    """Everything written on the figure, with its box in pixels."""
    made.canvas.draw()
    renderer = made.canvas.get_renderer()
    undrawn = set()
    for axis in (axis for axes in made.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        undrawn |= {t.label1 for t in axis.get_major_ticks() if not (axis.axes.axison and low <= t.get_loc() <= high)}
    found = [t for t in made.findobj(mpl.text.Text) if t.get_visible() and t.get_text().strip() and t not in undrawn]
    return [(t, t.get_window_extent(renderer)) for t in found]


def assert_readable(made):
    boxes = [(text.get_text(), box, text.get_rotation() % 90) for text, box in texts(made)]
    for text, box, _ in boxes:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= made.bbox.width + 1, text
        assert box.y1 <= made.bbox.height + 1, text
    upright = [(text, box) for text, box, turn in boxes if not turn]
    for (a, first), (b, second) in itertools.combinations(upright, 2):
        assert not _overlap(first, second), (a, b)


def _overlap(a, b, slack=1.5):
    return a.x0 + slack < b.x1 and b.x0 + slack < a.x1 and a.y0 + slack < b.y1 and b.y0 + slack < a.y1


def words(made):
    return " ".join(text.get_text() for text, _ in texts(made))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("n", [2, 25])
def test_main_path_is_readable(n, language):
    made = main_path_flow(*path_tables(n, language), CAPTION, language=language)
    assert_readable(made)
    said = words(made)
    assert SYNTHETIC[language] in said
    assert "42%" in said
    assert "2020-12-31" in said
    assert ("主路径" if language == "zh" else "Main path") in said
    assert f"F{n - 1:05d}" in said


def test_main_path_without_titles_and_of_many_families():
    made = main_path_flow(*path_tables(90, "en", title=False), CAPTION, most=40)
    assert_readable(made)
    assert "shown 40 of 90" in words(made)


def test_an_empty_path_says_so():
    families, citations = path_tables(2, "en")
    made = main_path_flow(families.clear(), citations.clear(), CAPTION)
    assert "no citation to draw" in words(made)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_flow_matrix_is_readable(language):
    codes = ["CN", "US", "JP", "KR", "DE", "FR", "GB", "NL", "TW", "SE", "IT", "CH", None]
    rows = [(a, b, 10 ** (i % 6), None) for i, (a, b) in enumerate(itertools.product(codes, codes))]
    flows = pl.DataFrame(rows, schema=["citing_country", "cited_country", "citations", "share"], orient="row")
    made = flow_heat_map(flows, CAPTION, language=language)
    assert_readable(made)
    assert ("未知" if language == "zh" else "unknown") in words(made)
    assert "no citation" in words(flow_heat_map(flows.clear(), CAPTION))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_trend_is_readable_and_leaves_gaps(language):
    rows = [
        Row("foreign_dependence", str(y), (y % 10) / 10, y % 10, 10.0, 1.0, 0.4) for y in range(1995, 2021) if y != 2003
    ]
    rows.append(Row("foreign_dependence", "2003", None, None, None, None, 0.4))
    made = dependence_trend(rows, CAPTION, focal="CN", language=language)
    assert_readable(made)
    line = made.axes[0].lines[0].get_ydata()
    assert [year for year, value in zip(range(1995, 2021), line, strict=True) if value != value] == [2003]
    assert "CN" in words(dependence_trend([], CAPTION, focal="CN"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_dependence_beside_placements_is_readable(language):
    rows = [Row("foreign_dependence", str(y), 0.9 - (y - 2001) / 40, 5.0, 10.0, 1.0, 0.4) for y in range(2001, 2021)]
    strategies = ["assault", "disrupt", "entrench", "position", None]
    placed = pl.DataFrame(
        [
            dict.fromkeys(SCHEMA)
            | {"as_of": date(2012 + i, 12, 31), "origin": "live" if i > 6 else "backfill", "foreign_dependence": 0.7}
            | {"capability": 0.1 * i, "dynamics": 1 - 0.1 * i, "strategy": strategies[i % 5]}
            for i in range(9)
        ],
        schema=SCHEMA,
    )
    made = dependence_and_placement(rows, placed, CAPTION, focal="CN", language=language)
    assert_readable(made)
    said = words(made)
    assert SYNTHETIC[language] in said
    assert ("攻坚" if language == "zh" else "Assault") in said
    none = dependence_and_placement(rows, placed.clear(), CAPTION, focal="CN", language=language)
    assert ("尚无定位" if language == "zh" else "no placement yet") in words(none)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_co_classification_is_readable(language):
    codes = [f"{'ABCDEFGH'[i % 8]}{i:02d}{'BCD'[i % 3]}" for i in range(40)]
    rows = [(f"f{i}", 1 + i % 2, codes[(i * k) % 40]) for i in range(120) for k in (1, 3, 7)]
    found = convergence(pl.DataFrame(rows, schema=["family", "window", "subclass"], orient="row"))
    made = co_classification_change(found.links, found.members, CAPTION, language=language)
    assert_readable(made)
    assert ("新增联系" if language == "zh" else "new link") in words(made)
    empty = co_classification_change(found.links.clear(), found.members.clear(), CAPTION, language=language)
    assert SYNTHETIC[language] in words(empty)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_text_is_wrapped_to_its_measured_width(language):
    made = figure(4, 4)
    for most in (1, 2, 9):
        lines = wrap(made, LONG[language], 180, 9, most=most)
        assert len(lines) <= most
        assert all(text_width(made, line, 9) <= 180 for line in lines)
        assert lines[-1].endswith("…") == (most < 3)
    whole = "".join(wrap(made, LONG[language], 180, 9, most=50)).replace(" ", "")
    assert whole == LONG[language].replace(" ", "")


def test_files_are_written_in_every_format(tmp_path):
    made = main_path_flow(*path_tables(4, "zh"), CAPTION, language="zh")
    png, svg, pdf = save(made, tmp_path / "pictures" / "path")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert png.read_bytes().startswith(b"\x89PNG")
    assert svg.read_text(encoding="utf-8").count("<svg") == 1
