"""The strategy matrix as one self-contained interactive page: no network, no font of the reader's needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from analytics.matrix.strategy import Strategy
from app.display import drawn
from app.fonts import drawable, embedded_css, use_cjk
from app.matrix.data import MatrixPicture, Point, by_line, label_words
from app.matrix.labels import Floats, Sheet, place_labels
from app.matrix.sheet import strategy_name
from app.palette import COLOURS, MUTED, SYMBOLS, WATCH, label_colour
from words.glossary import Choice, in_language
from words.language import say
from words.safe import xml_text

_FONT = "stuckneck"
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 1160, 760, 80, 30, 95, 120  # of the page's figure, in pixels
_X, _Y, _SIZE = (-0.06, 1.06), (-0.04, 1.04), 11  # ranges shown; size of a label's letters in pixels
_CORNERS = {s.value: (0.99 if s.sides[1] else 0.01, 0.99 if s.sides[0] else 0.01) for s in Strategy}


def _hover(point: Point, language: Choice) -> str:
    t = in_language(language)
    lines = [
        f"<b>{xml_text(point.name(language))}</b>",
        strategy_name(point.strategy, language),
        f"{t['m_capability']} = {point.capability:.4f}",
        f"{t['m_dynamics']} = {point.dynamics:.4f}",
    ]
    if point.probability is not None:
        lines.append(f"{t['m_probability']} {point.probability:.0%}")
    if point.capability_ends and point.dynamics_ends:
        ends = [f"{low:.3f}–{high:.3f}" for low, high in (point.capability_ends, point.dynamics_ends)]
        lines.append(f"{t['m_intervals']}: K {ends[0]}, D {ends[1]}")
    if point.unsettled:
        lines.append(t["m_unsettled"])
    if point.is_watch and point.watch_towards:
        lines.append(f"{t['m_watch']}, {t['m_towards']} {strategy_name(point.watch_towards, language)}")
    if point.low_evidence:
        lines.append(t["m_low_evidence"])
    return "<br>".join(lines)


def _offsets(picture: MatrixPicture, language: Choice) -> list[tuple[float, float]]:
    """Return (right, down) in pixels from each point to the centre of its label, so that no labels overlap."""
    use_cjk()
    from matplotlib.textpath import TextPath

    if not picture.points:
        return []
    plot = np.array([_WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM])
    low, span = np.array([_X[0], _Y[0]]), np.array([_X[1] - _X[0], _Y[1] - _Y[0]])

    def pixels(places: list[tuple[float, float]]) -> Floats:
        """Places (D, K) in pixels from the lower left corner of the plot."""
        return np.asarray((np.array(places).reshape(-1, 2) - low) / span * plot)

    def width(words: str, size: float) -> float:
        return float(TextPath((0, 0), drawable(words), size=size).get_extents().width)

    titles = []
    for strategy, (x, y) in _CORNERS.items():
        wide, (right, up) = width(strategy_name(strategy, language), 20), (x * plot[0], y * plot[1])
        left, bottom = (right - wide if x > 0.5 else right), (up - 28 if y > 0.5 else up)
        titles.append((left, bottom, left + wide, bottom + 28))
    points = pixels([(p.dynamics, p.capability) for p in picture.points])
    cut = pixels([(picture.cut_dynamics, picture.cut_capability)])[0]
    sheet = Sheet(
        points=points,
        radii=np.array([8.0 if p.is_watch else 6.5 for p in picture.points]),
        sizes=np.array([(width(p.name(language), _SIZE) + 6, _SIZE * 1.4) for p in picture.points]),
        spots=pixels([place for p in picture.points for place in p.trail]),
        titles=np.array(titles),
        cuts=(float(cut[0]), float(cut[1])),
        bounds=(2.0, 2.0, float(plot[0]) - 2, float(plot[1]) - 2),
    )
    return [(float(x), -float(y)) for x, y in place_labels(sheet) - points]


def _error_bars(points: list[Point], axis: str) -> dict[str, Any]:
    """Return plotly's error bars of one axis: how far each interval reaches up and down from its point."""
    values = [getattr(p, axis) for p in points]
    ends = [getattr(p, f"{axis}_ends") or (v, v) for p, v in zip(points, values, strict=True)]
    up = [high - v for v, (_, high) in zip(values, ends, strict=True)]
    down = [v - low for v, (low, _) in zip(values, ends, strict=True)]
    return {"type": "data", "symmetric": False, "array": up, "arrayminus": down, "thickness": 0.8, "width": 0,
            "color": "rgba(74,85,104,0.35)"}  # fmt: skip


