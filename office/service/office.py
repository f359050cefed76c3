"""The office as a loopback HTTP server: all services behind one port, under one clock."""

from __future__ import annotations

import socket
import struct
import sys
import threading
import time
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar
from urllib.parse import urlsplit

from office.corpus.corpus import Corpus
from office.corpus.population import T0
from office.service.bigquery import API, TOKEN_PATH, BigQueryService
from office.service.faults import Faults, Limits
from office.service.lens import LensService
from office.service.ops import OpsService
from office.service.state import Response, State
from office.service.ticks import Ticks

MAX_BODY = 4_000_000


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base addresses, as the settings `sources.epo_ops.base_url` and `sources.lens.base_url` take them."""

    epo_ops: str
    lens: str

    @property
    def google_bigquery(self) -> str:
        """Base address for `sources.google_bigquery.base_url`; tokens are asked for at its ``/token``."""
        return self.lens

    def tables(self) -> str:
        """Return the tables of stuckneck.toml by which a workspace asks this office, without waiting between pages."""
        return (
            f'[sources.epo_ops]\nbase_url = "{self.epo_ops}"\n'
            f'[sources.lens]\nbase_url = "{self.lens}"\nrequests_per_minute = 100000\n'
        )


class Office:
    """A simulated patent office. Use it as a context manager, or `start()` and `stop()` it.

    >>> with Office(corpus) as office:      # doctest: +SKIP
    ...     office.addresses.epo_ops        # http://127.0.0.1:PORT/3.2
    ...     office.advance(date(2022, 5, 31))
    """

    def __init__(
        self,
        corpus: Corpus,
        clock_date: date = T0,
        faults: Faults | None = None,
        limits: Limits | None = None,
        port: int = 0,
        ops_credentials: tuple[str, str] | None = None,
        lens_token: str | None = None,
        allow_clock: bool = True,
        ticks: Ticks | None = None,
    ) -> None:
        self.state = State(corpus, clock_date, faults or Faults(), limits or Limits(), ticks)
        self.ops = OpsService(self.state, ops_credentials)
        self.lens = LensService(self.state, lens_token)
        self.bigquery = BigQueryService(self.state)
        self.port = port
        self.allow_clock = allow_clock
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def clock(self) -> date:
        """The office's date, also in every answer's Date header."""
        return self.state.clock

    def advance(self, to: date) -> None:
        """Move the clock forward: what is published by then becomes visible. Raises ValueError if it would go back."""
        self.state.set_clock(to)

    @property
    def addresses(self) -> Addresses:
        """The base addresses of both services. Raises RuntimeError before `start`."""
        if self._server is None:
            msg = "The office is not open: call start() first."
            raise RuntimeError(msg)
        root = f"http://127.0.0.1:{self._server.server_address[1]}"
        return Addresses(f"{root}/3.2", root)

    def start(self) -> Addresses:
        """Serve on the loopback interface; return their addresses."""
        handler = type("Handler", (_Handler,), {"office": self})
        self._server = _Server(("127.0.0.1", self.port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self.addresses

    def stop(self) -> None:
        """Stop serving."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Office:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing when a client has gone (killed, given up): that is its own affair. Anything else is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _named(path: str) -> str:
    """Return the service a path belongs to: ops, lens or bigquery."""
    if path.startswith((API, TOKEN_PATH)):
        return "bigquery"
    return "ops" if path.startswith("/3.2/") else "lens"


class _Handler(BaseHTTPRequestHandler):
    office: ClassVar[Office]
    protocol_version = "HTTP/1.1"
    server_version = "SyntheticPatentOffice/1.0"
    sys_version = ""
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the requests are kept in `State.requests`."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the office's clock, not this machine's."""
        return self.office.state.http_date if timestamp is None else super().date_time_string(timestamp)

    def _handle(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self._send(Response(413, b"too large", "text/plain"))
            return
        body = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.path.startswith("/synthetic/"):
            self._send(self._control(method))
            return
        name = _named(self.path)
        state = self.office.state
        came = state.ticks.now()
        service: OpsService | LensService | BigQueryService = getattr(self.office, name)
        response = service.answer(method, self.path, headers, body)
        state.requests.append((name, urlsplit(self.path).path, response.status))
        state.arrivals.append(came)
        if state.limits.answer_seconds:
            state.ticks.sleep(state.limits.answer_seconds)
        self._send(response)

    def _control(self, method: str) -> Response:
        """Show the clock; ``POST /synthetic/clock/2022-05-31`` advances it (for a demo in another process)."""
        parts = self.path.strip("/").split("/")
        if parts[1] != "clock":
            return Response(404, b"no such page", "text/plain")
        if method == "POST" and len(parts) == 3:
            if not self.office.allow_clock:
                return Response(403, b"the clock is not to be moved from outside", "text/plain")
            try:
                self.office.advance(date.fromisoformat(parts[2]))
            except ValueError as problem:
                return Response(400, str(problem).encode(), "text/plain")
        return Response(200, self.office.clock.isoformat().encode(), "text/plain")

    def _send(self, response: Response) -> None:
        fault = response.fault
        if fault == "reset":
            self._reset()
            return
        body, media_type = response.body, response.media_type
        if fault == "html" and response.status == 200:
            body, media_type = b"<!DOCTYPE html><html><body>Synthetic proxy: try later</body></html>", "text/html"
        try:
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("X-Synthetic", "true")
            if response.status != 204:
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self._write(body, fault)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _write(self, body: bytes, fault: str | None) -> None:
        half = len(body) // 2
        if fault == "truncated" and body:
            self.wfile.write(body[:half])
            self.wfile.flush()
            self.close_connection = True
        elif fault == "dripped":  # one byte after another, until the client gives up
            for place in range(len(body)):
                self.wfile.write(body[place : place + 1])
                self.wfile.flush()
                time.sleep(0.05)
        elif fault == "slow":
            self.wfile.write(body[:half])
            self.wfile.flush()
            self.office.state.ticks.sleep(self.office.state.dice.faults.slow_seconds)
            self.wfile.write(body[half:])
        else:
            self.wfile.write(body)

    def _reset(self) -> None:
        """Cut the connection with a reset instead of an orderly end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.rfile.close()
