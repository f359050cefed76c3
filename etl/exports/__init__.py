"""What analysts have: vendors' export files. One table reader, one alias table in TOML per vendor."""

from etl.exports.detect import Detection, detect
from etl.exports.read import ExportRead, ExportReader, read_export
from etl.exports.vendor import Vendor, VendorTableError, load_vendor, packaged_vendors, vendors_with

__all__ = [
    "Detection",
    "ExportRead",
    "ExportReader",
    "Vendor",
    "VendorTableError",
    "detect",
    "load_vendor",
    "packaged_vendors",
    "read_export",
    "vendors_with",
]
