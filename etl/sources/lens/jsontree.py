"""Reading JSON strictly: every field is taken away as it is read, and what is left over at the end is reported."""

from __future__ import annotations

from typing import Any

_NUMBER = (int, float)


class Node:
    """One JSON object being read. `leftover` is shared by the whole tree: path of a field nobody took → how often."""

    __slots__ = ("data", "leftover", "path")

    def __init__(self, data: dict[str, Any], leftover: dict[str, int], path: str = "") -> None:
        self.data = data
        self.leftover = leftover
        self.path = path

    def _note(self, what: str) -> None:
        self.leftover[what] = self.leftover.get(what, 0) + 1

    def _inner(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def ignore(self, *keys: str) -> None:
        """Take fields away that are known and not needed."""
        for key in keys:
            self.data.pop(key, None)

    def text(self, key: str) -> str | None:
        """Take a text or number as text; None when absent, null or empty. Any other type is left over."""
        value = self.data.get(key)
        if isinstance(value, str):
            del self.data[key]
            return value.strip() or None
        if value is not None and (not isinstance(value, _NUMBER) or isinstance(value, bool)):
            return None
        self.data.pop(key, None)
        return None if value is None else str(value)

    def number(self, key: str) -> int | None:
        """Take a whole number; None when absent or null. Any other type is left over."""
        value = self.data.get(key)
        if isinstance(value, bool) or not (value is None or isinstance(value, int)):
            return None
        self.data.pop(key, None)
        return value

    def node(self, key: str) -> Node:
        """Take an object; an empty one when absent. Any other type is left over."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, dict):
            return Node({}, self.leftover, self._inner(key))
        self.data.pop(key, None)
        return Node(value or {}, self.leftover, self._inner(key))

    def nodes(self, key: str) -> list[Node]:
        """Take a list of objects; empty when absent. What else is in the list is left over."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, list):
            return []
        self.data.pop(key, None)
        if not value:
            return []
        inner = self._inner(key)
        found = [Node(item, self.leftover, inner) for item in value if isinstance(item, dict)]
        if len(found) < len(value):
            self._note(f"{inner}[]")
        return found

    def texts(self, key: str) -> list[str]:
        """Take a list of texts (or one text); empty when absent. Any other type is left over."""
        value = self.data.get(key)
        if isinstance(value, str):
            value = [value]
        if value is not None and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            return []
        self.data.pop(key, None)
        return value or []

    def close(self) -> None:
        """Report what nobody took."""
        for key in self.data:
            self._note(self._inner(key))
