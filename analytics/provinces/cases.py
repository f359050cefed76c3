"""The cases of the provincial study: outcome from the topic search, conditions from the user's table.

Source: docs/methods.md, Provinces.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from analytics.provinces.variables import NATION, label
from analytics.qca.sets.space import Floats
from warehouse.sections.provinces import Provinces


class ProvinceStudyError(ValueError):
    """The study cannot be made; the message says what is needed and how to get it."""


@dataclass(frozen=True)
class Cases:
    """Provinces (n codes) with their raw outcome (n,) and conditions (n, k), and what they were read from.

    `families` and `unknown` count the topic's Chinese families of the outcome year with and without a province.
    """

    provinces: tuple[str, ...]
    conditions: tuple[str, ...]
    outcome: Floats
    raw: Floats
    topic: str
    outcome_year: int
    conditions_year: int
    families: int
    unknown: int
    data_label: str
    notes: tuple[str, ...] = ()


_OUTCOME = """
SELECT p.province, count(DISTINCT p.family_key) AS families, bool_or(f.is_synthetic) AS is_synthetic
FROM family_provinces AS p
JOIN families AS f ON f.family_key = p.family_key
JOIN family_memberships AS m ON m.family_key = p.family_key
JOIN edition_items AS i
  ON i.technology_id = m.technology_id AND (i.query_hash = m.query_hash OR m.query_hash = 'import')
WHERE i.edition_id = (SELECT max(edition_id) FROM editions WHERE kind = 'topics')
  AND (i.technology_id = $topic OR i.parent_id = $topic) AND p.rule <> 'abroad'
  AND year(CASE WHEN $by_filing THEN f.filing_date ELSE f.first_publication_date END) = $year
  AND (p.rule <> 'applicant_name' OR $by_name)
GROUP BY p.province
"""


def outcome_by_province(
    con: duckdb.DuckDBPyConnection, settings: Provinces, year: int
) -> tuple[dict[str | None, int], bool | None]:
    """Return province → families of the topic in `year` (None: unknown), and whether synthetic (None: no family)."""
    rows = con.execute(
        _OUTCOME,
        {
            "topic": settings.topic, "year": year, "by_filing": settings.year_by == "filing",
            "by_name": settings.from_applicant_name,
        },
    ).fetchall()  # fmt: skip
    return {r[0]: r[1] for r in rows}, any(r[2] for r in rows) if rows else None


def _years(con: duckdb.DuckDBPyConnection, settings: Provinces) -> tuple[int, int]:
    """Return (outcome year, conditions year): the latest year with conditions, and the lag after it."""
    if settings.outcome_year is not None:
        return settings.outcome_year, settings.outcome_year - settings.lag_years
    row = con.execute(
        'SELECT max("year") FROM province_conditions WHERE list_contains($names, variable)',
        {"names": list(settings.conditions)},
    ).fetchone()
    if row is None or row[0] is None:
        raise ProvinceStudyError(what_is_needed(settings))
    return row[0] + settings.lag_years, row[0]


def what_is_needed(settings: Provinces, year: int | None = None) -> str:
    """Say what table of conditions the study waits for; nothing is invented in its place."""
    names = ", ".join(label(name, "en") for name in settings.conditions)
    how = "`stuckneck provinces template FILE` writes the table to fill in, `stuckneck provinces import FILE` reads it."
    if year is None:
        return f"The provincial study needs your table of conditions: for every province {names}. {how}"
    return f"The provincial study needs your table of conditions of {year}: for every province {names}. {how}"


def read_cases(con: duckdb.DuckDBPyConnection, settings: Provinces) -> Cases:
    """Read the cases. Raises ProvinceStudyError when conditions or outcome are not there, or fewer than 4 cases are."""
    outcome_year, conditions_year = _years(con, settings)
    cells = con.execute(
        "SELECT province, variable, value, is_synthetic FROM province_conditions"
        ' WHERE "year" = ? AND list_contains(?, variable) AND province <> ?',
        [conditions_year, list(settings.conditions), NATION],
    ).fetchall()
    missing = [name for name in settings.conditions if name not in {c[1] for c in cells}]
    if missing:
        reason = f"There is no value of {', '.join(missing)} for {conditions_year}. "
        raise ProvinceStudyError(reason + what_is_needed(settings, conditions_year))
    counts, synthetic = outcome_by_province(con, settings, outcome_year)
    if synthetic is None:
        msg = (
            f"No family of {settings.topic} has {settings.year_by} year {outcome_year}: harvest the topic search "
            "(harvest.topics) up to that year, or choose another year with --year."
        )
        raise ProvinceStudyError(msg)
    table = {(province, name): value for province, name, value, _ in cells}
    places = sorted({c[0] for c in cells} - set(settings.exclude))
    whole = tuple(p for p in places if all((p, name) in table for name in settings.conditions))
    notes = _notes(con, places, whole, counts)
    if len(whole) < 4:
        msg = f"Only {len(whole)} provinces have all conditions of {conditions_year}; at least 4 are needed."
        raise ProvinceStudyError(msg)
    known = sum(n for p, n in counts.items() if p is not None)
    label_ = {(True, True): "synthetic", (False, False): "real"}.get((synthetic, all(c[3] for c in cells)), "mixed")
    if label_ == "real" and any(c[3] for c in cells):
        label_ = "mixed"
    return Cases(
        whole, settings.conditions, np.array([counts.get(p, 0) for p in whole], dtype=np.float64),
        np.array([[table[p, name] for name in settings.conditions] for p in whole], dtype=np.float64),
        settings.topic, outcome_year, conditions_year, known, counts.get(None, 0), label_, tuple(notes),
    )  # fmt: skip


def _notes(
    con: duckdb.DuckDBPyConnection, places: list[str], whole: tuple[str, ...], counts: dict[str | None, int]
) -> list[str]:
    names = dict(con.execute("SELECT province, name_en FROM province_names").fetchall())
    notes = []
    partial = [names.get(p, p) for p in places if p not in whole]
    if partial:
        notes.append(f"No case for want of a condition: {', '.join(partial)}.")
    left = {p: n for p, n in counts.items() if p is not None and p not in whole}
    if left:
        left_out = ", ".join(f"{names.get(p, p)} {n}" for p, n in sorted(left.items()))
        notes.append(f"Families of provinces that are no case: {left_out}.")
    unknown, total = counts.get(None, 0), sum(counts.values())
    if unknown:
        notes.append(
            f"{unknown} of {total} Chinese families ({unknown / total:.1%}) have no known province and are in no case."
        )
    empty = [names.get(p, p) for p in whole if p not in counts]
    if empty:
        notes.append(f"No family was found in {', '.join(empty)}.")
    return notes
