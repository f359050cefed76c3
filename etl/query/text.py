"""How text is compared: the one tokenisation that the local evaluation, the compilers and the simulated office share.

Text is folded (NFKC, lower case) and cut into tokens. Chinese has no word boundaries, so every Han character and
every hiragana is a token of its own; all other letters and digits form words; everything else only separates.
A term then is a run of adjacent tokens, which makes a Chinese term a substring match and an English phrase a match
of whole adjacent words ("common rail" finds "common-rail"). It is also how search engines with Unicode word
boundaries index the two scripts, so that a phrase means the same there and here.
"""

from __future__ import annotations

import re
import unicodedata

# Han (radicals, iteration mark, numerals, unified and compatibility ideographs, extensions) and hiragana.
HAN_CLASS = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d\u309e"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_TOKEN = re.compile(f"[{HAN_CLASS}]|[^\\W_{HAN_CLASS}]+")
_HAN = re.compile(f"[{HAN_CLASS}]")


def tokens(text: str) -> list[str]:
    """Return the tokens of `text` in order: words in lower case, and single Han or hiragana characters."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


def fold(text: str) -> str:
    """Return `text` as its tokens with one space before, between and after them; " " when it has none.

    A phrase occurs in a text exactly when ``fold(phrase) in fold(text)``.
    """
    found = tokens(text)
    return f" {' '.join(found)} " if found else " "


def is_han(token: str) -> bool:
    """Return whether `token` is a single Han or hiragana character."""
    return len(token) == 1 and _HAN.match(token) is not None


def spell(parts: list[str] | tuple[str, ...]) -> str:
    """Return tokens written as people write them: Han characters together, words with one space between."""
    out = ""
    before = ""
    for part in parts:
        out += part if not out or (is_han(before) and is_han(part)) else f" {part}"
        before = part
    return out
