"""Members of a ZIP of exports: nothing is written to disk under a member's name, nothing unpacks without limit."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from etl.records import PageRefusedError

MAX_MEMBERS = 2000
MAX_MEMBER = 512 << 20
MAX_TOTAL = 4 << 30
MAX_RATIO = 1000  # beyond what text compresses to
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$)|/$")
_TABLE = re.compile(r"\.(?:csv|tsv|txt|xlsx?|xlsm|jsonl?|ndjson)$", re.IGNORECASE)


def archive_members(path: Path, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """(name, content) of every table in the archive, one at a time. What is left aside is said in `notes`.

    Raises PageRefusedError for a damaged archive, an encrypted or path-traversing member, or a zip bomb.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not _JUNK.search(m.filename)]
            check_members(path.name, members)
            for member in members:
                if not _TABLE.search(member.filename):
                    notes.append(f"{path.name}/{member.filename}: not a table, left aside")
                    continue
                yield f"{path.name}/{member.filename}", _content(archive, member, path.name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, OSError) as error:
        raise PageRefusedError(f"{path.name}: the archive cannot be read ({str(error)[:120]}).") from None


def check_members(
    name: str, members: list[zipfile.ZipInfo], *, max_total: int | None = MAX_TOTAL, max_member: int | None = MAX_MEMBER
) -> None:
    """Refuse the archive `name` by its directory alone, before a byte is unpacked; None as a limit: streamed anyway.

    Raises PageRefusedError for too many members, one that points outside, is encrypted, or unpacks beyond reason.
    """
    if len(members) > MAX_MEMBERS:
        raise PageRefusedError(f"{name}: {len(members):,} members are more than {MAX_MEMBERS:,}; refused.")
    for member in members:
        parts = re.split(r"[/\\]", member.filename)
        if ".." in parts or member.filename.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", member.filename):
            raise PageRefusedError(f"{name}: member {member.filename[:80]!r} points outside the archive; refused.")
        if member.flag_bits & 1:
            raise PageRefusedError(f"{name}: member {member.filename[:80]!r} is encrypted; unpack it first.")
        too_large = max_member is not None and member.file_size > max_member
        if too_large or member.file_size > MAX_RATIO * max(member.compress_size, 1024):
            raise PageRefusedError(
                f"{name}: member {member.filename[:80]!r} unpacks to {member.file_size:,} bytes; refused."
            )
    if max_total is not None and sum(m.file_size for m in members) > max_total:
        raise PageRefusedError(f"{name}: unpacks to more than {max_total:,} bytes; refused.")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    gathered = io.BytesIO()
    with archive.open(member) as stream:
        while chunk := stream.read(1 << 20):
            gathered.write(chunk)
            if gathered.tell() > MAX_MEMBER:
                raise PageRefusedError(f"{name}: member {member.filename[:80]!r} is larger than it says; refused.")
    return gathered.getvalue()
