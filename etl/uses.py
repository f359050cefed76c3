"""What each figure can use of records: the counts that import reports and dry runs print.

Unknown is not zero: a missing count feeds nothing, while an empty list of citing publications does.
"""

from __future__ import annotations

from functools import reduce
from operator import or_

import polars as pl

from warehouse.indicators import DECLARED


def _stated(column: str) -> pl.Expr:
    return pl.col(column).is_not_null()


def _not_empty(column: str) -> pl.Expr:
    return pl.col(column).list.len() > 0


_FIRST_COUNTRY = pl.col("applicants").list.first().struct.field("country")
_RESIDENCE = _FIRST_COUNTRY.is_not_null() & (_FIRST_COUNTRY != "")
_RULES: dict[str, pl.Expr] = {
    **{i.id: reduce(or_, map(_stated, i.fields), pl.lit(value=not i.fields)) for i in DECLARED},
    "ipc_shift": _not_empty("ipc") & _stated("filing_date"),
    "country_residence": _RESIDENCE,
    "country_any": _RESIDENCE | _not_empty("priorities") | (pl.col("authority") != ""),
    "in_force": _stated("legal_status"),
}
USES = tuple(_RULES)


def usable(table: pl.DataFrame) -> dict[str, int]:
    """Return, for each of USES, how many records of `table` (columns of etl.frames.SCHEMA) state enough for it."""
    marked = table.with_columns(rule.fill_null(value=False).alias(f"use {name}") for name, rule in _RULES.items())
    return {name: int(marked[f"use {name}"].sum()) for name in USES}
