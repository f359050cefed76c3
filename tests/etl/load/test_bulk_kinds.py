"""Files of offices and folders of tables go the way of all bulk files: by technology or query, cut and continued."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from etl.bulk.detect import bulk_kind
from etl.load.bulk import transactions
from etl.load.bulk.importing import dry_run, import_bulk
from etl.load.bulk.target import ImportTarget
from etl.load.merged.merge import rebuild
from etl.query.canonical import query_hash
from etl.query.parser import parse
from tests.etl.offices import samples
from tests.etl.patstat.test_patstat import TABLES
from warehouse.core import connect
from warehouse.migrate import migrate

NOW = datetime(2026, 1, 2)


def _warehouse(folder: Path) -> duckdb.DuckDBPyConnection:
    folder.mkdir(exist_ok=True)
    con = connect(folder / "core.duckdb")
    migrate(con)
    return con


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "tables"
    path.mkdir()
    for name, text in TABLES.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


def test_a_folder_of_tables_is_one_file_of_the_log(tmp_path: Path, folder: Path) -> None:
    con = _warehouse(tmp_path / "w")
    done = import_bulk(con, 1, folder, "patstat", ImportTarget("chip"), now=NOW)
    assert (done.documents, done.records, done.count.new, done.refused) == (5, 5, 5, None)
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    (page,) = con.execute("SELECT state, content_sha256, byte_count, record_count, reject_count FROM pages").fetchall()
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert page == ("loaded", digest.hexdigest(), size, 5, done.rejects)
    assert import_bulk(con, 2, folder, "patstat", ImportTarget("chip"), now=NOW).count.unchanged == 5
    rebuild(con, {})
    families = con.execute("SELECT family_id, country, country_method, is_pct FROM families ORDER BY 1").fetchall()
    assert families == [("docdb:101", "CN", "residence", True), ("docdb:102", "DE", "office", None)]
    assert con.execute("SELECT count(*) FROM citations").fetchall() == [(2,)]
    events = con.execute("SELECT publication_number, category FROM legal_events ORDER BY ALL").fetchall()
    numbers = ("CN-107000001-A", "CN-107000001-B")  # both publications of the application
    assert events == [
        *((number, category) for number in numbers for category in ("assignment", "grant")),
        ("DE-102019000001-A1", "lapse"), ("US-2020185701-A1", "inventor_assignment"),
    ]  # fmt: skip


def test_queries_decide(tmp_path: Path, folder: Path) -> None:
    query = parse("ti:made OR ipc:H02G")
    target = ImportTarget(queries={("made", query_hash(query)): query})
    con = _warehouse(tmp_path / "w")
    assert import_bulk(con, 1, folder, "patstat", target, now=NOW).matches == {
        "made": 2
    }  # both publications of the title
    path = tmp_path / "answer.xml"
    path.write_text(samples.KIPRIS, encoding="utf-8")
    assert dry_run(path, "kipris_plus", target).matches == {"made": 2}


def test_records_of_one_document_are_not_divided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut import goes on behind a document, so both publications of an item are in one transaction."""
    path = tmp_path / "answer.xml"
    item = samples.KIPRIS[samples.KIPRIS.index("<PatentUtilityInfo>") : samples.KIPRIS.index("</PatentUtilityInfo>")]
    items = [item.replace("00501", f"{n:05d}").replace("2501", f"{n:04d}") for n in range(1, 6)]
    path.write_text("<response>" + "".join(f"{i}</PatentUtilityInfo>" for i in items) + "</response>", encoding="utf-8")
    assert bulk_kind(path) == "kipris_plus"
    monkeypatch.setattr(transactions, "ROW_GROUP", 3)
    committed = []
    commit = transactions.BulkLoad._commit

    def watched(load: transactions.BulkLoad) -> None:
        commit(load)
        committed.append(load._con.execute("SELECT max(row_no), count(*) FROM source_records").fetchall()[0])

    monkeypatch.setattr(transactions.BulkLoad, "_commit", watched)
    import_bulk(_warehouse(tmp_path / "w"), 1, path, "kipris_plus", ImportTarget("chip"), now=NOW)
    assert committed[-1] == (5, 10)
    assert len(committed) > 2
    assert all(count == 2 * last for last, count in committed)
