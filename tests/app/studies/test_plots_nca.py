"""NCA charts: ceilings are drawn where they are, in both languages."""

import numpy as np
import polars as pl
import pytest

from analytics.nca import analyse
from analytics.nca.report import Settings, study
from app.studies.nca.plots import bottleneck_chart, ceiling_path, ceiling_scatter, save_study

X, Y = [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 4.0, 3.0, 5.0]


@pytest.mark.parametrize("corner", [1, 2, 3, 4])
def test_steps_pass_through_the_peers_and_enclose_the_zone(corner):
    result = analyse(X, Y, ceilings=["ce_fdh", "ce_vrs"], corner=corner)
    for name in ("ce_fdh", "ce_vrs"):
        xs, ys = ceiling_path(result, name)
        drawn = set(zip(xs.tolist(), ys.tolist(), strict=True))
        peers = result.ceilings[name].peers
        assert set(zip(peers.x.tolist(), peers.y.tolist(), strict=True)) <= drawn
        top = result.scope.ymax if corner in (1, 2) else result.scope.ymin
        area = abs(float(np.trapezoid(top - ys, xs)))
        assert area == pytest.approx(result.ceilings[name].ceiling_zone)


def test_charts_have_the_languages_words_and_the_synthetic_label():
    frame = pl.DataFrame({"数字化": X, "水平": Y})
    done = study(frame, "水平", ["数字化"], Settings(permutations=20))
    figure = ceiling_scatter(done.conditions["数字化"], "数字化", "水平", language="zh", synthetic=True)
    axes = figure.axes[0]
    assert "合成数据" in axes.get_title()
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[0].startswith("案例")
    assert any(label.startswith("CR-FDH  d = ") and ", p = " in label for label in labels)
    chart = bottleneck_chart(done.bottlenecks["cr_fdh"], "cr_fdh", done, language="en")
    assert "Bottleneck" in chart.axes[0].get_title()


def test_edge_data_still_draw(tmp_path):
    frame = pl.DataFrame({"A": [1.0, 2.0, None], "B/C": [3.0, 3.0, 3.0], "Y": [3.0, 3.0, 3.0]})
    done = study(frame, "Y", ["A", "B/C"], Settings(ceilings=("ce_fdh", "cr_fdh", "cols", "qr", "ols")))
    paths = list(save_study(done, tmp_path / "new"))
    assert all(path.stat().st_size > 0 for path in paths)
    assert any(path.name == "nca-02-B-C.svg" for path in paths)


def test_a_bottleneck_chart_has_steps_for_ce_and_nothing_where_nothing_is_necessary():
    frame = pl.DataFrame({"A": X, "Y": Y})
    done = study(frame, "Y", ["A"], Settings())
    lines = bottleneck_chart(done.bottlenecks["ce_fdh"], "ce_fdh", done).axes[0].lines
    heights = np.asarray(lines[0].get_ydata(), dtype=float)
    peers = done.conditions["A"].ceilings["ce_fdh"].peers.x
    levels = 100 * (peers - 1.0) / 4.0
    drawn = set(np.round(heights[np.isfinite(heights)], 9).tolist())
    assert drawn == set(np.round(levels[levels > 0], 9).tolist())  # flat between the peers, no slope
    not_needed = [cell == "NN" for cell in done.bottlenecks["ce_fdh"].columns["A"]]
    assert any(not_needed)
    assert np.isnan(np.asarray(lines[1].get_ydata(), dtype=float)).tolist() == not_needed  # no zero for NN
    assert "CE-FDH" in bottleneck_chart(done.bottlenecks["ce_fdh"], "ce_fdh", done).axes[0].get_title()
