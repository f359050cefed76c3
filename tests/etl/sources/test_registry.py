"""The source descriptions are complete, and the page made from them is current."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.load.merge import RANKED_FIELDS
from etl.sources.expectations import unmet
from etl.sources.registry import PARSERS, configs, register
from etl.sources.table import render
from warehouse.migrate import migrate

DOC = Path(__file__).parents[3] / "docs" / "sources.md"


def test_the_page_on_sources_is_current():
    assert DOC.read_text(encoding="utf-8") == render(), "run: python -m etl.sources.table > docs/sources.md"


def test_every_source_is_described_and_ranks_fields_the_merge_knows():
    assert {config.source for config in configs()} == set(PARSERS)
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
    (sentence,) = unmet(con, 1)
    assert "only 50.0% of 200 records state ipc, expected at least 90%" in sentence
    assert unmet(con, 2) == []
