"""The kinds of files this folder reads: how one is recognised, cut into documents and read, and what it feeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from etl.offices import ep_fulltext, kipris, tipo, uspto_aps, uspto_odp, uspto_pap, uspto_sgml, uspto_xml
from etl.offices.cutting import Document, Reads, elements, sections
from etl.offices.tree import DocumentRefusedError, closed, tree
from etl.records import PageRefusedError, Record, Reject

Reader = Callable[[Document, int, list[Reject]], list[Record]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file; `feeds` says for each indicator yes, partial or no."""

    key: str
    title: str
    licence: str
    merge_rank: int
    feeds: dict[str, str]
    begins: re.Pattern[bytes]  # what a file of the kind has near its beginning, and no other file
    suffixes: tuple[str, ...]  # of its members in an archive
    cut: Callable[[Reads], Iterator[Document]]
    read: Reader


def _feeds(**stated: str) -> dict[str, str]:
    names = ("applications", "citations", "claims", "pct", "ipc_shift", "country", "legal_status")
    return {name: stated.get(name, "no") for name in names}


def _uspto(document: Document, row_no: int, rejects: list[Reject]) -> list[Record]:
    if document.data.startswith(uspto_aps.HEAD):
        return [uspto_aps.read(document.data, row_no, rejects)]
    try:
        root = tree(document.data, document.encoding)
    except DocumentRefusedError:
        if not document.data.startswith(b"<PATDOC"):
            raise
        root = tree(closed(document.data), document.encoding)  # SGML
    if root.tag == uspto_sgml.ROOT:
        return [uspto_sgml.read(root, row_no, rejects)]
    return [(uspto_pap if root.tag == uspto_pap.ROOT else uspto_xml).read(root, row_no, rejects)]


def _uspto_documents(stream: Reads) -> Iterator[Document]:
    opened = _Again(stream)
    if _APS.search(opened.head):
        return sections(opened, uspto_aps.HEAD)
    return elements(opened, (*uspto_xml.ROOTS, uspto_pap.ROOT, uspto_sgml.ROOT))


def _kipris_documents(stream: Reads) -> Iterator[Document]:
    opened = _Again(stream)
    said = re.search(rb"<resultMsg>\s*([^<]{1,200})", opened.head)
    if said and not _ITEM.search(opened.head):
        message = said[1].decode("utf-8", "replace").strip()
        raise PageRefusedError(f"KIPRIS Plus answered {message!r} in place of records; check the key and ask again.")
    return elements(opened, kipris.ITEMS)


class _Again:
    """A stream of which the beginning was looked at already."""

    def __init__(self, stream: Reads, size: int = 256 << 10) -> None:
        self.head = self._left = stream.read(size)
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        left, self._left = self._left, b""
        return left or self._stream.read(size)


_ITEM = re.compile(rb"<(?:PatentUtilityInfo|item)[\s>]")
_KIPRIS = re.compile(rb"<PatentUtilityInfo[\s>]|<(?:registerStatus|astrtCont)[\s/>]|<successYN>\s*N")
_APS = re.compile(rb"(?:^|[\r\n])PATN[ \t]*\r?\n+WKU ")
KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "uspto", "USPTO full text: grants and applications (bulk files)", "public domain (USPTO bulk data)", 14,
            _feeds(applications="yes", citations="partial", claims="yes", pct="partial", ipc_shift="yes",
                   country="yes"),
            re.compile(
                rb"<us-patent-grant[\s>]|<us-patent-application[\s>]|<patent-application-publication[\s>]|<PATDOC[\s>]"
            ),
            (".xml", ".sgm", ".sgml", ".txt", ".aps", ".dat"), _uspto_documents, _uspto,
        ),
        Kind(
            "ep_fulltext", "European full texts (EP bulk files)", "EPO bulk data terms of the subscribing user", 13,
            _feeds(applications="yes", citations="partial", claims="yes", pct="partial", ipc_shift="yes", country="yes",
                   legal_status="partial"),
            re.compile(rb"<ep-patent-document[\s>]"), (".xml",),
            lambda stream: elements(stream, (ep_fulltext.ROOT,)),
            lambda document, row_no, rejects: [
                ep_fulltext.read(tree(document.data, document.encoding), row_no, rejects)
            ],
        ),
        Kind(
            "kipris_plus", "KIPRIS Plus answers (Korea)", "KIPRIS Plus terms of use", 40,
            _feeds(applications="partial", ipc_shift="yes", legal_status="yes", country="partial"),
            _KIPRIS, (".xml",), _kipris_documents,
            lambda document, row_no, rejects: kipris.read(tree(document.data, document.encoding), row_no, rejects),
        ),
        Kind(
            "tipo_opdata", "TIPO open data, applications (Taiwan)", "TIPO open data terms (source to be named)", 41,
            _feeds(applications="partial", ipc_shift="yes", country="yes"),
            re.compile(rb'^\{\s*"[^{}]{0,2000}"tw-patent-appl[^"]{0,40}"\s*:', re.IGNORECASE), (".json",),
            tipo.documents, tipo.read,
        ),
        Kind(
            "uspto_odp", "USPTO Open Data Portal, answers about applications", "public domain (USPTO open data)", 16,
            _feeds(applications="yes", pct="partial", country="yes", legal_status="partial"),
            re.compile(rb'^\{[^\[]{0,2000}"patentFileWrapperDataBag"\s*:'), (".json",),
            uspto_odp.documents, uspto_odp.read,
        ),
    )
}  # fmt: skip


def kind_of(head: bytes) -> str | None:
    """The kind of a file that begins with `head` (256 kB are enough); None when it is none of these."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"<"):
        if _APS.search(text):
            return "uspto"
        return next((key for key in ("tipo_opdata", "uspto_odp") if KINDS[key].begins.search(text)), None)
    return next((kind.key for kind in KINDS.values() if kind.begins.search(text)), None)
