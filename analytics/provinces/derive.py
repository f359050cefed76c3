"""The derived conditions of the provincial study (docs/methods.md, Provinces): ratios, park share, co-agglomeration."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analytics.provinces.variables import NATION


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of the conditions table. `province` is a GB/T 2260 code, or 000000 for the country."""

    province: str
    year: int
    variable: str
    value: float
    source: str


def ratio(numerator: float, denominator: float) -> float | None:
    """R&D intensity, park share, government support: a plain ratio; None without a positive denominator."""
    return numerator / denominator if denominator > 0 and math.isfinite(numerator) else None


def co_agglomeration(
    services: float, manufacturing: float, total: float,
    all_services: float, all_manufacturing: float, all_total: float,
) -> float | None:  # fmt: skip
    """Industrial co-agglomeration hh = 1 − |s − m|/(s + m) + (s + m) from employment (K, equations 1–3).

    s and m are the location quotients (E_is/E_i)/(E_s/E) and (E_im/E_i)/(E_m/E). None where a total is not positive or
    both quotients are zero.
    """
    if min(total, all_services, all_manufacturing, all_total) <= 0:
        return None
    s = (services / total) / (all_services / all_total)
    m = (manufacturing / total) / (all_manufacturing / all_total)
    return None if s + m <= 0 else 1.0 - abs(s - m) / (s + m) + (s + m)


_RATIOS = {
    "rd_intensity": ("rd_expenditure", "gdp"),
    "government_support": ("science_expenditure", "budget_expenditure"),
}
_EMPLOYMENT = ("employment_services", "employment_manufacturing", "employment_total")
Table = Mapping[tuple[str, int, str], Cell]


def derive(cells: Iterable[Cell]) -> tuple[list[Cell], list[str]]:
    """Return the derived cells that the base variables allow, and notes; cells given by the user are not replaced.

    National totals come from rows of province 000000, else from the sum over the provinces given, which a note says.
    """
    table: dict[tuple[str, int, str], Cell] = {(c.province, c.year, c.variable): c for c in cells}
    places = sorted({(c.province, c.year) for c in table.values() if c.province != NATION})
    notes: list[str] = []
    found: list[Cell] = []
    for province, year in places:
        for name, parts in _RATIOS.items():
            found += _made(table, province, year, name, parts, _quotient(table, province, year, parts))
        found += _made(table, province, year, "organizational_agglomeration", ("parks",),
                       _share(table, province, year, "parks", notes))  # fmt: skip
        found += _made(table, province, year, "industrial_coordination", _EMPLOYMENT,
                       _coordination(table, province, year, notes))  # fmt: skip
    return found, list(dict.fromkeys(notes))


def _made(table: Table, province: str, year: int, name: str, parts: tuple[str, ...], value: float | None) -> list[Cell]:
    if value is None or (province, year, name) in table:
        return []
    sources = sorted({table[province, year, part].source for part in parts})
    return [Cell(province, year, name, value, f"{'; '.join(sources)} (derived from {', '.join(parts)})")]


def _get(table: Table, province: str, year: int, name: str) -> float | None:
    cell = table.get((province, year, name))
    return None if cell is None else cell.value


def _quotient(table: Table, province: str, year: int, parts: tuple[str, str]) -> float | None:
    numerator, denominator = (_get(table, province, year, part) for part in parts)
    return None if numerator is None or denominator is None else ratio(numerator, denominator)


def _national(table: Table, year: int, name: str, notes: list[str]) -> float:
    stated = _get(table, NATION, year, name)
    if stated is not None:
        return stated
    given = [c.value for c in table.values() if c.year == year and c.variable == name]
    notes.append(f"{name} {year}: no national total, so the sum over {len(given)} provinces is used.")
    return sum(given)


def _share(table: Table, province: str, year: int, name: str, notes: list[str]) -> float | None:
    own = _get(table, province, year, name)
    return None if own is None else ratio(own, _national(table, year, name, notes))


def _coordination(table: Table, province: str, year: int, notes: list[str]) -> float | None:
    own = [_get(table, province, year, name) for name in _EMPLOYMENT]
    known = [value for value in own if value is not None]
    if len(known) < len(own):
        return None
    return co_agglomeration(*known, *(_national(table, year, name, notes) for name in _EMPLOYMENT))
