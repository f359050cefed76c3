"""`stuckneck network TECH`: main path, dependence, convergence and holders of a technology or topic, as of any date."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast, get_args

import duckdb
import typer

from analytics.network.catalogue import NoSuchNetworkError, subject
from analytics.network.figures.lead import QuadrantChange, quadrant_changes
from analytics.network.path.main_path import Variant
from analytics.network.writers import WRITERS
from app.common import Format, FormatOption, JsonOption, WorkspaceOption, chosen, err, fail, out, print_json, print_rows
from app.display import DISPLAY
from app.network.tables import TITLES, NetworkTables
from app.network.text import STATES, sentences, summary_of
from app.technologies import technology_id_or_text
from etl.sources.settings import load_settings
from warehouse.publish import connect_snapshot, current
from warehouse.workspace import Workspace
from words.glossary import STRATEGIES, Language, in_language
from words.language import current as spoken
from words.language import say

VariantName = StrEnum("VariantName", {name: name for name in get_args(Variant)})  # type: ignore[misc]
LanguageName = StrEnum("LanguageName", {name: name for name in get_args(Language)})  # type: ignore[misc]
FIRST_PAGE = ("main_path", "decades", "figures", "placements", "flows", "joined", "holders", "build")


def latest_day(con: duckdb.DuckDBPyConnection) -> date:
    """Return the day of the latest live placement, else today."""
    [(day,)] = con.execute("SELECT max(as_of) FROM run_placements WHERE origin = 'live'").fetchall()
    return day or date.today()


def network(
    technology: Annotated[str, typer.Argument(metavar="TECH", help="Technology or topic: id or name.")],
    workspace: WorkspaceOption = Path(),
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Day (default: the latest placement).")
    ] = None,
    variant: Annotated[VariantName, typer.Option("--variant", help="Main path.")] = VariantName["global"],
    table: Annotated[
        str | None, typer.Option("--table", help=f"Only this table: {', '.join(TITLES)}.", show_default=False)
    ] = None,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    pictures: Annotated[Path | None, typer.Option("--pictures", help="Draw the pictures into this folder.")] = None,
    files: Annotated[Path | None, typer.Option("--files", help="Write network files into this folder.")] = None,
    kind: Annotated[str, typer.Option("--kind", help="Kinds of network file, comma separated.")] = ",".join(WRITERS),
    language: Annotated[
        LanguageName | None, typer.Option("--language", help="zh or en (default: the one spoken).")
    ] = None,
) -> None:
    """On whose shoulders a technology stands: main path, dependence, convergence, holders."""
    kinds = _kinds(kind)
    if table is not None and table not in TITLES:
        raise fail(f"--table {table}: no such table; there are {', '.join(TITLES)}.")
    ws = Workspace.open(workspace)
    technology = technology_id_or_text(ws, technology)
    con = connect_snapshot(current(ws))
    try:
        asked = subject(con, technology)
    except NoSuchNetworkError as error:
        raise fail(str(error)) from None
    day = as_of.date() if as_of else latest_day(con)
    tables = NetworkTables(con, load_settings(ws.settings_file), asked, day, cast(Variant, variant.value))
    if not tables.measures.network.graph.n_nodes:
        raise fail(f"{technology}: no family is known as of {day}; refresh or import first, or choose a later --as-of.")
    languages: tuple[Language, ...] = ("zh", "en") if DISPLAY.both else (spoken(),)
    if language is not None:
        languages = (cast(Language, language.value),)
    _print(tables, chosen(how, as_json), table, languages)
    _write(tables, pictures, files, kinds, languages)


def _kinds(text: str) -> list[str]:
    kinds = [part.strip() for part in text.split(",") if part.strip()]
    strange = [part for part in kinds if part not in WRITERS]
    if strange or not kinds:
        raise fail(f"--kind {text}: choose among {', '.join(WRITERS)}, comma separated.")
    return kinds


def _write(
    tables: NetworkTables, pictures: Path | None, files: Path | None, kinds: list[str], languages: tuple[Language, ...]
) -> None:
    if pictures is None and files is None:
        return
    from app.network.output import draw, write_files

    written = [] if pictures is None else draw(tables, pictures, languages)
    if files is not None:
        written += write_files(tables, files, kinds, languages[-1])
    for path in written:
        err.print(str(path), markup=False, soft_wrap=True)


def _print(tables: NetworkTables, how: Format, only: str | None, languages: tuple[Language, ...]) -> None:
    label = tables.measures.network.data_label
    if how is Format.json:
        wanted = TITLES if only is None else (only,)
        head = {"technology_id": tables.subject.technology_id, "as_of": tables.as_of, "data_label": label}
        said = {"variant": tables.variant, "text": {one: paragraph(tables, one) for one in languages}}
        print_json({**head, **said, **{name: tables.table(name) for name in wanted}})
        return
    if how is Format.csv:
        stamped = {"technology_id": tables.subject.technology_id, "as_of": tables.as_of, "data_label": label}
        print_rows([{**stamped, **row} for row in tables.table(only or "figures")], how)
        return
    for one in languages:
        for line in paragraph(tables, one):
            out.print(line, markup=False, soft_wrap=True)
    for name in FIRST_PAGE if only is None else (only,):
        _print_table(tables, name, label, languages, whole=only is not None)


def _print_table(
    tables: NetworkTables, name: str, label: str, languages: tuple[Language, ...], *, whole: bool
) -> None:  # fmt: skip
    zh, en, most = TITLES[name]
    title = " ".join({"zh": zh, "en": en}[one] for one in languages)
    terms = in_language(languages[0])
    rows = tables.table(name)
    shown = rows if whole else rows[:most]
    if not rows:
        out.print(f"{title}: —", markup=False)
        return
    more = "" if len(shown) == len(rows) else "  " + say(f"({len(shown)} of {len(rows)}; all: --table {name})")
    mark = "" if label == "real" else f"  · {terms['m_data']}{terms[f'm_label_{label}']}"
    print_rows(shown, Format.table, title=f"{title}{more}{mark}")


def paragraph(tables: NetworkTables, language: Language) -> list[str]:
    """Return the sentences on a network, with what dependence did before each change of quadrant."""
    said = sentences(summary_of(tables.measures), language)
    moves = [_lead(change, language) for change in quadrant_changes(tables.placements)]
    return [*_head(tables, language), *said, *moves]


def _head(tables: NetworkTables, language: Language) -> list[str]:
    subject = tables.subject
    name = subject.name_zh if language == "zh" else subject.name_en
    return [f"{name} ({subject.technology_id}), {tables.as_of}"]


def _lead(change: QuadrantChange, language: Language) -> str:
    at = 0 if language == "zh" else 1
    before, after = STRATEGIES[change.from_strategy][at], STRATEGIES[change.to_strategy][at]
    if language == "zh":
        moved = (
            "此前依赖度无明显变化"
            if change.moving is None
            else f"依赖度自 {change.since} 起已在{STATES[change.moving]['zh']}"
        )
        return f"{change.on} 象限由{before}变为{after}；{moved}。"
    moved = (
        "dependence had shown no clear change before"
        if change.moving is None
        else f"dependence had been {STATES[change.moving]['en']} since {change.since}"
    )
    return f"By {change.on} the quadrant went from {before} to {after}; {moved}."


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("network")(network)
