"""Telling a dead man's switch (healthchecks and the like) when a slot begins, ends or fails.

The address is a secret. A machine that is off tells nobody; such a service tells people when the ping does not come.
"""

from __future__ import annotations

import logging
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import requests

from schedules.monitor.scrub import Scrubber
from warehouse.settings import Settings, secret
from warehouse.workspace import Workspace

log = logging.getLogger("stuckneck.ping")

What = Literal["start", "success", "fail", "log"]
_ATTEMPTS = 2
_SECONDS = 10.0
_LONGEST = 10_000  # characters of what is said


def address_of(base: str, what: What) -> str:
    """Return the address for `what`: the base, or ``/start``, ``/fail`` or ``/log`` behind it."""
    if what == "success":
        return base
    parts = urlsplit(base)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{what}"))


def ping(workspace: Workspace, settings: Settings, schedule: str, what: What, said: str = "") -> bool:
    """Ping the address of a schedule; return whether it answered. A schedule without `ping_env` pings nobody.

    A failure is a line of the log, never an exception and never a lost slot; neither holds the address.
    """
    stated = settings.schedule.get(schedule)
    if stated is None or stated.ping_env is None:
        return False
    base = secret(workspace.root, stated.ping_env)
    if base is None:
        log.warning("The ping of %s was not sent: %s is not set.", schedule, stated.ping_env)
        return False
    body = Scrubber(workspace)(said)[:_LONGEST].encode(errors="replace")
    why = "no address"
    for _ in range(_ATTEMPTS):
        why = _post(address_of(base.get_secret_value(), what), body)
        if not why:
            return True
    log.warning("The ping (%s) of %s was not taken: %s.", what, schedule, why)
    return False


def _post(address: str, body: bytes) -> str:
    """Send once; return what went wrong, in words without the address, or nothing."""
    try:
        with requests.Session() as session:
            session.trust_env = False  # no ~/.netrc
            answer = session.post(address, data=body, timeout=_SECONDS, allow_redirects=False, stream=True)
            answer.close()
    except (requests.RequestException, ValueError) as error:  # its own text holds the address
        return f"no connection ({type(error).__name__})"
    return "" if 200 <= answer.status_code < 300 else f"HTTP {answer.status_code}"
