"""Health and metrics over HTTP beside a daemon: two addresses, nothing else, by default for this machine only."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from etl.sources.settings import load_settings
from schedules.monitor import metrics
from schedules.monitor.health import health, http_status
from schedules.monitor.metrics import DiskWatch
from schedules.monitor.state import state_of
from warehouse.clock import SystemClock
from warehouse.settings import SettingsError
from warehouse.workspace import Workspace

LOOPBACK = "127.0.0.1"


class AddressError(ValueError):
    """What was given is no HOST:PORT, or cannot be listened on; the message says which and what to write."""


def parse_address(text: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT``, ``[::1]:PORT`` or a port alone (this machine). Raises AddressError."""
    host, colon, port = text.strip().rpartition(":")
    host = host.strip("[]") if colon else ""
    if not port.isdigit() or int(port) > 65535:
        msg = f"{text!r} is no address to listen on: write a port like 9465, or HOST:PORT like 127.0.0.1:9465."
        raise AddressError(msg)
    return host or LOOPBACK, int(port)


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches `host`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Listener:
    """Answers /health and /metrics of a workspace from `open` to `close`.

    `problems` is asked for what the daemon knows to be wrong with itself.
    """

    def __init__(self, workspace: Workspace, address: str, problems: Callable[[], list[str]] = list) -> None:
        self._workspace = workspace
        self._host, self._port = parse_address(address)
        self._problems = problems
        self._disk = DiskWatch(workspace)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def is_local(self) -> bool:
        """Whether only this machine can ask."""
        return is_loopback(self._host)

    def open(self) -> int:
        """Begin to answer; return the port. Raises AddressError where the address cannot be had."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listening = socket.socket(family)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((self._host, self._port))
        except OSError as error:
            listening.close()
            msg = f"{self._host}:{self._port} cannot be listened on: {error.strerror or error}."
            raise AddressError(msg) from None
        config = uvicorn.Config(
            self._app(), log_config=None, log_level="warning", access_log=False, server_header=False, lifespan="off",
            limit_concurrency=20, timeout_keep_alive=5, h11_max_incomplete_event_size=16_000, proxy_headers=False,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, daemon=True, name="listen"
        )
        self._thread.start()
        return int(listening.getsockname()[1])

    def close(self) -> None:
        """Answer no more."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(5)

    def _app(self) -> Starlette:
        hosts = ["localhost", "127.0.0.1", "[::1]", "::1"] if self.is_local else ["*"]
        return Starlette(
            routes=[Route("/health", self._answer(self._health)), Route("/metrics", self._answer(self._metrics))],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)],
        )

    def _health(self) -> Response:
        found = health(self._workspace, problems=self._problems())
        return JSONResponse(found, status_code=http_status(found))

    def _metrics(self) -> Response:
        try:
            settings = load_settings(self._workspace.settings_file)
        except (SettingsError, OSError) as error:
            return PlainTextResponse(f"# {error}\n", status_code=503)
        state = state_of(self._workspace, settings, SystemClock().now())
        return Response(metrics.text(state, self._disk.days_left(settings)), media_type=metrics.MEDIA_TYPE)

    @staticmethod
    def _answer(make: Callable[[], Response]) -> Callable[[Request], object]:
        async def answer(_request: Request) -> Response:
            return await run_in_threadpool(make)

        return answer
