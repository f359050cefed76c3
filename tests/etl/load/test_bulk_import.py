"""Bulk files into the warehouse: streamed, not copied, by technology or by query, cut and continued."""

from __future__ import annotations

import hashlib
import json
import random
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from etl.bulk import documents
from etl.bulk.detect import DOCDB, GOOGLE, bulk_kind
from etl.bulk.docdb import stream_records
from etl.load.bulk import importing as bulk
from etl.load.bulk import transactions
from etl.load.bulk.importing import dry_run, import_bulk, invert_google
from etl.load.bulk.target import ImportTarget
from etl.load.bulk.transactions import BulkLoad
from etl.load.merged.merge import rebuild
from etl.load.write import ROW_GROUP
from etl.query.canonical import query_hash
from etl.query.parser import parse
from etl.uses import USES
from tests.benchmarks import made_docdb
from warehouse.core import connect
from warehouse.migrate import migrate

NOW = datetime(2026, 1, 2)
LIDAR, BEARING = parse("ti:lidar"), parse("ti:bearing AND ipc:F16C33/62")
QUERIES = {
    ("lidar", query_hash(LIDAR)): LIDAR,
    ("lidar-topic", query_hash(LIDAR)): LIDAR,
    ("bearing", query_hash(BEARING)): BEARING,
}
DATA = Path(__file__).parents[3] / ".." / "shared" / "data"
TARGETS = (ImportTarget("lidar"), ImportTarget(queries=QUERIES))
UNCUT: dict[str, dict[str, list[tuple[object, ...]]]] = {}  # by the key of the target: what an import at one go leaves


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    con = connect(tmp_path / "core.duckdb")
    migrate(con)
    return con


