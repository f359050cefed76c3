"""Alerts, uploads and runs: what is queued for the single writer, as the commands do it."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, date, datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from app.web.base.desk import Desk
from app.web.base.page import BadRequestError
from etl.catalogue.load import load_catalogue
from schedules.alerts.inbox import queue_request

_SAFE = re.compile(r"[^\w.\-()（）【】 ]+")


async def acknowledge(desk: Desk, request: Request, form: FormData, who: str) -> str:
    """Queue an acknowledgement or a resolution; the next writer applies it."""
    text, wanted = str(request.path_params["alert"]), str(form.get("state", ""))
    if not text.isascii() or not text.isdigit() or wanted not in ("acknowledged", "resolved"):
        raise BadRequestError("Expected an alert's number, and acknowledged or resolved.")
    note = str(form.get("note", ""))[:500] or None
    now = datetime.now(UTC).replace(tzinfo=None)
    await run_in_threadpool(
        queue_request, desk.workspace, int(text[:9]),
        "acknowledged" if wanted == "acknowledged" else "resolved", who=who, now=now, note=note,
    )  # fmt: skip
    return f"/alerts/{text}?queued={wanted}"


async def kept_upload(desk: Desk, form: FormData) -> Path:
    """Return the form's file as it was kept, in a folder of its own that only its owner can read."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadRequestError("Choose a file first.")
    folder = desk.workspace.root / "uploads" / secrets.token_hex(8)
    folder.mkdir(parents=True, mode=0o700)
    target = folder / (_SAFE.sub("_", Path(file.filename.replace("\\", "/")).name).strip(" .")[-120:] or "upload")
    with target.open("wb") as kept:
        while block := await file.read(1 << 20):
            await run_in_threadpool(kept.write, block)
    target.chmod(0o600)
    return target


def uploaded(desk: Desk, name: str) -> Path:
    """Return the file that was kept under `name`."""
    folder = desk.workspace.root / "uploads" / name
    found = sorted(folder.iterdir()) if re.fullmatch(r"[0-9a-f]{16}", name) and folder.is_dir() else []
    if not found:
        raise BadRequestError("That upload is not here any more; upload the file again.")
    return found[0]


def listed(desk: Desk, form: FormData) -> str:
    """Return the technology that the form names, one of the list."""
    technology = str(form.get("technology", ""))
    if technology not in {t.id for t in load_catalogue(desk.workspace.technologies_file).technologies}:
        raise BadRequestError("Choose one of the technologies of the list.")
    return technology


async def upload(desk: Desk, _request: Request, form: FormData, who: str) -> str:
    """Keep an uploaded file and queue its dry run."""
    target = await kept_upload(desk, form)
    job = desk.jobs.add(f"Dry run of {target.name}", ["import", "--dry-run", str(target)], who)
    return f"/work?job={job.number}&upload={target.parent.name}"


async def import_upload(desk: Desk, _request: Request, form: FormData, who: str) -> str:
    """Queue the import of a file that was uploaded before."""
    name = str(form.get("upload", ""))
    file = uploaded(desk, name)
    technology = listed(desk, form)
    job = desk.jobs.add(f"Import of {file.name} onto {technology}", ["import", str(file), "-t", technology], who)
    return f"/work?job={job.number}"


async def start(desk: Desk, _request: Request, form: FormData, who: str) -> str:
    """Queue a refresh or a placement."""
    task = str(form.get("task", ""))
    if task == "refresh":
        job = desk.jobs.add("Refresh", ["refresh"], who)
    elif task == "place":
        arguments = ["place"]
        if as_of := str(form.get("as_of", "")):
            try:
                arguments += ["--as-of", date.fromisoformat(as_of).isoformat()]
            except ValueError:
                raise BadRequestError("as_of: expected a date such as 2026-06-30.") from None
        job = desk.jobs.add(" ".join(["Place", *arguments[2:]]), arguments, who)
    else:
        raise BadRequestError("task: expected refresh or place.")
    return f"/work?job={job.number}"
