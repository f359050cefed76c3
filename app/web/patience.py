"""How long a client may take to say what it wants: a connection without a whole request line and headers is closed."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

WAIT = 15.0  # seconds


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that closes a connection whose first request's headers are not there in time."""

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the headers."""
        super().connection_made(transport)
        self.loop.call_later(WAIT, self._give_up, transport)

    def _give_up(self, transport: asyncio.Transport) -> None:
        if self.cycle is None and not transport.is_closing():
            transport.close()
