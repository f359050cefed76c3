"""The source descriptions are complete, and the page made from them is current."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.load.merge import RANKED_FIELDS
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
