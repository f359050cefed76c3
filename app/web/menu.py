"""The menu: pages of their own, and groups of pages with a second row under the entry that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.web.base.access import Role
from app.web.base.page import Screen


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its title, its address, and whether the page shown is it or one of its group."""

    title: str
    address: str
    is_here: bool


def menu(screens: Iterable[Screen], role: Role, here: str) -> tuple[list[Entry], list[Entry]]:
    """Return the entries that `role` may open, and those of the second row; a group leads to its first page."""
    offered = [s for s in screens if role >= s.role and (s.in_menu or s.group)]
    current = next((s for s in screens if s.name == here), None)
    group = current.group if current else ""
    seen: set[str] = set()
    first: list[Entry] = []
    for screen in offered:
        if screen.group and screen.group in seen:
            continue
        seen.add(screen.group)
        is_here = screen.name == here or (screen.group == group != "")
        first.append(Entry(screen.group or screen.title, screen.address, is_here))
    second = [Entry(s.title, s.address, s.name == here) for s in offered if s.group == group != ""]
    return first, second
