"""The access token of a service that hands out short-lived ones: when it is due, and what its answer must hold."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

from etl.fetch import stated
from etl.fetch.http import Answer, TransportError

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
