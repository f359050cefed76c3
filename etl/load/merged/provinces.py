"""Province of the first applicant of each family of the topic search, with the rule that settled it.

Source: docs/methods.md, Provinces.

The address decides (code, name, city, county or postcode: `etl.normalise.places.provinces`). Where no member states an
address that says, the applicant's own name decides if a province or city is in it, under a rule of its own
(``applicant_name``), so that a study can leave such families out. An applicant who lives outside China is ``abroad``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import duckdb
import polars as pl

import sql
from etl.normalise.places.provinces import ProvinceMatch, province, provinces
from warehouse.frames import registered

TERRITORIES = {"TW": "710000", "HK": "810000", "MO": "820000"}
CHINA = frozenset({"CN", *TERRITORIES})
NAME_RULES = frozenset({"province", "city"})
SHORTENED = 200


class Settled(NamedTuple):
    """Province (None: unknown or abroad), the rule, the text that settled it or did not, and where it was found."""

    province: str | None
    rule: str
    evidence: str | None
    publication_number: str | None


@lru_cache(maxsize=100_000)
def _province(text: str) -> ProvinceMatch | None:
    return province(text)


def settle(
    country: str | None, address: str | None, address_in: str | None, name: str | None, name_in: str | None
) -> Settled:
    """Settle one family. `country` is the residence (or, unstated, the family's country); ``*_in`` name the members.

    >>> settle("CN", "江苏省南京市", "CN-1-A", None, None)
    Settled(province='320000', rule='province', evidence='江苏省南京市', publication_number='CN-1-A')
    """
    if country is not None and country not in CHINA:
        return Settled(None, "abroad", country, None)
    if country in TERRITORIES:
        return Settled(TERRITORIES[country], "territory", country, None)
    found = _province(address) if address else None
    if found is not None:
        return Settled(found.code, found.rule, (address or "")[:SHORTENED], address_in)
    named = _province(name) if name and country == "CN" else None
    if named is not None and named.rule in NAME_RULES:
        return Settled(named.code, "applicant_name", (name or "")[:SHORTENED], name_in)
    text, where = (address, address_in) if address else (name, name_in)
    return Settled(None, "unknown", None if text is None else text[:SHORTENED], where)


def fill_provinces(con: duckdb.DuckDBPyConnection) -> None:
    """Add to ``family_provinces`` the families of ``family_memberships`` that belong to the topic search."""
    rows = con.execute(sql.text("marts/first_applicants.sql")).fetchall()
    keys = [row[0] for row in rows]
    settled = [settle(*row[1:]) for row in rows]
    _add(con, "family_provinces", pl.DataFrame({
        "family_key": pl.Series(keys, dtype=pl.Int32),
        **{name: pl.Series([s[i] for s in settled], dtype=pl.String) for i, name in enumerate(Settled._fields)},
    }))  # fmt: skip


def fill_province_names(con: duckdb.DuckDBPyConnection) -> None:
    """Write the provinces this program knows."""
    con.execute("DELETE FROM province_names")
    _add(con, "province_names", pl.DataFrame({
        "province": [p.code for p in provinces().values()],
        "name_zh": [p.zh for p in provinces().values()],
        "name_en": [p.en for p in provinces().values()],
    }))  # fmt: skip


def _add(con: duckdb.DuckDBPyConnection, target: str, data: pl.DataFrame) -> None:
    with registered(con, computed=data):
        con.execute(f"INSERT INTO {target} BY NAME SELECT * FROM computed")  # noqa: S608 - one of our own names
