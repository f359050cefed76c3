"""Google's publications table: nested rows, unknowns, forward citations over the whole table."""

import gzip
import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.bulk.detect import GOOGLE, bulk_kind
from etl.bulk.google import stream_google
from etl.records import PageRefusedError

ROWS = [
    {
        "publication_number": "US-7650331-B1",
        "application_number": "US-87165304-A",
        "country_code": "US",
        "kind_code": "B1",
        "application_kind": "A",
        "pct_number": "",
        "family_id": "41510000",
        "title_localized": [{"text": "System", "language": "en"}],
        "abstract_localized": [],
        "claims_localized": [{"text": "1. A system. 2. The system of claim 1.", "language": "en", "truncated": False}],
        "publication_date": 20100119,
        "filing_date": 20040618,
        "grant_date": 20100119,
        "priority_date": 20040618,
        "priority_claim": [{"application_number": "US-87165304-A", "filing_date": 20040618}],
        "assignee": ["Google"],
        "assignee_harmonized": [{"name": "GOOGLE INC", "country_code": "US"}],
        "ipc": [{"code": "H04L12/00", "first": False}, {"code": "G06F15/16", "first": True}],
        "cpc": [{"code": "G06F9/5066", "first": True}],
        "citation": [
            {"publication_number": "US-5414849-A", "type": "", "category": "SEA", "npl_text": ""},
            {"publication_number": "", "npl_text": "a book"},
        ],
    },
    {
        "publication_number": "CN-101234567-A",
        "application_number": "CN-200710012345-A",
        "family_id": "-1",
        "publication_date": "20080806",
        "filing_date": 0,
        "priority_date": 0,
        "title_localized": [{"text": "装置", "language": "zh"}],
        "citation": [{"publication_number": "US-7650331-B1", "category": "APP"}],
        "new_field": 1,
    },
    {
        "publication_number": "EP-2062623-A1",
        "pct_number": "PCT/EP2008/062623",
        "publication_date": 20090527,
        "citation": [{"publication_number": "US-7650331-B1"}],
    },
    {"publication_number": "nonsense", "publication_date": 20090527},
]


@pytest.fixture
def ndjson(tmp_path):
    path = tmp_path / "publications.json"
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\nnot json\n")
    return path


def read(*paths, **options):
    batches = list(stream_google(paths, **options))
    return [r for b in batches for r in b.records], [r for b in batches for r in b.rejects], batches


def test_nested_row_field_by_field(ndjson):
    record = read(ndjson, invert=False)[0][0]
    assert record.publication_number == "US-7650331-B1"
    assert record.application_number == "US-87165304"
    assert record.source_family_id == "docdb:41510000"
    assert record.ipc == ["G06F15/16", "H04L12/00"]  # the one marked first leads
    assert record.applicants == [(1, "GOOGLE INC", "US", None)]
    assert record.cites == [("US-5414849-A", "SEA", None)]
    assert record.claim_count == 2
    assert record.is_pct is None  # this application is no PCT application; of its family nothing is said
    assert record.priorities == [("US-87165304", date(2004, 6, 18))]


def test_unknowns_stay_unknown(ndjson):
    record = read(ndjson, invert=False)[0][1]
    assert record.source_family_id is None
    assert record.filing_date is None
    assert record.publication_date == date(2008, 8, 6)
    assert record.is_pct is None
    assert record.claim_count is None
    assert record.applicants is None


def test_rejects_and_schema_drift_are_kept(ndjson):
    records, rejects, batches = read(ndjson, invert=False)
    assert len(records) == 3
    assert len(rejects) == 2
    assert batches[0].leftover == {"new_field": 1}
    assert records[2].is_pct is True


def test_forward_citations_come_from_the_whole_table_not_the_kept_part(ndjson):
    records, _, _ = read(ndjson, keep=lambda r: r.authority == "US")
    assert [(r.publication_number, r.part) for r in records] == [
        ("US-7650331-B1", "biblio"),
        ("US-7650331-B1", "citing"),
    ]
    assert records[1].cited_by == [("CN-101234567-A", date(2008, 8, 6)), ("EP-2062623-A1", date(2009, 5, 27))]
    assert records[1].citation_count == 2


