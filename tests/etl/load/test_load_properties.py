"""Families, states and citations equal plain Python over the same random records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.load.merged.merge import rebuild
from etl.load.write import PageParsed, load_pages
from etl.records import Parsed, Record
from warehouse.core import connect, transaction
from warehouse.migrate import migrate

pytestmark = pytest.mark.slow
DAY = date(2010, 1, 1)
RECEIVED = datetime(2021, 6, 1)
OFFICES = ("CN", "US", "WO")
NUMBERS = [f"{OFFICES[i % 3]}-{i}-A" for i in range(10)]
days = st.integers(0, 40).map(lambda n: DAY + timedelta(days=n))
maybe = st.none()
PROPERTY = settings(
    max_examples=15, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@st.composite
def worlds(draw: st.DrawFn) -> list[Record]:
    """Up to ten publications of one source with everything that decides families, states and citations."""
    made = []
    for number in draw(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=10, unique=True)):
        office, digits, kind = number.split("-")
        applicant = draw(maybe | st.sampled_from(["CN", "US"]))
        events = draw(maybe | st.lists(st.tuples(maybe | days, st.sampled_from(["licence", "other"])), max_size=2))
        made.append(Record(
            number, office, digits, kind, draw(st.sampled_from([None, "application", "utility_model"])),
            publication_date=draw(maybe | days), filing_date=draw(maybe | days),
            application_number=draw(maybe | st.sampled_from(["CN-90", "US-91"])),
            priorities=draw(maybe | st.lists(
                st.tuples(st.sampled_from(["CN-80", "US-81", "JP-82"]), maybe | days), max_size=2,
            )),
            source_family_id=draw(maybe | st.sampled_from(["docdb:1", "docdb:2"])),
            family_members=draw(maybe | st.lists(st.sampled_from(NUMBERS), max_size=2)),
            applicants=None if applicant is None else [(1, "X", applicant, None)],
            claim_count=draw(maybe | st.integers(1, 9)), is_pct=draw(st.sampled_from([None, False, True])),
            legal_status=draw(st.sampled_from([None, "active", "inactive"])), lapse_date=draw(maybe | days),
            legal_events=None if events is None else [(on, "X", category, None) for on, category in events],
            cites=[(n, None, None) for n in draw(st.lists(st.sampled_from(NUMBERS), max_size=3, unique=True))],
            row_no=len(made) + 1,
        ))  # fmt: skip
    return made


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with one source."""
    con = connect(tmp_path_factory.mktemp("load") / "core.duckdb", threads=1)
    migrate(con)
    con.execute("INSERT INTO sources VALUES ('made', 'made', NULL, true, 10, '{}')")
    con.execute(
        "INSERT INTO pages BY NAME SELECT 1 AS page_id, 1 AS run_id, 'made' AS source, 'k' AS request_key,"
        " '{}' AS request, ? AS received_at, 'landed' AS state",
        [RECEIVED],
    )
    yield con
    con.close()


def merge(con: duckdb.DuckDBPyConnection, records: Sequence[Record]) -> None:
    """Load the records alone and merge them: the merged tables are rebuilt whole."""
    with transaction(con):
        con.execute("DELETE FROM source_records")
        load_pages(con, 1, [PageParsed(1, "made", RECEIVED, Parsed(list(records)))])
    rebuild(con, {})


class Sets:
    """Union-find over names."""

    def __init__(self) -> None:
        self.up: dict[str, str] = {}

    def find(self, name: str) -> str:
        """The set's name."""
        self.up.setdefault(name, name)
        while self.up[name] != name:
            name = self.up[name]
        return name

    def join(self, a: str, b: str) -> None:
        """Make one set of two."""
        self.up[self.find(a)] = self.find(b)


def tokens(record: Record) -> list[str]:
    """What an unnamed publication attaches by: its set of priorities (else its application), then its application."""
    claimed = sorted({number for number, _ in record.priorities or []})
    own = record.application_number
    by_priorities = "p:" + "|".join(claimed) if claimed else f"p:{own}" if own else None
    return [t for t in (by_priorities, f"a:{own}" if own else None) if t]


def plain_families(records: Sequence[Record]) -> dict[str, str]:
    """number -> a name of its family, by docs/methods.md, Counting as docs/decisions.md reads it."""
    stated = Sets()
    named: set[str] = set()
    for r in records:
        stated.find(r.publication_number)
        links = [f"id:{r.source_family_id}"] if r.source_family_id else []
        for other in [*links, *(r.family_members or [])]:
            stated.join(r.publication_number, other)
            named |= {r.publication_number, other}
    anchors: dict[str, str] = {}
    for r in sorted((r for r in records if r.publication_number in named), key=lambda r: r.publication_number):
        for token in tokens(r):
            family = stated.find(r.publication_number)
            anchors[token] = min(anchors.get(token, family), family, key=lambda f: least(stated, f))
    final = Sets()
    for name in list(stated.up):
        final.join(name, stated.find(name))
    for r in records:
        if r.publication_number in named:
            continue
        target = next((anchors[t] for t in tokens(r) if t in anchors), None)
        for other in [target] if target else [f"own {t}" for t in tokens(r)]:
            final.join(r.publication_number, other)
    return {name: final.find(name) for name in final.up if name in NUMBERS}


