"""Headers compared by what they say: width of brackets, spaces, case and the mark [标] do not matter."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from etl.exports.vendor import Vendor
from etl.normalise.simplified import simplified


@lru_cache(maxsize=4096)
def fold_header(header: str) -> str:
    """Header as it is compared with aliases.

    NFKC, simplified characters, lower case, without spaces, quotes, byte-order mark and ``[标]``.
    """
    folded = simplified(unicodedata.normalize("NFKC", header[:200])).replace("\ufeff", "").lower()
    folded = re.sub(r"^\[标\]", "", re.sub(r"[\s\"'_*]+", "", folded))
    return folded.replace("【", "[").replace("】", "]")


_WORD = re.compile(r"[a-z0-9]+")
_FILLERS = frozenset({"of", "the"})
_SHORT = {
    "no": "number", "nr": "number", "num": "number", "pub": "publication", "publ": "publication", "app": "application",
    "appl": "application", "prio": "priority", "int": "international", "reg": "registration",
}  # fmt: skip


@lru_cache(maxsize=4096)
def header_words(header: str) -> frozenset[str]:
    """The words of an English header of two words and more, whatever their order, number and punctuation; else empty.

    So ``citing_patent_count``, ``Count of Citing Patents`` and ``citingPatentsCount`` are one header, and ``Pub. No.``
    and ``Publication Number``.
    """
    text = unicodedata.normalize("NFKC", header[:200])
    if not text.isascii():
        return frozenset()
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    found = _WORD.findall(re.sub(r"ies\b", "y", re.sub(r"\(s\)", "", spaced)))
    words = [word.removesuffix("s") if len(word) > 3 and not word.endswith("ss") else word for word in found]
    return frozenset(_SHORT.get(word, word) for word in words) - _FILLERS if len(words) > 1 else frozenset()


# What any vendor's header says beyond doubt, where its table does not know it: a PCT number or date, the country of the
# priority. A column that says yes or no is none such.
_MEANT = (
    (re.compile(r"(?!.*(?:是否|^is|flag|yes)).*pct.*(?:号|日|number|no\b|date|application|publication)"), "pct"),
    (
        re.compile(
            r"(?!.*(?:号|number|date|日期|번호|일자)).*(?:优先权|优先権|우선권|priority|priorit[äa]t|priorité)"
            r".*(?:国|국가|country|office|land\b|pays)"
        ),
        "priority_countries",
    ),
)


def meant(header: str) -> str | None:
    """The field a header names whichever vendor wrote it; None for most headers."""
    folded = fold_header(header)
    return next((field for pattern, field in _MEANT if pattern.match(folded)), None)


@dataclass(slots=True)
class ColumnUse:
    """How one column was understood, and how its cells fared (counts of rows)."""

    index: int
    header: str
    field: str | None = None
    note: str = "not understood"  # used, known but not needed, repeats column N, not understood
    filled: int = 0
    understood: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Aliases:
    """A vendor's headers as they are looked up: field and rank by folded header, then by words; None = not needed."""

    exact: dict[str, tuple[str | None, int]]
    words: dict[frozenset[str], tuple[str | None, int]]

    def find(self, header: str) -> tuple[str | None, int] | None:
        """(field or None when not needed, rank among the field's aliases); None when the header is not known."""
        found = self.exact.get(fold_header(header))
        return found if found is not None else self.words.get(header_words(header))


_ALIASES: dict[int, tuple[Vendor, Aliases]] = {}


def aliases_of(vendor: Vendor) -> Aliases:
    """The vendor's headers, folded once. Words that two fields share decide nothing and are left out."""
    kept = _ALIASES.get(id(vendor))
    if kept is not None and kept[0] is vendor:
        return kept[1]
    exact: dict[str, tuple[str | None, int]] = {fold_header(alias): (None, 0) for alias in vendor.unused}
    words: dict[frozenset[str], set[str | None]] = {}
    ranks: dict[frozenset[str], int] = {}
    for alias in vendor.unused:
        words.setdefault(header_words(alias), set()).add(None)
    for field, aliases in vendor.columns.items():
        for rank, alias in enumerate(aliases):
            exact[fold_header(alias)] = (field, rank)
            words.setdefault(header_words(alias), set()).add(field)
            ranks.setdefault(header_words(alias), rank)
    single = {bag: (next(iter(fields)), ranks.get(bag, 0)) for bag, fields in words.items() if bag and len(fields) == 1}
    made = Aliases(exact, single)
    _ALIASES[id(vendor)] = (vendor, made)
    return made


def understand(headers: list[str], vendor: Vendor) -> list[ColumnUse]:
    """One ColumnUse a header. The first of several equal headers is read, the others are said to repeat it."""
    aliases = aliases_of(vendor)
    seen: dict[str, int] = {}
    uses = []
    for index, header in enumerate(headers):
        folded = fold_header(header)
        use = ColumnUse(index, header)
        found = aliases.find(header) if folded else None
        if folded and folded in seen:
            use.note = f"repeats column {seen[folded] + 1}"
        elif found is not None:
            use.field, use.note = found[0], "used" if found[0] else "known, not needed"
        elif folded and (field := meant(header)):
            use.field, use.note = field, "used"
        seen.setdefault(folded, index)
        uses.append(use)
    return uses


def columns_of_fields(uses: list[ColumnUse], vendor: Vendor) -> dict[str, list[int]]:
    """Column indexes of each field, in the order of the vendor's aliases: the first that is filled in a row counts."""
    aliases = aliases_of(vendor)
    found: dict[str, list[tuple[int, int]]] = {}
    for use in uses:
        if use.field is not None:
            known = aliases.find(use.header)
            found.setdefault(use.field, []).append((known[1] if known else 0, use.index))
    return {field: [index for _, index in sorted(columns)] for field, columns in found.items()}
