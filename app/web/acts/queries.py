"""Keeping another query in the list of technologies: one line of one file, everything else as it was."""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request

from app.web.base.desk import Desk
from app.web.base.page import BadRequestError
from etl.catalogue.check import check
from etl.catalogue.edit import read_text, set_query, write_text
from etl.catalogue.load import CatalogueError, parse_catalogue
from etl.query.lexer import QuerySyntaxError
from etl.query.parser import parse
from warehouse.workspace import Workspace


async def keep(desk: Desk, request: Request, form: FormData, _who: str) -> str:
    """Write a technology's query into technologies.toml; the next refresh harvests by it."""
    key, text = str(request.path_params["technology"]), str(form.get("q", ""))[:20_000].strip()
    await run_in_threadpool(_write, desk.workspace, key, text)
    return f"/query/{quote(key)}?kept=1"


def _write(workspace: Workspace, key: str, text: str) -> None:
    file = workspace.technologies_file
    try:
        parse(text, key)
        changed = set_query(read_text(file), key, text, file.name)
        found = [f for f in check(parse_catalogue(changed, file.name)) if f.severity == "error" and f.item == key]
    except (CatalogueError, QuerySyntaxError) as error:
        raise BadRequestError(str(error)) from None
    if found:
        raise BadRequestError(" ".join(f.message for f in found))
    write_text(file, changed)
