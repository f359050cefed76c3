"""Files of many documents cut into single ones by their bytes: memory holds one document, whatever the file's size.

Old bulk files are whole XML documents one after another, each with its declaration and DOCTYPE. Only the document
elements are kept, so no DOCTYPE, and with it no entity declaration, ever reaches a parser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

PIECE = 1 << 20
MAX_DOCUMENT = 64 << 20
MAX_ANSWER = 256 << 20
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_\-]{1,30})["']""")
_ENCODINGS = {"UTF-8", "US-ASCII", "ASCII", "ISO-8859-1", "WINDOWS-1252"}


class Reads(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; empty at the end."""


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes of one document; `damaged` says why it cannot be read."""

    data: bytes
    encoding: str = "UTF-8"
    damaged: str | None = None


def elements(stream: Reads, names: tuple[str, ...]) -> Iterator[Document]:
    """Every element named as one of `names`, outermost ones, in the order of the file.

    A document without its end tag, or larger than 64 MB, is damaged; what follows the next start tag goes on.
    """
    start = re.compile(rb"<(" + b"|".join(re.escape(name.encode()) for name in names) + rb")(?=[\s>/])")
    data, at_end = b"", False
    encoding = "UTF-8"
    while True:
        found = start.search(data)
        if found is None:
            encoding = _declared(data, encoding)
            if at_end:
                return
            data, at_end = _more(stream, data[-400:])
            continue
        encoding = _declared(data[: found.start()], encoding)
        end_tag = b"</" + found.group(1) + b">"
        data, searched = data[found.start() :], 0
        while (end := data.find(end_tag, searched)) < 0 and not at_end and len(data) <= MAX_DOCUMENT:
            searched = max(len(data) - len(end_tag), 0)
            data, at_end = _more(stream, data)
        if end < 0:
            why = "the file ends inside it; fetch it again" if at_end else f"it is larger than {MAX_DOCUMENT:,} bytes"
            yield Document(data[:4000], encoding, why)
            return
        end += len(end_tag)
        if following := start.search(data, 1, end):  # the next one begins before this one ended
            yield Document(data[: min(following.start(), 4000)], encoding, "its end is missing")
            data = data[following.start() :]
            continue
        yield _readable(data[:end], encoding)
        data, encoding = data[end:], "UTF-8"


def _readable(data: bytes, encoding: str) -> Document:
    is_known = encoding.upper() in _ENCODINGS
    return Document(data, encoding, None if is_known else f"encoding {encoding} is not read (expected UTF-8)")


def _declared(prolog: bytes, before: str) -> str:
    stated = _ENCODING.findall(prolog)
    return stated[-1].decode("ascii") if stated else before


def _more(stream: Reads, data: bytes) -> tuple[bytes, bool]:
    chunk = stream.read(PIECE)
    return data + chunk, not chunk


def sections(stream: Reads, head: bytes) -> Iterator[Document]:
    """Parts of a text file that begin with a line `head` (``PATN``); what comes before the first is no document."""
    mark = re.compile(rb"(?:^|(?<=[\r\n]))" + re.escape(head) + rb"[ \t]*(?=[\r\n]|\Z)")
    data, at_end = _more(stream, b"")
    found = mark.search(data)
    while found is None and not at_end:
        data, at_end = _more(stream, data[-200:])
        found = mark.search(data)
    data = data[found.start() :] if found else b""
    while data:
        following = mark.search(data, len(head))
        while following is None and not at_end and len(data) <= MAX_DOCUMENT:
            searched = max(len(data) - 200, len(head))
            data, at_end = _more(stream, data)
            following = mark.search(data, searched)
        if following is None and not at_end:
            yield Document(data[:4000], "latin-1", f"it is larger than {MAX_DOCUMENT:,} bytes")
            return
        end = following.start() if following else len(data)
        yield Document(data[:end], "latin-1")
        data = data[end:]


def whole(stream: Reads, limit: int = MAX_DOCUMENT) -> Iterator[Document]:
    """The file as one document (an answer of a service)."""
    data = stream.read(limit + 1)
    why = f"it is larger than {limit:,} bytes; split it" if len(data) > limit else None
    yield Document(data[:4000] if why else data, damaged=why)


def json_items(stream: Reads, items: Callable[[Any], object]) -> Iterator[Document]:
    """Each item of a service's answer, which `items` finds in it, as a JSON text of its own.

    An answer that is no JSON is one damaged document; one in which `items` finds no list has none.
    """
    for answer in whole(stream, MAX_ANSWER):
        if answer.damaged is not None:
            yield answer
            return
        try:
            found = items(json.loads(answer.data))
        except (ValueError, RecursionError) as error:
            yield Document(answer.data[:4000], damaged=f"it is no JSON ({str(error)[:100]})")
            return
        for item in found if isinstance(found, list) else []:
            yield Document(json.dumps(item, ensure_ascii=False).encode())
