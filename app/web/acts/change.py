"""An address that changes something."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request

from app.web.base.access import Role
from app.web.base.desk import Desk


@dataclass(frozen=True, slots=True)
class Change:
    """One address that changes something, and the role it needs."""

    address: str
    name: str
    role: Role
    act: Callable[[Desk, Request, FormData, str], Awaitable[str]]
