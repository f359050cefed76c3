"""A family is given a key once and keeps it; what becomes of keys when families join, split and vanish is written."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from etl.load.merged.merge import rebuild
from etl.load.write import PageParsed, load_pages
from etl.records import Parsed, Record
from warehouse.core import connect, transaction
from warehouse.migrate import migrate

Con = duckdb.DuckDBPyConnection


@pytest.fixture
def con(tmp_path: Path) -> Con:
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    con.execute("INSERT INTO sources VALUES ('made', 'made', NULL, true, 10, '{}')")
    return con


def record(number: str, family: str | None = None, **more: object) -> Record:
    office, digits, kind = number.split("-")
    return Record(number, office, digits, kind, "application", date(2010, 1, 1), source_family_id=family, **more)  # type: ignore[arg-type]


def merged(con: Con, page: int, *records: Record) -> dict[str, int]:
    """Load the records as one page and merge; return the key of every publication."""
    day = datetime(2021, 6, page)
    for row, one in enumerate(records, 1):
        one.row_no = row
    con.execute(
        "INSERT INTO pages BY NAME SELECT ? AS page_id, 1 AS run_id, 'made' AS source, 'k' AS request_key,"
        " '{}' AS request, ? AS received_at, 'landed' AS state",
        [page, day],
    )
    with transaction(con):
        load_pages(con, 1, [PageParsed(page, "made", day, Parsed(list(records)))])
    rebuild(con, {})
    return dict(con.execute("SELECT publication_number, family_key FROM publications").fetchall())


def changes(con: Con) -> list[tuple[object, ...]]:
    return con.execute(
        "SELECT family_key, family_id, change, into_key, into_id, numbers FROM family_key_changes"
    ).fetchall()


def test_a_family_that_sorts_before_all_others_leaves_their_keys_alone(con: Con):
    first = merged(con, 1, record("CN-5-A", "docdb:5"), record("CN-7-A", "docdb:7"))
    then = merged(con, 2, record("CN-1-A", "docdb:1"))
    assert then == {**first, "CN-1-A": 2}
    assert changes(con) == []


def test_of_joined_families_the_least_key_goes_on_and_the_other_is_retired_for_good(con: Con):
    merged(con, 1, record("CN-1-A", "docdb:1"), record("CN-2-A", "docdb:2"))
    assert merged(con, 2, record("CN-2-A", "docdb:1")) == {"CN-1-A": 0, "CN-2-A": 0}
    assert changes(con) == [(1, "docdb:2", "joined", 0, "docdb:1", 1)]
    assert merged(con, 3, record("CN-3-A", "docdb:3"))["CN-3-A"] == 2


def test_a_number_that_was_only_cited_does_not_take_the_key_from_a_harvested_family(con: Con):
    first = merged(con, 1, record("CN-3-A", "docdb:9", cites=[("US-1-A", None, None)]))
    assert first == {"CN-3-A": 1}  # the cited number, a family of its own, has key 0
    assert merged(con, 2, record("US-1-A", "docdb:9")) == {"CN-3-A": 1, "US-1-A": 1}
    assert changes(con) == [(0, "US-1-A", "joined", 1, "docdb:9", 1)]


def test_of_a_split_family_the_largest_part_keeps_the_key(con: Con):
    merged(con, 1, *(record(f"CN-{n}-A", "docdb:1") for n in (1, 2, 3)))
    assert merged(con, 2, record("CN-1-A", "docdb:8")) == {"CN-1-A": 1, "CN-2-A": 0, "CN-3-A": 0}
    assert changes(con) == [(0, "docdb:1", "split", 1, "docdb:8", 1)]


def test_of_equal_parts_the_one_with_the_least_number_keeps_it(con: Con):
    merged(con, 1, record("CN-1-A", "docdb:1"), record("CN-2-A", "docdb:1"))
    assert merged(con, 2, record("CN-1-A", "docdb:8")) == {"CN-1-A": 0, "CN-2-A": 1}


def test_a_family_that_is_gone_is_written_down(con: Con):
    merged(con, 1, record("CN-1-A", "docdb:1"), record("CN-2-A", "docdb:2"))
    con.execute("DELETE FROM source_records WHERE publication_number = 'CN-2-A'")
    assert merged(con, 2) == {"CN-1-A": 0}
    assert changes(con) == [(1, "docdb:2", "gone", None, None, 1)]


def test_merging_again_changes_no_key(con: Con):
    first = merged(con, 1, record("CN-1-A", "docdb:1"), record("CN-2-A", family_members=["CN-9-A"]))
    assert merged(con, 2) == first
    assert changes(con) == []
