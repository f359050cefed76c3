"""The strategy matrix as one self-contained interactive page: no network, no font of the reader's needed."""

from __future__ import annotations

import html
import json
from pathlib import Path

from app.chart_matrix import label_places
from app.fonts import embedded_css
from app.matrix_data import COLOURS, LABELS, STRATEGY_NAMES, MatrixPicture, Point

_FONT = "stuckneck"
_CORNERS = {"assault": (0.01, 0.99), "disrupt": (0.99, 0.99), "entrench": (0.01, 0.01), "position": (0.99, 0.01)}


def _hover(point: Point) -> str:
    zh, en = STRATEGY_NAMES[point.strategy]
    lines = [
        f"<b>{html.escape(point.name_zh)}</b> {html.escape(point.name_en)}",
        f"{zh} {en}",
        f"能力 K = {point.capability:.4f}",
        f"动态性 D = {point.dynamics:.4f}",
    ]
    if point.probability is not None:
        lines.append(f"象限概率 probability {point.probability:.2f}")
    if point.is_watch and point.watch_towards:
        lines.append(f"观察 on watch → {STRATEGY_NAMES[point.watch_towards][0]} {point.watch_towards}")
    if point.low_evidence:
        lines.append("证据不足 low evidence")
    return "<br>".join(lines)


def write_matrix_page(picture: MatrixPicture, file: Path) -> None:
    """Write the page: points by strategy (click the legend to hide), hover for figures, trails of earlier runs."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for strategy, colour in COLOURS.items():
        points = [p for p in picture.points if p.strategy == strategy]
        zh, en = STRATEGY_NAMES[strategy]
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
            name=f"{zh} {en} ({len(points)})", hovertext=[_hover(p) for p in points], hoverinfo="text",
            marker={
                "size": 11, "color": ["white" if p.low_evidence else colour for p in points],
                "line": {"width": [3 if p.is_watch else 1.5 for p in points],
                         "color": ["#d69e2e" if p.is_watch else colour for p in points]},
            },
        ))  # fmt: skip
    figure.add_vline(x=picture.cut_dynamics, line={"color": "#4a5568", "width": 1})
    figure.add_hline(y=picture.cut_capability, line={"color": "#4a5568", "width": 1})
    for strategy, (x, y) in _CORNERS.items():
        zh, en = STRATEGY_NAMES[strategy]
        figure.add_annotation(
            x=x, y=y, xref="x domain", yref="y domain", text=f"{zh} {en}", showarrow=False, opacity=0.7,
            font={"size": 20, "color": COLOURS[strategy]},
        )  # fmt: skip
    places = label_places(picture)
    for p in picture.points:
        x, y = places[p.technology_id]
        figure.add_annotation(
            x=x, y=y, text=html.escape(f"{p.name_zh} {p.name_en}"), showarrow=False, xanchor="center", yanchor="middle",
            font={"size": 11},
        )  # fmt: skip
        figure.add_shape(
            type="line", x0=p.dynamics, y0=p.capability, x1=x, y1=y, line={"color": "#cbd5e0", "width": 0.8},
            layer="below",
        )  # fmt: skip
    label = LABELS[picture.data_label]
    colour = "#2f855a" if picture.data_label == "real" else "#c53030"
    figure.update_layout(
        template="plotly_white", font={"family": f"{_FONT}, sans-serif"}, height=760, hovermode="closest",
        title={"text": f"“卡脖子”技术策略矩阵 Strategy matrix — {picture.as_of.isoformat()} — {picture.focal_country}"
                       f"<br><sup style='color:{colour}'>{label}</sup>"},
        xaxis={"title": "技术范式动态性 D  Paradigm dynamics →", "range": [-0.06, 1.06], "zeroline": False},
        yaxis={"title": "技术能力基础 K  Technology capability →", "range": [-0.02, 1.02], "zeroline": False},
        legend={"orientation": "h", "y": -0.12, "entrywidth": 170},
        hoverlabel={"font": {"family": f"{_FONT}, sans-serif"}, "bgcolor": "white"},
    )  # fmt: skip
    body = figure.to_html(full_html=False, include_plotlyjs="inline", div_id="matrix", config={"displaylogo": False})
    missing = "".join(f"<li>{html.escape(n)}: {html.escape(w)}</li>" for n, w in picture.not_placed)
    note = f"<p>未定位 Not placed:</p><ul>{missing}</ul>" if missing else ""
    style = f"body{{font-family:'{_FONT}',sans-serif;margin:1rem auto;max-width:1200px}}"
    head = f"<title>策略矩阵 Strategy matrix {picture.as_of.isoformat()}</title>"
    legend = "观察 = 金色圈，距分界线很近；空心 = 证据不足。Gold ring: near a line, on watch; hollow: low evidence."
    shown = json.dumps(json.loads(figure.to_json()), ensure_ascii=False) + head + legend + note
    used = "".join(sorted({c for c in shown if ord(c) > 0x7E}))
    page = (
        f"<!doctype html><html lang='zh'><head><meta charset='utf-8'><style>{embedded_css(used, _FONT)}{style}</style>"
        f"{head}</head><body>{body}<p>{legend}</p>{note}</body></html>"
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, encoding="utf-8")
