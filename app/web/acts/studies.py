"""Beginning a study: the table is kept, and the command runs in the queue."""

from __future__ import annotations

import shutil

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request

from app.web.acts.work import kept_upload
from app.web.base import studied
from app.web.base.desk import Desk
from app.web.base.page import BadRequestError


async def begin(desk: Desk, _request: Request, form: FormData, who: str) -> str:
    """Queue a study: of the provinces of this workspace, or NCA or QCA on the table of the form."""
    method, lang = str(form.get("method", "")), "zh" if form.get("lang") == "zh" else "en"
    if method not in studied.METHODS:
        raise BadRequestError("A study is nca, qca or provinces.")
    if method == "provinces":
        one = await run_in_threadpool(studied.new_study, desk.workspace, method, "provinces", who)
        arguments = ["provinces", "run", "--output", str(one.results)]
    else:
        outcome, conditions = (str(form.get(name, ""))[:2000].strip() for name in ("outcome", "conditions"))
        if not outcome or not conditions:
            raise BadRequestError("Name the column of the outcome and the columns of the conditions.")
        kept = await kept_upload(desk, form)
        title = f"{kept.name}: {outcome} ~ {conditions}"
        one = await run_in_threadpool(studied.new_study, desk.workspace, method, title, who)
        table = one.folder / f"table{kept.suffix.lower()}"
        await run_in_threadpool(shutil.move, kept, table)
        results = str(one.results)
        arguments = [
            method, str(table), f"--outcome={outcome}", f"--conditions={conditions}", f"--plots={results}",
            f"--output={results}/{method}.xlsx", f"--language={lang}", *_options(method, form),
        ]  # fmt: skip
    job = desk.jobs.add(f"Study {one.title}", arguments, who)
    return f"/studies/{one.name}?job={job.number}"


def _options(method: str, form: FormData) -> list[str]:
    calibrate = str(form.get("calibrate", "none"))
    if method == "qca" and calibrate in ("quartiles", "anchors", "none"):
        return [f"--calibrate={calibrate}"]
    return ["--permutations=1000", "--seed=0"] if form.get("permutations") else []
