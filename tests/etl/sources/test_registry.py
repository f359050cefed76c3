"""The source descriptions are complete, and the page made from them is current."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import sql
from app.pages.sources import render
from etl.load.merged.inputs import RANKED_FIELDS
from etl.sources.registry import configs, register
from etl.sources.settings import PACKAGES
from warehouse.migrate import migrate
from words.glossary import Language

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(("language", "page"), [("en", "sources.md"), ("zh", "zh/sources.md")])
def test_the_page_on_sources_is_current(language: Language, page: str):
    assert (DOCS / page).read_text(encoding="utf-8") == render(language), "run: make docs"


def test_every_source_is_described_and_ranks_fields_the_merge_knows():
    assert {config.source for config in configs()} == set(PACKAGES)
    for config in configs():
        assert set(config.field_ranks) <= set(RANKED_FIELDS)
        assert len(config.indicators) == 9


def test_sources_are_registered_with_their_mark():
    con = duckdb.connect()
    migrate(con)
    register(con, synthetic=True)
    register(con, synthetic=True)
    assert con.execute("SELECT source, is_synthetic FROM sources ORDER BY 1").fetchall() == [
        ("epo_ops", True),
        ("google_bigquery", True),
        ("lens", True),
    ]


def test_records_that_lack_what_the_source_always_gave_are_noticed():
    con = duckdb.connect()
    migrate(con)
    con.execute(
        "INSERT INTO source_records BY NAME SELECT 'lens' AS source, 'biblio' AS part, 'CN' AS authority, "
        "'CN-' || i AS publication_number, i::VARCHAR AS number, DATE '2020-01-01' AS publication_date, "
        "DATE '2019-01-01' AS filing_date, "
        "CASE WHEN i % 2 = 0 THEN ['H01L21/02'] END AS ipc, 1 AS page_id, i AS row_no, 1 AS run_id, 0 AS content_hash, "
        "TIMESTAMP '2026-01-01' AS valid_from FROM range(200) AS t (i)"
    )
    register(con, synthetic=True)
    found = con.execute(sql.text("audits/expectations_unmet.sql"), {"run_id": 1}).fetchall()
    assert found == [("lens", "ipc", 200, 0.5, 0.9, None)]
    assert con.execute(sql.text("audits/expectations_unmet.sql"), {"run_id": 2}).fetchall() == []


def test_every_expectation_is_one_the_audit_looks_at():
    looked_at = sql.text("audits/expectations_unmet.sql")
    for config in configs():
        assert all(f"'{field}'" in looked_at for field in config.expectations)


def test_a_refused_page_is_told_only_while_its_slice_lacks_an_answer():
    con = duckdb.connect()
    migrate(con)
    for slice_id, purpose, state in ((1, "search", "done"), (2, "search", "differs"), (3, "legal", "done")):
        con.execute(
            "INSERT INTO slices (slice_id, run_id, source, technology_id, query_hash, purpose, state, compiled_query)"
            " VALUES (?, 1, 'lens', 't', 'q', ?, ?, 'q')",
            [slice_id, purpose, state],
        )
    pages = (
        (1, 1, "a", 503, "refused"),
        (2, 1, "a", 200, "loaded"),
        (3, 2, "b", 200, "refused"),
        (4, 3, "c", 404, "refused"),
        (5, 3, "d", 200, "refused"),
        (6, 3, "e", 503, "refused"),
        (7, 3, "e", 200, "landed"),
    )
    for page_id, slice_id, key, status, state in pages:
        con.execute(
            "INSERT INTO pages (page_id, run_id, slice_id, source, request_key, request, status, received_at, state)"
            " VALUES (?, 1, ?, 'lens', ?, '{}', ?, TIMESTAMP '2026-01-01', ?)",
            [page_id, slice_id, key, status, state],
        )
    found = con.execute(sql.text("audits/pages_refused.sql"), {"run_id": 1}).fetchall()
    assert sorted(page_id for _, page_id, *_ in found) == [3, 5]
