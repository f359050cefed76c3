"""Every real export imports, or is refused, as the notes beside the files say; reports are golden (counts only)."""

import csv
import json
import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from etl.exports import dry_run, read_export
from etl.exports.read import ExportReader
from etl.normalise.dates import parse_date
from etl.normalise.ipc import ipc_symbols
from etl.normalise.places.countries import country_code
from etl.records import PageRefusedError

ROOT = Path(__file__).parents[3]
DATA = ROOT / ".." / "shared" / "data"
GOLDEN = Path(__file__).parent / "golden"
FILES = [
    "lens_csv/lens2021_bird_engine.csv",
    "lens_csv/lens2025_sangamo_full37cols_bom.csv",
    "lens_csv/lens2014_pizza_1000_cr_lineends.csv",
    "lens_csv/NEGATIVE_lens_scholarly_export_not_patents.csv",
    "patsnap_zh/patsnap_zh_20240401085613950_1999rows.xlsx",
    "patsnap_zh/ipc_date_region_16758_baddates.csv",
    "cnipa_zh/cnipa_disc_199_dotdates.xlsx",
    "google_patents/bq_ro_membrane_toray_bom.csv",
    "wipo_patentscope/patentscope_pizza_all_24294_raw.zip",
    "citations/drones_numbers_citations_15776_from_rda.csv",
]

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real export files (../shared/data) are not here")


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow) if n.startswith(("citations", "wipo")) else n for n in FILES],
)
def test_report_equals_the_golden_one(name):
    report = reported_and_read(name)[0]
    golden = GOLDEN / f"{Path(name).stem}.json"
    found = json.dumps(report.to_dict(examples=False), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("STUCKNECK_WRITE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert json.loads(found) == json.loads(golden.read_text("utf-8"))


def read(name):
    return read_export(DATA / name)


@cache
def reported_and_read(name):
    """Return the report on a file and the batches it was made from: a large file is read once."""
    batches, readers = [], []

    class Keeping(ExportReader):
        def __iter__(self):
            readers.append(self)
            for batch in super().__iter__():
                batches.append(batch)
                yield batch

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("etl.exports.report.ExportReader", Keeping)
        (report,) = dry_run([DATA / name])
    return report, batches, readers


def offices(read):
    counts = {}
    for record in read.parsed.records:
        counts[record.authority] = counts.get(record.authority, 0) + 1
    return counts


def test_lens_2021_counts_as_noted():
    found = read("lens_csv/lens2021_bird_engine.csv")
    records = found.parsed.records
    assert found.kind == "lens_csv"
    assert len(records) == 3779
    assert {k: offices(found)[k] for k in ("CN", "RU", "JP", "US", "WO")} == {
        "CN": 1228,
        "RU": 890,
        "JP": 542,
        "US": 447,
        "WO": 216,
    }
    assert sum(r.citation_count for r in records) == 13518
    assert {r.citation_count_kind for r in records} == {"publication"}
    assert sum(r.publication_date is None for r in records) == 1
    assert sum(r.ipc is None for r in records) == 21
    assert all(r.claim_count is None for r in records)  # no claims there, and unknown is not zero
    assert found.parsed.leftover == {}


def test_lens_2014_bare_cr_mac_roman_two_digit_years():
    found = read("lens_csv/lens2014_pizza_1000_cr_lineends.csv")
    assert found.detections[0].form == "mac_roman"
    assert len(found.parsed.records) == 1000
    years = [r.publication_date.year for r in found.parsed.records]
    assert (min(years), max(years)) == (1940, 2015)  # the century is the Publication Year column's, within a year
    assert all(r.filing_date is None or r.filing_date <= r.publication_date for r in found.parsed.records)
    assert found.parsed.rejects == []


def test_lens_2025_families_from_member_lists():
    found = read("lens_csv/lens2025_sangamo_full37cols_bom.csv")
    assert len(found.parsed.records) == 130
    assert all(r.source_family_id.startswith("lens_members:") for r in found.parsed.records)
    assert all(r.legal_status in {"active", "pending", "inactive"} for r in found.parsed.records)


def test_patsnap_counts_as_noted():
    found = read("patsnap_zh/patsnap_zh_20240401085613950_1999rows.xlsx")
    records = found.parsed.records
    types = [r.publication_type for r in records]
    assert len(records) == 1999
    assert offices(found)["CN"] == 1327
    assert [types.count(t) for t in ("application", "utility_model", "grant")] == [
        957,
        554,
        488,
    ]  # the kind A decides over a word
    assert sum(r.ipc is None for r in records) == 19
    assert all(r.claim_count is None and r.is_pct is None for r in records)
    assert all(r.applicants is None or r.applicants[0][2] is None for r in records)
    assert found.parsed.rejects == []
    events = [e for r in records for e in r.legal_events or () if e[0] is not None]
    dated = Counter(e[3] for e in events)  # counted by hand in the INPADOC column
    assert dated["TERMINATION OF PATENT RIGHT DUE TO NON-PAYMENT OF ANNUAL FEE"] == 212
    assert dated["TRANSFER OF PATENT RIGHT"] == 100
    pledge = "ENTRY INTO FORCE OF THE REGISTRATION OF THE CONTRACT FOR PLEDGE OF PATENT RIGHT"
    assert dated[pledge] == 20
    assert {e[2] for e in events if e[3] == pledge} == {"pledge"}
    reasons = {e[2] for e in events if "REASONS FOR REFUSAL" in e[3]}
    assert reasons == {"other"}  # a notification of reasons is not yet a refusal


def test_cnipa_counts_dates_and_addresses():
    found = read("cnipa_zh/cnipa_disc_199_dotdates.xlsx")
    first = found.parsed.records[0]
    assert len(found.parsed.records) == 199
    assert {r.publication_type for r in found.parsed.records} == {"utility_model"}
    assert first.publication_number == "CN-202644312-U"
    assert first.application_number == "CN-201220249767"
    assert first.ipc == ["E01B3/32"]
    assert first.applicants == [
        (1, "海安县建莲商品混凝土有限公司", "CN", "226634 江苏省南通市海安县老坝港镇海港村16组")
    ]


@pytest.mark.slow
def test_patentscope_zip_and_citations_count_as_noted():
    _, batches, (patentscope,) = reported_and_read("wipo_patentscope/patentscope_pizza_all_24294_raw.zip")
    assert sum(len(batch.records) for batch in batches) == 24294
    assert [d.header_row for d in patentscope.detections] == [3, 3, 3]
    _, batches, _ = reported_and_read("citations/drones_numbers_citations_15776_from_rda.csv")
    records = [record for batch in batches for record in batch.records]
    cited = [r.cited_by for r in records if r.cited_by]
    assert (len(records), len(cited), sum(map(len, cited))) == (15776, 6186, 100569)


def test_bigquery_flat_integer_dates_and_quoted_line_ends():
    found = read("google_patents/bq_ro_membrane_toray_bom.csv")
    assert len(found.parsed.records) == 4484
    assert all(r.publication_date for r in found.parsed.records)


def test_list_without_publication_numbers_is_refused_though_its_dates_and_symbols_are_readable():
    path = DATA / "patsnap_zh/ipc_date_region_16758_baddates.csv"
    with pytest.raises(PageRefusedError, match="no publication numbers"):
        read_export(path)
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    days = [parse_date(row["ApplicationDate"]) for row in rows]
    assert (len(rows), min(days).year, max(days).year, sum(day is None for day in days)) == (16758, 2013, 2022, 0)
    assert all(country_code(row["Region"]) for row in rows)
    refused = [text.strip() for row in rows for text in ipc_symbols(row["IPC"].split("|"))[1]]
    assert {text: refused.count(text) for text in refused} == {"0": 454, "B64": 1}


def test_scholarly_export_is_refused_in_one_clear_sentence():
    with pytest.raises(PageRefusedError, match=r"scholarly works.*not of patents") as refused:
        read("lens_csv/NEGATIVE_lens_scholarly_export_not_patents.csv")
    assert str(refused.value).count(". ") == 0


def test_kind_is_decided_by_content_not_by_name(tmp_path):
    copied = tmp_path / "patsnap_export.xlsx.dat"
    copied.write_bytes((DATA / "lens_csv/lens2025_sangamo_full37cols_bom.csv").read_bytes())
    assert read_export(copied).kind == "lens_csv"
