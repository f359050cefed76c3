"""A DOCDB file cut into pieces of whole ``exchange-document`` elements, by its bytes: memory does not grow with it.

Only the documents themselves are ever given to the XML parser: the file's DOCTYPE, and with it every entity declaration
and external DTD, stays behind.
"""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from etl.exports.forms.archive import check_members
from etl.records import PageRefusedError

PIECE = 4 << 20
MAX_DOCUMENT = 64 << 20
_START = re.compile(rb"<((?:[A-Za-z_][\w.\-]{0,30}:)?)exchange-document[\s>]")
_ROOT = re.compile(rb"<((?:[A-Za-z_][\w.\-]{0,30}:)?exchange-documents)\b[^>]{0,4000}>")
_NAMESPACES = re.compile(rb"""\bxmlns(?::[\w.\-]{1,30})?\s*=\s*(?:"[^"<]{0,300}"|'[^'<]{0,300}')""")
_STATED = re.compile(rb"""\bno-of-documents\s*=\s*["']0*(\d{1,12})["']""")
_ENCODING = re.compile(rb"""^\s*(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_\-]{1,30})["']""")
_KEPT = "What came before is kept."
_EXCHANGE = b"http://www.epo.org/exchange"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the documents of a file are written: `opening` and `closing` make a piece an XML document of its own."""

    opening: bytes
    closing: bytes
    end_tag: bytes
    stated: int | None  # number of documents the file says it has
    encoding: str
    root_end: bytes | None = None  # what closes the file; None where a document is alone
    name: str = "file"


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole documents, one after another; `damaged` says why the last of them is not whole."""

    data: bytes
    damaged: str | None = None