@pytest.fixture
def docdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """About 500 documents, one of them broken, in some forty pieces, two pieces a transaction."""
    path = tmp_path / "made.xml"
    made_docdb.write(path, 3)
    data = path.read_bytes()
    middle = data.index(b"<exch:parties>", len(data) // 2)
    path.write_bytes(data[:middle] + b"<oops>" + data[middle:])
    monkeypatch.setattr(documents, "PIECE", 80_000)
    monkeypatch.setattr(documents.cut, "__defaults__", (80_000,))
    monkeypatch.setattr(transactions, "BATCHES", 2)
    monkeypatch.setattr(transactions, "READ_DOCUMENTS", 20)
    return path


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return con.execute(query).fetchall()


def state(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    return {
        "records": rows(
            con, "SELECT publication_number, row_no, content_hash, valid_to FROM source_records ORDER BY ALL"
        ),
        "hits": rows(con, "SELECT technology_id, query_hash, publication_number, row_no FROM source_hits ORDER BY ALL"),
        "rejects": rows(con, "SELECT row_no, reason, file FROM rejects ORDER BY ALL"),
        "pages": rows(con, "SELECT state, path, byte_count, content_sha256, record_count, reject_count FROM pages"),
    }  # fmt: skip


def test_all_records_onto_one_technology_and_the_file_is_named_not_copied(con, docdb):
    done = import_bulk(con, 1, docdb, DOCDB, ImportTarget("lidar"), now=NOW)
    assert done.documents == done.records + done.rejects > 400
    assert (done.rejects, done.refused, done.count.new) == (1, None, done.records)
    assert done.matches == {"lidar": done.records}
    digest = hashlib.sha256(docdb.read_bytes()).hexdigest()
    assert state(con)["pages"] == [("loaded", None, docdb.stat().st_size, digest, done.records, 1)]
    assert rows(con, "SELECT DISTINCT query_hash FROM source_hits") == [("import",)]
    assert rows(con, "SELECT source, is_synthetic FROM sources") == [("docdb", False)]


def test_without_a_technology_the_watched_queries_decide_locally(con, docdb):
    done = import_bulk(con, 1, docdb, DOCDB, ImportTarget(queries=QUERIES), now=NOW)
    assert done.matches["lidar"] == done.matches["lidar-topic"] > 0
    assert done.matches["bearing"] > 0
    assert done.records < done.documents
    rebuild(con, {query_hash: query for (_, query_hash), query in QUERIES.items()})
    found = dict(rows(con, "SELECT technology_id, count(*) FROM memberships WHERE basis = 'local' GROUP BY ALL"))
    assert found == done.matches
    assert rows(con, "SELECT count(*) FROM memberships WHERE basis <> 'local'") == [(0,)]


@pytest.mark.parametrize("row_group", [ROW_GROUP, 17], ids=["transactions by reading", "by row groups"])
@pytest.mark.parametrize(
    "target", [ImportTarget("lidar"), ImportTarget(queries=QUERIES)], ids=["technology", "queries"]
)
@pytest.mark.parametrize("at", [1, 5, 17])
def test_a_killed_import_goes_on_where_it_was_cut_and_ends_the_same(
    con, docdb, tmp_path, monkeypatch, target, at, row_group
):
    monkeypatch.setattr(transactions, "ROW_GROUP", row_group)

    def kill(what: str, _done: int, _total: int | None, count: list[int] = []) -> None:  # noqa: B006 - counts its calls
        if what.startswith("import"):
            count.append(1)
            if len(count) == at:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_bulk(con, 1, docdb, DOCDB, target, now=NOW, progress=kill)
    assert rows(con, "SELECT state FROM pages") == [("landed",)]
    done = import_bulk(con, 1, docdb, DOCDB, target, now=NOW)
    assert (done.resumed_at > 0) == (at > 1)
    if target.key() not in UNCUT:
        (tmp_path / "whole").mkdir()
        whole = connect(tmp_path / "whole" / "core.duckdb")
        migrate(whole)
        import_bulk(whole, 1, docdb, DOCDB, target, now=NOW)
        UNCUT[target.key()] = state(whole)
    assert state(con) == UNCUT[target.key()]


def test_transactions_end_where_row_groups_do(con, docdb, tmp_path, monkeypatch):
    """A batch may end in the next transaction; nothing is lost or counted twice at the seam."""
    import_bulk(con, 1, docdb_file(tmp_path / "before.xml", made_docdb.document(random.Random(1), 9)), DOCDB,
                ImportTarget("lidar"), now=NOW)  # fmt: skip
    monkeypatch.setattr(transactions, "ROW_GROUP", 29)
    monkeypatch.setattr(transactions, "READ_DOCUMENTS", 1_000_000)
    ends = []
    commit = BulkLoad._commit

    def watched(self: BulkLoad) -> None:
        is_open = self._is_open
        commit(self)
        if is_open:
            ends.append(rows(con, "SELECT count(*) FROM source_records")[0][0])

    monkeypatch.setattr(BulkLoad, "_commit", watched)
    done = import_bulk(con, 1, docdb, DOCDB, ImportTarget("lidar"), now=NOW)
    assert ends[:-1] == list(range(29, done.records + 1, 29))
    assert ends[-1] == done.records + 1
    assert done.documents == done.records + done.rejects
    assert rows(con, "SELECT count(DISTINCT row_no) FROM source_records WHERE page_id = 2") == [(done.records,)]
    assert rows(con, "SELECT record_count, reject_count FROM pages WHERE page_id = 2") == [(done.records, 1)]


@pytest.mark.parametrize("row_group", [ROW_GROUP, 3])
def test_of_two_statements_in_one_file_the_later_stands(con, tmp_path, monkeypatch, row_group):
    """Within one load, between the loads of one transaction, and between transactions."""
    monkeypatch.setattr(transactions, "ROW_GROUP", row_group)
    monkeypatch.setattr(documents.cut, "__defaults__", (20_000,))
    monkeypatch.setattr(transactions, "BATCHES", 1)
    dice = random.Random(5)
    made = [made_docdb.document(dice, n) for n in range(1, 13)]

    def titled(n: int, title: str) -> str:
        return re.sub(r"(<exch:invention-title[^>]*>)[^<]*", rf"\g<1>{title}", made[n - 1])

    documents_ = [titled(1, "A"), titled(1, "B"), *made[1:], titled(2, "C"), titled(1, "D")]
    done = import_bulk(con, 1, docdb_file(tmp_path / "twice.xml", *documents_), DOCDB, ImportTarget("lidar"), now=NOW)
    current = "SELECT number, titles[1].text, row_no FROM source_records WHERE valid_to IS NULL"
    assert rows(con, f"{current} AND number IN ('1', '2') ORDER BY 1") == [("1", "D", 15), ("2", "C", 14)]
    assert rows(con, "SELECT count(*) FROM source_records WHERE valid_to IS NULL") == [(12,)]
    assert done.records == 15
    assert rows(con, "SELECT count(*), count(DISTINCT publication_number) FROM source_hits") == [(12, 12)]


def test_a_file_of_wide_records_gets_all_the_memory_it_needs(con, docdb, tmp_path, monkeypatch):
    """Where DuckDB's share does not do, what was committed stays and the rest is loaded without the limit."""
    raised = []

    @contextmanager
    def watched(con: duckdb.DuckDBPyConnection, limit: str) -> Iterator[None]:
        con.execute("SET temp_directory = ''")  # nowhere to write to
        try:
            with transactions.frugal(con, limit):
                yield
        except duckdb.OutOfMemoryException:
            raised.append(rows(con, "SELECT count(*) FROM source_records")[0][0])
            raise

    monkeypatch.setattr(bulk, "frugal", watched)
    monkeypatch.setattr(bulk, "MEMORY", "9MB")
    done = import_bulk(con, 1, docdb, DOCDB, ImportTarget("lidar"), now=NOW)
    assert raised[0] > 0, "something was committed before"
    whole = connect(tmp_path / "other.duckdb")
    migrate(whole)
    monkeypatch.undo()
    assert import_bulk(whole, 1, docdb, DOCDB, ImportTarget("lidar"), now=NOW) == done
    assert state(con) == state(whole)


def test_again_makes_no_version_and_no_second_hit(con, docdb):
    first = import_bulk(con, 1, docdb, DOCDB, ImportTarget("lidar"), now=NOW)
    again = import_bulk(con, 2, docdb, DOCDB, ImportTarget("lidar"), now=NOW)
    assert (again.count.new, again.count.changed, again.count.unchanged) == (0, 0, first.records)
    assert len(state(con)["hits"]) == first.records


def test_a_file_that_breaks_off_keeps_what_came_before_and_says_so(con, docdb, tmp_path):
    import gzip

    packed = tmp_path / "a.xml.gz"
    packed.write_bytes(gzip.compress(docdb.read_bytes())[:-9000])
    assert bulk_kind(packed) == DOCDB
    done = import_bulk(con, 1, packed, DOCDB, ImportTarget("lidar"), now=NOW)
    assert "archive is damaged" in (done.refused or "")
    assert len(state(con)["records"]) == done.records > 100
    assert rows(con, "SELECT state, record_count FROM pages") == [("refused", done.records)]


@pytest.mark.parametrize("where", ["between", "inside"])
def test_a_file_cut_anywhere_is_refused_with_all_that_came(con, docdb, tmp_path, where):
    data, end = docdb.read_bytes(), b"</exch:exchange-document>"
    cut = tmp_path / "cut.xml"
    stop = data.index(end, len(data) // 3) + len(end)
    cut.write_bytes(data[: stop + (0 if where == "between" else 700)])
    done = import_bulk(con, 1, cut, DOCDB, ImportTarget("lidar"), now=NOW)
    assert done.refused is not None
    assert done.refused.startswith("cut.xml: the file ends ")
    assert done.records == data[:stop].count(end)
    assert len(state(con)["records"]) == done.records
    assert [r[0] for r in state(con)["pages"]] == ["refused"]


def docdb_file(path: Path, *documents: str) -> Path:
    path.write_text(made_docdb._HEAD.format(count=len(documents)) + "".join(documents) + made_docdb.TAIL)
    return path


@pytest.mark.parametrize(
    "target", [ImportTarget("lidar"), ImportTarget(queries=QUERIES)], ids=["technology", "queries"]
)
def test_what_the_file_deletes_is_withdrawn_and_its_version_kept(con, tmp_path, target):
    """A weekly file deletes one of two documents that are in the warehouse, and one that never did."""
    dice = random.Random(5)
    first, second, other = (made_docdb.document(dice, n) for n in (11, 12, 13))
    titled = [re.sub(r"(<exch:invention-title[^>]*>)[^<]*", r"\1Lidar apparatus", d) for d in (first, second)]
    import_bulk(con, 1, docdb_file(tmp_path / "w1.xml", *titled), DOCDB, target, now=NOW)
    before = state(con)
    deletions = [d.replace('status="A"', 'status="D"') for d in (titled[0], other)]
    done = import_bulk(con, 2, docdb_file(tmp_path / "w2.xml", *deletions), DOCDB, target, now=NOW + timedelta(days=7))
    assert done.withdrawn == 1
    assert done.refused is None
    current = rows(con, "SELECT number FROM source_records WHERE valid_to IS NULL")
    assert current == [("12",)]
    assert [r[:3] for r in state(con)["records"]] == [r[:3] for r in before["records"]], "the old version is kept"
    hits = set(rows(con, "SELECT publication_number, withdrawn_run FROM source_hits"))
    assert {run for number, run in hits if "-11-" in str(number)} == {2}
    assert {run for number, run in hits if "-12-" in str(number)} == {None}


def test_a_document_that_matches_no_more_is_updated_and_its_hit_withdrawn(con, tmp_path):
    dice, target = random.Random(5), ImportTarget(queries=QUERIES)
    document = made_docdb.document(dice, 11)

    def titled(title: str) -> str:
        named = re.sub(r"(<exch:invention-title[^>]*>)[^<]*", rf"\g<1>{title}", document)
        return re.sub(r"(?i)lidar(?! apparatus)|bearing", "widget", named)

    import_bulk(con, 1, docdb_file(tmp_path / "w1.xml", titled("Lidar apparatus")), DOCDB, target, now=NOW)
    assert len(rows(con, "SELECT 1 FROM source_hits WHERE withdrawn_run IS NULL")) == 2
    later = import_bulk(
        con, 2, docdb_file(tmp_path / "w2.xml", titled("Radar apparatus")), DOCDB, target, now=NOW + timedelta(days=7)
    )
    assert (later.count.changed, later.matches) == (1, {})
    assert rows(con, "SELECT titles[1].text FROM source_records WHERE valid_to IS NULL") == [("Radar apparatus",)]
    assert rows(con, "SELECT DISTINCT withdrawn_run FROM source_hits") == [(2,)]
    import_bulk(con, 3, tmp_path / "w1.xml", DOCDB, target, now=NOW + timedelta(days=14))
    assert rows(con, "SELECT DISTINCT withdrawn_run FROM source_hits") == [(None,)]


def test_fewer_documents_than_stated_are_noted_not_refused(con, tmp_path):
    dice = random.Random(5)
    path = docdb_file(tmp_path / "few.xml", *(made_docdb.document(dice, n) for n in (1, 2, 3)))
    path.write_text(path.read_text().replace("0000003", "0000018"))
    done = import_bulk(con, 1, path, DOCDB, ImportTarget("lidar"), now=NOW)
    assert (done.refused, done.records) == (None, 3)
    assert done.note == "few.xml: the file states 18 documents and holds 3; is it all of it?"
    assert dry_run(docdb_file(path, made_docdb.document(dice, 1)), DOCDB, ImportTarget("lidar")).note is None


def uses_of(record):
    """The uses that one record states enough for, read off the record itself."""
    residence = bool(record.applicants and record.applicants[0][2])
    stated = {
        "applications": True,
        "citations": record.citation_count is not None or record.cited_by is not None,
        "claims": record.claim_count is not None,
        "pct": record.is_pct is not None,
        "ipc_shift": bool(record.ipc) and record.filing_date is not None,
        "country_residence": residence,
        "country_any": residence or bool(record.priorities) or bool(record.authority),
        "in_force": record.legal_status is not None,
    }
    return [name for name, there in stated.items() if there]


def test_dry_run_says_what_each_indicator_can_use(docdb):
    tried = dry_run(docdb, DOCDB, ImportTarget())
    expected = Counter(use for batch in stream_records(docdb) for record in batch.records for use in uses_of(record))
    assert tried.usable == {name: expected[name] for name in USES}
    assert set(expected) <= set(USES)
    assert 0 < tried.usable["ipc_shift"] <= tried.records
    assert tried.usable["claims"] == 0


def test_dry_run_counts_and_loads_nothing(con, docdb):
    tried = dry_run(docdb, DOCDB, ImportTarget(queries=QUERIES))
    done = import_bulk(con, 1, docdb, DOCDB, ImportTarget(queries=QUERIES), now=NOW)
    assert (tried.documents, tried.records, tried.rejects, tried.matches) == (
        done.documents, done.records, done.rejects, done.matches,
    )  # fmt: skip


def test_archives_of_archives_as_the_office_delivers_them(con, docdb, tmp_path):
    inner, outer = tmp_path / "inner.zip", tmp_path / "weekly.bin"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(docdb, "DOCDB-001.xml")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "Root/DOC/inner.zip")
        archive.writestr("Root/index.html", "x")
    assert bulk_kind(outer) == DOCDB
    done = import_bulk(con, 1, outer, DOCDB, ImportTarget("lidar"), now=NOW)
    assert done.records > 400


def google_row(number: int, *cited: int) -> dict[str, object]:
    return {
        "publication_number": f"US-{number}-B1", "publication_date": 20100101 + number % 28, "family_id": str(number),
        "title_localized": [{"text": "A lidar" if number % 2 else "A pump", "language": "en"}],
        "citation": [{"publication_number": f"US-{n}-B1"} for n in cited],
    }  # fmt: skip


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    rng = random.Random(1)
    made = [google_row(n, *rng.sample(range(7650000, n), 2)) for n in range(7650010, 7650110)]
    files = [tmp_path / "publications-0", tmp_path / "publications-1"]
    for file, part in zip(files, (made[:60], made[60:]), strict=True):
        file.write_text("\n".join(json.dumps(row) for row in part) + "\n")
    monkeypatch.setattr("etl.bulk.google.BATCH", 10)
    monkeypatch.setattr(transactions, "BATCHES", 2)
    monkeypatch.setattr(transactions, "READ_DOCUMENTS", 20)
    return files


def test_google_tables_by_query_with_complete_forward_citations(con, table):
    assert [bulk_kind(file) for file in table] == [GOOGLE, GOOGLE]
    done = [import_bulk(con, 1, file, GOOGLE, ImportTarget(queries=QUERIES), now=NOW) for file in table]
    assert [d.documents for d in done] == [60, 40]
    assert sum(d.matches["lidar"] for d in done) == 50
    assert invert_google(con, 1, table, now=NOW, progress=lambda *_: None) == 50
    lines = [json.loads(line) for file in table for line in file.read_text().splitlines()]
    expected: dict[str, set[str]] = {}
    for line in lines:
        for item in line["citation"]:
            expected.setdefault(item["publication_number"], set()).add(line["publication_number"])
    found = rows(con, "SELECT publication_number, cited_by, citation_count FROM source_records WHERE part = 'citing'")
    assert len(found) == 50
    for number, cited_by, count in found:
        assert {c["publication_number"] for c in cited_by} == expected.get(number, set())
        assert count == len(expected.get(number, set()))


def test_a_google_file_is_continued_behind_the_row_it_was_cut_at(con, table):
    def kill(what: str, done: int, _total: int | None) -> None:
        if what.startswith("import") and done > 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_bulk(con, 1, table[0], GOOGLE, ImportTarget("lidar"), now=NOW, progress=kill)
    done = import_bulk(con, 1, table[0], GOOGLE, ImportTarget("lidar"), now=NOW)
    assert (done.resumed_at, done.records) == (20 if done.resumed_at == 20 else 40, 60 - done.resumed_at)
    assert rows(con, "SELECT count(*), min(row_no), max(row_no) FROM source_records") == [(60, 1, 60)]
    assert rows(con, "SELECT record_count FROM pages") == [(60,)]


@pytest.mark.skipif(not DATA.is_dir(), reason="the real files (../shared/data) are not here")
@pytest.mark.parametrize(("name", "count"), [("DE-backfile.xml", 10), ("WO-2022259205-A1_544370561.xml", 1)])
def test_real_docdb_files(con, name, count):
    file = DATA / "docdb_xml" / name
    assert bulk_kind(file) == DOCDB
    done = import_bulk(con, 1, file, DOCDB, ImportTarget("lidar"), now=NOW, exported_on=date(2024, 2, 18))
    assert (done.records, done.rejects) == (count, 0)
    assert rows(con, "SELECT service_date FROM pages") == [(date(2024, 2, 18),)]


@pytest.mark.skipif(not DATA.is_dir(), reason="the real files (../shared/data) are not here")
def test_no_export_is_taken_for_a_bulk_file():
    exports = [p for folder in ("lens_csv", "patsnap_zh", "cnipa_zh", "google_patents", "wipo_patentscope", "citations")
               for p in (DATA / folder).iterdir()]  # fmt: skip
    assert len(exports) >= 9
    assert {bulk_kind(p) for p in exports} == {None}
