"""After any history of loads the merged tables are those of a merge of all: records changed, undone; merges killed.

Two warehouses live through the same history: one merges what changed each time, the other always merges all.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.load.merged import merge as merging
from etl.load.merged.check import check_merge
from etl.load.merged.merge import MERGED, merge, rebuild
from etl.load.write import PageParsed, load_pages
from etl.query.canonical import query_hash
from etl.query.parser import parse
from etl.records import Parsed, Record
from warehouse.core import connect, transaction
from warehouse.migrate import migrate

DAY = date(2010, 1, 1)
OFFICES = ("CN", "US", "WO", "EP")
NUMBERS = [f"{OFFICES[i % 4]}-{i // 2}-{'AB'[i % 2]}" for i in range(14)]
CITED = [*NUMBERS, "JP-9-A", "CN-0", "US-2", "EP-1", "JP-9"]  # outside, and without a kind
QUERIES = {query_hash(q): q for q in (parse("ti:laser"), parse("ti:wafer OR ab:wafer"), parse("ipc:H01L"))}
EXAMPLES = int(os.environ.get("STUCKNECK_HISTORIES", "8"))


def made(rng: random.Random, number: str) -> Record:
    """Return one record with everything that decides families, states, citations and memberships."""
    office, digits, kind = number.split("-")

    def day() -> date | None:
        return None if rng.random() < 0.2 else DAY + timedelta(days=rng.randrange(40))

    def maybe(value: object) -> object:
        return None if rng.random() < 0.5 else value

    return Record(
        number, office, digits, kind, rng.choice([None, "application", "grant", "utility_model"]),
        publication_date=day(), filing_date=day(), priority_date=maybe(day()),
        application_number=maybe(rng.choice(["CN-90", "US-91", "CN-92", "CN-0-A"])),
        priorities=maybe([(p, day()) for p in rng.sample(["CN-80", "US-81", "JP-82"], rng.randrange(3))]),
        source_family_id=maybe(rng.choice(["docdb:1", "docdb:2", "docdb:30", "x:4"])),
        family_members=maybe(rng.sample(CITED[:-4], rng.randrange(3))),
        titles=maybe([("en", rng.choice(["a laser", "a wafer", "a beam"]))]), abstracts=maybe([("en", "of a wafer")]),
        ipc=maybe(rng.sample(["H01L21/02", "G03F7/20", "B23K26/00"], rng.randrange(3))),
        applicants=maybe([
            (1, rng.choice(["甲", "江苏某公司"]), rng.choice(["CN", "US", None]), maybe("江苏省南京市")),
        ]),
        claim_count=maybe(rng.randrange(1, 9)), is_pct=maybe(rng.random() < 0.5),
        legal_status=rng.choice([None, "active", "inactive"]), lapse_date=maybe(day()),
        legal_events=maybe([(day(), "X", rng.choice(["licence", "lapse", "grant", "other"]), None)]),
        cites=maybe([(n, maybe("SEA"), None) for n in rng.sample(CITED, rng.randrange(4))]),
        cited_by=maybe([(n, day()) for n in rng.sample(CITED, rng.randrange(3))]),
        citation_count=maybe(rng.randrange(9)), citation_count_kind=rng.choice(["family", "publication"]),
    )  # fmt: skip


class World:
    """One warehouse; every step is drawn from `rng`, so that two worlds of one seed live through the same history."""

    def __init__(self, con: duckdb.DuckDBPyConnection, seed: int) -> None:
        self.con, self.rng, self.page = con, random.Random(seed), 0
        self.queries = dict(list(QUERIES.items())[:2])
        for (table,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall():
            if table != "schema_migrations":
                con.execute(f"DELETE FROM {table}")
        con.execute("INSERT INTO sources VALUES ('a', 'a', NULL, false, 10, '{}'), ('b', 'b', NULL, true, 5, '{}')")
        con.execute("INSERT INTO editions VALUES (1, 'topics', 't', 'h', now(), NULL)")
        self._topic("chip")

    def _topic(self, name: str) -> None:
        self.con.execute(
            "INSERT INTO edition_items BY NAME SELECT 1 AS edition_id, ? AS technology_id, 'n' AS name_zh,"
            " 'n' AS name_en, 'topic' AS status",
            [name],
        )

    def step(self) -> None:
        """Load, undo, withdraw, or change a query, a source's rank or the list."""
        what = self.rng.choices(
            [self.load, self.undo, self.withdraw, self.query, self.rank, self.topic], [12, 2, 2, 2, 1, 1]
        )[0]
        what()

    def load(self) -> None:
        """Some records come, new or changed, from one of two sources, as hits of a query or a person's import."""
        rng = self.rng
        source, part = rng.choice("aab"), rng.choice(["biblio", "biblio", "legal"])
        numbers = rng.sample(NUMBERS, rng.randrange(1, 5))
        records = [replace(made(rng, n), row_no=row, part=part) for row, n in enumerate(numbers, 1)]
        query = rng.choice([*QUERIES, "import"])
        self.bring(source, records, rng.choice(["chip", "laser"]), query)

    def bring(self, source: str, records: list[Record], technology: str, query: str) -> None:
        """Load the records as one page."""
        self.page += 1
        day = datetime(2021, 1, 1) + timedelta(days=self.page)
        with transaction(self.con):
            self.con.execute(
                "INSERT INTO pages BY NAME SELECT ? AS page_id, ? AS run_id, ? AS source, 'k' AS request_key,"
                " '{}' AS request, ? AS received_at, 'landed' AS state",
                [self.page, self.page, source, day],
            )
            load_pages(self.con, self.page, [PageParsed(self.page, source, day, Parsed(records), technology, query)])

    def undo(self) -> None:
        """What one page brought is taken back, and older versions hold again."""
        if not self.page:
            return
        page = self.rng.randrange(1, self.page + 1)
        self.con.execute("DELETE FROM source_records WHERE run_id = ?", [page])
        self.con.execute("DELETE FROM source_hits WHERE run_id = ?", [page])
        self.con.execute(
            "UPDATE source_records AS r SET valid_to = NULL WHERE valid_from = (SELECT max(valid_from) FROM"
            " source_records AS o WHERE o.source = r.source AND o.part = r.part"
            " AND o.publication_number = r.publication_number)"
        )

    def withdraw(self) -> None:
        """A source no longer returns a publication."""
        self.con.execute(
            "UPDATE source_hits SET withdrawn_run = 1 WHERE publication_number = ?", [self.rng.choice(NUMBERS)]
        )

    def query(self) -> None:
        """A query is taken up or given up."""
        key = self.rng.choice(list(QUERIES))
        if key in self.queries:
            del self.queries[key]
        else:
            self.queries[key] = QUERIES[key]

    def rank(self) -> None:
        """A source's rank changes."""
        self.con.execute("UPDATE sources SET merge_rank = 15 - merge_rank WHERE source = 'b'")

    def topic(self) -> None:
        """The topic list changes."""
        self._topic(self.rng.choice(["laser", "chip"]))


