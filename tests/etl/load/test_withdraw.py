"""Hits are taken back on positive evidence only, cursors keep within what was asked, and any text is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import duckdb
import pytest

from etl.fetch import landing
from etl.fetch.cursor import window_start
from etl.load.pages import _advance, load_landed
from etl.load.withdraw import withdraw
from etl.load.write import PageParsed, load_pages, write_rejects
from etl.records import Parsed, Record, Reject
from warehouse.migrate import migrate
from warehouse.workspace import Workspace

NOW = datetime(2021, 6, 1)
FIRST, LAST = date(2000, 1, 1), date(2021, 5, 31)
DAY = date(2020, 3, 4)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    migrate(made)
    return made


def record(n: int, day: date = DAY, **fields: object) -> Record:
    return Record(f"CN-{1000 + n}-A", "CN", str(1000 + n), "A", "application", day, row_no=n + 1, **fields)


def received(con: duckdb.DuckDBPyConnection, run_id: int, numbers: Iterable[int], day: date = DAY) -> None:
    """Let a page of run `run_id` with these publications be loaded."""
    page = PageParsed(run_id, "lens", NOW, Parsed([record(n, day) for n in numbers]), "lidar", "q")
    load_pages(con, run_id, [page])


def asked(
    con: duckdb.DuckDBPyConnection, run_id: int, expected: int | None, came: int, state: str = "done",
    span: tuple[date, date] = (FIRST, LAST), query: str = "query",
) -> None:  # fmt: skip
    con.execute(
        "INSERT INTO slices VALUES ((SELECT coalesce(max(slice_id), 0) + 1 FROM slices), ?, 'lens', 'lidar', 'q',"
        " 'search', ?, ?, NULL, ?, ?, ?, ?, NULL)",
        [run_id, *span, query, expected, came, state],
    )


def withdrawn(con: duckdb.DuckDBPyConnection) -> set[str]:
    return {
        n
        for (n,) in con.execute("SELECT publication_number FROM source_hits WHERE withdrawn_run IS NOT NULL").fetchall()
    }


def state(con: duckdb.DuckDBPyConnection, run_id: int) -> list[tuple[str, str | None]]:
    return con.execute("SELECT state, note FROM slices WHERE run_id = ? ORDER BY slice_id", [run_id]).fetchall()


def test_a_few_missing_ones_are_taken_back_at_once(con: duckdb.DuckDBPyConnection):
    received(con, 1, range(40))
    received(con, 2, range(2, 40))
    asked(con, 2, 38, 38)
    withdraw(con, 2)
    assert withdrawn(con) == {"CN-1000-A", "CN-1001-A"}
    assert state(con, 2) == [("done", None)]


@pytest.mark.parametrize(("known", "believed"), [(1, False), (9, False), (10, True), (19, True)])
def test_of_a_small_slice_one_alone_may_be_missing(con: duckdb.DuckDBPyConnection, known: int, believed: bool):
    received(con, 1, range(known))
    received(con, 2, range(1, known))
    asked(con, 2, known - 1, known - 1)
    withdraw(con, 2)
    assert withdrawn(con) == ({"CN-1000-A"} if believed else set())


def test_many_missing_ones_wait_for_a_second_answer_and_the_slice_is_opened_again(con: duckdb.DuckDBPyConnection):
    received(con, 1, range(40))
    received(con, 2, range(37))
    asked(con, 2, 37, 37)
    withdraw(con, 2)
    assert withdrawn(con) == set()
    ((became, note),) = state(con, 2)
    assert became == "differs"
    assert note == "3 of 40 publications known before did not come; they are kept until a later run says the same"
    received(con, 3, [*range(37), 38])  # one has come again, two are missing once more
    asked(con, 3, 38, 38)
    withdraw(con, 3)
    assert withdrawn(con) == {"CN-1037-A", "CN-1039-A"}
    assert con.execute("SELECT count(*) FROM missing_hits").fetchall() == [(0,)]
    received(con, 4, [37])
    assert withdrawn(con) == {"CN-1039-A"}, "what comes back is back"


@pytest.mark.parametrize(
    ("expected", "came", "became"),
    [(40, 38, "done"), (38, 38, "differs"), (None, 38, "differs"), (None, 38, "planned")],
)
def test_a_slice_that_was_not_received_whole_takes_nothing_back(
    con: duckdb.DuckDBPyConnection, expected: int | None, came: int, became: str
):
    received(con, 1, range(40))
    received(con, 2, range(38))
    asked(con, 2, expected, came, became)
    withdraw(con, 2)
    assert withdrawn(con) == set()
    assert con.execute("SELECT count(*) FROM missing_hits").fetchall() == [(0,)]


def test_one_part_of_a_query_says_nothing_about_what_another_part_failed_to_bring(con: duckdb.DuckDBPyConnection):
    received(con, 1, range(100))
    received(con, 2, range(98))
    asked(con, 2, 98, 98, query="first part")
    asked(con, 2, None, 0, "differs", query="second part")
    withdraw(con, 2)
    assert withdrawn(con) == set()


def cursor(con: duckdb.DuckDBPyConnection, run_id: int) -> date | None:
    _advance(con, run_id, NOW)
    row = con.execute("SELECT high_water FROM cursors").fetchone()
    return None if row is None else row[0]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([date(2021, 5, 1), date(2021, 5, 2), date(2021, 5, 3)], date(2021, 5, 2)),
        ([date(2021, 5, 1), date(2021, 5, 2), date(2999, 1, 1)], date(2021, 5, 1)),
        ([date(2021, 5, 1), date(2021, 5, 2), date(2999, 1, 1), date(2999, 1, 1)], date(2021, 5, 1)),
        ([date(2999, 1, 1)], None),
        ([date(2021, 5, 2)], None),
    ],
)
def test_the_cursor_keeps_to_the_as_of_date_and_to_what_two_records_say(
    con: duckdb.DuckDBPyConnection, days: list[date], expected: date | None
):
    for n, day in enumerate(days):
        received(con, 1, [n], day)
    asked(con, 1, len(days), len(days))
    assert cursor(con, 1) == expected


def test_a_cursor_that_an_earlier_version_moved_into_the_future_is_read_as_the_last_date_asked_for(
    con: duckdb.DuckDBPyConnection,
):
    asked(con, 1, 1, 1)
    con.execute("INSERT INTO cursors VALUES ('lens', 'lidar', 'q', DATE '2999-01-01', 1, ?)", [NOW])
    assert window_start(con, "lens", "lidar", "q", earliest=FIRST, lag_days=0) == LAST


def test_any_text_and_any_number_is_stored(con: duckdb.DuckDBPyConnection):
    odd = record(
        0, titles=[("en", "a \ud83d b \x00 c \x1b[31m")], claim_count=10**12, applicants=[(1, "\udfff", "CN", None)]
    )
    plain = record(1, titles=[("en", "x" * 5_000_000)])
    load_pages(
        con, 1, [PageParsed(1, "lens", NOW, Parsed([odd, plain], [Reject("why \ud83d", item="\udc00")]), "lidar", "q")]
    )
    rows = con.execute(
        "SELECT titles[1].text, claim_count, applicants[1].name FROM source_records ORDER BY row_no"
    ).fetchall()
    assert rows[0] == ("a \ufffd b \x00 c \x1b[31m", None, "\ufffd")
    assert len(rows[1][0]) == 5_000_000
    write_rejects(con, 1, "lens", [Reject("\ud83d", column_name="\ud83d", found="\ud83d")], page_id=1)
    reasons = con.execute("SELECT reason FROM rejects ORDER BY reject_id").fetchall()
    assert reasons == [("why \ufffd",), ("\ufffd",)]


def test_a_page_damaged_between_harvest_and_load_opens_its_slice_again(con: duckdb.DuckDBPyConnection, tmp_path):
    workspace = Workspace(tmp_path)
    workspace.make_folders()
    digest, path = landing.store(workspace, b'{"total": 0, "data": []}')
    asked(con, 1, 0, 0)
    con.execute(
        "INSERT INTO pages (page_id, run_id, slice_id, source, request_key, request, status, content_sha256, path,"
        " received_at, state) VALUES (1, 1, 1, 'lens', 'k', '{}', 200, ?, ?, ?, 'landed')",
        [digest, path, NOW],
    )
    file = tmp_path / path
    file.write_bytes(file.read_bytes()[:10])
    load_landed(con, workspace, 1, now=NOW)
    ((became, note),) = state(con, 1)
    assert became == "differs"
    assert "landed file" in (note or "")
    assert landing.store(workspace, b'{"total": 0, "data": []}') == (digest, path)
    assert landing.read(workspace, path) == b'{"total": 0, "data": []}', "what comes again repairs the file"
