"""Labels of the strategy matrix: none over another, a marker, a ring or a quadrant's name; none leaves the sheet."""

import json
import re
from datetime import date

import numpy as np
import pytest

from analytics.paper.reproduce import reproduce
from app.matrix.data import MatrixPicture, Point
from app.matrix.head import Head
from app.matrix.labels import Sheet, boxes, place_labels
from app.matrix.page import write_matrix_page
from app.matrix.sheet import compose


def picture(*, moved=False):
    """The paper's matrix; with `moved` two technologies are on one spot, and one has come from elsewhere."""
    points = []
    for row in reproduce().technologies:
        k, d, trail = row.capability, row.dynamics, ()
        if moved and row.name_zh == "焊接电源":
            k, d = 0.6046, 0.3784  # where 航空钢材 is
        if moved and row.name_zh == "锂电池隔膜":
            trail, d = ((d, k),), 0.5676
        points.append(
            Point(
                row.name_en, row.name_zh, row.name_en, k, d, row.strategy.value, row.is_watch, None, False, None, trail
            )
        )
    head = Head(1, date(2021, 5, 31), "live", None, "CN", "monitor", "rolling", None, "synthetic")
    return MatrixPicture(tuple(points), date(2021, 5, 31), "synthetic", head, 0.5, 0.5, "relative", ())


def apart(one, other, slack=0.0):
    return (
        one[2] <= other[0] + slack
        or other[2] <= one[0] + slack
        or one[3] <= other[1] + slack
        or other[3] <= one[1] + slack
    )


@pytest.mark.parametrize("moved", [False, True])
def test_no_label_covers_anything_on_the_sheet(moved):
    shown = picture(moved=moved)
    figure, texts = compose(shown, language="both")
    ax = figure.axes[0]
    labels = [t.get_window_extent().extents for t in texts]
    titles = [t.get_window_extent().extents for t in ax.texts if t not in texts and t.get_gid() == "quadrant"]
    assert (len(labels), len(titles)) == (20, 4)
    frame = ax.get_window_extent()
    for i, label in enumerate(labels):
        for other in [*labels[i + 1 :], *titles]:
            assert apart(label, other), texts[i].get_text()
        assert frame.x0 <= label[0] <= label[2] <= frame.x1
        for point in shown.points:
            x, y = ax.transData.transform((point.dynamics, point.capability))
            radius = (7.0 if point.is_watch else 3.8) * figure.dpi / 72
            assert apart(label, (x - radius, y - radius, x + radius, y + radius)), (texts[i].get_text(), point.name_en)


@pytest.mark.parametrize("seed", range(12))
def test_random_sheets_have_no_label_over_another(seed):
    draw = np.random.default_rng(seed)
    points = draw.uniform([40, 40], [960, 660], (20, 2))
    sizes = np.column_stack([draw.uniform(60, 230, 20), np.full(20, 15.0)])
    sheet = Sheet(
        points, np.full(20, 6.0), sizes, np.empty((0, 2)), np.empty((0, 4)), (500.0, 350.0), (0.0, 0.0, 1000.0, 700.0)
    )
    centres = place_labels(sheet)
    placed = [boxes(c[None, :], s)[0] for c, s in zip(centres, sizes, strict=True)]
    assert all(apart(a, b) for i, a in enumerate(placed) for b in placed[i + 1 :])
    assert np.array_equal(centres, place_labels(sheet))


def test_the_page_places_labels_for_its_own_size_and_keeps_them_when_zoomed(tmp_path):
    write_matrix_page(picture(), tmp_path / "m.html", language="both")
    text = (tmp_path / "m.html").read_text("utf-8")
    layout = json.loads(re.search(r'"matrix",\s*\[.*?\],\s*(\{"template".*?\}),\s*\{"displaylogo"', text, re.S)[1])
    labels = [a for a in layout["annotations"] if a["showarrow"]]
    assert len(labels) == 20
    assert all("ax" in a and "ay" in a for a in labels)  # an offset in pixels from the point
    assert layout["width"] == 1160  # the size the places were made for
    assert {"x": 0.3514, "y": 0.5011}.items() <= {
        k: round(v, 4) for k, v in next(a for a in labels if "芯片" in a["text"]).items() if k in "xy"
    }.items()
