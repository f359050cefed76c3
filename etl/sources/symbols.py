"""IPC and CPC symbols as the EPO writes them (fixed width) in the one form the warehouse keeps: ``H01L21/02``."""

from __future__ import annotations

import re
from functools import lru_cache

_LOOSE = re.compile(r"([A-HY])\s*(\d\d)\s*([A-Z])(?:\s*(\d{1,4})\s*/\s*(\d{2,6}))?")
# Column of the position flag in the fixed-width form: F marks the first (main) symbol.
_POSITION = 28


@lru_cache(maxsize=65536)
def symbol(text: str) -> str | None:
    """Return `text` (``H04W  84/    20            A I``, ``A61K   8/04        20060101AFI…``) as ``H04W84/20``.

    None when `text` is no symbol.
    """
    match = _LOOSE.match(text.strip())
    if match is None:
        return None
    section, klass, subclass, group, subgroup = match.groups()
    stem = f"{section}{klass}{subclass}"
    return f"{stem}{int(group)}/{subgroup}" if group else stem


def is_first(text: str) -> bool:
    """Return whether the fixed-width `text` carries the position flag F (main symbol)."""
    return text[_POSITION : _POSITION + 1] == "F"
