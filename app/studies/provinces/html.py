"""The provincial study as one self-contained HTML page a language: five tables, pictures, notes."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from analytics.provinces.study import ProvincialStudy
from analytics.provinces.tables import MARKS, Cell, Table
from analytics.provinces.variables import label
from app.studies.provinces.words import gap, robustness, what_it_rests_on
from words.glossary import in_language
from words.language import say
from words.safe import xml_text

_STYLE = """
body{font-family:stuckneck,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;
max-width:1180px;margin:24px auto;padding:0 16px;color:#1f2d3d}
h1{font-size:22px}h2{font-size:17px;margin-top:32px}
.label{display:inline-block;background:#fff3cd;border:1px solid #e0b400;padding:2px 10px;font-weight:bold}
.wide{overflow-x:auto;margin-top:22px}
table{border-collapse:collapse;border-top:2px solid #1f2d3d;border-bottom:2px solid #1f2d3d;font-size:13.5px}
caption{text-align:left;font-weight:bold;padding:4px 0 6px}
th{border-bottom:1px solid #1f2d3d;padding:4px 10px;vertical-align:bottom;font-weight:600}
td{padding:3px 10px;text-align:center;vertical-align:top}
td:first-child,th:first-child{text-align:left;white-space:nowrap}
.note .core,.note .core_absent{font-size:17px}.note .peripheral,.note .peripheral_absent{font-size:10px}
td.text{max-width:11em;font-size:12px}td.text:first-child{max-width:none;font-size:inherit}
.core,.core_absent{font-size:23px;line-height:20px}.peripheral,.peripheral_absent{font-size:12px;line-height:20px}
table.many{font-size:11.5px}.many th,.many td{padding:3px 5px}
.note{font-size:12.5px;color:#5c6b7a;margin:4px 0}
.figures{display:grid;grid-auto-flow:dense;align-items:start;grid-template-columns:repeat(auto-fill,minmax(360px,1fr));gap:14px}
figure{margin:0;border:1px solid #dde3e9;padding:6px}figure.whole{grid-column:span 2;grid-row:span 2}
img{width:100%}figcaption{font-size:12px;color:#5c6b7a}
"""
_SIGNS = {"core": "●", "peripheral": "●", "core_absent": "⊗", "peripheral_absent": "⊗"}


def _cell(cell: Cell) -> str:
    if cell.mark is not None:
        return f'<td><span class="{cell.mark}" title="{cell.mark.replace("_", " ")}">{_SIGNS[cell.mark]}</span></td>'
    is_text = cell.value is None and len(cell.text) > 12
    return f"<td{' class=text' if is_text else ''}>{xml_text(cell.text)}</td>"


def _table(table: Table, name: str, mark: str) -> Iterator[str]:
    many = " class=many" if len(table.columns) > 12 else ""
    yield f'<div class="wide"><table{many}><caption>{name}  {xml_text(table.title)}{mark}</caption><thead><tr>'
    yield "".join(f"<th>{xml_text(name)}</th>" for name in table.columns) + "</tr></thead><tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(map(_cell, row))}</tr>"
    yield "</tbody></table></div>"
    for note in table.notes:
        text = xml_text(note)
        if table.number == 5:  # on the page the peripheral marks are the core ones, smaller
            for style, sign in MARKS.items():
                text = text.replace(sign, f'<span class="{style}">\0{style}\0</span>')
            for kind, drawn in _SIGNS.items():
                text = text.replace(f"\0{kind}\0", drawn)
        yield f'<p class="note">{text}</p>'


def _caption(stem: str, language: Literal["zh", "en"]) -> str:
    """What a picture shows, from its file name's stem."""
    words = in_language(language)
    kind, _, rest = stem.partition("_")
    if kind.startswith("nca"):
        return f"{words['scatter']}: {label(rest, language)}"
    if kind == "bottleneck":
        return f"{words['study_bottleneck']} ({rest.upper().replace('_', '-')})"
    side = next((words[s] for s in ("high", "low") if s in rest), "")
    if kind == "truth":
        return f"{words['truth']} ({side})"
    return f"XY: {words['solution']} ({side})" if rest.endswith("solution") else f"XY: {rest}"


def _figures(
    pictures: Mapping[str, Sequence[Path]], word: str, language: Literal["zh", "en"]
) -> Iterator[str]:  # fmt: skip
    yield '<div class="figures">'
    for i, (stem, files) in enumerate(pictures.items(), 1):
        svg = next(f for f in files if f.suffix == ".svg")
        data = base64.b64encode(svg.read_bytes()).decode("ascii")
        whole = ' class="whole"' if stem.startswith("truth_table") else ""
        yield f'<figure{whole}><img alt="{stem}" src="data:image/svg+xml;base64,{data}">'
        yield f"<figcaption>{word} {i} {xml_text(_caption(stem, language))}</figcaption></figure>"
    yield "</div>"


def write_page(
    study: ProvincialStudy, tables: Sequence[Table], pictures: Mapping[str, Sequence[Path]], path: Path,
    language: Literal["zh", "en"],
) -> Path:  # fmt: skip
    """Write the page; it needs no other file and no network."""
    from app.fonts import embedded_css

    words, cases = in_language(language), study.cases
    parts = [f"<h1>{words['study_title']}</h1>"]
    if cases.data_label != "real":
        parts.append(f'<p class="label">{words[f"study_{cases.data_label}"]}</p>')
    parts.append(f"<p>{xml_text(what_it_rests_on(cases, language))}</p>")
    mark = "" if cases.data_label == "real" else f"  [{words[f'm_label_{cases.data_label}']}]"
    for table in tables:
        parts += _table(table, f"{words['table']}{gap(language)}{table.number}", mark)
    runs = robustness(study, language)
    notes = [*study.notes, *([f"{words['robust']}: {runs}"] if runs else [])]
    if notes:
        parts += [f"<h2>{words['notes']}</h2>", *(f'<p class="note">{xml_text(say(n, language))}</p>' for n in notes)]
    if pictures:
        parts += [
            f'<section class="pictures"><h2>{words["pictures"]}</h2>',
            *_figures(pictures, words["figure"], language), "</section>",
        ]  # fmt: skip
    body = "\n".join(parts)
    text = "".join(sorted(set(body)))
    path.write_text(
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        f"<title>{words['study_title']}</title><style>{embedded_css(text)}{_STYLE}</style></head>\n<body>{body}</body></html>\n",
        encoding="utf-8",
    )
    return path
