"""A small seeded world in pages of several sources, given to the engines as records and to a warehouse as loads.

It has what decides the narrow tables: records without family ids, without dates, of several sources, families that a
later page joins or splits, deletions, citations without kind codes, offices that are no country, events of every kind.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from etl.bulk.detect import GOOGLE
from etl.bulk.topics import matching
from etl.catalogue.load import load_catalogue
from etl.engines.output import TABLES, Output, write_pages
from etl.engines.parse import PLACES, ROWS
from etl.engines.topics import Queries
from etl.frames import SCHEMA, to_table
from etl.load.merged.merge import rebuild
from etl.load.write import PageParsed, load_pages, write_hits
from etl.query.canonical import query_hash
from etl.query.parser import parse
from etl.records import Parsed, Record
from warehouse.core import connect, transaction
from warehouse.migrate import migrate

START = date(2010, 1, 1)
OFFICES = ("CN", "US", "WO", "EP", "JP", "DE")
SOURCES = {"alpha": (10, True), "beta": (20, True), GOOGLE: (20, False)}  # merge rank, synthetic
_QUERIES = {"lithography-machine": 'ti:lithography OR ab:"wafer stage" OR cpc:G03F7/20', "lidar": "ti:(laser OR 激光)"}
QUERIES: Queries = {(name, query_hash(parse(text))): parse(text) for name, text in _QUERIES.items()}
_CATEGORIES = ("litigation", "invalidation", "pledge", "licence", "assignment", "inventor_assignment", "lapse",
               "partial_lapse", "restoration", "grant", "other")  # fmt: skip
_FIRST = {"page_id": 1, "row_no": 1}
_SYMBOLS = ("G03F7/20", "H01L21/027", "H10P76/00", "H10D30/01", "G01S17/08", "B60L3/00")


@dataclass(frozen=True, slots=True)
class Page:
    """What one file of a source says, and which publications it deletes."""

    page_id: int
    source: str
    records: Sequence[Record]
    withdrawn: Sequence[str] = ()

    @property
    def day(self) -> date:
        """The day it was made."""
        return date(2021, 1, 1) + timedelta(days=self.page_id)


def world(seed: int, size: int = 120) -> list[Page]:
    """Five pages over `size` publications: three sources, then two pages that state some of it otherwise."""
    rng = random.Random(seed)
    numbers = [f"{rng.choice(OFFICES)}-{1000 + n}-{rng.choice(('A', 'B', 'U'))}" for n in range(size)]
    pages = [Page(n, source, _records(rng, numbers, 0.6)) for n, source in enumerate(SOURCES, 1)]
    pages.append(Page(4, "alpha", _records(rng, numbers, 0.2), rng.sample(numbers, size // 20)))
    pages.append(Page(5, "beta", _records(rng, numbers, 0.2)))
    return pages


def _records(rng: random.Random, numbers: Sequence[str], share: float) -> list[Record]:
    chosen = [number for number in numbers if rng.random() < share]
    return [_record(rng, number, row, numbers) for row, number in enumerate(chosen, 1)]


def _record(rng: random.Random, number: str, row: int, numbers: Sequence[str]) -> Record:
    office, digits, kind = number.split("-")
    stem = number.rsplit("-", 1)[0]
    cluster = int(digits) // 3

    def maybe(value: Any, odds: float = 0.6) -> Any:
        return value if rng.random() < odds else None

    def day() -> date:
        return START + timedelta(days=rng.randrange(3000))

    def others(most: int) -> list[str]:
        ends = [*numbers, *(one.rsplit("-", 1)[0] for one in numbers), "US-777777", "KR-888888-A"]
        return list(dict.fromkeys(rng.sample(ends, rng.randint(0, most))))

    titles = [
        (None, "Apparatus"), ("en", "A lithography system"), ("en", "Laser radar"), ("zh", "激光雷达"),
        ("fr", "Machine"),
    ]  # fmt: skip
    names = ["甲公司", "ACME CO LTD", "Acme Company Limited", "Müller GmbH", None, ""]
    applicants = [
        (n, rng.choice(names), maybe(rng.choice(("CN", "US", "EP", "JP")), 0.7), maybe("江苏省南京市", 0.2))
        for n in range(rng.choice((1, 1, 2)), 3)
    ]
    events = [
        (maybe(day(), 0.8), maybe("AS"), rng.choice(_CATEGORIES), maybe("text")) for _ in range(rng.randint(0, 3))
    ]
    priorities = [(f"{rng.choice(('CN', 'US', 'EP', 'WO-US'))}-{cluster + n}", maybe(day(), 0.8)) for n in range(2)]
    return Record(
        number, office, digits, kind,
        publication_type=maybe({"A": "application", "B": "grant", "U": "utility_model"}[kind], 0.85),
        publication_date=maybe(day(), 0.9), filing_date=maybe(day()), priority_date=maybe(day(), 0.2),
        application_number=maybe(f"WO-US{cluster}" if office == "WO" else f"{office}-{cluster}", 0.6),
        priorities=maybe(priorities[: rng.randint(0, 2)], 0.7),
        priority_country=maybe(rng.choice(("CN", "EP", "XX")), 0.2),
        source_family_id=maybe(rng.choice((f"docdb:{cluster}", f"docdb:{cluster + 1}", f"lens:{cluster}")), 0.4),
        family_members=maybe([number, *rng.sample(list(numbers), rng.randint(0, 1))], 0.15),
        titles=maybe(rng.sample(titles, rng.randint(0, 2)), 0.9),
        abstracts=maybe([("en", rng.choice(("A wafer stage moves.", "A thing.")))], 0.5),
        claims_text=maybe("1. A lithography apparatus.", 0.2), claim_count=maybe(rng.randint(1, 20)),
        ipc=maybe(rng.sample(_SYMBOLS, rng.randint(0, 3)), 0.8), cpc=maybe(rng.sample(_SYMBOLS, 1), 0.3),
        applicants=maybe(applicants, 0.8),
        cites=maybe([(end, maybe("SEA"), maybe("X")) for end in others(4) if end not in (number, stem)], 0.7),
        cited_by=maybe([(end, maybe(day(), 0.7)) for end in others(3) if end not in (number, stem)], 0.4),
        citation_count=(count := maybe(rng.randint(0, 30), 0.4)),
        citation_count_kind=None if count is None else rng.choice(("publication", "family")),
        legal_status=maybe(rng.choice(("active", "pending", "inactive")), 0.7), lapse_date=maybe(day(), 0.2),
        legal_events=maybe(events, 0.6), is_pct=maybe(office == "WO", 0.5), row_no=row,
    )  # fmt: skip


def give_records(out: Output, pages: Sequence[Page]) -> None:
    """Write the pages into `out` as an engine writes the records of files."""
    rows = pl.concat([_rows(page) for page in pages]).drop("reject")
    placed = rows.with_columns(office="authority", year=pl.col("publication_date").dt.year())
    placed.write_parquet(out.folder("records"), partition_by=["office", "year"], mkdir=True)
    sources = [
        {"source": name, "title": name, "licence": None, "is_synthetic": synthetic, "merge_rank": rank,
         "capabilities": json.dumps({"field_ranks": {"titles": 5} if name == "beta" else {}})}
        for name, (rank, synthetic) in SOURCES.items()
    ]  # fmt: skip
    write_pages(
        out, [{"page_id": p.page_id, "source": p.source, "file": "f", "service_date": p.day} for p in pages], sources
    )


def queries_of(workspace: Path) -> Queries:
    """The queries of a workspace's lists."""
    items = [i for name in ("technologies.toml", "topics.toml") for i in load_catalogue(workspace / name).harvested]
    return {(i.id, i.query_hash): i.parsed for i in items if i.query_hash and i.parsed}


