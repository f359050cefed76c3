"""The characters of a piece whose documents are read from their text: whether they are good, and what they say.

Looked at for the whole at once, since that takes a fraction of the time of looking at them value by value.
"""

from __future__ import annotations

import numpy as np

LARGEST = 8 << 20  # bytes; from 10 MB on libxml2 has limits of its own
_REFERENCES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_PREDEFINED = tuple(reference for reference, _ in _REFERENCES)
_TAB, _BEHIND_LINE_FEED, _SPACE = np.uint8(0x09), np.uint8(0x0B), np.uint8(0x20)
_BLOCK = 1 << 17  # bytes that stay in the processor's cache


def text_of(content: bytes) -> str | None:
    """Return the bytes of a piece as the characters of the same codes; None when only libxml2 may read it.

    That is: when it is no UTF-8, or holds ``]]>``, characters that XML does not allow, or carriage returns (libxml2
    turns them into line feeds). A character a byte is what Python searches fastest. Names and texts are turned into
    what they are where they are taken, all else is ASCII.
    """
    if len(content) > LARGEST or _has_control_characters(content) or _has_section_end(content):
        return None
    if not content.isascii():
        try:
            characters = content.decode()
        except UnicodeDecodeError:
            return None
        if "\ufffe" in characters or "\uffff" in characters:
            return None
    return content.decode("latin-1")


def _has_control_characters(content: bytes) -> bool:
    """Return whether there are codes below 0x20 other than TAB (9) and LF (10)."""
    codes = np.frombuffer(content, np.uint8)
    for start in range(0, len(codes), _BLOCK):
        block = codes[start : start + _BLOCK]
        if block.min() < _TAB or np.any(block - _BEHIND_LINE_FEED < _SPACE - _BEHIND_LINE_FEED):  # below that, it wraps
            return True
    return False


def _has_section_end(content: bytes) -> bool:
    at = content.find(b"]")  # one byte is found many times as fast as three
    while at >= 0 and content[at : at + 3] != b"]]>":
        at = content.find(b"]", at + 1)
    return at >= 0


def written(text: str) -> str:
    """Return the characters of a name or text, references replaced."""
    if not text.isascii():
        text = text.encode("latin-1").decode()
    if "&" in text:
        for reference, character in _REFERENCES:
            text = text.replace(reference, character)
    return text


def has_good_references(text: str) -> bool:
    """Return whether every ``&`` begins one of the five predefined references."""
    at = text.find("&")
    while at >= 0:
        if not text.startswith(_PREDEFINED, at):
            return False
        at = text.find("&", at + 1)
    return True