def tables(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    return {name: con.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in MERGED}


def assert_same(changed: duckdb.DuckDBPyConnection, whole: duckdb.DuckDBPyConnection, seed: int) -> None:
    a, b = tables(changed), tables(whole)
    for name in MERGED:
        assert a[name] == b[name], (
            seed,
            name,
            [r for r in a[name] if r not in b[name]],
            [r for r in b[name] if r not in a[name]],
        )


class Killed(BaseException):
    """The process ends in the middle of a merge."""


def killed_in_the_middle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Merge up to the memberships and die there."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("etl.load.merged.touched.fill_memberships", die)
        patched.setattr(merging, "fill_memberships", die)
        with pytest.raises(Killed):
            merge(world.con, world.queries)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, ...]]:
    """Two empty warehouses."""
    cons = [connect(tmp_path_factory.mktemp(name) / "core.duckdb", threads=1) for name in ("changed", "whole")]
    for con in cons:
        migrate(con)
    yield tuple(cons)
    for con in cons:
        con.close()


def live(pair: tuple[duckdb.DuckDBPyConnection, ...], seed: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Live through the history of `seed` in both; return how many merges were of touched families alone."""
    changed, whole = (World(con, seed) for con in pair)
    partial = 0
    for turn in range(4):
        for _ in range(1 + seed % 3):
            changed.step()
            whole.step()
        if (seed + turn) % 4 == 0:
            killed_in_the_middle(changed, monkeypatch)
        partial += merge(changed.con, changed.queries)
        rebuild(whole.con, whole.queries)
        assert_same(changed.con, whole.con, seed)
    rebuild(changed.con, changed.queries)  # and a merge of all changes nothing
    assert_same(changed.con, whole.con, seed)
    return partial


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(seed=st.integers(0, 2**32))
def test_any_history(pair, monkeypatch, seed: int):
    live(pair, seed, monkeypatch)


def test_some_histories_and_most_of_their_merges_are_partial(pair, monkeypatch):
    assert sum(live(pair, seed, monkeypatch) for seed in (1, 2)) >= 3


def test_a_number_without_a_kind_is_an_end_again_when_what_it_meant_is_listed_no_more(pair, monkeypatch):
    changed, whole = (World(con, 0) for con in pair)
    first = [
        Record("CN-1-A", "CN", "1", "A", "application", DAY, family_members=["EP-1-B"], row_no=1),
        Record("CN-2-A", "CN", "2", "A", "application", DAY, cites=[("EP-1", None, None)], row_no=2),
        Record("CN-3-A", "CN", "3", "A", "application", DAY, cites=[("EP-1-B", None, None)], row_no=3),
    ]
    for records in (first, [replace(first[0], family_members=[])]):
        for world, how in ((changed, merge), (whole, rebuild)):
            world.bring("a", records, "chip", "import")
            how(world.con, {})
        assert_same(changed.con, whole.con, 0)
    ends = changed.con.execute("SELECT cited_publication FROM citations ORDER BY 1").fetchall()
    assert ends == [("EP-1",), ("EP-1-B",)]


def test_the_check_says_which_table_differs_and_by_how_much_and_changes_nothing(pair, monkeypatch):
    live(pair, 3, monkeypatch)
    con, queries = pair[0], World(pair[1], 3).queries
    merge(con, queries)
    before = tables(con)
    assert [d for d in check_merge(con, queries) if d.lacking or d.extra] == []
    con.execute("UPDATE publications SET title = 'another' WHERE publication_number = (SELECT min(publication_number)"
                " FROM publications)")  # fmt: skip
    con.execute("DELETE FROM family_states")
    states = len(before["family_states"])
    found = {d.table: (d.lacking, d.extra) for d in check_merge(con, queries) if d.lacking or d.extra}
    assert found == {"publications": (1, 1), "family_states": (states, 0)}
    assert con.execute("SELECT count(*) FROM family_states").fetchone() == (0,)
