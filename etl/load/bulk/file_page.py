"""The row of a bulk file in ``pages``: which file it is, and up to where its records are in the warehouse."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from etl.fetch import landing
from etl.load.bulk.target import ImportTarget

Progress = Callable[[str, int, int | None], None]


class Digest(threading.Thread):
    """A file's SHA-256, taken beside other work: hashing needs no interpreter, and a large file is read once."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True, name="sha256")
        self._path = path
        self._hex: str | None = None
        self._error: OSError | None = None
        self._is_wanted = True

    def run(self) -> None:
        """Take it."""
        try:
            self._hex = sha256(self._path, lambda: self._is_wanted)
        except OSError as error:
            self._error = error

    def ready(self) -> str | None:
        """Return the digest if it is known by now."""
        return self._hex

    def result(self) -> str:
        """Wait for the digest. Raises OSError where the file could not be read."""
        self.join()
        if self._error is not None:
            raise self._error
        assert self._hex is not None
        return self._hex

    def stop(self) -> None:
        """Give it up."""
        self._is_wanted = False


def files_of(path: Path) -> list[Path]:
    """The file, or the files of a folder in the order of their names: a folder of tables is one import."""
    return sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]


def sha256(path: Path, go_on: Callable[[], bool]) -> str | None:
    """SHA-256 of a file of any size, or of a folder's files (names and bytes); None as soon as `go_on` says no."""
    digest = hashlib.sha256()
    for file in files_of(path):
        if path.is_dir():
            digest.update(file.name.encode() + b"\0")
        with file.open("rb") as stream:
            while chunk := stream.read(4 << 20):
                if not go_on():
                    return None
                digest.update(chunk)
    return digest.hexdigest()


@dataclass(slots=True)
class FilePage:
    """The row of a file being imported; `resumed_at` is the document behind which a cut import goes on.

    An import that was cut is known by the file's SHA-256, or, where it was cut before that was known, by name, size and
    time of change.
    """

    page_id: int
    resumed_at: int
    aim_key: str
    digest: Digest

    def settle(self, con: duckdb.DuckDBPyConnection, *, wait: bool = False) -> None:
        """Write the SHA-256 into the row as soon as it is known, or now."""
        if (known := self.digest.result() if wait else self.digest.ready()) is not None:
            con.execute(
                "UPDATE pages SET content_sha256 = ?, request_key = ? WHERE page_id = ?",
                [known, _key(known, self.aim_key), self.page_id],
            )


def open_page(
    con: duckdb.DuckDBPyConnection, run_id: int, path: Path, kind: str, target: ImportTarget, now: datetime,
    exported_on: date | None, progress: Progress,
) -> FilePage:  # fmt: skip
    """The file's row: that of an import that was cut under the same target, or a new one."""
    digest = Digest(path)
    digest.start()
    stats = [file.stat() for file in files_of(path)]
    size, modified = sum(stat.st_size for stat in stats), max((stat.st_mtime_ns for stat in stats), default=0)
    stated = {"file": path.name, "modified": modified}
    cut = con.execute(
        "SELECT page_id, coalesce((request ->> 'through')::INTEGER, 0), content_sha256, request ->> 'file',"
        " (request ->> 'modified')::BIGINT FROM pages WHERE source = ? AND byte_count = ? AND state = 'landed'"
        " AND path IS NULL AND request_key LIKE 'file:%:' || ? ORDER BY page_id DESC",
        [kind, size, target.key()],
    ).fetchall()
    for page_id, through, content, name, modified in cut:
        if content is None:
            is_same = (name, modified) == (path.name, modified)
        else:
            progress(f"SHA-256 of {path.name}", 0, None)
            is_same = content == digest.result()
        if is_same:
            return FilePage(page_id, through, target.key(), digest)
    page_id = landing.next_id(con, "pages", "page_id")
    con.execute(
        "INSERT INTO pages (page_id, run_id, source, request_key, request, byte_count, received_at, service_date,"
        " state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'landed')",
        [page_id, run_id, kind, _key(str(page_id), target.key()),
         json.dumps({**stated, "through": 0}, ensure_ascii=False), size, now, exported_on or now.date()],
    )  # fmt: skip
    return FilePage(page_id, 0, target.key(), digest)


def _key(name: str, aim_key: str) -> str:
    return f"file:{name[:16]}:{aim_key}"