class Reads(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; empty at the end."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file or a member of an archive; damage found while unpacking becomes a PageRefusedError."""

    name: str
    stream: Reads
    path: Path | None = None  # the file, where these are its very bytes: others can read them there too

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` unpacked bytes."""
        try:
            return self.stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile) as error:
            raise PageRefusedError(
                f"{self.name}: the archive is damaged ({str(error)[:100]}); fetch it again."
            ) from None


def open_members(path: Path, suffixes: tuple[str, ...] = (".xml",)) -> Iterator[Member]:
    """The file, or each member of a ``.zip`` (or of the ``.zip`` inside it) with one of `suffixes`, or a ``.gz``'s.

    Nothing is unpacked to disk. Raises PageRefusedError for a damaged or hostile archive or one without XML.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
        stream.seek(0)
        if head.startswith(b"PK"):
            yield from _zipped(path, suffixes)
        elif head.startswith(b"\x1f\x8b"):
            with gzip.open(stream) as unpacked:
                yield Member(path.name, unpacked)
        else:
            yield Member(path.name, stream, path)


def _zipped(path: Path, suffixes: tuple[str, ...]) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as archive:
            found = False
            for member in _members(archive, path.name, suffixes, nested=True):
                found = True
                yield member
            if not found:
                raise PageRefusedError(f"{path.name}: holds no file of the expected form ({', '.join(suffixes)}).")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise PageRefusedError(
            f"{path.name}: the archive cannot be read ({str(error)[:100]}); fetch it again."
        ) from None


def _members(archive: zipfile.ZipFile, name: str, suffixes: tuple[str, ...], *, nested: bool) -> Iterator[Member]:
    """Members in their order; the office delivers archives of archives, so one level of them is looked into."""
    infos = archive.infolist()
    check_members(name, infos, max_total=None, max_member=None)
    for info in infos:
        low = info.filename.lower()
        if nested and low.endswith(".zip"):
            with archive.open(info) as stream, zipfile.ZipFile(stream) as inner:
                yield from _members(inner, f"{name}/{info.filename}", suffixes, nested=False)
        elif low.endswith(suffixes):
            with archive.open(info) as stream:
                yield Member(f"{name}/{info.filename}", stream)


def unpacked_size(path: Path) -> int | None:
    """Bytes of XML in the file, as far as it says; None where only reading it can say (GZ, archives of archives)."""
    with path.open("rb") as stream:
        head = stream.read(4)
    if head.startswith(b"\x1f\x8b"):
        return None
    if not head.startswith(b"PK"):
        return path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [i for i in archive.infolist() if i.filename.lower().endswith((".xml", ".zip"))]
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    return None if any(i.filename.lower().endswith(".zip") for i in infos) else sum(i.file_size for i in infos)


def read_layout(stream: Member) -> tuple[Layout, bytes]:
    """Layout of the file, and the bytes read so far from its first document on.

    Raises PageRefusedError when there is no ``exchange-document`` in the first 64 MB, or the encoding is not one in
    which tags are plain ASCII.
    """
    name, head = stream.name, b""
    while (start := _START.search(head)) is None:
        chunk = stream.read(PIECE)
        if not chunk or len(head) > MAX_DOCUMENT:
            raise PageRefusedError(
                f"{name}: holds no exchange-document (expected a DOCDB XML file); {_what_came(head)}."
            )
        head = head + chunk
    prolog = head[: start.start()]
    encoding = _encoding(prolog, name)
    prefix = start.group(1)
    root = _ROOT.search(prolog)
    declared = dict.fromkeys(_NAMESPACES.findall(root.group())) if root else {}
    wanted = b"xmlns:" + prefix[:-1] if prefix else b"xmlns"
    if not any(d.split(b"=")[0].strip() == wanted for d in declared):  # a document cut out of its file has lost it
        declared[wanted + b'="' + _EXCHANGE + b'"'] = None
    stated = _STATED.search(root.group()) if root else None
    opening = b'<?xml version="1.0" encoding="' + encoding + b'"?><documents ' + b" ".join(declared) + b">"
    end_tag = b"</" + prefix + b"exchange-document>"
    number = int(stated.group(1)) if stated else None
    root_end = b"</" + root.group(1) if root else None
    layout = Layout(opening, b"</documents>", end_tag, number, encoding.decode("ascii"), root_end, name)
    return layout, head[start.start() :]


def _encoding(prolog: bytes, name: str) -> bytes:
    match = _ENCODING.match(prolog)
    encoding = match.group(1) if match else b"UTF-8"
    if encoding.upper() not in {b"UTF-8", b"US-ASCII", b"ASCII", b"ISO-8859-1", b"WINDOWS-1252"}:
        raise PageRefusedError(f"{name}: encoding {encoding.decode('ascii')} is not read (expected UTF-8).")
    return encoding


def _what_came(head: bytes) -> str:
    return f"it begins with {head[:60].decode('ascii', 'replace')!r}" if head else "it is empty"


def cut(stream: Reads, layout: Layout, first: bytes, size: int = PIECE) -> Iterator[Piece]:
    """Pieces of whole documents of about `size` bytes each. The last may be damaged: cut inside a document.

    Raises PageRefusedError after the last piece when the file breaks off: what came is not all of it.
    """
    rest = first
    end_length = len(layout.end_tag)
    while True:
        chunk = stream.read(size)
        searched = max(len(rest) - end_length, 0)
        data = rest + chunk
        end = data.rfind(layout.end_tag, searched if rest is not first else 0)
        if end >= 0:
            yield Piece(data[: end + end_length])
            rest = data[end + end_length :]
        elif len(data) > MAX_DOCUMENT:
            why = f"a document is larger than {MAX_DOCUMENT:,} bytes; the rest of the file is not read"
            yield Piece(data[:4000], why)
            raise PageRefusedError(f"{layout.name}: {why}. {_KEPT}")
        else:
            rest = data
        if not chunk:
            break
    if _START.search(rest):
        yield Piece(rest[:4000], "the file ends inside this document; fetch it again")
        raise PageRefusedError(f"{layout.name}: the file ends inside a document; fetch it again. {_KEPT}")
    if layout.root_end is not None and layout.root_end not in rest:
        raise PageRefusedError(f"{layout.name}: the file ends before its closing tag; fetch it again. {_KEPT}")
