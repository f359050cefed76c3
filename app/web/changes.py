"""Everything that changes something: signing in and out, alerts, uploads, work. All POST, all with the form's token."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.web import render
from app.web.acts import asking, judging, queries, studies, work
from app.web.acts.change import Change
from app.web.base.access import Role
from app.web.base.desk import Desk
from app.web.base.page import BadRequestError, NotFoundError
from app.web.guard import TooSlowError, form_token, same_origin, token_matches
from app.web.site import Site, address_of, language

CHANGES = (
    Change("/alerts/{alert}", "alert.change", Role.steward, work.acknowledge),
    Change("/work/upload", "work.upload", Role.steward, work.upload),
    Change("/work/import", "work.import", Role.steward, work.import_upload),
    Change("/work/start", "work.start", Role.steward, work.start),
    Change("/sql", "sql.keep", Role.analyst, asking.keep),
    Change("/studies", "study.begin", Role.analyst, studies.begin),
    Change("/query/{technology}", "query.keep", Role.steward, queries.keep),
    Change("/judge", "judge.draw", Role.steward, judging.draw),
    Change("/judge/{sheet}", "judge.verdict", Role.steward, judging.verdict),
    Change("/judge/{sheet}/send", "judge.send", Role.steward, judging.send),
)


def _said(site: Site, request: Request, error: Exception) -> Response:
    """Return the page that says what is wrong with a change; a full disk is not the program's fault."""
    if isinstance(error, TooSlowError):
        return site.sentence(request, 408, str(error))
    if isinstance(error, OSError):
        return site.sentence(request, 507, f"It could not be kept: {error.strerror or error}.")
    return site.sentence(request, 404 if isinstance(error, NotFoundError) else 400, str(error))


def _endpoint(site: Site, change: Change) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        who, role = site.who(request)
        if role < change.role:
            site.audit.write(who, "refused", address_of(request), path=request.url.path)
            return site.sentence(request, 403, "Your role does not allow this; ask the steward of this workspace.")
        if not same_origin(request):
            return site.sentence(request, 403, "This form was not sent from a page of this site.")
        try:
            async with request.form(max_files=1, max_fields=20) as form:
                if not token_matches(request, form.get("token")):
                    message = "The page was open too long: go back, reload it and send it again."
                    return site.sentence(request, 403, message)
                target = await change.act(Desk(site.workspace, site.jobs), request, form, who)
        except (BadRequestError, NotFoundError, OSError) as error:
            return _said(site, request, error)
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
                site.sessions.begin(request.session, user)
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
                try:
                    site.sessions.end(request.session)
                except OSError as error:
                    return _said(site, request, error)
        return RedirectResponse("/", status_code=303)

    return logout


def change_routes(site: Site) -> list[BaseRoute]:
    """Return the routes of every change, and of signing in and out."""
    found: list[BaseRoute] = [
        Route("/login", _login(site), methods=["GET", "POST"], name="login"),
        Route("/logout", _logout(site), methods=["POST"], name="logout"),
    ]
    return found + [Route(c.address, _endpoint(site, c), methods=["POST"], name=c.name) for c in CHANGES]
