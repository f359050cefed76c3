"""The published snapshot, kept open for reading; the pointer is followed when a new one is published."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from warehouse.publish import connect_snapshot, current
from warehouse.rows import rows
from warehouse.workspace import Workspace

_MEMORY = "256MB"
_ANSWERS = 300
T = TypeVar("T")


class SnapshotUnreadableError(RuntimeError):
    """The published snapshot is there but cannot be opened; the message says which file and what to do."""


@dataclass(slots=True)
class Reader:
    """One request's way into a snapshot: `name` is the snapshot's, `rows` runs a query of the program's own."""

    name: str
    cursor: duckdb.DuckDBPyConnection
    _kept: dict[object, Any] = field(default_factory=dict)

    def kept(self, key: object, make: Callable[[], T]) -> T:
        """Return what `make` gives, made once a snapshot: what is slow to compute and the same for every reader.

        The last few hundred answers are kept; readers at the same moment may each make one.
        """
        try:
            found: T = self._kept[key]
        except KeyError:
            found = make()
        self._kept[key] = found
        if len(self._kept) > _ANSWERS:
            self._kept.pop(next(iter(list(self._kept))), None)
        return found

    def rows(self, query: str, values: dict[str, object] | None = None) -> list[dict[str, Any]]:
        """Return the rows of a query as dictionaries; `values` fill the query's named parameters."""
        return rows(self.cursor, query, **(values or {}))

    def one(self, query: str, values: dict[str, object] | None = None) -> dict[str, Any] | None:
        """Return the first row, or None."""
        found = self.rows(query, values)
        return found[0] if found else None


@dataclass(slots=True)
class Snapshots:
    """Opens the snapshot that the pointer names, once, and hands out a cursor for each request.

    A snapshot that was pruned while it was open is still read to the end of the request; the next request follows
    the pointer.
    """

    workspace: Workspace
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: dict[str, duckdb.DuckDBPyConnection] = field(default_factory=dict)
    _kept: dict[str, dict[object, Any]] = field(default_factory=dict)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Give a reader of the published snapshot.

        Raises NoSnapshotError when nothing is published, SnapshotUnreadableError when the file cannot be opened.
        """
        file = current(self.workspace)
        with self._lock:
            connection = self._open.get(file.name)
            if connection is None:
                connection = self._connect(file)
                self._open[file.name] = connection
                for name in sorted(self._open)[:-2]:
                    self._open.pop(name).close()
                    self._kept.pop(name, None)
            cursor = connection.cursor()
        try:
            yield Reader(file.name, cursor, self._kept.setdefault(file.name, {}))
        finally:
            cursor.close()

    def close(self) -> None:
        """Close every snapshot."""
        with self._lock:
            for connection in self._open.values():
                connection.close()
            self._open.clear()

    @staticmethod
    def _connect(file: Path) -> duckdb.DuckDBPyConnection:
        try:
            connection = connect_snapshot(file)
            connection.execute(f"SET memory_limit = '{_MEMORY}'")
            connection.execute("SET enable_external_access = false")
        except duckdb.Error as error:
            msg = f"{file.name} cannot be opened ({type(error).__name__}); `stuckneck place` publishes a new one."
            raise SnapshotUnreadableError(msg) from error
        return connection
