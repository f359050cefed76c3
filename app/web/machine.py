"""Addresses for programs: health, metrics, and the description of the data addresses (OpenAPI)."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.web.base.access import Role
from app.web.base.snapshots import SnapshotUnreadableError
from app.web.routes import SCREENS
from app.web.site import Site
from warehouse.publish import NoSnapshotError, current

_ARGUMENTS = {
    "overview": ("run", "frame"), "technology": ("run", "frame"), "compare_runs": ("a", "b", "frame"),
    "families": ("technology", "run", "indicator", "side", "window", "subclass", "q", "sort", "page"),
    "compare_countries": ("run",), "alerts": ("state",), "sql": ("q",),
}  # fmt: skip


def description() -> dict[str, Any]:
    """Return the OpenAPI description of every data address."""
    paths: dict[str, Any] = {}
    for screen in SCREENS:
        address = "/overview" if screen.address == "/" else screen.address.replace(":path", "")
        inside = [part[1:-1] for part in address.split("/") if part.startswith("{")]
        parameters = [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in inside]
        parameters += [
            {"name": n, "in": "query", "schema": {"type": "string"}} for n in _ARGUMENTS.get(screen.name, ())
        ]
        for form, media in (("json", "application/json"), ("csv", "text/csv")):
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
    def look() -> tuple[int, dict[str, Any]]:
        try:
            with site.snapshots.reader() as reader:
                reader.one("SELECT 1 AS one")
                return 200, {"status": "ok", "snapshot": reader.name}
        except (NoSnapshotError, SnapshotUnreadableError) as error:
            return 503, {"status": "no snapshot", "message": str(error)}

    async def health(_request: Request) -> Response:
        status, found = await run_in_threadpool(look)
        return JSONResponse(found, status_code=status)

    return health


def _metrics(site: Site) -> Callable[[Request], Awaitable[Response]]:
    def lines() -> str:
        file = current(site.workspace)
        found = [f"stuckneck_snapshot_age_seconds {datetime.now(UTC).timestamp() - file.stat().st_mtime:.0f}"]
        found.append(f"stuckneck_disk_free_bytes {shutil.disk_usage(site.workspace.root).free}")
        with site.snapshots.reader() as reader:
            for row in reader.rows(
                "SELECT kind, epoch(max(finished_at)) AS at FROM runs WHERE state = 'succeeded'"
                " GROUP BY kind ORDER BY kind"
            ):
                if row["at"] is not None:
                    found.append(f'stuckneck_last_success_timestamp_seconds{{kind="{row["kind"]}"}} {row["at"]:.0f}')
            for row in reader.rows("SELECT source, count(*) AS n FROM source_records GROUP BY source ORDER BY source"):
                found.append(f'stuckneck_records{{source="{row["source"]}"}} {row["n"]}')
            for row in reader.rows("SELECT state, count(*) AS n FROM outbox GROUP BY state ORDER BY state"):
                found.append(f'stuckneck_deliveries{{state="{row["state"]}"}} {row["n"]}')
            open_alerts = reader.one("SELECT count(*) AS n FROM alerts_open")
            found.append(f"stuckneck_alerts_open {open_alerts['n'] if open_alerts else 0}")
        return "\n".join(found) + "\n"

    async def metrics(request: Request) -> Response:
        if site.who(request)[1] < Role.reader and not site.is_local:
            return PlainTextResponse("sign in first\n", status_code=403)
        try:
            return PlainTextResponse(await run_in_threadpool(lines))
        except (NoSnapshotError, SnapshotUnreadableError) as error:
            return PlainTextResponse(f"# {error}\n", status_code=503)

    return metrics


def machine_routes(site: Site) -> list[BaseRoute]:
    """Return the addresses for programs."""

    async def api(_request: Request) -> Response:
        return JSONResponse(description())

    return [
        Route("/health", _health(site), name="health"),
        Route("/metrics", _metrics(site), name="metrics"),
        Route("/api", api, name="api"),
    ]
