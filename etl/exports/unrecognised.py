"""What is said of a table whose kind is not sure: what it could be, which columns would decide, and what to do."""

from __future__ import annotations

from etl.exports.headers import fold_header
from etl.exports.vendor import Vendor

_ADVICE = (
    "name the kind with --kind, or let `stuckneck import --draft-vendor FILE` describe its columns (docs/exports.md)"
)


def deciding(vendor: Vendor, headers: list[str]) -> str:
    """Columns that only this vendor has and the table has not."""
    there = {fold_header(header) for header in headers}
    return " or ".join([header for header in vendor.detect.signature if fold_header(header) not in there][:3])


def ambiguous(name: str, headers: list[str], *vendors: Vendor) -> str:
    """One sentence for a table that several vendors fit."""
    kinds = " or ".join(sorted(vendor.key for vendor in vendors))
    lead = "; ".join(f"{v.key} has e.g. {deciding(v, headers)}" for v in sorted(vendors, key=lambda v: v.key))
    return f"{name}: could be {kinds}; columns that would decide: {lead}; say which with --kind."


def missing_column(name: str, vendor: Vendor, fields: str, headers: list[str], *, forced: bool) -> str:
    """One sentence for a table of a known kind without a column it cannot do without."""
    aliases = [alias for field in fields.split("|") for alias in vendor.columns.get(field, [])[:2]]
    wanted = fields.split("|", maxsplit=1)[0].replace("_", " ")
    said = f"{name}: {'read as' if forced else 'looks like'} {vendor.source.title}, but has no column for {wanted}"
    return f"{said} (expected e.g. {' or '.join(aliases[:3])}; found {_listed(headers)}); export again with it."


def not_known(name: str, headers: list[str], possible: list[Vendor]) -> str:
    """One sentence for a table of no kind, or of one with no distinctive column."""
    if headers and all(any(char.isdigit() for char in header) for header in headers):
        return (
            f"{name}: its first row reads like data ({_listed(headers)}): put a row of column names above it, then"
            f" {_ADVICE}."
        )
    if not possible:
        return f"{name}: not an export of a known kind (its headers read: {_listed(headers)}); {_ADVICE}."
    lead = "; ".join(
        f"{v.key} ({v.source.title}) has e.g. {deciding(v, headers) or 'no column of its own'}" for v in possible
    )
    return (
        f"{name}: of no sure kind: its columns ({_listed(headers)}) are common to several; what would decide: {lead}; "
        f"{_ADVICE}."
    )


def _listed(headers: list[str]) -> str:
    return ", ".join(header[:30] for header in headers[:8]) + (", …" if len(headers) > 8 else "")
