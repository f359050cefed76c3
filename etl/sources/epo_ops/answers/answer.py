"""Is an answer of OPS what it claims to be? Bytes → root element, or the reason why not."""

from __future__ import annotations

from lxml import etree

from etl.exchange.read import PARSER_OPTIONS
from etl.records import PageRefusedError

_PARSER = etree.XMLParser(**PARSER_OPTIONS)
OPS = "{http://ops.epo.org}"
NO_HITS = "SERVER.EntityNotFound"
CEILING = 10_000  # total-result-count never says more: a total of exactly this is not a count


class FaultError(PageRefusedError):
    """The service answered with a fault; `code` and `fault_message` are its own."""

    def __init__(self, code: str, fault_message: str) -> None:
        super().__init__(f"OPS answered with a fault instead of data: {code}: {fault_message}.")
        self.code = code
        self.fault_message = fault_message


def _declares_type(content: bytes) -> bool:
    """Return whether a document type comes before the root element (behind declaration, instructions and comments)."""
    place = content.find(b"<")
    while content[place : place + 2] == b"<?" or content[place : place + 4] == b"<!--":
        end = content.find(b"?>" if content[place + 1 : place + 2] == b"?" else b"-->", place)
        place = content.find(b"<", end) if end >= 0 else -1
        if place < 0:
            return False
    return content[place : place + 2] == b"<!"


def _no_xml(content: bytes) -> str | None:
    """Return why `content` is not even the beginning of XML; None when it may be."""
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    low = head[:512].lower()
    if not head:
        return "the answer is empty; ask again"
    if head[:1] in (b"{", b"["):
        return "the answer is JSON where XML was asked for; ask with Accept: application/xml"
    if low.startswith((b"<!doctype html", b"<html")) or b"<html" in low:
        return "the answer is an HTML page (a proxy's or an error page) where XML was asked for; ask again later"
    if head[:1] != b"<" and head[:2] not in (b"\xff\xfe", b"\xfe\xff", b"<\x00"):
        return f"the answer is plain text beginning {head[:40]!r} where XML was expected"
    if _declares_type(content):
        return "the answer carries a document type or entity declarations, which OPS never sends; it is not read"
    return None


def read(content: bytes) -> etree._Element:
    """Return the root of one answer. Raises FaultError for a fault, PageRefusedError for all else that is no data."""
    if reason := _no_xml(content):
        msg = f"OPS: {reason}."
        raise PageRefusedError(msg)
    try:
        root = etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError as error:
        msg = f"OPS: the answer is cut off or not well-formed XML ({error.msg}); it is not repaired, ask for it again."
        raise PageRefusedError(msg) from None
    if root.getroottree().docinfo.internalDTD is not None:
        msg = "OPS: the answer carries a document type, which OPS never sends; it is not read."
        raise PageRefusedError(msg)
    name = etree.QName(root).localname
    if name in ("fault", "error"):
        parts = {etree.QName(child).localname: (child.text or "").strip() for child in root}
        raise FaultError(parts.get("code") or "no code", parts.get("message") or "no message")
    if name != "world-patent-data":
        msg = f"OPS: the answer's root is {name!r}; expected 'world-patent-data'."
        raise PageRefusedError(msg)
    return root
