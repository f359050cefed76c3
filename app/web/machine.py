"""Addresses for programs: health, metrics, and the description of the data addresses (OpenAPI)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.web import render
from app.web.base import studied
from app.web.base.access import Role
from app.web.base.page import NotFoundError
from app.web.base.snapshots import SnapshotUnreadableError
from app.web.routes import SCREENS
from app.web.site import MEDIA, Site
from etl.sources.settings import load_settings
from schedules.monitor import metrics
from schedules.monitor.health import health, http_status
from schedules.monitor.metrics import DiskWatch
from schedules.monitor.state import state_of
from warehouse.clock import SystemClock
from warehouse.settings import SettingsError

ARGUMENTS = {
    "overview": ("run", "frame"), "technology": ("run", "frame"), "compare_runs": ("a", "b", "frame"),
    "families": ("technology", "run", "indicator", "side", "window", "subclass", "q", "sort", "page"),
    "compare_countries": ("run",), "alerts": ("state",), "sql": ("q",), "query": ("q",),
    "completeness": ("source",), "sensitivity": ("frame",), "forecast": ("frame",), "judge": ("technology",),
    "judge_sheet": ("item", "after"),
}  # fmt: skip


def description() -> dict[str, Any]:
    """Return the OpenAPI description of every data address."""
    paths: dict[str, Any] = {}
    for screen in SCREENS:
        address = "/overview" if screen.address == "/" else screen.address.replace(":path", "")
        inside = [part[1:-1] for part in address.split("/") if part.startswith("{")]
        parameters = [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in inside]
        parameters += [{"name": n, "in": "query", "schema": {"type": "string"}} for n in ARGUMENTS.get(screen.name, ())]
        for form in render.FORMS:
            media = MEDIA[form].partition(";")[0]
            paths[f"{address}.{form}"] = {
                "get": {
                    "summary": screen.title, "operationId": f"{screen.name}_{form}", "parameters": parameters,
                    "x-role": screen.role.name,
                    "responses": {"200": {"description": "The page's data.", "content": {media: {}}}},
                }
            }  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "stuckneck",
            "version": version("stuckneck"),
            "description": "Data of the published snapshot.",
        },
        "paths": paths,
    }


def _health(site: Site) -> Callable[[Request], Awaitable[Response]]:
    def probe() -> str:
        with site.snapshots.reader() as reader:
            reader.one("SELECT 1 AS one")
            return reader.name

    def look() -> tuple[int, dict[str, Any]]:
        try:
            found = health(site.workspace, probe)
        except SnapshotUnreadableError as error:
            found = health(site.workspace, lambda: "", problems=[str(error)])
        return http_status(found), found

    async def answer(_request: Request) -> Response:
        status, found = await run_in_threadpool(look)
        return JSONResponse(found, status_code=status)

    return answer


def _metrics(site: Site) -> Callable[[Request], Awaitable[Response]]:
    disk = DiskWatch(site.workspace)

    def text() -> str:
        settings = load_settings(site.workspace.settings_file)
        state = state_of(site.workspace, settings, SystemClock().now())
        return metrics.text(state, disk.days_left(settings))

    async def answer(request: Request) -> Response:
        if site.who(request)[1] < Role.reader and not site.is_local:
            return PlainTextResponse("sign in first\n", status_code=403)
        try:
            return Response(await run_in_threadpool(text), media_type=metrics.MEDIA_TYPE)
        except SettingsError as error:
            return PlainTextResponse(f"# {error}\n", status_code=503)

    return answer


def _study_file(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        if site.who(request)[1] < Role.analyst:
            return PlainTextResponse("sign in first\n", status_code=403)
        try:
            one = studied.study(site.workspace, request.path_params["study"])
            file = await run_in_threadpool(studied.file_of, one, request.path_params["name"])
        except NotFoundError as error:
            return site.sentence(request, 404, str(error))
        shown = studied.SHOWN.get(file.suffix)
        how = "inline" if shown else "attachment"
        return FileResponse(
            file, media_type=shown or studied.GIVEN[file.suffix], filename=file.name, content_disposition_type=how
        )

    return answer


def machine_routes(site: Site) -> list[BaseRoute]:
    """Return the addresses for programs."""

    async def api(_request: Request) -> Response:
        return JSONResponse(description())

    return [
        Route("/health", _health(site), name="health"),
        Route("/metrics", _metrics(site), name="metrics"),
        Route("/api", api, name="api"),
        Route("/studies/{study}/file/{name:path}", _study_file(site), name="study.file"),
    ]
