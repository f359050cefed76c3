"""`stuckneck catalogue list|check|show|diff|editions`: the lists of technologies and topics, and their editions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from app.common import (
    Exit,
    Format,
    FormatOption,
    JsonOption,
    WorkspaceOption,
    chosen,
    fail,
    out,
    print_json,
    print_rows,
)
from app.watch.lists.add import add
from app.watch.quality.command import add_to
from etl.catalogue.check import check
from etl.catalogue.diff import diff_items
from etl.catalogue.editions import items_in, items_of, latest_edition
from etl.catalogue.load import CatalogueError, load_catalogue
from etl.catalogue.models import Catalogue, Technology, Topic
from etl.catalogue.resolve import UnknownTechnologyError, resolve
from etl.query.canonical import canonical
from etl.query.lexer import QuerySyntaxError
from etl.sources.registry import sources
from etl.sources.settings import PACKAGES, load_settings, section_of
from warehouse.workspace import Workspace
from words.language import say

TopicsOption = Annotated[bool, typer.Option("--topics", help="The topic list instead of the technologies.")]

catalogue = typer.Typer(no_args_is_help=True, help="The lists of technologies and topics, their queries and editions.")


def _load(workspace: Path, topics: bool) -> Catalogue:
    place = Workspace.open(workspace)
    try:
        return load_catalogue(place.topics_file if topics else place.technologies_file)
    except CatalogueError as error:
        raise fail(str(error)) from None


def _hash(item: Technology | Topic) -> str | None:
    try:
        return item.query_hash
    except QuerySyntaxError:
        return None


def _row(item: Technology | Topic) -> dict[str, Any]:
    if isinstance(item, Technology):
        return {
            "number": item.number,
            "id": item.id,
            "name_zh": item.name_zh,
            "name_en": item.name_en,
            "status": item.status,
            "measurable": item.measurable,
            "press_numbers": ", ".join(str(number) for number in item.press_numbers) or None,
            "query_hash": _hash(item),
            "reason": item.reason,
        }
    return {
        "category": item.category,
        "id": item.id,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "parent": item.parent,
        "query_hash": _hash(item),
    }


@catalogue.command("list")
def list_items(
    workspace: WorkspaceOption = Path(),
    topics: TopicsOption = False,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """What is watched and what is kept as a candidate, with its reason."""
    rows = [_row(item) for item in _load(workspace, topics).items]
    shown = chosen(how, as_json)
    columns = list(rows[0])
    if shown is Format.table:
        columns = [name for name in columns if name not in {"reason", "measurable"}]
    print_rows(rows, shown, columns=columns)
    if shown is Format.table:  # a sentence each: too long for a column
        for row in rows:
            if row.get("reason"):
                out.print(f"{row['id']} {row['name_zh']}: {row['reason']}", markup=False, soft_wrap=True)


def _both(workspace: Path) -> list[Catalogue]:
    """Return both lists; what keeps either from being read is said of both at once."""
    place, found, problems = Workspace.open(workspace), list[Catalogue](), list[str]()
    for file in (place.technologies_file, place.topics_file):
        try:
            found.append(load_catalogue(file))
        except CatalogueError as error:
            problems.append(str(error))
    if problems:
        raise fail("\n".join(problems))
    return found


@catalogue.command("check")
def check_lists(
    workspace: WorkspaceOption = Path(), how: FormatOption = Format.table, as_json: JsonOption = False
) -> None:
    """Check both lists: ids, queries, overlaps; exit code 2 when something is wrong."""
    lists = _both(workspace)
    findings = [{"file": found.file, **asdict(finding)} for found in lists for finding in check(found)]
    shown = chosen(how, as_json)
    if shown is not Format.table:
        print_rows(findings, shown, columns=["file", "severity", "item", "message"])
    else:
        for finding in findings:
            out.print(f"{finding['severity']}: {finding['message']}", markup=False, soft_wrap=True)
        counts = ", ".join(f"{found.file}: {len(found.items)}" for found in lists)
        out.print(f"{counts}; {len(findings)} finding(s).", markup=False)
    if any(finding["severity"] == "error" for finding in findings):
        raise typer.Exit(int(Exit.BAD_INPUT))


@catalogue.command()
def show(
    item_id: Annotated[str, typer.Argument(metavar="ID", help="Technology or topic, e.g. lithography-machine.")],
    workspace: WorkspaceOption = Path(),
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
    service: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="SOURCE", help="Only what this source is asked, to use it there (e.g. bigquery)."
        ),
    ] = None,
) -> None:
    """One technology or topic: its query, canonical form, and what each service is asked."""
    try:
        item = resolve([_load(workspace, topics) for topics in (False, True)], item_id)
    except UnknownTechnologyError as error:
        raise fail(str(error)) from None
    shown = chosen(how, as_json)
    try:
        if service is not None:
            _print_for(item, _source_named(service), workspace, shown)
            return
        details = {**_row(item), "query": item.query, **_compiled(item, workspace)}
    except QuerySyntaxError as error:
        raise fail(str(error)) from None
    if shown is Format.json:
        print_json(details)
    elif shown is Format.csv:
        print_rows([{"key": key, "value": value} for key, value in details.items()], shown)
    else:
        for key, value in details.items():
            lines = value if isinstance(value, list) else [value]
            for number, line in enumerate(lines, 1):
                label = f"{key} {number}" if isinstance(value, list) else key
                text = "—" if line is None else str(line).strip()
                if text.count("\n") > _LONG:
                    text = say("{0} lines; `--for {1}` prints them").format(text.count("\n") + 1, key)
                out.print(f"{label}: {text}", markup=False, soft_wrap=True)


def _compiled(item: Technology | Topic, workspace: Path) -> dict[str, Any]:
    query = item.parsed
    settings = load_settings(Workspace.open(workspace).settings_file)
    asked = {
        source.name: None if query is None else source.compiled(query, section_of(settings, source.name))
        for source in sources()
    }
    return {"canonical": None if query is None else str(canonical(query)), **asked}


def _source_named(word: str) -> str:
    """Return the source whose name `word` is, or is part of."""
    found = [name for name in PACKAGES if name == word] or [name for name in PACKAGES if word in name]
    if len(found) != 1:
        raise fail(f"{word!r} names no source; there are {', '.join(PACKAGES)}.")
    return found[0]


def _print_for(item: Technology | Topic, name: str, workspace: Path, shown: Format) -> None:
    """Print what one source is asked about `item`, as it is sent, and nothing else."""
    asked = _compiled(item, workspace)[name]
    if asked is None:
        raise fail(f"{item.id} has no query.", Exit.NOTHING)
    if shown is Format.json or not isinstance(asked, list):
        print_json({name: asked} if shown is Format.json else asked)
        return
    for text in asked:
        print(text.strip())  # plain: it is copied elsewhere


_LONG = 3  # lines; what a source is asked may be a page


@catalogue.command()
def diff(
    a: Annotated[
        int | None, typer.Argument(metavar="[A]", help="Earlier edition (default: the newest recorded).")
    ] = None,
    b: Annotated[
        int | None, typer.Argument(metavar="[B]", help="Later edition (default: the file as it is now).")
    ] = None,
    workspace: WorkspaceOption = Path(),
    topics: TopicsOption = False,
    how: FormatOption = Format.table,
    as_json: JsonOption = False,
) -> None:
    """What differs: added, retired, renamed, query changed."""
    from warehouse.publish import connect_snapshot, current

    con = connect_snapshot(current(Workspace.open(workspace)))
    first = latest_edition(con, "topics" if topics else "technologies") if a is None else a
    if first is None:
        raise fail("No edition is recorded yet; a refresh records the first one.", Exit.NOTHING)
    try:
        after = items_of(_load(workspace, topics)) if b is None else items_in(con, b)
        changes = diff_items(items_in(con, first), after)
    except (LookupError, CatalogueError) as error:
        raise fail(str(error)) from None
    shown = chosen(how, as_json)
    columns = ["change", "technology_id", "name_zh", "name_en", "before", "after"]
    if changes or shown is not Format.table:
        print_rows([asdict(change) for change in changes], shown, columns=columns)
    else:
        out.print(f"Edition {first} and {'the file' if b is None else f'edition {b}'} are the same.")


@catalogue.command()
def editions(
    workspace: WorkspaceOption = Path(), how: FormatOption = Format.table, as_json: JsonOption = False
) -> None:
    """The editions recorded so far."""
    from warehouse.publish import connect_snapshot, current

    con = connect_snapshot(current(Workspace.open(workspace)))
    result = con.execute(
        "SELECT e.edition_id, e.kind, e.name, e.created_at, count(*) FILTER (i.status <> 'candidate') AS watched,"
        " count(*) AS items, e.note FROM editions AS e JOIN edition_items AS i USING (edition_id)"
        " GROUP BY ALL ORDER BY e.edition_id"
    )
    columns = [column[0] for column in result.description]
    rows = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    print_rows(rows, chosen(how, as_json), columns=columns)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    add_to(catalogue)
    catalogue.command("add")(add)
    app.add_typer(catalogue, name="catalogue")
