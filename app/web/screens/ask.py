"""SQL for everybody: one SELECT in the sandbox, with the dictionary beside it, and how each figure is built."""

from __future__ import annotations

from typing import Any

from app.web.base.page import Page, View
from app.web.base.plot import result_plot
from app.web.base.questions import kept_questions
from warehouse.publish import current
from warehouse.sandbox.queries import SqlRefusedError, SqlStoppedError, run_sql

SHOWN = 1000
SAVED = (
    ("Strategy matrix", "策略矩阵", "SELECT number, name_zh, name_en, capability, dynamics, strategy_zh, probability\n"
     "FROM matrix_latest WHERE frame = 'relative' ORDER BY number"),
    ("Newest families of each country", "各国近五年专利族", "SELECT country, count(*) AS families\nFROM families\n"
     "WHERE filing_date >= (SELECT max(filing_date) FROM families) - INTERVAL 5 YEAR AND is_harvested\n"
     "GROUP BY country ORDER BY families DESC LIMIT 20"),
    ("Known share of each indicator", "各指标覆盖率", "SELECT name_zh, indicator, coverage, known_families, families\n"
     "FROM coverage WHERE run_id = (SELECT max(run_id) FROM coverage) ORDER BY coverage LIMIT 40"),
    ("New IPC prefixes", "新增分类号", "SELECT name_zh, prefix, amplitude, is_counted, carriers\n"
     "FROM ipc_shift_detail\nWHERE run_id = (SELECT max(run_id) FROM ipc_shift_detail)\n"
     "ORDER BY name_zh, level, prefix"),
)  # fmt: skip


def ask(page: Page) -> View:
    """Run the SELECT of the address (``q``) in the sandbox process, and show the dictionary of views."""
    statement = page.args.get("q", "")[:20_000].strip()
    rows: list[dict[str, Any]] = []
    columns: list[str] = []
    refused = None
    cut = False
    if statement:
        try:
            result = run_sql(current(page.workspace), statement, page.settings.sql)
            columns, cut = result.table.columns, result.truncated
            rows = result.table.to_dicts()
        except (SqlRefusedError, SqlStoppedError) as error:
            refused = str(error)
    dictionary = page.reader.rows(
        "SELECT v.view_name AS name, v.comment, c.column_name, c.data_type, c.comment AS meaning"
        " FROM duckdb_views() AS v JOIN duckdb_columns() AS c ON c.table_name = v.view_name WHERE NOT v.internal"
        " ORDER BY v.view_name, c.column_index"
    )
    return View(
        tables={"rows": rows, "columns": columns, "truncated": cut, "refused": refused},
        main="rows",
        extra={
            "statement": statement, "shown": rows[:SHOWN], "columns": columns, "refused": refused, "cut": cut,
            "chart": result_plot(rows, columns) if rows else None, "kept": kept_questions(page.workspace),
            "dictionary": dictionary, "saved": [(zh if page.lang == "zh" else en, q) for en, zh, q in SAVED],
        },
    )  # fmt: skip
