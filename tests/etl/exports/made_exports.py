"""Synthetic export files of every vendor, in every form: headers from the alias tables, made-up records."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile

import xlsxwriter

from etl.exports.headers import aliases_of
from etl.exports.vendor import Vendor, packaged_vendors

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030"]
IMPORTED = [key for key, vendor in packaged_vendors().items() if not vendor.refuse]


def separator(vendor: Vendor, field: str) -> str:
    """A separator that the vendor's pattern accepts."""
    pattern = vendor.format.separators.get(field, vendor.format.separator)
    tried = (s for s in (";;", "; ", " | ", ", ", ";", ",", "\n") if pattern and re.split(pattern, f"H01L{s}G03F"))
    return next((s for s in tried if re.split(pattern, f"H01L{s}G03F") == ["H01L", "G03F"]), "")


def value(vendor: Vendor, field: str, n: int, rng: random.Random) -> str:
    """A made-up cell of `field` for the record number `n`."""
    cn = vendor.format.authority or "CN"
    number = {"CN": f"CN1012{n:05d}A", "KR": f"10-2015-{n:07d}"}[cn if cn in {"CN", "KR"} else "CN"]
    application = {"CN": f"CN2012{n:08d}", "KR": f"10-2014-{n:07d}"}[cn if cn in {"CN", "KR"} else "CN"]
    sep = separator(vendor, field)
    fixed = {
        "publication_number": number,
        "grant_number": f"10-15{n:05d}" if cn == "KR" else f"CN1012{n:05d}B",
        "authority": "CN",
        "kind": "A",
        "publication_date": "2015-03-04",
        "publication_year": "2015",
        "grant_date": "2016-03-04",
        "filing_date": "2014-01-02",
        "application_number": application,
        "priorities": "",
        "priority_date": "2013-01-02",
        "publication_type": next(iter(vendor.values.get("publication_type", {"": ""}))),
        "title": f'合成 synthetic, "lens" {n}',
        "abstract": "synthetic\nsecond line",
        "claims_text": "1. A lens. 2. The lens of claim 1.",
        "claim_count": str(n % 20 + 1),
        "publication_numbers": number,
        "publication_dates": f"{number}   04 Mar 2015" if "publication_dates" in vendor.patterns else "2015-03-04",
        "application_numbers": f"{number}   {application[:2]}10{n:06d}   02 Jan 2014"
        if "application_numbers" in vendor.patterns
        else application,
        "filing_dates": "2014-01-02",
        "priority_dates": "2013-01-02",
        "publication_id": "",
        "record_id": f"000-000-000-{n:03d}-00X",
        "applicants_full": "某公司,Town,CN",
        "ipc": sep.join(["H01L 21/02", "G03F-0007/20"]),
        "ipc_main": "H01L21/02",
        "cpc": sep.join(["H01L21/02", "H10K59/10"]),
        "applicants": sep.join(["某公司", "SYNTHETIC CO LTD"]),
        "applicant_countries": sep.join(["CN", "US"]),
        "applicant_addresses": "226634 江苏省南通市",
        "cites": sep.join(["US7650331B1", "EP1000000A1"]),
        "cited_by": sep.join(["CN109876543A", "CN109876544B"]),
        "citation_count": "2",
        "family_citation_count": "7",
        "family_id": str(500000 + n // 2),
        "family_size": "2",
        "family_offices": sep.join(["CN", "US"]),
        "priority_countries": "CN",
        "family_members": sep.join([f"CN1012{n:05d}A", "US20150000001A1"]),
        "family_lens_ids": "000-000-000-000-001;;000-000-000-000-002",
        "legal_status": next(iter(vendor.values.get("legal_status", {"": ""}))),
        "lapse_date": "",
        "legal_history": "2020-05-12 | TRANSFER OF PATENT RIGHT | CN | 2019-03-08 | +PATENT GRANT | CN",
        "pct": "PCT/CN2013/012345" if rng.random() < 0.5 else "",
    }
    return fixed.get(field, f"synthetic {field}")


def rows(vendor: Vendor, count: int = 8, seed: int = 1) -> list[list[str]]:
    """Headers (any alias of each field, in any order, and some signature headers) and `count` records."""
    rng = random.Random(seed)
    fields = list(vendor.columns)
    rng.shuffle(fields)
    headers = [vendor.columns[field][0] for field in fields]
    known = aliases_of(vendor)
    extra = [header for header in vendor.detect.signature if (known.find(header) or (None, 0))[0] is None]
    body = [[value(vendor, field, n, rng) for field in fields] + ["1"] * len(extra) for n in range(1, count + 1)]
    return [headers + extra, *body]


def csv_bytes(table: list[list[str]], encoding: str = "utf-8", line_end: str = "\r\n", delimiter: str = ",") -> bytes:
    """The table as delimited text."""
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if line_end == "\r" else csv.QUOTE_MINIMAL  # else the writer leaves LF within a cell bare
    csv.writer(out, lineterminator=line_end, delimiter=delimiter, quoting=quoting).writerows(table)
    return out.getvalue().encode(encoding)


def xlsx_bytes(table: list[list[str]], banner: int = 0) -> bytes:
    """The table as a workbook under `banner` rows of other text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(banner):
            sheet.write_string(row, 0, "Query: synthetic")
        for row, cells in enumerate(table, banner):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)
    return out.getvalue()


def zip_bytes(members: dict[str, bytes]) -> bytes:
    """The members as a ZIP, under exactly these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
