"""Named characters of XML and SGML whose DTD is never loaded: from HTML's list and the ISO sets old files use."""

from __future__ import annotations

import html.entities
import re

_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9.\-]{0,63});")
_ANY = re.compile(rb"&(?!(?:[A-Za-z][A-Za-z0-9.\-]{0,63}|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
# ISO 8879 "Greek Letters" (ISOgrk1), which HTML's list leaves out and files of the USPTO up to 2004 use.
_GREEK = dict(
    zip(
        "a b g d e z ee th i k l m n x o p r sf s t u ph kh ps oh".split(),  # noqa: SIM905 - the order of the alphabet
        "αβγδεζηθικλμνξοπρςστυφχψω",
        strict=True,
    )
)
_ISO = {
    **{f"{name}gr": letter for name, letter in _GREEK.items()},
    **{
        f"{name.upper() if len(name) == 1 else name.capitalize()}gr": letter.upper()
        for name, letter in _GREEK.items()
        if name != "sf"
    },
    **{f"{name.upper()}gr": letter.upper() for name, letter in _GREEK.items() if len(name) == 2 and name != "sf"},
    "ldquor": "„", "lsquor": "‚", "rdquor": "”", "rsquor": "’", "thgr": "θ",
    "ohm": "Ω", "micro": "µ", "dot": "˙", "die": "¨", "circ": "ˆ", "block": "█", "squf": "▪",
}  # fmt: skip


def character(name: str) -> str | None:
    """The character(s) a name stands for; None where no table knows it. Upper-cased names count too (``&SACUTE;``)."""
    if name in _ISO:
        return _ISO[name]
    for spelling in (name, name.capitalize(), name.lower()):
        if found := html.entities.html5.get(f"{spelling};"):
            return found
    return None


def without_named_entities(document: bytes, *, keep_unknown: bool = False) -> bytes:
    """`document` with named characters written as numbers; the five of XML stay as they are.

    An unknown name stays (and is an error for the parser), or, with `keep_unknown`, becomes text as it is written,
    as does an ``&`` that begins no reference: then nothing of the document is lost for a name.
    """

    def written(match: re.Match[bytes]) -> bytes:
        name = match.group(1).decode("ascii")
        if name in _PREDEFINED:
            return match.group()
        found = character(name)
        if found is None:
            return b"&amp;" + match.group()[1:] if keep_unknown else match.group()
        return "".join(f"&#{ord(c)};" for c in found).encode("ascii")

    if b"&" not in document:
        return document
    return _ENTITY.sub(written, _ANY.sub(b"&amp;", document) if keep_unknown else document)
