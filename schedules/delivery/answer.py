"""Reading what a robot's webhook answers: the status, the error code inside HTTP 200, and how long to wait."""

from __future__ import annotations

import json
from collections.abc import Mapping

# Codes that mean "too many messages": DingTalk 130101 and 660026, WeCom 45009 and 45033, Feishu 9499 and 11232.
_RATE_CODES = {130101, 660026, 45009, 45033, 9499, 11232}
_RATE_WAIT = 60.0


class Refused(Exception):  # noqa: N818 - what happened, in the words of the trade
    """The channel did not take the message; the text never holds an address. `wait`: seconds it asked for."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a Retry-After header asks for; None when there is none or it is a date."""
    value = headers.get("Retry-After") or headers.get("x-ogw-ratelimit-reset") or ""
    return float(value) if value.strip().isdigit() else None


def check_answer(service: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Raise Refused unless the service really took the message."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    facts = found if isinstance(found, dict) else {}
    code = next((facts[k] for k in ("errcode", "code", "StatusCode") if isinstance(facts.get(k), int)), None)
    if status == 429 or code in _RATE_CODES:
        raise Refused(f"{service}: too many messages (HTTP {status}, code {code})", retry_after(headers) or _RATE_WAIT)
    if status != 200:
        raise Refused(f"{service}: HTTP {status}" + ("" if code is None else f", code {code}"), retry_after(headers))
    if code is None:
        raise Refused(f"{service}: HTTP 200 with an answer that says neither yes nor no")
    if code != 0:
        raise Refused(f"{service}: refused inside HTTP 200 with code {code}")
