"""The world as tiles of equal size, one a country: small countries are seen as well as large ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

# Codes are those of offices and countries (WIPO ST.3). Neighbours lie near each other; areas say nothing.
_GRID = """
.. .. .. .. IS .. NO SE FI EE RU .. .. .. .. ..
CA .. .. .. IE GB DK LV LT BY .. KZ MN .. .. ..
US .. .. .. NL BE DE PL CZ SK UA UZ CN KR JP ..
MX CU .. .. LU FR CH AT HU RO MD GE AZ HK TW ..
GT PA .. PT ES IT SI HR RS BG TR AM IR PK MO ..
CO VE .. MA DZ TN MT GR CY LB IL IQ IN BD TH VN
EC BR .. .. .. .. EG JO SA AE OM QA LK MM MY PH
PE UY .. NG GH KE ET .. .. .. .. .. SG ID BN ..
CL AR .. .. .. ZA .. .. .. .. .. .. .. .. AU NZ
"""
_SIZE, _GAP = 44, 4
_AT = {
    code: (column, row)
    for row, line in enumerate(_GRID.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != ".."
}


def tile_map(values: dict[str, float | None], name_of: Callable[[str], str]) -> tuple[dict[str, Any], list[str]]:
    """Return what the template draws, and the countries with a value that have no tile.

    `values` is a figure from 0 to 1 by country, None where it is unknown; a country that is not there is drawn empty.
    """
    tiles = [
        {
            "code": code, "name": name_of(code), "is_there": code in values, "value": values.get(code), "size": _SIZE,
            "x": column * (_SIZE + _GAP), "y": row * (_SIZE + _GAP),
            "shade": None if values.get(code) is None else shade(values[code] or 0.0),
        }
        for code, (column, row) in _AT.items()
    ]  # fmt: skip
    width, height = (max(ends) + 1 for ends in zip(*_AT.values(), strict=True))
    plot = {"tiles": tiles, "width": width * (_SIZE + _GAP), "height": height * (_SIZE + _GAP)}
    return plot, _without_tile(values)


def _without_tile(values: Iterable[str]) -> list[str]:
    return sorted(code for code in values if code not in _AT)


def shade(value: float) -> int:
    """Return the step of colour, 0 to 9, of a figure from 0 to 1."""
    return min(9, int(value * 10))
