"""The sources that are harvested: their ``source.toml``, their parsers, and their rows in the warehouse."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from etl.records import Parsed
from etl.sources.epo_ops.parse import parse as parse_ops
from etl.sources.lens.parse import parse as parse_lens

Parser = Callable[[bytes, Mapping[str, Any] | None, int], Parsed]
PARSERS: dict[str, Parser] = {"epo_ops": parse_ops, "lens": parse_lens}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Capability(_Strict):
    """Whether a source can feed one indicator, at what cost, and what to know about it."""

    feeds: Literal["yes", "partial", "no"]
    cost: str = ""
    note: str = ""


class Expectation(_Strict):
    """What share of a harvest's records must state a field; audit ``expectations_unmet`` holds it against what came."""

    min_share: float | None = Field(default=None, ge=0, le=1)
    max_share: float | None = Field(default=None, ge=0, le=1)


class SourceConfig(_Strict):
    """One ``source.toml``."""

    source: str
    title: str
    publisher: str
    address: str
    documentation: str
    licence: str
    terms: str
    access: str
    merge_rank: int
    limits: dict[str, str]
    indicators: dict[str, Capability]
    field_ranks: dict[str, int] = {}
    expectations: dict[str, Expectation] = {}


@lru_cache(maxsize=1)
def configs() -> tuple[SourceConfig, ...]:
    """Return every packaged ``source.toml``, by name."""
    found = []
    for name in sorted(PARSERS):
        text = resources.files(f"etl.sources.{name}").joinpath("source.toml").read_text(encoding="utf-8")
        found.append(SourceConfig.model_validate(tomllib.loads(text)))
    return tuple(found)


def register(con: duckdb.DuckDBPyConnection, *, synthetic: bool) -> None:
    """Write the harvested sources into ``sources``; `synthetic` marks that the simulated office answers for them."""
    for config in configs():
        capabilities = {
            "indicators": {name: item.feeds for name, item in config.indicators.items()},
            "field_ranks": config.field_ranks,
            "expectations": {name: item.model_dump(exclude_none=True) for name, item in config.expectations.items()},
        }
        con.execute("DELETE FROM sources WHERE source = ?", [config.source])
        con.execute(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)",
            [config.source, config.title, config.licence, synthetic, config.merge_rank, json.dumps(capabilities)],
        )
