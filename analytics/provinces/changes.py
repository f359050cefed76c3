"""What changed between a provincial study and the comparable one before: provinces' paths, conditions' necessity."""

from __future__ import annotations

import duckdb

from analytics.provinces.variables import label

Row = tuple[object, ...]
_SIDE = {"high": ("高水平", "a high outcome"), "low": ("非高水平", "a non-high outcome")}


def previous_study(con: duckdb.DuckDBPyConnection, run_id: int) -> int | None:
    """Return the latest study before `run_id` with the same settings and kind of data; None when there is none."""
    row = con.execute(
        "SELECT max(b.run_id) FROM run_provinces AS a JOIN run_provinces AS b ON b.settings_hash = a.settings_hash"
        " AND b.data_label = a.data_label AND b.run_id < a.run_id WHERE a.run_id = ?",
        [run_id],
    ).fetchone()
    return None if row is None else row[0]


def changes(con: duckdb.DuckDBPyConnection, run_id: int) -> list[Row]:
    """Return the rows of ``run_province_changes`` of `run_id`, whose other rows are stored; none for a first study."""
    before = previous_study(con, run_id)
    if before is None:
        return []
    return [*_path_changes(con, run_id, before), *_nca_changes(con, run_id, before), *_qca_changes(con, run_id, before)]


_PATHS = """
WITH members AS (
    SELECT run_id, outcome, province, string_agg(term, ' + ' ORDER BY term) AS terms FROM run_province_members
    WHERE run_id IN ($now, $before) GROUP BY ALL
), cases AS (
    SELECT DISTINCT province FROM run_province_cases WHERE run_id = $now
    INTERSECT SELECT DISTINCT province FROM run_province_cases WHERE run_id = $before
), every AS (SELECT c.province, o.outcome FROM cases AS c, (VALUES ('high'), ('low')) AS o (outcome))
SELECT e.province, e.outcome, b.terms, n.terms, coalesce(z.name_zh, e.province), coalesce(z.name_en, e.province)
FROM every AS e
LEFT JOIN members AS b ON b.run_id = $before AND b.outcome = e.outcome AND b.province = e.province
LEFT JOIN members AS n ON n.run_id = $now AND n.outcome = e.outcome AND n.province = e.province
LEFT JOIN province_names AS z ON z.province = e.province
WHERE b.terms IS DISTINCT FROM n.terms ORDER BY e.province, e.outcome
"""


def _path_changes(con: duckdb.DuckDBPyConnection, now: int, before: int) -> list[Row]:
    rows: list[Row] = []
    for code, side, was, is_now, zh, en in con.execute(_PATHS, {"now": now, "before": before}).fetchall():
        side_zh, side_en = _SIDE[side]
        rows.append((
            now, before, "path", code, None, side, was, is_now,
            f"{zh}（{side_zh}）的路径由 {was or '无'} 变为 {is_now or '无'}。",
            f"{en} changes path to {side_en}: {was or 'none'} before, {is_now or 'none'} now.",
        ))  # fmt: skip
    return rows


_NCA = """
SELECT n.variable, n.ceiling, b.effect_size, b.p_value, n.effect_size, n.p_value, n.is_necessary
FROM run_province_nca AS n JOIN run_province_nca AS b ON b.variable = n.variable AND b.ceiling = n.ceiling
WHERE n.run_id = $now AND b.run_id = $before AND n.is_necessary <> b.is_necessary ORDER BY n.variable, n.ceiling
"""


def _nca_changes(con: duckdb.DuckDBPyConnection, now: int, before: int) -> list[Row]:
    rows: list[Row] = []
    for name, ceiling, d0, p0, d1, p1, gained in con.execute(_NCA, {"now": now, "before": before}).fetchall():
        was, is_now = f"{ceiling} d = {d0:.3f}, p = {p0:.4f}", f"{ceiling} d = {d1:.3f}, p = {p1:.4f}"
        rows.append(_necessity_row(now, before, name, None, was, is_now, gained=gained))
    return rows


_QCA = """
SELECT n.outcome, n.literal, b.consistency, n.consistency, n.is_necessary
FROM run_province_necessity AS n JOIN run_province_necessity AS b ON b.outcome = n.outcome AND b.literal = n.literal
WHERE n.run_id = $now AND b.run_id = $before AND n.is_necessary <> b.is_necessary ORDER BY n.outcome, n.literal
"""


def _qca_changes(con: duckdb.DuckDBPyConnection, now: int, before: int) -> list[Row]:
    rows: list[Row] = []
    for side, literal, c0, c1, gained in con.execute(_QCA, {"now": now, "before": before}).fetchall():
        was, is_now = f"fsQCA {c0:.3f}", f"fsQCA {c1:.3f}"
        rows.append(_necessity_row(now, before, literal, side, was, is_now, gained=gained))
    return rows


def _necessity_row(
    now: int, before: int, name: str, side: str | None, was: str, is_now: str, *, gained: bool
) -> Row:  # fmt: skip
    zh, en = _SIDE[side or "high"]
    verb_zh, verb_en = ("成为", "is now") if gained else ("不再是", "is no longer")
    return (
        now, before, "necessity_gained" if gained else "necessity_lost", None, name, side, was, is_now,
        f"{label(name, 'zh')}{verb_zh}{zh}的必要条件：{was} → {is_now}。",
        f"{label(name, 'en')} {verb_en} necessary for {en}: {was} before, {is_now} now.",
    )  # fmt: skip
