"""The whole application: pages, changes, the machine's addresses, and the layers around all of them."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from app.web import render
from app.web.base.page import Screen
from app.web.changes import change_routes
from app.web.guard import BodyLimit, RateLimit, SecureHeaders, TooLargeError, TooSlowError
from app.web.machine import machine_routes
from app.web.routes import SCREENS
from app.web.site import Site
from etl.sources.settings import load_settings
from warehouse.workspace import Workspace

_STATIC = Path(__file__).parent / "static"
_LOG = logging.getLogger("stuckneck.web")
Handler = Callable[[Request], Awaitable[Response]]


def _endpoint(site: Site, screen: Screen, form: str) -> Handler:
    async def endpoint(request: Request) -> Response:
        answer = await run_in_threadpool(site.respond, request, screen, form)
        if request.query_params.get("lang") in render.LANGUAGES:
            answer.set_cookie("lang", request.query_params["lang"], max_age=31_536_000, samesite="lax", httponly=True)
        return answer

    return endpoint


def page_routes(site: Site) -> list[BaseRoute]:
    """Return the routes of every page, with ``.json`` and ``.csv`` behind its address."""
    found: list[BaseRoute] = []
    for screen in SCREENS:
        dotted = "/overview" if screen.address == "/" else screen.address
        for form in render.FORMS:
            found.append(Route(f"{dotted}.{form}", _endpoint(site, screen, form), name=f"{screen.name}.{form}"))
        found.append(Route(screen.address, _endpoint(site, screen, "html"), name=screen.name))
    return found


def secret_of(workspace: Workspace) -> str:
    """Return the key that signs sessions, made at the first start; only its owner can read the file."""
    file = workspace.root / ".web-secret"
    try:
        return file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        file.touch(mode=0o600, exist_ok=True)
        file.write_text(secrets.token_urlsafe(48) + "\n", encoding="ascii")
        return file.read_text(encoding="ascii").strip()


def build(site: Site, *, hosts: list[str]) -> Starlette:
    """Return the application. `hosts` are the names under which it may be reached (a foreign name is refused)."""
    web = load_settings(site.workspace.settings_file).web

    async def too_large(request: Request, error: Exception) -> Response:
        return site.sentence(request, 413, str(error))

    async def too_slow(request: Request, error: Exception) -> Response:
        return site.sentence(request, 408, str(error))

    async def missing(request: Request, _error: Exception) -> Response:
        return site.sentence(request, 404, "There is no page at this address.")

    async def fault(request: Request, error: Exception) -> Response:
        _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return site.sentence(request, 500, "The program has a fault; its log names it. The data are as they were.")

    return Starlette(
        routes=[
            *machine_routes(site), *change_routes(site), *page_routes(site),
            Mount("/static", StaticFiles(directory=_STATIC), name="static"),
        ],
        middleware=[
            Middleware(SecureHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
            Middleware(GZipMiddleware, minimum_size=2000),
            Middleware(BodyLimit, limit=web.upload_mb * 1_000_000),
            Middleware(
                SessionMiddleware, secret_key=secret_of(site.workspace), session_cookie="stuckneck",
                max_age=web.session_hours * 3600, same_site="strict", https_only=web.https_only,
            ),
            *([] if site.is_local else [
                Middleware(
                    RateLimit, per_minute=web.requests_per_minute, who=site.asks_as, refused=site.asks_too_much,
                ),
            ]),
        ],
        exception_handlers={TooLargeError: too_large, TooSlowError: too_slow, 404: missing, 500: fault},
    )  # fmt: skip