def give_warehouse(out: Output, con: duckdb.DuckDBPyConnection) -> None:
    """Write the current records of a warehouse into `out`, and its hits, as an engine would have found them."""
    stated = ", ".join(f'"{name}"' for name in SCHEMA)
    place = "row_number() OVER (ORDER BY source, part, publication_number) AS place"
    part = "authority AS office, year(publication_date)::INTEGER AS year"
    for name in ("records", "hits", "sources", "pages"):
        out.folder(name).mkdir(parents=True)
    con.execute(
        f"COPY (SELECT source, page_id, {place}, {stated}, false AS is_withdrawn, {part} FROM source_records"
        f" WHERE valid_to IS NULL) TO '{out.folder('records')}'"
        " (FORMAT parquet, PARTITION_BY (office, year), OVERWRITE_OR_IGNORE)"
    )
    hit = "technology_id, query_hash, publication_number"
    hits = f"SELECT DISTINCT {hit} FROM source_hits WHERE withdrawn_run IS NULL"
    day = "coalesce(service_date, received_at::DATE) AS service_date"
    pages = f"SELECT page_id, source, request_key AS file, {day} FROM pages"
    sources = "SELECT * REPLACE (capabilities::VARCHAR AS capabilities) FROM sources"
    for name, read in (("hits", hits), ("sources", sources), ("pages", pages)):
        con.execute(f"COPY ({read}) TO '{out.folder(name)}/part-0.parquet'")


