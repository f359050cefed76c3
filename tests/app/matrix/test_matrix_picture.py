"""The matrix as a picture: one language, colours that all readers can tell apart, points on one spot, fitted axes."""

import itertools
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import app.web
from app.matrix.data import MatrixPicture, Point
from app.matrix.head import Head
from app.matrix.marks import spread
from app.matrix.sheet import compose, draw_matrix, ranges
from app.palette import COLOURS, MARKERS, SYMBOLS

HEAD = Head(7, date(2024, 6, 1), "live", None, "CN", "monitor", "rolling", None, "synthetic")
HAN = re.compile(r"[\u4e00-\u9fff]")


def point(name, k, d, strategy="assault", **more):
    return Point(name, f"技术{name}", f"Technology {name}", k, d, strategy, False, None, False, 0.8, (), **more)


def picture(*points, head=HEAD):
    return MatrixPicture(points, head.as_of, head.data_label, head, 0.5, 0.5, "relative", (("缺", "Missing", "why"),))


def words(figure):
    """Every text that is drawn."""
    return [t.get_text() for t in figure.findobj(lambda o: hasattr(o, "get_text")) if t.get_text().strip()]


SAMPLE = picture(
    point("a", 0.6, 0.2, capability_ends=(0.5, 0.7), dynamics_ends=(0.1, 0.3)),
    point("b", 0.55, 0.7, "disrupt", unsettled=True),
    point("c", 0.4, 0.3, "entrench"),
)


def test_a_picture_speaks_one_language():
    english, _ = compose(SAMPLE, language="en", intervals=True)
    assert not [w for w in words(english) if HAN.search(w)]
    chinese, _ = compose(SAMPLE, language="zh", intervals=True)
    said = " ".join(words(chinese))
    assert "技术a" in said
    assert "Technology" not in said
    assert "Assault" not in said
    both, _ = compose(SAMPLE, language="both")
    assert "技术a Technology a" in words(both)


POLICY = {"zh": ("监测口径", "滚动窗口"), "en": ("monitor", "rolling"), "both": ("monitor", "rolling")}


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_a_picture_carries_label_date_country_policy_windows_and_what_if(language):
    what_if = picture(*SAMPLE.points, head=replace(HEAD, origin="adhoc", focal_country="JP"))
    figure, _ = compose(what_if, language=language)
    said = " ".join(words(figure))
    for part in ("2024-06-01", "JP", *POLICY[language]):
        assert part in said
    assert "合成数据" in said or "SYNTHETIC" in said
    assert "假设情形" in said or "WHAT-IF" in said


def _linear(colour):
    c = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def _lab(linear):
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(linear, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado, Oliveira and Fernandes (2009), severity 1: how a colour looks without one kind of cone.
SEEN_BY = {
    "all cones": np.eye(3),
    "no red": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),  # noqa: E501
    "no green": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),  # noqa: E501
    "no blue": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize("reader", SEEN_BY)
def test_the_strategies_colours_are_told_apart_by_every_reader(reader):
    seen = [_lab(SEEN_BY[reader] @ _linear(c)) for c in COLOURS.values()]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 20


def test_the_workbench_uses_the_same_colours():
    style = "".join(f.read_text("utf-8") for f in Path(app.web.__file__).parent.glob("static/*.css"))
    assert {name: re.search(rf"--{name}: (#\w+);", style)[1] for name in COLOURS} == COLOURS


def test_colours_are_dark_enough_for_text_and_shapes_differ():
    for colour in COLOURS.values():
        assert 1.05 / (_linear(colour) @ [0.2126, 0.7152, 0.0722] + 0.05) >= 4.5
    assert len(set(MARKERS.values())) == len(set(SYMBOLS.values())) == 4


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 700)), min_size=2, max_size=12))
def test_points_alone_stay_and_points_on_one_spot_are_drawn_apart(places):
    at, radius = np.array(places, float), 6.0
    drawn = spread(at, radius)
    gaps = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(at))
    alone = gaps.min(axis=1) >= 2 * radius
    assert np.array_equal(drawn[alone], at[alone])
    assert np.array_equal(drawn, spread(at, radius))
    covered = [(i, j) for i, j in itertools.combinations(range(len(at)), 2) if np.array_equal(at[i], at[j])]
    assert all(np.hypot(*(drawn[i] - drawn[j])) >= 2 * radius - 1e-6 for i, j in covered)


def test_axes_fit_the_data_and_show_the_whole_beside_it():
    wide, high, part = ranges(SAMPLE)
    assert part
    assert wide[0] < 0.2 < 0.7 < wide[1]
    assert high[0] < 0.4 < 0.6 < high[1]
    assert len(compose(SAMPLE, language="en")[0].axes) == 3
    assert ranges(SAMPLE, whole=True) == ((-0.04, 1.04), (-0.04, 1.04), False)
    spread_out = picture(point("a", 0.02, 0.01, "entrench"), point("b", 0.97, 0.99, "disrupt"))
    assert not ranges(spread_out)[2]
    assert len(compose(spread_out, language="en")[0].axes) == 1


def test_a_dynamics_beyond_the_frame_is_on_the_sheet():
    wide, _, _ = ranges(picture(point("a", 0.4, 1.6, "position")), whole=True)
    assert wide[1] > 1.6


def test_a_png_is_made_for_print(tmp_path):
    from PIL import Image

    draw_matrix(SAMPLE, tmp_path / "m.png", language="en")
    with Image.open(tmp_path / "m.png") as image:
        assert round(image.info["dpi"][0]) == 300
