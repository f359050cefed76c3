"""Bulk files as rows: records, deletions and rejects keep their order, and a file that breaks off says so."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from etl.bulk.detect import DOCDB, GOOGLE
from etl.engines.parse import PLACES, REFUSED, ROWS, BulkFile, parse_file
from etl.engines.run import NoBulkFileError, bulk_files

DOCDB_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<exch:exchange-documents xmlns:exch="http://www.epo.org/exchange" no-of-documents="2">
<exch:exchange-document country="EP" doc-number="1000001" kind="A1" status="D" date-publ="20100106"/>
<exch:exchange-document country="EP" doc-number="1000002" kind="A1" date-publ="20100106" family-id="7">
<exch:bibliographic-data><exch:publication-reference data-format="docdb"><document-id><country>EP</country>
<doc-number>1000002</doc-number><kind>A1</kind><date>20100106</date></document-id></exch:publication-reference>
<exch:invention-title lang="en">A laser</exch:invention-title></exch:bibliographic-data>
</exch:exchange-document>
</exch:exchange-documents>
"""
GOOGLE_ROWS = [
    {
        "publication_number": "US-7650331-B1",
        "family_id": "41",
        "title_localized": [{"text": "Laser", "language": "en"}],
    },
    {"publication_number": "nonsense", "title_localized": []},
]


def rows(file: BulkFile) -> list[dict[str, object]]:
    return pl.concat([pl.DataFrame(schema=ROWS), *parse_file(file)]).to_dicts()


def test_deletions_come_before_the_records_of_their_batch(tmp_path: Path) -> None:
    path = tmp_path / "docdb.xml"
    path.write_text(DOCDB_FILE)
    found = rows(BulkFile(2, str(path), DOCDB))
    kinds = [(r["publication_number"], r["is_withdrawn"], r["reject"] is not None) for r in found]
    assert kinds == [("EP-1000001-A1", True, False), ("EP-1000002-A1", False, False), (None, False, True)]
    assert [r["place"] for r in found] == [2 * PLACES, 2 * PLACES + 1, 2 * PLACES + 2]
    assert found[1]["titles"] == [{"lang": "en", "text": "A laser"}]


def test_a_row_that_cannot_be_used_is_kept_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "google.json"
    path.write_text("\n".join(json.dumps(row) for row in GOOGLE_ROWS))
    found = rows(BulkFile(1, str(path), GOOGLE))
    assert found[0]["source_family_id"] == "docdb:41"
    reason = json.loads(str(found[1]["reject"]))
    assert reason["row_no"] == 2
    assert "nonsense" in reason["reason"] + str(reason["found"])


def test_what_came_before_a_break_stays_and_the_break_is_said(tmp_path: Path) -> None:
    path = tmp_path / "docdb.xml"
    path.write_text(DOCDB_FILE.replace("</exch:exchange-documents>", "<exch:exchange-document country='EP'>"))
    found = rows(BulkFile(1, str(path), DOCDB))
    assert "EP-1000002-A1" in [r["publication_number"] for r in found]
    rejects = [json.loads(str(r["reject"])) for r in found if r["reject"]]
    assert any(path.name in reject["reason"] for reject in rejects)
    assert {reject["action"] for reject in rejects} - {"record skipped", REFUSED} == set()


def test_files_are_numbered_in_order_and_others_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("b.xml", "a.xml"):
        (tmp_path / "in" / name).write_text(DOCDB_FILE)
    files = bulk_files([tmp_path / "in"])
    assert [(f.page_id, Path(f.path).name, f.kind) for f in files] == [(1, "a.xml", DOCDB), (2, "b.xml", DOCDB)]
    (tmp_path / "in" / "notes.txt").write_text("no patents")
    with pytest.raises(NoBulkFileError, match=r"notes\.txt"):
        bulk_files([tmp_path / "in"])
