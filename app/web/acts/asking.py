"""Keeping a question in SQL, or removing one."""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request

from app.web.base.desk import Desk
from app.web.base.questions import forget_question, keep_question


async def keep(desk: Desk, _request: Request, form: FormData, who: str) -> str:
    """Keep the question of the form under its name; with `forget`, remove the one of that name."""
    name, q = str(form.get("name", ""))[:80].strip(), str(form.get("q", ""))[:20_000].strip()
    if form.get("forget"):
        await run_in_threadpool(forget_question, desk.workspace, name)
        return "/sql"
    await run_in_threadpool(keep_question, desk.workspace, name, q, who)
    return f"/sql?q={quote(q)}"
