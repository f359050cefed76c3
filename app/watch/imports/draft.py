"""`stuckneck import --draft-vendor FILE`: a vendor table for a file of no known kind, for the analyst to correct."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.common import fail, out


def write_drafts(files: Sequence[Path]) -> None:
    """Write a table beside each file's name in the current folder; one that is there already is not overwritten."""
    from etl.exports.drafting.draft import draft_vendor
    from etl.records import PageRefusedError

    for file in files:
        path = Path(f"{file.stem}.vendor.toml")
        if path.exists():
            raise fail(f"{path} is there already; remove or rename it first.")
        try:
            drafted = draft_vendor(file)
        except PageRefusedError as error:
            raise fail(str(error)) from None
        path.write_text(drafted.text, encoding="utf-8")
        out.print(
            f"{path}: {len(drafted.fields)} of {drafted.columns} columns of {file.name} have a field, each with its"
            f" evidence. Correct it, then: stuckneck import {file.name} --vendor {path} -t TECHNOLOGY",
            markup=False, soft_wrap=True,
        )  # fmt: skip
        for missing in drafted.missing:
            out.print(f"  {missing}", markup=False, soft_wrap=True)
