"""Mutated inputs through every parser: no crash, no hang, no silent loss; each yields records or a reason.

``STUCKNECK_FUZZ=200000`` sets how many inputs are tried in all; the seed is fixed, so a failure names its own number.
"""

# ruff: noqa: E501 - the seeds are read as lists

from __future__ import annotations

import json
import os
import random
import time
from contextlib import suppress

import pytest

from etl.bulk.batches import stream_tables
from etl.bulk.docdb import stream_records
from etl.bulk.google import stream_google
from etl.exports import ExportReader
from etl.exports.vendor import packaged_vendors
from etl.normalise import claims, dates, ipc, names
from etl.normalise.numbers import canonical as numbers
from etl.normalise.places import countries, provinces
from etl.query.parser import parse
from etl.records import PageRefusedError
from tests.benchmarks import made_docdb
from tests.etl.exports import made_exports as made
from tests.etl.fuzz import mutate

COUNT = int(os.environ.get("STUCKNECK_FUZZ", "1500"))
SECONDS = 20.0  # of processor time: thousands of times what an input takes, and far under what a hang would
QUERY = {"q": parse("ti:lidar AND ipc:H01L")}


def share(part):
    return max(int(COUNT * part), 10)


def checked(number, parse_all):
    """Run one input; give the counts (records, rejects), or None when it was refused with a reason."""
    start = time.process_time()
    try:
        return parse_all()
    except PageRefusedError as refused:
        return None if str(refused).strip() else (0, 0)  # a refusal without a reason is a loss
    finally:
        assert time.process_time() - start < SECONDS, f"input {number} took too long"


def export(path):
    reader = ExportReader(path)
    records, rejects = 0, []
    for batch in reader:
        records += len(batch.records)
        rejects += batch.rejects
    skipped = sum(r.action == "record skipped" for r in rejects)
    assert records + skipped >= reader.rows, "a row gave neither a record nor a reason"
    assert all(r.reason for r in rejects)
    return records, len(rejects)


def test_exports_as_text(tmp_path):
    path = tmp_path / "fuzz"
    tables = [made.rows(vendor, 5) for vendor in packaged_vendors().values() if not vendor.refuse]
    got = 0
    for number in range(share(0.4)):
        rng = random.Random(number)
        table = rng.choice(tables)
        if rng.random() < 0.7:
            table = mutate.of_table(rng, table)
        content = (
            made.csv_bytes(table, line_end=rng.choice(["\n", "\r\n", "\r"]))
            .decode()
            .encode(rng.choice(made.ENCODINGS), "replace")
        )
        path.write_bytes(content if rng.random() < 0.5 else mutate.of_bytes(rng, content))
        got += checked(number, lambda: export(path)) is not None
    assert got  # the mutations leave something to read


def test_exports_as_workbooks_and_archives(tmp_path):
    path = tmp_path / "fuzz"
    table = made.rows(packaged_vendors()["patsnap_zh"], 3)
    seeds = [made.xlsx_bytes(table), made.zip_bytes({"a.csv": made.csv_bytes(table), "b.xlsx": made.xlsx_bytes(table)})]
    for number in range(share(0.15)):
        rng = random.Random(number)
        path.write_bytes(mutate.of_bytes(rng, rng.choice(seeds)))
        checked(number, lambda: export(path))


def docdb(path):
    batches = list(stream_records(path))
    filtered = list(stream_tables(path, QUERY))
    assert sum(b.table.height for b in filtered) <= sum(len(b.records) for b in batches)
    return sum(len(b.records) for b in batches), sum(len(b.rejects) for b in batches)


def test_docdb(tmp_path):
    path = tmp_path / "fuzz.xml"
    seed = b"".join(made_docdb.chunks(0.02, 3))
    for number in range(share(0.25)):
        rng = random.Random(number)
        path.write_bytes(mutate.of_xml(rng, seed))
        counts = checked(number, lambda: docdb(path))
        assert counts is None or sum(counts) > 0, f"input {number} was lost without a word"


ROW = {
    "publication_number": "US-7650331-B1", "application_number": "US-87165304-A", "family_id": "1", "title_localized": [{"text": "x", "language": "en"}],
    "claims_localized": [{"text": "1. A."}], "publication_date": 20100119, "filing_date": 20040618, "assignee": ["x"], "pct_number": "",
    "priority_claim": [{"application_number": "US-1-A", "filing_date": 20040618}], "assignee_harmonized": [{"name": "x", "country_code": "US"}],
    "ipc": [{"code": "H04L12/00", "first": True}], "citation": [{"publication_number": "US-5414849-A", "category": "SEA"}],
}  # fmt: skip


def google(path, lines):
    batches = list(stream_google([path]))
    records = sum(r.part == "biblio" for b in batches for r in b.records)
    skipped = sum(r.action == "record skipped" for b in batches for r in b.rejects)
    assert records + skipped >= lines, "a line gave neither a record nor a reason"
    return records, skipped


def test_google(tmp_path):
    path = tmp_path / "fuzz.json"
    first = json.dumps(ROW).encode()
    for number in range(share(0.1)):
        rng = random.Random(number)
        lines = [first, *(mutate.json_line(rng, ROW) for _ in range(4))]
        path.write_bytes(b"\n".join(lines) + b"\n")
        assert checked(number, lambda lines=lines: google(path, sum(bool(line.strip()) for line in lines)))


CELLS = [
    "CN201220249766.X",
    "US 2011/0185700 A1",
    "特開昭59-173524",
    "H01L 21/02",
    "2013-01-04",
    "1. A. 2. B.",
    "江苏省南通市",
    "NOKIA OYJ [FI]",
    "PCT/EP2008/062623",
]


def _claims(text):
    return claims.claim_count([text])


REFUSALS = (numbers.NumberRefusedError, dates.DateRefusedError, ipc.IpcRefusedError)
FUNCTIONS = [
    numbers.parse_publication_number, numbers.parse_application_number, dates.parse_date, ipc.ipc_symbol, _claims, provinces.province,
    names.fold_name, countries.country_code,
]  # fmt: skip


def test_normalisation():
    for number in range(share(0.1)):
        rng = random.Random(number)
        cell = mutate.of_bytes(rng, rng.choice(CELLS).encode()).decode("utf-8", "replace")
        for function in FUNCTIONS:
            start = time.process_time()
            with suppress(*REFUSALS):
                function(cell)
            assert time.process_time() - start < SECONDS, f"{function.__name__} hangs on input {number}"


@pytest.mark.parametrize(
    "text", ["1. " * 30000, "A" * 100000, "1 " * 50000, "[CN" * 20000, "20" * 50000, "市" * 50000, "\n" * 100000 + "1."]
)
def test_long_texts_do_not_hang(text):
    for function in FUNCTIONS:
        start = time.process_time()
        with suppress(*REFUSALS):
            function(text)
        assert time.process_time() - start < SECONDS, function.__name__
