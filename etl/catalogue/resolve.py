"""A technology or topic by whatever a person calls it: id, Chinese name, English name."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from etl.catalogue.models import Catalogue, Technology, Topic

Item = Technology | Topic


class UnknownTechnologyError(LookupError):
    """Nothing is called so, or several are; the message says what is near."""


def fold(text: str) -> str:
    """The letters and digits of a name, whatever their width, case, spaces and hyphens."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def names_of(item: Item) -> list[str]:
    """Everything the item is called: id, Chinese and English name, names in the press."""
    pressed = item.press_names if isinstance(item, Technology) else ()
    return [item.id, item.name_zh, item.name_en, *pressed]


def resolve(catalogues: Sequence[Catalogue], text: str) -> Item:
    """The item called `text`: by its id, else by one of its names. Raises UnknownTechnologyError."""
    items = [item for catalogue in catalogues for item in catalogue.items]
    for item in items:
        if item.id == text:
            return item
    wanted = fold(text)
    found = {item.id: item for item in items if wanted and any(fold(name) == wanted for name in names_of(item))}
    if len(found) == 1:
        return next(iter(found.values()))
    files = " and ".join(c.file for c in catalogues)
    if found:
        raise UnknownTechnologyError(f"{text!r} is the name of several: {', '.join(sorted(found))}; give the id.")
    near = difflib.get_close_matches(text, [name for item in items for name in names_of(item)], n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise UnknownTechnologyError(
        f"There is no technology or topic called {text!r} in {files}.{hint} `stuckneck catalogue list`."
    )


def named_in(items: Iterable[Item], text: str) -> list[Item]:
    """Items one of whose names is in `text` (a file's name): those with the longest name found."""
    folded = fold(text)
    best, found = 0, dict[str, Item]()
    for item in items:
        length = max((len(fold(name)) for name in names_of(item) if fold(name) and fold(name) in folded), default=0)
        if length > best:
            best, found = length, {item.id: item}
        elif length == best and length:
            found[item.id] = item
    return list(found.values())
