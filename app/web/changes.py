"""Everything that changes something: signing in and out, alerts, uploads, work. All POST, all with the form's token."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.web import render
from app.web.base.access import Role
from app.web.base.page import BadRequestError
from app.web.guard import form_token, same_origin, token_matches
from app.web.site import Site, address_of, language
from etl.catalogue.load import load_catalogue
from schedules.alerts.inbox import queue_request

_SAFE = re.compile(r"[^\w.\-()（）【】 ]+")


@dataclass(frozen=True, slots=True)
class Change:
    """One address that changes something, and the role it needs."""

    address: str
    name: str
    role: Role
    act: Callable[[Site, Request, FormData, str], Awaitable[str]]


async def acknowledge(site: Site, request: Request, form: FormData, who: str) -> str:
    """Queue an acknowledgement or a resolution; the next writer applies it."""
    text, wanted = str(request.path_params["alert"]), str(form.get("state", ""))
    if not text.isascii() or not text.isdigit() or wanted not in ("acknowledged", "resolved"):
        raise BadRequestError("Expected an alert's number, and acknowledged or resolved.")
    note = str(form.get("note", ""))[:500] or None
    now = datetime.now(UTC).replace(tzinfo=None)
    await run_in_threadpool(
        queue_request, site.workspace, int(text[:9]),
        "acknowledged" if wanted == "acknowledged" else "resolved", who=who, now=now, note=note,
    )  # fmt: skip
    return f"/alerts/{text}?queued={wanted}"


async def upload(site: Site, _request: Request, form: FormData, who: str) -> str:
    """Keep an uploaded file and queue its dry run."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadRequestError("Choose a file first.")
    folder = site.workspace.root / "uploads" / secrets.token_hex(8)
    folder.mkdir(parents=True, mode=0o700)
    target = folder / (_SAFE.sub("_", Path(file.filename.replace("\\", "/")).name).strip(" .")[-120:] or "upload")
    with target.open("wb") as kept:
        while block := await file.read(1 << 20):
            await run_in_threadpool(kept.write, block)
    target.chmod(0o600)
    job = site.jobs.add(f"Dry run of {target.name}", ["import", "--dry-run", str(target)], who)
    return f"/work?job={job.number}&upload={folder.name}"


async def import_upload(site: Site, _request: Request, form: FormData, who: str) -> str:
    """Queue the import of a file that was uploaded before."""
    name = str(form.get("upload", ""))
    folder = site.workspace.root / "uploads" / name
    if not re.fullmatch(r"[0-9a-f]{16}", name) or not folder.is_dir():
        raise BadRequestError("That upload is not here any more; upload the file again.")
    technology = str(form.get("technology", ""))
    known = {t.id for t in load_catalogue(site.workspace.technologies_file).technologies}
    if technology not in known:
        raise BadRequestError("Choose one of the technologies of the list.")
    file = next(folder.iterdir())
    job = site.jobs.add(f"Import of {file.name} onto {technology}", ["import", str(file), "-t", technology], who)
    return f"/work?job={job.number}"


async def start(site: Site, _request: Request, form: FormData, who: str) -> str:
    """Queue a refresh or a placement."""
    task = str(form.get("task", ""))
    if task == "refresh":
        job = site.jobs.add("Refresh", ["refresh"], who)
    elif task == "place":
        arguments = ["place"]
        if as_of := str(form.get("as_of", "")):
            try:
                arguments += ["--as-of", date.fromisoformat(as_of).isoformat()]
            except ValueError:
                raise BadRequestError("as_of: expected a date such as 2026-06-30.") from None
        job = site.jobs.add(" ".join(["Place", *arguments[2:]]), arguments, who)
    else:
        raise BadRequestError("task: expected refresh or place.")
    return f"/work?job={job.number}"


CHANGES = (
    Change("/alerts/{alert}", "alert.change", Role.steward, acknowledge),
    Change("/work/upload", "work.upload", Role.steward, upload),
    Change("/work/import", "work.import", Role.steward, import_upload),
    Change("/work/start", "work.start", Role.steward, start),
)


def _endpoint(site: Site, change: Change) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        who, role = site.who(request)
        if role < change.role:
            site.audit.write(who, "refused", address_of(request), path=request.url.path)
            return site.sentence(request, 403, "Your role does not allow this; ask the steward of this workspace.")
        if not same_origin(request):
            return site.sentence(request, 403, "This form was not sent from a page of this site.")
        async with request.form(max_files=1, max_fields=20) as form:
            if not token_matches(request, form.get("token")):
                return site.sentence(request, 403, "The page was open too long: go back, reload it and send it again.")
            try:
                target = await change.act(site, request, form, who)
            except BadRequestError as error:
                return site.sentence(request, 400, str(error))
        site.audit.write(who, change.name, address_of(request), path=request.url.path)
        return RedirectResponse(target, status_code=303)

    return endpoint


def _here(target: str) -> str:
    """Return `target` when it is an address of this site, else the overview."""
    is_ours = target.startswith("/") and not target.startswith(("//", "/\\")) and "\n" not in target
    return target if is_ours else "/"


def _login(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def login(request: Request) -> Response:
        lang = language(request)
        target, failed = _here(request.query_params.get("next", "/")), False
        if request.method == "POST":
            async with request.form(max_files=0, max_fields=10) as form:
                name, password = str(form.get("name", ""))[:100], str(form.get("password", ""))[:500]
                is_ours = same_origin(request) and token_matches(request, form.get("token"))
            user = await run_in_threadpool(site.users.check, name, password, address_of(request)) if is_ours else None
            site.audit.write(name, "signed in" if user else "sign-in failed", address_of(request))
            if user is not None:
                request.session.clear()  # a session that somebody else began is not carried on
                request.session["user"] = user.name
                return RedirectResponse(target, status_code=303)
            failed = True
        frame: dict[str, Any] = site.frame(request, "login", "-", Role.public, lang)
        text = render.html("login", lang, {**frame, "token": form_token(request), "failed": failed, "next": target})
        return Response(text, status_code=401 if failed else 200, media_type="text/html; charset=utf-8")

    return login


def _logout(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def logout(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=5) as form:
            if same_origin(request) and token_matches(request, form.get("token")):
                site.audit.write(str(request.session.get("user", "-")), "signed out", address_of(request))
                request.session.clear()
        return RedirectResponse("/", status_code=303)

    return logout


def change_routes(site: Site) -> list[BaseRoute]:
    """Return the routes of every change, and of signing in and out."""
    found: list[BaseRoute] = [
        Route("/login", _login(site), methods=["GET", "POST"], name="login"),
        Route("/logout", _logout(site), methods=["POST"], name="logout"),
    ]
    return found + [Route(c.address, _endpoint(site, c), methods=["POST"], name=c.name) for c in CHANGES]
