"""What analysts have: vendors' export files. One table reader, one alias table in TOML per vendor."""

from etl.exports.detect import Detection, detect
from etl.exports.read import ExportRead, ExportReader, read_export, two_columns
from etl.exports.report import FileReport, dry_run
from etl.exports.vendor import Vendor, VendorTableError, load_vendor, packaged_vendors, vendors_with

__all__ = [
    "Detection",
    "ExportRead",
    "ExportReader",
    "FileReport",
    "Vendor",
    "VendorTableError",
    "detect",
    "dry_run",
    "load_vendor",
    "packaged_vendors",
    "read_export",
    "two_columns",
    "vendors_with",
]
