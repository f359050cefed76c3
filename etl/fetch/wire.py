"""One exchange with a service over HTTP, with an end: the whole of it, headers included, keeps to one deadline.

And the access token that a service hands out for a while.
"""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from etl.fetch import stated
from etl.fetch.http import Answer, Request, TransportError

MAX_ANSWER = 256 * 1024 * 1024
_CHUNK = 1 << 16
_CONNECT_SECONDS = 4.0  # for the connection alone; the answer may take the source's timeout
_TIMEOUTS = 4  # the whole exchange may take so many timeouts
_SHORTEST_SECRET = 6  # characters from which a header's value is looked for in an answer


class _Adapter(HTTPAdapter):
    """Knows the socket of the exchange that is going on, so that it can be shut from outside."""

    def __init__(self) -> None:
        self.sockets: list[socket.socket] = []
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let connections say which socket an answer is read from."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools()

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """The same where a proxy is in between."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools()
        return manager

    def _pools(self) -> dict[str, Any]:
        plain = type("Pool", (HTTPConnectionPool,), {"ConnectionCls": _telling(HTTPConnection, self.sockets)})
        secure = type("Pool", (HTTPSConnectionPool,), {"ConnectionCls": _telling(HTTPSConnection, self.sockets)})
        return {"http": plain, "https": secure}


def _telling(kind: type[HTTPConnection], sockets: list[socket.socket]) -> type[HTTPConnection]:
    """Return a connection that notes its socket before the first byte of the answer is waited for."""

    def getresponse(self: HTTPConnection) -> Any:
        if self.sock is not None:
            sockets[:] = [self.sock]
        return kind.getresponse(self)

    return type(kind.__name__, (kind,), {"getresponse": getresponse})


def _session(adapter: _Adapter) -> requests.Session:
    """Return a session that takes nothing from the machine but its certificates: no ~/.netrc, no cookies."""
    session = requests.Session()
    session.trust_env = False
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


class Wire:
    """Sends requests to one service, one after another."""

    def __init__(self, base_url: str, timeout_seconds: float) -> None:
        self.base_url = base_url
        self.timeout_seconds = timeout_seconds
        self._adapter = _Adapter()
        self._session = _session(self._adapter)

    def close(self) -> None:
        """Close the connections it keeps; a later `send` opens new ones."""
        self._session.close()

    def send(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Send `request` with further (secret) `headers` and return the whole answer. Raises TransportError."""
        url = f"{self.base_url.rstrip('/')}/{request.path.lstrip('/')}"
        if request.params:
            url = f"{url}?{urlencode(request.params)}"
        body = request.body
        if body is not None and not isinstance(body, str):
            body = json.dumps(body, ensure_ascii=False)
        data = None if body is None else body.encode()
        return self.send_raw(request.method, url, {**dict(request.headers), **headers}, data)

    def send_raw(self, method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Answer:
        """Send one request to `url`; the whole exchange may take four timeouts. Raises TransportError.

        Redirects are not followed: they would carry the credentials elsewhere. A credential that the service repeats
        in its answer is replaced by asterisks before anybody sees it.
        """
        proxies = get_environ_proxies(url) if url.startswith("https:") else {}
        try:
            with self._deadline(_TIMEOUTS * self.timeout_seconds) as in_time:
                return self._exchange(method, url, headers, data, proxies, in_time)
        except (requests.RequestException, HTTPError, HTTPException, OSError, UnicodeError) as error:
            if isinstance(error, TransportError):
                raise
            # Only the kind of error: its text may hold the address with everything in it.
            raise TransportError(f"no whole answer came ({type(error).__name__})") from None

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None, proxies: Mapping[str, str],
        in_time: Callable[[], None],
    ) -> Answer:  # fmt: skip
        with self._session.request(
            method,
            url,
            headers=dict(headers),
            data=data,
            timeout=(min(_CONNECT_SECONDS, self.timeout_seconds), self.timeout_seconds),
            stream=True,
            allow_redirects=False,
            proxies=dict(proxies),
        ) as response:
            content = bytearray()
            for chunk in response.iter_content(_CHUNK):
                content += chunk
                in_time()
                if len(content) > MAX_ANSWER:
                    raise TransportError(f"the answer is over {MAX_ANSWER:,} bytes and was given up")
            in_time()
            media_type = response.headers.get("Content-Type", "").split(";")[0].strip()[:200] or None
            found = _without_secrets(bytes(content), headers)
            return Answer(response.status_code, response.headers, found, media_type, service_date(response.headers))

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[Callable[[], None]]:
        """Shut the socket after `seconds`; yields a check that raises TransportError once the time is over."""
        end = time.monotonic() + seconds
        self._adapter.sockets.clear()
        timer = threading.Timer(seconds, self._shut)
        timer.daemon = True

        def in_time() -> None:
            if time.monotonic() >= end:
                raise TransportError(f"the answer came too slowly and was given up after {seconds:.0f} seconds")

        timer.start()
        try:
            yield in_time
        except TransportError:
            raise
        except Exception:
            in_time()  # an error caused by our own shutting of the socket is reported as what it is
            raise
        finally:
            timer.cancel()

    def _shut(self) -> None:
        for one in self._adapter.sockets:
            try:
                socket.socket.shutdown(one, socket.SHUT_RDWR)  # also below TLS: a reader is woken
            except OSError:
                continue


def _without_secrets(content: bytes, headers: Mapping[str, str]) -> bytes:
    """Return `content` with the credentials of the request, where the service repeats them, as asterisks."""
    secret = headers.get("Authorization", "").rpartition(" ")[2].encode("utf-8", "replace")
    return content.replace(secret, b"***") if len(secret) >= _SHORTEST_SECRET else content


def service_date(headers: Mapping[str, str]) -> date | None:
    """Return the day of the HTTP Date header; None when there is none or it is no date."""
    try:
        return parsedate_to_datetime(headers.get("Date", "")).date()
    except (ValueError, OverflowError, TypeError):
        return None


_TOKEN = re.compile(r"[!-~]{1,8192}")  # it goes into a header
_MARGIN = timedelta(seconds=30)
_MOST_REFUSED = 3


class Token:
    """One service's token; `lives` where the service does not say how long."""

    def __init__(self, lives: timedelta) -> None:
        self._lives = lives
        self._value: str | None = None
        self._until = datetime.min
        self._refused = 0

    def value(self, now: datetime) -> str | None:
        """Return the token; None when a new one has to be asked for."""
        return self._value if now < self._until else None

    def take(self, answer: Answer, now: datetime) -> str:
        """Return the token of the token service's answer. Raises TransportError when there is none in it."""
        try:
            reply = json.loads(answer.content)
            token, seconds = str(reply["access_token"]), stated.seconds(reply["expires_in"])
        except (ValueError, KeyError, TypeError, RecursionError):
            token, seconds = "", None
        if not _TOKEN.fullmatch(token) or answer.status != 200:
            raise TransportError(f"the token service answered HTTP {answer.status} without a token")
        self._value = token
        # A life shorter than the margin would ask for a new token before each request.
        self._until = now + max((self._lives if seconds is None else timedelta(seconds=seconds)) - _MARGIN, _MARGIN)
        return token

    def accepted(self) -> None:
        """Note that the service took the token."""
        self._refused = 0

    def refuse(self) -> bool:
        """Drop a token that the service refused; return whether it is still worth asking for another."""
        self._value = None
        self._until = datetime.min
        self._refused += 1
        return self._refused <= _MOST_REFUSED
