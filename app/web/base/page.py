"""What a page is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.web.base.access import Role
from app.web.base.snapshots import Reader
from warehouse.settings import Settings
from warehouse.workspace import Workspace


class NotFoundError(LookupError):
    """The page's subject is not in this snapshot; the message says what was looked for."""


class BadRequestError(ValueError):
    """An argument of the address cannot be used; the message names it and says what is expected."""


@dataclass(frozen=True, slots=True)
class Page:
    """One request for a page: the snapshot, the address's arguments, the language and who asks."""

    reader: Reader
    workspace: Workspace
    settings: Settings
    path: Mapping[str, str]
    args: Mapping[str, str]
    lang: str
    who: str
    role: Role

    def whole(self, name: str, default: int, *, low: int = 1, high: int = 2_000_000_000) -> int:
        """Return a whole number of the address, or the default. Raises BadRequestError."""
        text = self.args.get(name, "")
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or not low <= int(text[:12]) <= high:
            msg = f"{name}: expected a whole number between {low} and {high}."
            raise BadRequestError(msg)
        return int(text)

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """Return a word of the address, or the default. Raises BadRequestError when it is not one of `allowed`."""
        text = self.args.get(name) or default
        if text not in allowed:
            msg = f"{name}: expected one of {', '.join(allowed)}."
            raise BadRequestError(msg)
        return text


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: `tables` (also as JSON), the one that is the CSV, and what only the template needs."""

    tables: Mapping[str, Any]
    main: str
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Screen:
    """A page with an address of its own; ``.json`` and ``.csv`` behind the address give its data.

    Pages of one `group` are one entry of the menu and a second row under it. `is_live`: it shows more than the
    snapshot, so that no copy of it may be kept.
    """

    address: str
    name: str
    show: Callable[[Page], View]
    role: Role
    title: str
    in_menu: bool = False
    group: str = ""
    is_live: bool = False