def write_matrix_page(
    picture: MatrixPicture, file: Path, *, intervals: bool = False, language: Choice | None = None
) -> None:
    """Write the page: points by strategy (click the legend to hide), hover for figures, trails of earlier runs.

    `intervals` adds the 90 % intervals of K and D. `language`: default the one spoken.
    """
    language = language or drawn()
    figure = _figure(picture, language, intervals=intervals)
    t = in_language(language)
    body = figure.to_html(full_html=False, include_plotlyjs="inline", div_id="matrix", config={"displaylogo": False})
    spoken = None if language == "both" else language
    missing = "".join(
        f"<li>{xml_text(en if language == 'en' else zh)}: {xml_text(say(why, spoken))}</li>"
        for zh, en, why in picture.not_placed
    )
    note = f"<p>{t['m_not_placed']}</p><ul>{missing}</ul>" if missing else ""
    style = f"body{{font-family:'{_FONT}',sans-serif;margin:1rem auto;padding:0 1rem;max-width:1200px}}"
    head = f"<title>{t['m_title']} {picture.as_of.isoformat()}</title>"
    head += f"<meta name='description' content='{xml_text(picture.head.stamp)}'>"
    semi = "; " if language == "en" else "；"
    legend = f"{t['m_ring']}{t['m_watch']}{semi}{t['m_open']}{t['m_low_evidence']}"
    shown = json.dumps(json.loads(figure.to_json()), ensure_ascii=False) + head + legend + note
    used = "".join(sorted({c for c in shown if ord(c) > 0x7E}))
    page = (
        f"<!doctype html><html lang='{'en' if language == 'en' else 'zh'}'><head><meta charset='utf-8'>"
        f"<style>{embedded_css(used, _FONT)}{style}</style>"
        f"{head}</head><body>{body}<p>{legend}</p>{note}</body></html>"
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, encoding="utf-8")


def _figure(picture: MatrixPicture, language: Choice, *, intervals: bool) -> Any:
    """Return plotly's figure of the matrix: traces by strategy, cuts, labels, title."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for strategy in COLOURS:
        _traces(figure, [p for p in picture.points if p.strategy == strategy], strategy, language, intervals=intervals)
    figure.add_vline(x=picture.cut_dynamics, line={"color": MUTED, "width": 1})
    figure.add_hline(y=picture.cut_capability, line={"color": MUTED, "width": 1})
    for strategy, (x, y) in _CORNERS.items():
        figure.add_annotation(
            x=x, y=y, xref="x domain", yref="y domain", text=strategy_name(strategy, language), showarrow=False,
            opacity=0.7, xshift=8 if x < 0.5 else -8, font={"size": 20, "color": COLOURS[strategy]},
        )  # fmt: skip
    _labels(figure, picture, language)
    t = in_language(language)
    label, colour = label_words(picture.data_label, language), label_colour(picture.data_label)
    by = xml_text(by_line(picture.head, language))
    figure.update_layout(
        template="plotly_white", font={"family": f"{_FONT}, sans-serif"}, width=_WIDTH, height=_HEIGHT,
        hovermode="closest", margin={"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": _BOTTOM},
        title={"text": f"{t['m_title']}   {picture.as_of.isoformat()}<br><sup>{by}</sup>"
                       f"<br><sup style='color:{colour}'>{label}</sup>"},
        xaxis={"title": f"{t['m_dynamics']} →", "range": list(_X), "zeroline": False},
        yaxis={"title": f"{t['m_capability']} →", "range": list(_Y), "zeroline": False},
        legend={"orientation": "h", "y": -0.12, "entrywidth": 170},
        hoverlabel={"font": {"family": f"{_FONT}, sans-serif"}, "bgcolor": "white"},
    )  # fmt: skip
    return figure


def _traces(figure: Any, points: list[Point], strategy: str, language: Choice, *, intervals: bool) -> None:
    """Add the points of one strategy, their trails, and the strategy's own mark in the legend."""
    import plotly.graph_objects as go

    colour = COLOURS[strategy]
    for p in points:
        if p.trail:
            track = [*p.trail, (p.dynamics, p.capability)]
            figure.add_trace(go.Scatter(
                x=[t[0] for t in track], y=[t[1] for t in track], mode="lines+markers", opacity=0.5,
                line={"color": colour, "width": 1}, marker={"size": 4}, hoverinfo="skip", showlegend=False,
                legendgroup=strategy,
            ))  # fmt: skip
    figure.add_trace(go.Scatter(
        x=[p.dynamics for p in points], y=[p.capability for p in points], mode="markers", legendgroup=strategy,
        showlegend=False, hovertext=[_hover(p, language) for p in points], hoverinfo="text",
        error_x=_error_bars(points, "dynamics") if intervals else None,
        error_y=_error_bars(points, "capability") if intervals else None,
        marker={
            "size": 11, "symbol": SYMBOLS[strategy],
            "color": ["white" if p.low_evidence else colour for p in points],
            "line": {"width": [3 if p.is_watch else 1.5 for p in points],
                     "color": [WATCH if p.is_watch else colour for p in points]},
        },
    ))  # fmt: skip
    # the legend's own mark: that of the first point could be a ring or hollow
    figure.add_trace(go.Scatter(
        x=[None], y=[None], mode="markers", legendgroup=strategy,
        name=f"{strategy_name(strategy, language)} ({len(points)})",
        marker={"size": 11, "color": colour, "symbol": SYMBOLS[strategy]},
    ))  # fmt: skip


def _labels(figure: Any, picture: MatrixPicture, language: Choice) -> None:
    """Add each point's name and the line to it."""
    for p, (right, down) in zip(picture.points, _offsets(picture, language), strict=True):
        # an offset in pixels from the point: the label keeps its distance when the reader zooms
        figure.add_annotation(
            x=p.dynamics, y=p.capability, ax=right, ay=down, text=xml_text(p.name(language)),
            showarrow=True, arrowhead=0, arrowwidth=0.8, arrowcolor="#cbd5e0", standoff=8, borderpad=0,
            font={"size": _SIZE},
        )  # fmt: skip
