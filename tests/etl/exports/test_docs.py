"""The page on exports is right: its TOML works, and it names every kind and every field."""

import re
from datetime import date
from pathlib import Path

from etl.exports import load_vendor, packaged_vendors, read_export, vendors_with
from etl.exports.vendor import FIELDS, FormatRule, Vendor

PAGE = (Path(__file__).parents[3] / "docs" / "exports.md").read_text("utf-8")
EXAMPLE = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL).group(1)
TABLE = (
    "ACME id,Pub. No.,Pub. date,Filed,Appl. No.,Title,IPC codes,Owner,Owner country,Claims,"
    "Forward cites,Priority,State\n"
    '7,CN101234567A,04/05/2013,n/a,CN201210012345,"synthetic, lens",H01L 21/02; G03F 7/20,A | B,CN;US,12,3,'
    "US 61/550506 (2012-01-02),in force\n"
)


def test_new_vendor_by_the_toml_of_the_page(tmp_path):
    (tmp_path / "vendors").mkdir()
    (tmp_path / "vendors" / "acme.toml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "any.csv").write_text(TABLE, encoding="utf-8")
    read = read_export(tmp_path / "any.csv", vendors=vendors_with(tmp_path / "vendors"))
    (record,) = read.parsed.records
    assert read.kind == "acme"
    assert record.publication_number == "CN-101234567-A"
    assert record.publication_date == date(2013, 4, 5)
    assert record.filing_date is None
    assert record.application_number == "CN-201210012345"
    assert record.ipc == ["H01L21/02", "G03F7/20"]
    assert [(a[1], a[2]) for a in record.applicants] == [("A", "CN"), ("B", "US")]
    assert (record.claim_count, record.citation_count, record.legal_status) == (12, 3, "active")
    assert record.priorities == [("US-201261550506", date(2012, 1, 2))]
    assert read.parsed.rejects == []


def test_page_names_every_kind_field_and_key():
    words = set(re.findall(r"\w+", PAGE))
    assert set(packaged_vendors()) <= words
    assert words >= FIELDS
    assert {*Vendor.model_fields, *FormatRule.model_fields} <= words
    assert load_vendor(EXAMPLE, "exports.md").key == "acme"
