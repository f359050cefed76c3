"""What a reader makes of one kind of file, declared beside it: which elements feed which need, and what is left aside.

A declaration is a TOML file in the folder ``reads`` of the reader's package. Tests hold it to the reader on real
samples: a need is fed by what is named there and by nothing else, and no element of a sample is left unnamed.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

# What the figures, the queries and the merging of sources need of a record → the fields that hold it.
NEEDS: dict[str, tuple[str, ...]] = {
    "number": ("publication_number",),
    "published": ("publication_date",),
    "application": ("application_number",),
    "filed": ("filing_date",),
    "priorities": ("priorities", "priority_date", "priority_country"),
    "country": ("applicants",),
    "families": ("source_family_id", "family_members"),
    "pct": ("is_pct",),
    "ipc": ("ipc",),
    "cpc": ("cpc",),
    "texts": ("titles", "abstracts"),
    "claims": ("claim_count", "claims_text"),
    "cites": ("cites",),
    "citations": ("cited_by", "citation_count"),
    "legal_status": ("legal_status", "lapse_date"),
    "legal_events": ("legal_events",),
}
# Packages with declarations, in the order of docs/sources.md.
READERS = ("etl.offices", "etl.patstat", "etl.exchange", "etl.google", "etl.sources.lens")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Unusable(_Strict):
    """Elements that state something like a need, and the reason why no figure can use it."""

    names: str
    reason: str


class Reading(_Strict):
    """One kind of file: elements (columns, keys, tags; paths with ``/``, attributes with ``@``), names between spaces.

    `used` by need; `unusable` by need; `unneeded` by the reason why no figure needs them.
    """

    key: str
    title: str
    tried: Literal["real", "made"]
    used: dict[str, str]
    unusable: dict[str, Unusable] = {}
    unneeded: dict[str, str] = {}

    @field_validator("used", "unusable")
    @classmethod
    def _needs_exist(cls, stated: dict[str, object]) -> dict[str, object]:
        unknown = sorted(set(stated) - set(NEEDS))
        if unknown:
            raise ValueError(unknown[0])
        return stated

    @property
    def names_unneeded(self) -> frozenset[str]:
        """Elements that no figure needs."""
        return frozenset(" ".join(self.unneeded.values()).split())

    def use_of(self, need: str) -> str:
        """``used``, ``not usable`` or ``not stated``."""
        return "used" if need in self.used else "not usable" if need in self.unusable else "not stated"


@lru_cache(maxsize=32)
def reading(package: str, key: str) -> Reading:
    """The declaration of `package` in the file ``reads/KEY.toml``."""
    file = resources.files(package).joinpath("reads", f"{key}.toml")
    return Reading.model_validate(tomllib.loads(file.read_text("utf-8")))


def readings() -> list[Reading]:
    """Every declaration, package by package."""
    return [
        reading(package, file.name.removesuffix(".toml"))
        for package in READERS
        for file in sorted(resources.files(package).joinpath("reads").iterdir(), key=lambda f: f.name)
        if file.name.endswith(".toml")
    ]