def test_parquet_and_gz_give_the_same_records(ndjson, tmp_path):
    packed = tmp_path / "p.json.gz"
    packed.write_bytes(gzip.compress(ndjson.read_bytes()))
    assert read(packed)[0] == read(ndjson)[0]
    table = pa.Table.from_pylist(
        [
            {k: row.get(k) for k in ("publication_number", "family_id", "publication_date", "citation")}
            for row in ROWS[:1] + ROWS[2:3]
        ]
    )
    pq.write_table(table, tmp_path / "p.parquet")
    records = read(tmp_path / "p.parquet")[0]
    assert [r.publication_number for r in records if r.part == "citing"] == ["US-7650331-B1", "EP-2062623-A1"]
    assert records[2].cited_by == [("EP-2062623-A1", date(2009, 5, 27))]


@pytest.mark.parametrize("content", [b"PAR1broken", b'{"title": "x"}\n', b"\x1f\x8bbroken"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(PageRefusedError):
        read(path)


def test_one_array_of_objects_is_the_same_as_one_object_a_line(tmp_path, monkeypatch):
    """A download of the console, read piece by piece."""
    monkeypatch.setattr("etl.bulk.google._CHUNK", 7)
    lines, array = tmp_path / "rows.json", tmp_path / "array.json"
    lines.write_text("\n".join(json.dumps(row) for row in ROWS))
    array.write_text("[" + json.dumps(ROWS[0], indent=2) + ",\n" + ", ".join(json.dumps(r) for r in ROWS[1:]) + ",7]\n")
    assert bulk_kind(lines) == bulk_kind(array) == GOOGLE
    (by_line,), (by_array,) = list(stream_google([lines], invert=False)), list(stream_google([array], invert=False))
    assert by_array.records == by_line.records
    assert [r.row_no for r in by_array.rejects] == [r.row_no for r in by_line.rejects] + [5]


def test_an_array_that_breaks_off_keeps_what_came_before(tmp_path):
    path = tmp_path / "array.json"
    path.write_text(json.dumps(ROWS[:3])[:-40])
    found: list[str] = []
    numbers = (r.publication_number for batch in stream_google([path], invert=False) for r in batch.records)
    with pytest.raises(PageRefusedError, match="behind row 2"):
        found.extend(numbers)
    assert found == ["US-7650331-B1", "CN-101234567-A"]


def test_nested_fields_written_as_texts_and_plain_codes(tmp_path):
    row = {k: json.dumps(v) if isinstance(v, list) and k != "assignee" else v for k, v in ROWS[0].items()}
    plain = {"publication_number": "EP-2062624-A1", "citation": [], "ipc": ["H01L21/02", "H01X1/00"],
             "publication_date": "20090527"}  # fmt: skip
    path = tmp_path / "rows.json"
    path.write_text("\n".join(map(json.dumps, (ROWS[0], row, plain))))
    (batch,) = stream_google([path], invert=False)
    first, second, third = batch.records
    second.row_no = first.row_no
    assert second == first
    assert third.ipc == ["H01L21/02"]
    assert [r.column_name for r in batch.rejects] == ["ipc"]


def test_rows_of_a_query_of_ones_own_are_an_export(tmp_path):
    path = tmp_path / "flat.json"
    path.write_text('[{"publication_number": "US-4816567-A", "title": "x", "number_of_cited_by": "12642"}]')
    assert bulk_kind(path) is None


def test_a_date_of_grant_tells_a_grant_where_the_kind_does_not(tmp_path):
    published = {"publication_date": 20090527, "citation": []}
    rows = [published | {"publication_number": "UZ-100", "grant_date": 20090527}]
    rows += [published | {"publication_number": "UZ-101", "grant_date": 0}]
    file = tmp_path / "rows.ndjson"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    found = [record.publication_type for record in read(file, invert=False)[0]]
    assert found == ["grant", None]