def _rows(page: Page) -> pl.DataFrame:
    """Deletions, then records, in the places of the page."""
    columns = {"publication_number": page.withdrawn, "authority": [number[:2] for number in page.withdrawn]}
    gone = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        part=pl.lit("biblio"), is_withdrawn=pl.lit(value=True)
    )
    return pl.concat([pl.DataFrame(schema=ROWS), gone, to_table(page.records)], how="diagonal").with_columns(
        source=pl.lit(page.source),
        page_id=pl.lit(page.page_id, pl.Int32),
        place=page.page_id * PLACES + pl.int_range(pl.len(), dtype=pl.Int64),
        is_withdrawn=pl.col("is_withdrawn").fill_null(value=False),
    )


def warehouse(folder: Path, pages: Sequence[Page], queries: Queries = QUERIES) -> duckdb.DuckDBPyConnection:
    """The same pages loaded one after another into a warehouse and merged there."""
    con = connect(folder / "core.duckdb", threads=1)
    migrate(con)
    for name, (rank, synthetic) in SOURCES.items():
        ranks = json.dumps({"field_ranks": {"titles": 5} if name == "beta" else {}})
        con.execute("INSERT INTO sources VALUES (?, ?, NULL, ?, ?, ?)", [name, name, synthetic, rank, ranks])
    for page in pages:
        _load(con, page)
    current = con.execute("SELECT source, publication_number FROM source_records WHERE valid_to IS NULL").fetchall()
    latest = {(p.source, r.publication_number): r for p in pages for r in p.records}
    records = [latest[key] for key in current]
    by_hash = {found_hash: name for name, found_hash in queries}
    found = matching(records, {found_hash: query for (_, found_hash), query in queries.items()})[1]
    columns = ("source", "technology_id", "query_hash", "publication_number", "page_id", "row_no")
    schema = dict.fromkeys(columns, pl.String) | {"page_id": pl.Int32, "row_no": pl.Int32}
    hits = pl.DataFrame([{
        "source": "alpha", "technology_id": by_hash[h], "query_hash": h, "publication_number": n} | _FIRST
        for h, n in found
    ], schema=schema)  # fmt: skip
    with transaction(con):
        write_hits(con, 1, hits)
    rebuild(con, {found_hash: query for (_, found_hash), query in queries.items()})
    return con


def _load(con: duckdb.DuckDBPyConnection, page: Page) -> None:
    received = datetime(page.day.year, page.day.month, page.day.day)
    con.execute(
        "INSERT INTO pages BY NAME SELECT ? AS page_id, 1 AS run_id, ? AS source, 'k' AS request_key, '{}' AS request,"
        " ? AS received_at, ? AS service_date, 'landed' AS state", [page.page_id, page.source, received, page.day],
    )  # fmt: skip
    with transaction(con):
        con.execute(
            "UPDATE source_records SET valid_to = ? WHERE source = ? AND list_contains(?, publication_number)"
            " AND valid_to IS NULL", [received, page.source, list(page.withdrawn)],
        )  # fmt: skip
        load_pages(con, 1, [PageParsed(page.page_id, page.source, received, Parsed(list(page.records)))])


def narrow(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The rows of a merged warehouse that the narrow tables have, families by their stable name."""
    con.execute("CREATE OR REPLACE TEMP VIEW named AS SELECT family_key, family_id FROM families")
    con.execute(
        "CREATE OR REPLACE TEMP VIEW topical AS"
        " SELECT DISTINCT family_key FROM source_hits JOIN publications USING (publication_number)"
        " WHERE withdrawn_run IS NULL"
    )
    con.execute(
        "CREATE OR REPLACE TEMP VIEW spoken_of AS FROM topical"
        " UNION SELECT citing_family_key FROM family_citations JOIN topical ON family_key = cited_family_key"
    )
    limits = {
        "families": "family_key IN (FROM spoken_of)", "family_citations": "cited_family_key IN (FROM topical)",
    }  # fmt: skip
    tables = {name: limits.get(name, "family_key IN (FROM topical)") for name in TABLES}
    return _named(con, {name: f"(SELECT * FROM {name} WHERE {limit})" for name, limit in tables.items()})


def written(out: Output) -> dict[str, list[str]]:
    """The rows an engine wrote, families by their stable name."""
    con = duckdb.connect()
    files = {name: f"read_parquet('{out.folder(name)}/**/*.parquet')" for name in TABLES}
    con.execute(f"CREATE TEMP VIEW named AS SELECT family_key, family_id FROM {files['families']}")
    return _named(con, files)


def _named(con: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> dict[str, list[str]]:
    found = {}
    for name, read in tables.items():
        columns = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()]
        keys = [column for column in columns if column.endswith("family_key")]
        shown = ", ".join(
            f'(SELECT family_id FROM named AS n WHERE n.family_key = t."{c}") AS "{c}"' if c in keys else f't."{c}"'
            for c in sorted(columns)
        )
        rows = con.execute(f"SELECT to_json(x)::VARCHAR FROM (SELECT {shown} FROM {read} AS t) AS x").fetchall()
        found[name] = sorted(row[0] for row in rows)
    return found
