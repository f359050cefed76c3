"""Leaving a source out gives the merged tables of a warehouse that never knew it, and undoes itself."""

from datetime import date
from pathlib import Path

import pytest

from etl.load.merged.merge import rebuild, without_source
from etl.records import Parsed, Record
from tests.etl.load.filed import load
from warehouse.core import connect
from warehouse.migrate import migrate

DAY = date(2020, 1, 1)
TABLES = (
    "publications", "families", "family_states", "family_memberships", "memberships", "ipc", "applicants", "members",
    "citations", "family_citations", "family_citation_counts", "legal_events",
)  # fmt: skip


def record(number: str, row: int, **more) -> Record:
    country, digits, kind = number.split("-")
    stated = {"publication_type": "application", "publication_date": date(2010 + row, 1, 1), "claim_count": row}
    return Record(number, country, digits, kind, row_no=row, **stated | more)


FIRST = [record("CN-101000001-A", 1, source_family_id="docdb:1"), record("US-8000001-A1", 2, ipc=["H01L21/02"])]
SECOND = [
    record("CN-101000001-A", 3, source_family_id="docdb:1", titles=None),
    record("EP-2000001-A1", 4, source_family_id="docdb:1"),  # the second source joins it to the first's family
    record("JP-2015000001-A", 5),
]


def house(folder: Path, *sources: tuple[str, list[Record]]):
    folder.mkdir()
    con = connect(folder / "core.duckdb")
    migrate(con)
    for page, (source, records) in enumerate(sources, 1):
        load(con, source, Parsed(records), page, DAY)
        con.execute(
            "INSERT INTO source_hits BY NAME SELECT DISTINCT source, 'chip' AS technology_id, 'import' AS query_hash,"
            " publication_number, ? AS page_id, row_no, 1 AS run_id, 1 AS last_run FROM source_records"
            " WHERE source = ?",
            [page, source],
        )
    rebuild(con, {})
    return con


def dump(con) -> dict[str, list[tuple]]:
    there = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    return {name: con.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in TABLES if name in there}


def test_as_if_it_had_never_been_known(tmp_path: Path):
    both = house(tmp_path / "both", ("a", FIRST), ("b", SECOND))
    only = house(tmp_path / "only", ("a", FIRST))
    before = dump(both)
    with without_source(both, {}, "b"):
        assert dump(both) == dump(only)
    assert dump(both) == before
    assert before != dump(only)
    assert both.execute("SELECT count(*) FROM source_records WHERE source = 'b'").fetchone() == (len(SECOND),)


def test_it_undoes_itself_after_an_error(tmp_path: Path):
    both = house(tmp_path / "both", ("a", FIRST), ("b", SECOND))
    before = dump(both)
    with pytest.raises(ZeroDivisionError), without_source(both, {}, "a"):
        raise ZeroDivisionError
    assert dump(both) == before
