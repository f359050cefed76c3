"""Judging a sample: drawing it, a verdict a family, and handing the verdicts to the writer."""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request

from app.web.acts.work import listed
from app.web.base import drafts
from app.web.base.desk import Desk
from app.web.base.page import BadRequestError


async def draw(desk: Desk, _request: Request, form: FormData, who: str) -> str:
    """Queue the drawing of a sample of one technology."""
    technology, number = listed(desk, form), str(form.get("n", "100"))
    if not number.isascii() or not number.isdigit() or not 10 <= int(number[:5]) <= 2000:
        raise BadRequestError("A sample has between 10 and 2000 families.")
    book = await run_in_threadpool(drafts.new_sheet, desk.workspace, technology)
    arguments = ["catalogue", "sample", technology, "--n", str(int(number)), "-o", str(book)]
    job = desk.jobs.add(f"Sample of {technology}", arguments, who)
    return f"/judge/{book.stem}?job={job.number}"


async def verdict(desk: Desk, request: Request, form: FormData, who: str) -> str:
    """Keep one verdict and go on to the next family nobody of this name judged."""
    name, item = str(request.path_params["sheet"]), str(form.get("item", ""))
    said = (str(form.get("verdict", "")), str(form.get("note", ""))[:500])
    await run_in_threadpool(drafts.say_of, desk.workspace, name, who, item, said)
    return f"/judge/{name}?after={quote(item)}"


async def send(desk: Desk, request: Request, _form: FormData, who: str) -> str:
    """Queue the reading of this judge's verdicts, as `catalogue judge` does it."""
    name = str(request.path_params["sheet"])
    technology = drafts.sheet(desk.workspace, name).technology
    if not drafts.draft(desk.workspace, name, who):
        raise BadRequestError("Nothing is judged yet.")
    file = drafts.draft_file(desk.workspace, name, who)
    job = desk.jobs.add(f"Verdicts on {technology}", ["catalogue", "judge", str(file), "--by", who], who)
    return f"/work?job={job.number}"
