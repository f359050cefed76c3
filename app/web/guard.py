"""What every answer and every change is held to: headers, the origin of a form, and how much may be sent."""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class TooLargeError(ValueError):
    """The body of a request is larger than allowed."""


class SecureHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to what comes back."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class TooSlowError(TimeoutError):
    """The next piece of a request's body did not come in time."""


class BodyLimit:
    """Refuses a body of more than `limit` bytes, stated or streamed, and one whose next piece takes over `wait` s."""

    def __init__(self, app: ASGIApp, limit: int, wait: float = 30.0) -> None:
        self._app, self._limit, self._wait = app, limit, wait

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what is received and stop reading at the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        size, is_whole = 0, False

        async def counted() -> Message:
            nonlocal size, is_whole
            message = await self._next(receive, is_whole)
            is_whole = message["type"] != "http.request" or not message.get("more_body", False)
            size += len(message.get("body", b""))
            if size > self._limit:
                msg = f"The upload is larger than {self._limit // 1_000_000} MB (web.upload_mb)."
                raise TooLargeError(msg)
            return message

        await self._app(scope, counted, send)

    async def _next(self, receive: Receive, is_whole: bool) -> Message:
        if is_whole:  # what comes now is only that the other side hangs up
            return await receive()
        try:
            return await asyncio.wait_for(receive(), self._wait)
        except TimeoutError:
            raise TooSlowError("The upload stopped coming; send it again.") from None


class RateLimit:
    """Refuses what one person or address asks beyond so many requests a minute; files of the program do not count."""

    def __init__(
        self, app: ASGIApp, per_minute: int, who: Callable[[Request], str], refused: Callable[[Request], Response]
    ) -> None:
        self._app, self._who, self._refused = app, who, refused
        self._limit = RateLimitItemPerMinute(per_minute)
        self._seen = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 with the seconds after which to ask again."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        key = self._who(request)
        if self._seen.hit(self._limit, key):
            await self._app(scope, receive, send)
            return
        answer = self._refused(request)
        frees_at, _ = self._seen.get_window_stats(self._limit, key)
        answer.headers["Retry-After"] = str(max(1, math.ceil(frees_at - time.time())))
        await answer(scope, receive, send)


def form_token(request: Request) -> str:
    """Return the session's token for forms, made at the first call."""
    token = request.session.get("token")
    if not isinstance(token, str):
        token = secrets.token_urlsafe(24)
        request.session["token"] = token
    return token


def same_origin(request: Request) -> bool:
    """Return whether a change comes from one of our own pages, by what the browser says of its origin."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def token_matches(request: Request, given: object) -> bool:
    """Return whether the form carries this session's token."""
    kept = request.session.get("token")
    return isinstance(kept, str) and isinstance(given, str) and secrets.compare_digest(kept, given)
