"""Sessions that were ended: a cookie kept from before signing out, or from before a new password, is worth nothing.

A session lives in its signed cookie; what the server keeps is only which ones ended early, until they would have ended.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.web.base.access import User

SESSIONS_FILE = ".web-sessions-ended"


@dataclass(slots=True)
class Sessions:
    """The sessions of one workspace; `hours` is how long a cookie is good for."""

    file: Path
    hours: int
    _ended: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        try:
            lines = self.file.read_text(encoding="ascii").splitlines()
        except OSError:
            return
        for line in lines:
            with suppress(ValueError, TypeError):  # a line cut by a full disk or a kill ends nobody's start
                key, until = json.loads(line)
                if until > time.time():
                    self._ended[key] = until

    def begin(self, session: MutableMapping[str, Any], user: User) -> None:
        """Make the cookie's session that of `user`; nothing of a session begun before is carried on."""
        session.clear()
        session.update({"user": user.name, "id": secrets.token_urlsafe(18), "password": _digest(user.password)})

    def end(self, session: MutableMapping[str, Any]) -> None:
        """End the session, for every copy of its cookie, also after a restart. Raises OSError when that is not kept."""
        key = _digest(str(session.get("id")))
        with self._lock:
            self._ended[key] = time.time() + 3600 * self.hours
            handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "a", encoding="ascii") as file:
                file.write(f"\n{json.dumps([key, self._ended[key]])}\n")  # a cut line before it takes nothing along
        session.clear()

    def is_good(self, session: MutableMapping[str, Any], user: User) -> bool:
        """Return whether the session was not ended and `user` has the password it began with."""
        kept = session.get("password")
        is_same = isinstance(kept, str) and secrets.compare_digest(kept, _digest(user.password))
        return is_same and _digest(str(session.get("id"))) not in self._ended


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