def least(sets: Sets, family: str) -> str:
    """The least number of a set: of two families with one token the one that has the lesser number is taken."""
    return min(n for n in sets.up if n in NUMBERS and sets.find(n) == family)


def partition(of: Mapping[str, object]) -> set[frozenset[str]]:
    """The families as sets of numbers."""
    groups: dict[object, set[str]] = {}
    for name, family in of.items():
        groups.setdefault(family, set()).add(name)
    return {frozenset(g) for g in groups.values()}


@PROPERTY
@given(worlds())
def test_families_equal_a_plain_union_find(con: duckdb.DuckDBPyConnection, records: list[Record]) -> None:
    merge(con, records)
    found = dict(con.execute("SELECT publication_number, family_key FROM publications").fetchall())
    plain = {n: f for n, f in plain_families(records).items() if n in found}
    assert partition(found) == partition(plain)


@PROPERTY
@given(worlds(), days)
def test_the_state_at_any_date_is_what_the_records_published_by_then_say(
    con: duckdb.DuckDBPyConnection, records: list[Record], on: date
) -> None:
    merge(con, records)
    family_of = dict(con.execute("SELECT publication_number, family_key FROM publications").fetchall())
    rows = con.execute(
        "SELECT family_key, filing_date, office_country, residence_country, claim_count, is_pct, has_utility_model,"
        " in_force, has_legal_event FROM family_states WHERE valid_from <= ? AND valid_to > ?",
        [on, on],
    ).fetchall()
    known: dict[int, list[Record]] = {}
    for r in records:
        if r.publication_date is not None and r.publication_date <= on:
            known.setdefault(family_of[r.publication_number], []).append(r)
    assert len(rows) == len(known)
    assert {row[0]: row[1:] for row in rows} == {key: plain_state(members, on) for key, members in known.items()}


REGIONAL = {"WO", "EP"}  # of the offices these worlds have: no country


def plain_state(members: list[Record], on: date) -> tuple[object, ...]:
    """The state of one family at `on` from its members published by then, one field after the other."""
    ordered = sorted(members, key=lambda r: (r.publication_date, r.authority, r.number, r.kind))
    return (
        min((r.filing_date for r in ordered if r.filing_date), default=None),
        next((r.authority for r in ordered if r.authority not in REGIONAL), None),
        next((r.applicants[0][2] for r in ordered if r.applicants), None),
        next((r.claim_count for r in ordered if r.claim_count is not None), None),
        stated([True if r.authority == "WO" else r.is_pct for r in ordered]),
        any_known([None if r.publication_type is None else r.publication_type == "utility_model" for r in ordered]),
        in_force(ordered, on),
        any_known([has_event(r, on) for r in ordered]),
    )


def stated(values: list[bool | None]) -> bool | None:
    """True where one is; a no is only said of a complete list of members, so that one suffices; else unknown."""
    return True if True in values else False if False in values else None


def any_known(values: list[bool | None]) -> bool | None:
    """True where one is true, else unknown where one is unknown."""
    return True if True in values else None if None in values else False


def in_force(members: list[Record], on: date) -> bool | None:
    """In force when a member is: by its lapse date unless its status contradicts that, else by its status."""

    def one(r: Record) -> bool | None:
        alive = r.legal_status in ("active", "pending")
        if r.lapse_date is not None and not alive:
            return r.lapse_date > on
        return None if r.legal_status is None else alive

    return any_known([one(r) for r in members])


def has_event(record: Record, on: date) -> bool | None:
    """A licence by `on`; an undated one counts from the publication on."""
    if record.legal_events is None:
        return None
    return any(category == "licence" and (day is None or day <= on) for day, _, category, _ in record.legal_events)


@PROPERTY
@given(worlds())
def test_a_family_is_cited_once_by_each_other_family_at_the_earliest_date(
    con: duckdb.DuckDBPyConnection, records: list[Record]
) -> None:
    merge(con, records)
    found = con.execute(
        "SELECT a.family_id, b.family_id, c.cited_on FROM family_citations AS c JOIN families AS a"
        " ON a.family_key = c.cited_family_key JOIN families AS b ON b.family_key = c.citing_family_key"
    ).fetchall()
    names = dict(con.execute("SELECT publication_number, family_id FROM publications").fetchall())
    # a cited number nobody harvested is in the family of the one that lists it as a member, else a family of its own
    families = plain_families(records)
    name_of = {families[number]: name for number, name in names.items()}
    plain: dict[tuple[str, str], date] = {}
    for r in records:
        for cited, _, _ in r.cites or []:
            pair = name_of.get(families.get(cited, cited), cited), names[r.publication_number]
            day = r.publication_date or RECEIVED.date()
            if pair[0] != pair[1]:
                plain[pair] = min(day, plain.get(pair, day))
    assert {(a, b): on for a, b, on in found} == plain
    assert len(found) == len(plain)
