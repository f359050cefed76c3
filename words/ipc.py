"""Short titles of IPC sections, classes and subclasses in Chinese and English (``words/ipc.tsv``).

The titles are this program's own labels, shorter than the classification's. Subclasses that were dissolved say where
they moved. Edition: 2026.01.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from words.glossary import Language


@cache
def titles() -> Mapping[str, tuple[str, str]]:
    """Return code → (Chinese, English): ``H``, ``H05``, ``H05G``."""
    text = files(__package__).joinpath("ipc.tsv").read_text(encoding="utf-8")
    return {row["code"]: (row["zh"], row["en"]) for row in csv.DictReader(text.splitlines(), delimiter="\t")}


def title(code: str, language: Language) -> str | None:
    """Return the title of a symbol's subclass, class or section; None where there is none (``H0`` names no place)."""
    for length in (4, 3, 1):
        if len(code) >= length:
            found = titles().get(code[:length]) if length != 1 or len(code) == 1 else None
            if found:
                return found[0 if language == "zh" else 1]
            if len(code) == length or length == 3:
                return None
    return None


def titled(codes: Iterable[str], language: Language) -> str:
    """Return codes with their titles behind them, as a list in a sentence."""
    said = []
    for code in codes:
        name = title(code, language)
        said.append(code if name is None else f"{code}（{name}）" if language == "zh" else f"{code} ({name})")
    return ("、" if language == "zh" else ", ").join(said)
