"""From the text of a query to its lexemes, and the one kind of error that queries raise."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# What an input method for Chinese types instead of the ASCII mark; one character for one, so that positions hold.
_WIDE = str.maketrans({"（": "(", "）": ")", "：": ":", "“": '"', "”": '"', "＂": '"', "＊": "*", "\u3000": " "})
_LEX = re.compile(
    r'(?P<space>\s+)|(?P<open>\()|(?P<close>\))|"(?P<quoted>[^"]*)"(?P<star>\*?)|(?P<field>[A-Za-z]+):|(?P<word>[^\s()":]+)'
)
OPERATORS = ("AND", "OR", "NOT")
_CHINESE_OPERATORS = {"且": ("AND",), "或": ("OR",), "非": ("NOT",), "且非": ("AND", "NOT")}


class QuerySyntaxError(ValueError):
    """A query cannot be read. The message names the place, the position, what was expected, and shows a caret."""

    def __init__(self, text: str, at: int, expected: str, where: str = "query") -> None:
        self.text, self.position, self.expected, self.where = text, at + 1, expected, where
        line_start = text.rfind("\n", 0, at) + 1
        line_end = text.find("\n", at)
        line = text[line_start : line_end if line_end >= 0 else len(text)]
        pad = "".join(
            "\t" if c == "\t" else " " * (2 if unicodedata.east_asian_width(c) in "WF" else 1)
            for c in text[line_start:at]
        )
        super().__init__(f"{where}: position {at + 1}: {expected}.\n    {line}\n    {pad}^")


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One lexeme: its kind (open, close, operator, field, word, phrase or end), its text and where it starts."""

    kind: str
    text: str
    at: int


def lex(text: str, where: str = "query") -> list[Lexeme]:
    """Return the lexemes of `text`, the last of kind ``end``. Raises QuerySyntaxError."""
    plain = text.translate(_WIDE)
    out: list[Lexeme] = []
    at = 0
    while at < len(plain):
        found = _LEX.match(plain, at)
        if found is None:
            what = "this quotation mark is never closed" if plain[at] == '"' else f"{plain[at]!r} has no meaning here"
            raise QuerySyntaxError(text, at, what, where)
        kind = found.lastgroup or ""
        if kind in {"quoted", "star"}:
            if found["star"]:
                hint = (
                    "a phrase in quotes cannot be truncated; join single words with AND instead (lithograph* AND mask)"
                )
                raise QuerySyntaxError(text, found.end() - 1, hint, where)
            out.append(Lexeme("phrase", found["quoted"], at))
        elif kind == "word":
            word = found["word"]
            names = _CHINESE_OPERATORS.get(word, (word,) if word in OPERATORS else ())
            out += [Lexeme("operator", name, at) for name in names] or [Lexeme("word", word, at)]
        elif kind != "space":
            out.append(Lexeme(kind, found[kind], at))
        at = found.end()
    out.append(Lexeme("end", "", len(text.rstrip())))
    return out
