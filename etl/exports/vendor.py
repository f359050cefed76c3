"""A vendor's alias table: which of its headers mean which field, how it writes lists, dates, values. One TOML file."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

Feed = Literal["yes", "partial", "no"]
# Every field a column may be read into; docs/exports.md says what each holds.
FIELDS = frozenset(
    """
    publication_number authority number kind grant_number grant_date publication_date publication_year publication_type
    application_number filing_date priorities priority_date family_id family_members family_lens_ids
    title title_zh title_en abstract abstract_zh abstract_en claims_text claim_count ipc ipc_main cpc
    applicants applicant_countries applicant_addresses cites cited_by citation_count family_citation_count
    legal_status lapse_date legal_events legal_history pct
    publication_numbers publication_dates application_numbers filing_dates publication_id record_id applicants_full
    priority_dates priority_countries family_offices family_size
    """.split()  # noqa: SIM905 - a list of fifty quoted words is harder to read
)


class VendorTableError(ValueError):
    """An alias table is wrong; the message names the file, the key and what was expected."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceNote(_Strict):
    """Provenance: the keys of a harvested source's ``source.toml``; records are passed on only where it says so."""

    key: str
    title: str
    licence: str
    passes_on: bool = False
    merge_rank: int


# What a row may be kept under; one of them has to have a column.
NUMBERS = "publication_number|publication_numbers|grant_number|number|publication_id|application_number|record_id"


class DetectRule(_Strict):
    """How a table is recognised.

    `signature`: headers that only this vendor has, `at_least` so many. `cells`: how the cells of a field
    are written by this vendor alone; where nearly all are, that weighs as much as two headers. `fields`: must be
    present. `generic`: no vendor's own, taken only where nothing else fits, `at_least` so many
    columns are there and every one is understood.
    """

    signature: list[str] = []
    at_least: int = 1
    fields: list[str] = [NUMBERS]
    cells: dict[str, str] = {}
    generic: bool = False

    @field_validator("cells")
    @classmethod
    def _cells_compile(cls, cells: dict[str, str]) -> dict[str, str]:
        return _checked(cells)


class Evidence(_Strict):
    """Whether the kind was tried on files a vendor made, or only on files made after its documented headers."""

    tried: Literal["real", "made"] = "made"
    note: str = ""


class FormatRule(_Strict):
    """How cells are written: list separators (regular expressions), nulls, date order, language of bare titles."""

    separator: str = ";"
    separators: dict[str, str] = {}
    nulls: list[str] = []
    month_first: bool = False
    language: str | None = None
    authority: str | None = None  # where the numbers do not state it
    family_scheme: str | None = None  # docdb when the family id is DOCDB's
    rows_are_families: bool = False  # a row lists every publication of one simple family
    year_from_date: list[str] = []  # offices whose application numbers lack the year; the date beside them has it
    no_events_means_none: bool = False
    japanese_serials_of_six: bool = False  # JP6018193A is 018193 of Heisei 6: Showa 60 would be JP60018193A


class Vendor(_Strict):
    """One alias table. Raises VendorTableError through `load_vendor` when a key is unknown or a pattern is wrong."""

    source: SourceNote
    capabilities: dict[str, Feed | int] = {}
    detect: DetectRule
    format: FormatRule = FormatRule()
    columns: dict[str, list[str]]
    patterns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    kinds: dict[str, dict[str, str]] = {}
    unused: list[str] = Field(default=[])  # known headers that no indicator needs
    unusable: dict[str, str] = {}  # what the vendor states but no figure can use (an indicator's name): why
    evidence: Evidence = Evidence()
    refuse: str | None = None  # a sentence: files of this kind are recognised in order to be refused

    @field_validator("columns")
    @classmethod
    def _fields_exist(cls, columns: dict[str, list[str]]) -> dict[str, list[str]]:
        unknown = sorted(set(columns) - FIELDS)
        if unknown:
            raise ValueError(f"unknown field {unknown[0]!r}; fields are {', '.join(sorted(FIELDS))}")
        return columns

    @field_validator("patterns")
    @classmethod
    def _patterns_compile(cls, patterns: dict[str, str]) -> dict[str, str]:
        return _checked(patterns)

    @property
    def key(self) -> str:
        """Source key, the kind a person names with --kind."""
        return self.source.key


def _checked(patterns: dict[str, str]) -> dict[str, str]:
    for name, pattern in patterns.items():
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"pattern {name!r} is no regular expression: {error}") from None
    return patterns


def load_vendor(text: str, name: str) -> Vendor:
    """Alias table from the text of its TOML file; `name` is used in messages. Raises VendorTableError."""
    try:
        return Vendor.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise VendorTableError(f"{name}: not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise VendorTableError(f"{name}: {where}: {first['msg']}") from None


@lru_cache(maxsize=1)
def packaged_vendors() -> dict[str, Vendor]:
    """The packaged alias tables by key, in the order of their names."""
    folder = resources.files("etl.exports").joinpath("vendors")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    vendors = [load_vendor(file.read_text("utf-8"), file.name) for file in files]
    return {vendor.key: vendor for vendor in vendors}


def vendors_with(folder: Path | None) -> dict[str, Vendor]:
    """Packaged tables and those of a person's own `folder` (``*.toml``), which win where the key is the same."""
    own = sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else []
    return packaged_vendors() | {v.key: v for v in (load_vendor(f.read_text("utf-8"), f.name) for f in own)}
