"""IPC and CPC symbols in one spelling, and classes that were only renumbered brought back to one edition."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

_SYMBOL = re.compile(
    r"(?:\d\s+)?([A-HY])\s?(\d{2})\s?([A-Z])"  # subclass; before 2006 also "6 A 21 C", the edition in front
    r"(?:[\s\-]*0*(\d{1,4})(?:\s*/+\s*|-|\s+(?=\d{2,6}\s+\d{8}))(\d{2,6})"  # H01L 21/02, A61K-0039/00, H01L21-02
    r"|(\d{4}(?=\d{6})|0\d{3})(\d{2,6})"  # WIPO ST.8: H01L0021020000; cut short: H01L002102
    r"|\s*(\d{1,4})00"  # C07D41700: without the stroke only the subgroup 00 can be distinguished from the main group
    r"|\s*\d{0,10}(?:\s*/\s*\d?(?!\d))?)?"  # C02F/, A47J 27/0: cut short, only the subclass is sure
)
# What may follow a symbol: (2006.01)I, 20060101A I20051008RMEP, [2006.01], the position and value letters of ST.8.
_TAIL = re.compile(r"\s*[(\[]\d{4}\.\d{2}[)\]].*|\s+\d{8}.*|\s+[A-Z](?:[A-Z0-9\s]*)|[A-Z]|\s*-", re.DOTALL)
_LEAD = re.compile(r"\(?(?:INT\.?\s*CL\.?\s*\d?|IPC(?:\d(?:-\d)?|-[A-Z])?)\)?\s*[:.]?\s+(?=[A-H])")  # IPC8: H01L 21/02
MAX_LENGTH = 80


class IpcRefusedError(ValueError):
    """The text is not an IPC or CPC symbol; the message shows it."""


def ipc_symbol(text: str) -> str:
    """Symbol as ``H01L21/02`` from any of the spellings met; ``H01L`` when the group is missing or cannot be decided.

    >>> [ipc_symbol(s) for s in ("H04W  84/    20            A I", "A61K-0039/00", "C07D41700", "E01B3/32(2006.01)I")]
    ['H04W84/20', 'A61K39/00', 'C07D417/00', 'E01B3/32']

    Raises IpcRefusedError.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    stripped = plain.strip().upper()
    if stripped.startswith(("IPC", "INT", "(I")):
        stripped = _LEAD.sub("", stripped, count=1)
    match = _SYMBOL.match(stripped) if len(stripped) <= MAX_LENGTH else None
    if match is None or (match.end() < len(stripped) and not _TAIL.fullmatch(stripped[match.end() :])):
        raise IpcRefusedError(f"{text[:40]!r} is not an IPC symbol (expected as in H01L21/02)")
    code = "".join(match.group(1, 2, 3))
    group, subgroup, fixed_group, fixed_subgroup, bare_group = match.groups()[3:]
    if group:
        return f"{code}{int(group)}/{subgroup}"
    if fixed_group:
        return f"{code}{int(fixed_group)}/{_fixed_subgroup(fixed_subgroup)}"
    return f"{code}{int(bare_group)}/00" if bare_group else code


def _fixed_subgroup(digits: str) -> str:
    stripped = digits.rstrip("0")
    return stripped.ljust(2, "0")


def ipc_symbols(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Distinct symbols in order of first appearance (the first is main), and the texts that are none."""
    symbols: dict[str, None] = {}
    refused: list[str] = []
    for text in texts:
        if not text.strip():
            continue
        try:
            symbols[_cached_symbol(text)] = None
        except IpcRefusedError:
            refused.append(text)
    return list(symbols), refused


@lru_cache(maxsize=100_000)
def _cached_symbol(text: str) -> str:
    return ipc_symbol(text)


def subclass(symbol: str) -> str:
    """Subclass, the first four characters: ``H01L21/02`` → ``H01L`` (docs/methods.md, Dynamics)."""
    return symbol[:4]


def mapped_subclass(symbol: str) -> str:
    """Subclass in the reference edition: what a later edition only moved goes back where it was.

    Source: docs/methods.md, Dynamics.

    >>> mapped_subclass("H10K59/10")
    'H01L'
    """
    code = subclass(symbol)
    return moves().get(code, code)


@lru_cache(maxsize=1)
def moves() -> dict[str, str]:
    """Concordance of moved subclasses, new to old, from the packaged ``ipc_moves.toml``."""
    table = tomllib.loads(resources.files("etl.normalise").joinpath("ipc_moves.toml").read_text("utf-8"))
    return {entry["new"]: entry["old"] for entry in table["move"]}
